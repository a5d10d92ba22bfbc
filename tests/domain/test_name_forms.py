from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmkit.domain.arrays import strings
from abmkit.domain.matching.names.forms import other_forms
from abmkit.domain.matching.names.tokens import words
from abmkit.domain.values.names import name_key, name_keys


def forms_of(name: str) -> dict[str, str]:
    names = strings([name])
    _, keys, kinds = other_forms(names, name_keys(names))
    return dict(zip(keys.to_pylist(), kinds.to_pylist(), strict=True))


@pytest.mark.parametrize(
    ("name", "form", "kind"),
    [
        ("SMITH A O CORP", "ao smith", "inverted"),
        ("HUNT J B TRANSPORT SERVICES INC", "jb hunt transport services", "inverted"),
        ("Lilly (Eli)", "eli lilly", "inverted"),
        ("Lauder (Estée) Cos.", "estee lauder", "inverted"),
        ("PRICE T ROWE GROUP INC", "t rowe price group", "inverted"),
        ("SCHWAB CHARLES CORP", "charles schwab", "inverted"),
        ("GALLAGHER ARTHUR J & CO", "arthur j gallagher", "inverted"),
        ("WILEY JOHN & SONS", "john wiley and sons", "inverted"),
        ("INTERNATIONAL BUSINESS MACHINES CORP", "ibm", "acronym"),
        ("United Parcel Service", "ups", "acronym"),
        ("Bank of New York", "bny", "acronym"),
        ("Super Micro Computer, Inc.", "supermicro computer", "joined"),
        ("O REILLY AUTOMOTIVE INC", "oreilly automotive", "joined"),
        ("Hyster-Yale", "hysteryale", "joined"),
        ("Jones Lang LaSalle (JLL)", "jll", "bracket"),
        ("Jones Lang LaSalle (JLL)", "jones lang lasalle", "bracket"),
        ("Laboratory Corp. of America (Labcorp)", "labcorp", "bracket"),
        ("信也科技（拍拍贷）", "拍拍贷", "bracket"),
        ("ARYZTA AG (fka IAWS GROUP PLC)", "iaws group", "former"),
        ("Foo Inc (formerly known as Bar Corp.)", "bar", "former"),
        ("小鸟科技（原名：大鸟网络）", "大鸟网络", "former"),
        ("Acme LLC d/b/a Widget World", "widget world", "dba"),
        ("北京小米科技有限责任公司", "xiaomi", "pinyin"),
        ("长城汽车股份有限公司", "changcheng", "pinyin"),
    ],
)
def test_a_company_is_known_under_other_forms(name: str, form: str, kind: str) -> None:
    assert forms_of(name).get(form) == kind


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("万科(北京)", "北京"),
        ("HUTCHMED (China) Ltd", "hutchmed"),
        ("Sunny Optical Technology (Group) Co", "group"),
        ("FORMULA SYSTEMS (1985) LTD", "formula systems"),
        ("Alphabet Inc. (Class A)", "class a"),
        ("General Electric", "ge"),
    ],
)
def test_what_is_no_name_of_the_company_is_no_form(name: str, form: str) -> None:
    assert form not in forms_of(name)


NAMES = st.text(max_size=30) | st.text(
    alphabet="北京小米科技集团微电子酒龍A aIVX9&(（)）- ー原名：ソя'/.dbafk", max_size=24
)


@given(st.lists(st.none() | NAMES, max_size=5))
def test_forms_are_keys_in_the_order_of_rows_and_each_row_stands_alone(
    names: list[str | None],
) -> None:
    column = strings(names)
    keys = name_keys(column)
    at, forms, kinds = other_forms(column, keys)
    assert len(at) == len(forms) == len(kinds)
    assert at.to_pylist() == sorted(at.to_pylist())
    assert forms.null_count == 0
    assert "" not in forms.to_pylist()
    alone = [
        (row, form) for row, name in enumerate(names) if name is not None for form in forms_of(name)
    ]
    found = list(zip(at.to_pylist(), forms.to_pylist(), strict=True))
    assert sorted(found) == sorted(alone)
    assert len(set(found)) == len(found)
    assert all(form != keys[row].as_py() for row, form in found)


def _shares(one: list[str], other: list[str]) -> tuple[int, int]:
    """How many pairs share a key or form, and how many that or the rarest word of one name."""
    both = []
    for names in (one, other):
        column = strings(names)
        keys = name_keys(column)
        at, forms, _ = other_forms(column, keys)
        known = [{key} for key in keys.to_pylist()]
        for row, form in zip(at.to_pylist(), forms.to_pylist(), strict=True):
            known[row].add(form)
        both.append((known, words(keys).to_pylist()))
    count: dict[str, int] = {}
    for _, split in both:
        for row in split:
            for word in row:
                count[word] = count.get(word, 0) + 1
    shared = rare = 0
    for mine, theirs, words_here, words_there in zip(
        both[0][0], both[1][0], both[0][1], both[1][1], strict=True
    ):
        same = bool(mine & theirs)
        shared += same
        rarest = {min(row, key=lambda word: count[word]) for row in (words_here, words_there)}
        rare += same or bool(rarest & set(words_here) & set(words_there))
    return shared, rare


@pytest.mark.parametrize(
    ("table", "column", "least_shared", "least_rare"),
    [
        ("derived_truth__sp500_vs_sec_by_cik.csv", "name_sp500", 444, 495),
        ("derived_truth__fortune1000_vs_sec_by_ticker.csv", "name_fortune", 744, 781),
    ],
)
def test_most_companies_share_a_form_or_a_rare_word_across_lists(
    shared_data: Path, table: str, column: str, least_shared: int, least_rare: int
) -> None:
    with (shared_data / "dev" / table).open(encoding="utf-8") as file:
        pairs = [(row[column], row["name_sec"]) for row in csv.DictReader(file)]
    shared, rare = _shares([one for one, _ in pairs], [other for _, other in pairs])
    assert shared >= least_shared
    assert rare >= least_rare


def test_short_names_of_chinese_companies_are_among_the_forms(shared_data: Path) -> None:
    companies = json.loads(
        (shared_data / "demo" / "cn_companies_standup__companies.json").read_bytes()
    )
    pairs = sorted(
        {
            (company["name"], company["alias"])
            for company in companies
            if re.match("[\u4e00-\u9fff]{4}", company["name"])
            and re.fullmatch("[\u4e00-\u9fffA-Za-z0-9]+", company["alias"] or "")
            and company["alias"] != company["name"]
        }
    )
    shared, _ = _shares([name for name, _ in pairs], [alias for _, alias in pairs])
    assert shared / len(pairs) > 0.8


def test_chinese_names_meet_their_english_ones_by_pinyin(shared_data: Path) -> None:
    table = shared_data / "dev" / "company_name_matcher_pairs__test_data.csv"
    with table.open(encoding="utf-8-sig") as file:
        pairs = [
            row for row in csv.DictReader(file) if re.search("[\u4e00-\u9fff]{2}", row["Name_x"])
        ]
    met = {
        (row["Name_x"], row["Name_y"], row["Targets"])
        for row in pairs
        for form in forms_of(row["Name_x"])
        if form in (name_key(row["Name_y"]) or "").split()
    }
    assert {target for _, _, target in met} == {"1"}
    # Tencent is no pinyin, and Toyota and Samsung have no Chinese brand.
    assert len(met) == 8
