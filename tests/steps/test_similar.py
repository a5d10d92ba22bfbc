"""Records that share no key but are likely one company: joined, left to a person, kept apart."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from itertools import combinations, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.config.sections.dedupe import Dedupe
from abmkit.domain.arrays import strings
from abmkit.domain.companies.decisions import Decision
from abmkit.domain.matching.clustering import cluster as clustered
from abmkit.domain.values.names import name_keys
from abmkit.steps.dedupe import Deduped, dedupe

COLUMNS = (
    "source", "source_row", "name", "name_key", "domain", "phone", "ticker", "country", "region",
    "city", "registry_ids",
)  # fmt: skip


def numbered(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    """Records of one source, numbered from 1, with the keys of their names."""
    keys = name_keys(strings(row.get("name") for row in rows)).to_pylist()
    return [
        {"source": "crm", "source_row": number, "name_key": key, **row}
        for number, (row, key) in enumerate(zip(rows, keys, strict=True), start=1)
    ]


def done(engine, records, decisions=(), **config) -> Deduped:
    frame = engine.frame(records, COLUMNS)
    return dedupe(frame, Dedupe.model_validate(config), decisions=decisions)


def clusters(deduped: Deduped) -> set[frozenset[tuple[str, int]]]:
    """The records of each company."""
    found = defaultdict(set)
    for member in deduped.members.to_pylist():
        found[member["account_id"]].add((member["source"], member["source_row"]))
    return {frozenset(records) for records in found.values()}


def groups(deduped: Deduped) -> list[list[int]]:
    """The numbers of the records of each company."""
    return sorted(sorted(row for _, row in cluster) for cluster in clusters(deduped))


def verdict(engine, one: dict[str, Any], other: dict[str, Any]) -> tuple[str, str | None]:
    """What becomes of two records, and why: `merged`, `review`, or `apart`; `key` by a key."""
    deduped = done(engine, numbered(one, other))
    together = len(groups(deduped)) == 1
    if not deduped.pairs.num_rows:
        return ("key" if together else "apart"), None
    (pair,) = deduped.pairs.to_pylist()
    assert (pair["verdict"] == "merged") == together
    return pair["verdict"], pair["evidence"]


def test_initials_in_a_city_of_few_are_left_to_a_person(engine) -> None:
    others = [
        {"name": f"{word} Corp", "country": "US", "city": f"{word}ville"}
        for word in ("Brandt", "Corvid", "Delmar", "Ekholm", "Farnum", "Gaspar", "Hudd", "Ingram")
    ]
    asked = [
        {"name": "International Business Machines Corp", "country": "US", "city": "Armonk"},
        {"name": "IBM", "country": "US", "city": "Armonk"},
    ]
    (pair,) = done(engine, numbered(*asked, *others)).pairs.to_pylist()
    assert pair["verdict"] == "review"
    assert pair["evidence"] == "same name by its initials; same city"


# What is one company and what is not ------------------------------------------------------------

CHARLOTTE = {"country": "US", "city": "Charlotte"}
HONEYWELL = {"name": "Honeywell International"}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # A slip of the pen in a long word is one.
        (
            HONEYWELL | CHARLOTTE,
            {"name": "Honeywel International"} | CHARLOTTE,
            ("merged", "name spelled differently; same city"),
        ),
        (HONEYWELL, {"name": "Honeywel International"}, ("merged", "name spelled differently")),
        # Family name first, as the SEC writes.
        (
            {"name": "SMITH A O CORP", "ticker": "AOS"},
            {"name": "A. O. Smith", "ticker": "AOS"},
            ("merged", "same name family name first; same ticker"),
        ),
        (
            {"name": "SMITH A O CORP", "country": "US", "city": "Milwaukee"},
            {"name": "A. O. Smith", "country": "US", "city": "Milwaukee"},
            ("merged", "same name family name first; same city"),
        ),
        # Classes of shares are of one company, other tickers of two but for a person.
        (
            {"name": "Corvid Media", "ticker": "CRV", "country": "US", "city": "Boston"},
            {"name": "Corvid Mediia", "ticker": "CRVA", "country": "US", "city": "Boston"},
            ("merged", "name spelled differently; same city"),
        ),
        (
            {"name": "Corvid Media", "ticker": "CRV", "country": "US", "city": "Boston"},
            {"name": "Corvid Mediia", "ticker": "MXO", "country": "US", "city": "Boston"},
            ("review", "name spelled differently; same city; different ticker"),
        ),
        # A phone tells what a name leaves open.
        (
            {"name": "Zorbit Labs", "phone": "+12125550100"},
            {"name": "Zorbit Laboratories Group", "phone": "+12125550100"},
            ("merged", "one name begins with the other; only one has group; same phone"),
        ),
        # Siblings that a number tells apart, branches, the same name elsewhere.
        (
            {"name": "Wells Real Estate Trust I", "country": "US", "city": "Atlanta"},
            {"name": "Wells Real Estate Trust II", "country": "US", "city": "Atlanta"},
            ("apart", None),
        ),
        (
            {"name": "Carey Diversified Fund 1", "country": "US"},
            {"name": "Carey Diversified Fund 2", "country": "US"},
            ("apart", None),
        ),
        (
            {"name": "Acme", "country": "US", "city": "Dallas"},
            {"name": "Acme (Houston)", "country": "US", "city": "Houston"},
            ("apart", None),
        ),
        (
            {"name": "Phoenix Software", "country": "US"},
            {"name": "Phoenix Software", "country": "GB"},
            ("apart", None),
        ),
        # Chinese short names, brands in pinyin, traditional signs, full width.
        (
            {"name": "北京小米科技有限责任公司"},
            {"name": "小米科技"},
            ("merged", "one is short for the other name"),
        ),
        (
            {"name": "杭州海康威视数字技术股份有限公司", "country": "CN"},
            {"name": "海康威视", "country": "CN"},
            ("merged", "one is short for the other name; same country"),
        ),
        (
            {"name": "Huawei", "country": "CN", "city": "深圳"},
            {"name": "华为技术有限公司", "country": "CN", "city": "深圳"},
            ("merged", "same name in pinyin; same city"),
        ),
        (
            {"name": "鴻海精密工業股份有限公司", "country": "TW"},
            {"name": "鸿海精密工业", "country": "TW"},
            ("key", None),
        ),
        ({"name": "ＡＣＭＥ　Ｓｏｆｔｗａｒｅ"}, {"name": "Acme Software"}, ("key", None)),
        (
            {"name": "北京金山科技有限公司", "city": "北京"},
            {"name": "上海金山科技有限公司", "city": "上海"},
            ("apart", None),
        ),
        (
            {"name": "中国建设银行股份有限公司"},
            {"name": "中国建设银行股份有限公司深圳分行"},
            ("apart", None),
        ),
        (
            {"name": "北京华联综合超市股份有限公司"},
            {"name": "北京华联商厦股份有限公司"},
            ("apart", None),
        ),
        # Two registers' word against all else.
        (
            HONEYWELL | CHARLOTTE | {"registry_ids": ["cik:1"]},
            {"name": "Honeywel International", "registry_ids": ["cik:2"]} | CHARLOTTE,
            ("apart", None),
        ),
    ],
)
def test_two_records_are_one_company_or_are_not(arrow, one, other, expected) -> None:
    assert verdict(arrow, one, other) == expected
    assert verdict(arrow, other, one) == expected


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Zhejiang Dahua Technology Co., Ltd.", "浙江大华技术股份有限公司"),
        ("Beijing Xiaomi Technology Co., Ltd.", "北京小米科技有限责任公司"),
        ("Shenzhen Huaqiang Industry Co., Ltd.", "深圳华强实业股份有限公司"),
    ],
)
def test_an_official_english_name_is_at_least_left_to_a_person(arrow, english, chinese) -> None:
    said, _ = verdict(arrow, {"name": english, "country": "CN"}, {"name": chinese, "country": "CN"})
    assert said in ("merged", "review")


def test_common_words_make_no_company(arrow) -> None:
    names = ["Delta", "Delta Apparel", "Delta Air Lines", "Delta Faucet", "长城汽车", "长城证券"]
    deduped = done(arrow, numbered(*({"name": name, "country": "US"} for name in names)))
    assert len(groups(deduped)) == len(names)


def test_contradicting_ids_do_not_meet_through_a_third_record(arrow) -> None:
    rows = [
        HONEYWELL | CHARLOTTE | {"registry_ids": ["cik:1"]},
        {"name": "Honeywel International"} | CHARLOTTE,
        {"name": "Honeywell Internationale", "registry_ids": ["cik:2"]} | CHARLOTTE,
    ]
    for cluster in groups(done(arrow, numbered(*rows))):
        assert not {1, 3} <= set(cluster)


def test_likeness_is_not_asked_where_it_is_switched_off(arrow) -> None:
    rows = numbered(HONEYWELL | CHARLOTTE, {"name": "Honeywel International"} | CHARLOTTE)
    assert groups(done(arrow, rows, similar=False)) == [[1], [2]]
    assert groups(done(arrow, rows, keys=[])) == [[1], [2]]
    assert groups(done(arrow, rows, same=1.0, review=0.99)) == [[1], [2]]


def test_every_engine_joins_the_same(engine) -> None:
    rows = numbered(HONEYWELL | CHARLOTTE, {"name": "Honeywel International"} | CHARLOTTE)
    deduped = done(engine, rows)
    (pair,) = deduped.pairs.to_pylist()
    assert (pair["left_name"], pair["right_name"]) == (
        "Honeywell International",
        "Honeywel International",
    )
    assert engine.values(deduped.accounts, "aliases") == [["Honeywell International"]] or (
        engine.values(deduped.accounts, "aliases") == [["Honeywel International"]]
    )


def test_pairs_by_key_are_told_when_all_are_wanted(arrow) -> None:
    rows = numbered({"name": "Acme", "domain": "a.com"}, {"name": "Other", "domain": "a.com"})
    frame = arrow.frame(rows, COLUMNS)
    (pair,) = dedupe(frame, Dedupe(), every_pair=True).pairs.to_pylist()
    assert (pair["verdict"], pair["probability"], pair["evidence"]) == ("merged", 1, "same domain")
    assert dedupe(frame, Dedupe()).pairs.num_rows == 0


# How companies grow ------------------------------------------------------------------------------


def joined_of(count: int, pairs: dict[tuple[int, int], float], ids=None):
    one, other = (np.array([pair[at] for pair in pairs], dtype="int64") for at in (0, 1))
    return clustered(count, one, other, np.array(list(pairs.values())), 0.7, ids or {})


def test_a_chain_is_cut_where_its_ends_differ() -> None:
    pairs = {(0, 1): 0.95, (1, 2): 0.9, (0, 2): 0.01}
    assert joined_of(3, pairs).labels.tolist() == [0, 0, 1]
    pairs = {(0, 1): 0.9, (1, 2): 0.95, (0, 2): 0.01}
    assert joined_of(3, pairs).labels.tolist() == [0, 1, 1]


def test_contradicting_ids_stay_apart_along_a_chain() -> None:
    pairs = {(0, 1): 0.99, (1, 2): 0.98, (2, 3): 0.97}
    ids = {0: frozenset(["cik:1"]), 3: frozenset(["cik:2"])}
    assert joined_of(4, pairs, ids).labels.tolist() == [0, 0, 0, 1]


def test_a_company_of_too_many_spellings_is_told_and_left_in_its_parts() -> None:
    everyone = dict.fromkeys(combinations(range(60), 2), 0.9)
    found = joined_of(62, {**everyone, (60, 61): 0.9})
    assert [len(giant) for giant in found.giants] == [60]
    labels = found.labels.tolist()
    assert len(set(labels[:60])) == 60
    assert labels[60] == labels[61]


def test_no_order_of_rows_makes_a_pair_likelier(arrow) -> None:
    # A form of the third one's name is the fourth's own: whichever was seen first counted.
    rows = numbered(
        {"name": "Honeywell International", "registry_ids": ["lei:1"]},
        {"name": None, "registry_ids": ["cik:1", "lei:1"]},
        {"name": "SMITH A O CORP", "registry_ids": ["cik:2", "lei:1"]},
        {"name": "A. O. Smith"},
    )
    found = {
        tuple(
            sorted(pair["probability"] for pair in done(arrow, again, review=0).pairs.to_pylist())
        )
        for order in permutations(rows)
        for again in [[{**row, "source_row": at} for at, row in enumerate(order)]]
    }
    assert len(found) == 1


def test_what_two_lists_say_is_of_both_whichever_is_named_first(arrow) -> None:
    rows = numbered(
        {"name": "Zorbit Labs", "domain": "p.com"},
        {"name": "Zorbit Labs", "domain": "p.com"},
        {"name": "Zorbit Laboratories Group"},
    )
    found = {
        tuple(pair["probability"] for pair in done(arrow, again, review=0).pairs.to_pylist())
        for sources in (["a", "b", "a"], ["b", "a", "b"], ["b", "a", "a"], ["a", "b", "b"])
        for again in [[{**r, "source": s} for r, s in zip(rows, sources, strict=True)]]
    }
    assert len(found) == 1


# Properties --------------------------------------------------------------------------------------

NAMES = [
    "Honeywell International", "Honeywel International", "Honeywell Internationale Inc",
    "Honeywell", "Delta", "Delta Air Lines", "Delta Airlines Inc", "Delta Apparel",
    "SMITH A O CORP", "A. O. Smith", "AO Smith", "Wells Real Estate Trust I",
    "Wells Real Estate Trust II", "Acme", "Acme (Houston)", "IBM",
    "International Business Machines Corp", "杭州海康威视数字技术股份有限公司", "海康威视",
    "小米科技", "北京小米科技有限责任公司", "Zorbit Labs", "Zorbit Laboratories Group", "Zorbyt Labs",
]  # fmt: skip
KEYS = dict(zip(NAMES, name_keys(strings(NAMES)).to_pylist(), strict=True))
IDS = ["cik:1", "cik:2", "lei:1", "lei:2", "ein:1", "ein:2"]
SITES = ["p.com", "q.com", "p.de"]


def some(values: list[str]) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), st.sampled_from(values))


RECORD = st.fixed_dictionaries(
    {
        "source": st.sampled_from(["crm", "dir", "web"]),
        "name": some(NAMES),
        "domain": some(SITES),
        "phone": some(["+12125550100", "+12125550101"]),
        "ticker": some(["AOS", "IBM"]),
        "city": some(["Charlotte", "Milwaukee"]),
        "country": some(["US", "CN"]),
        "registry_ids": st.one_of(
            st.none(),
            st.lists(st.sampled_from(IDS), min_size=1, max_size=2, unique_by=lambda text: text[:3]),
        ),
    }
).filter(lambda row: row["name"] or row["domain"] or row["registry_ids"])
RECORDS = st.lists(RECORD, min_size=2, max_size=12).map(
    lambda rows: [
        {**row, "name_key": KEYS.get(row["name"]), "source_row": number}
        for number, row in enumerate(rows, start=1)
    ]
)


@settings(max_examples=20)
@given(data=st.data(), records=RECORDS)
def test_the_order_of_rows_and_of_sources_changes_no_company(arrow, data, records) -> None:
    order = data.draw(st.permutations(records))
    names = dict(
        zip(["crm", "dir", "web"], data.draw(st.permutations(["a", "b", "c"])), strict=True)
    )
    again = [
        {**row, "source": names[row["source"]], "source_row": number}
        for number, row in enumerate(order, start=1)
    ]
    was = {row: before["source_row"] for row, before in enumerate(order, start=1)}
    moved = {frozenset(was[row] for row in group) for group in groups(done(arrow, again))}
    assert moved == {frozenset(group) for group in groups(done(arrow, records))}


@settings(max_examples=20)
@given(records=RECORDS)
def test_a_file_given_twice_changes_no_company(arrow, records) -> None:
    copies = [{**row, "source": f"copy of {row['source']}"} for row in records]
    both = clusters(done(arrow, [*records, *copies]))
    originals = {frozenset(each for each in cluster if "copy" not in each[0]) for cluster in both}
    assert originals - {frozenset()} == clusters(done(arrow, records))


@settings(max_examples=20)
@given(records=RECORDS)
def test_rows_are_conserved_and_contradicting_ids_never_merge(arrow, records) -> None:
    deduped = done(arrow, records)
    assert deduped.members.num_rows == len(records)
    assert sum(arrow.values(deduped.accounts, "merged_records")) == len(records)
    by_row = {row["source_row"]: row for row in records}
    for group in groups(deduped):
        ids = {text for row in group for text in by_row[row]["registry_ids"] or ()}
        assert len({text[:3] for text in ids}) == len(ids)


DECISIONS = st.lists(
    st.builds(
        Decision,
        st.sampled_from([*IDS, *SITES, *NAMES]),
        st.sampled_from([*IDS, *SITES, *NAMES]),
        st.sampled_from(["same", "different"]),
    ),
    max_size=4,
)


def meant(records, called: str) -> set[int]:
    """The records that a decision calls so."""
    key = name_keys(strings([called]))[0].as_py()
    return {
        row["source_row"]
        for row in records
        if called in (row["registry_ids"] or ())
        or called == row["domain"]
        or (called in KEYS and row["name_key"] == key)
    }


@settings(max_examples=25)
@given(records=RECORDS, decisions=DECISIONS)
def test_what_a_person_decided_comes_before_all_else(arrow, records, decisions) -> None:
    deduped = done(arrow, records, decisions)
    company = {row: at for at, group in enumerate(groups(deduped)) for row in group}
    different = [each for each in decisions if each.verdict == "different"]
    for each in different:
        left, right = meant(records, each.left), meant(records, each.right)
        for one in left - right:
            for other in right - left:
                assert company[one] != company[other]
    for each in decisions:
        left, right = meant(records, each.left), meant(records, each.right)
        if each.verdict == "same" and left and right and not different:
            assert len({company[row] for row in left | right}) == 1
        assert (not left or not right) == (each in [known for known, _ in deduped.unfollowed])


ODD = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.text("()（）有限公司股份 .&,-Ⅱ①аβ\u0301\u200b\ufeff𠮷😀ıİßﬁ", max_size=14),
)
SHORT = st.one_of(st.none(), st.text(max_size=4))
LIST = st.one_of(st.none(), st.lists(st.one_of(st.none(), st.text(max_size=4)), max_size=2))


@settings(max_examples=30)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {"name": ODD, "registry_ids": LIST, "aliases": LIST}
            | dict.fromkeys(("domain", "phone", "ticker", "linkedin_url", "country", "region", "city", "postal_code", "industry"), SHORT)
        ),
        min_size=1,
        max_size=8,
    )
)  # fmt: skip
def test_odd_names_and_unknown_fields_are_no_error(arrow, rows) -> None:
    assert done(arrow, numbered(*rows)).members.num_rows == len(rows)


def test_two_unknown_ids_are_not_one_id(engine) -> None:
    rows = numbered({"registry_ids": [None], "name": "A"}, {"registry_ids": [None], "name": "B"})
    assert groups(done(engine, rows)) == [[1], [2]]


# Speed of starting -------------------------------------------------------------------------------


def test_likeness_on_duckdb_needs_no_pandas() -> None:
    code = (
        "import sys, pyarrow as pa; from abmkit.steps.dedupe import dedupe\n"
        "from abmkit.domain.arrays import int64s, strings\n"
        "names = strings(['honeywell intl', 'honeywel intl', '小米'])\n"
        "columns = {'name': names, 'name_key': names, 'source': strings(['s'] * 3),"
        " 'source_row': int64s([1, 2, 3])}\n"
        "table = pa.Table.from_arrays(list(columns.values()), names=list(columns))\n"
        "import duckdb; table = duckdb.connect().from_arrow(table)\n"
        "assert dedupe(table).members.num_rows == 3\n"
        "sys.exit('pandas' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_records_that_say_nothing_to_be_compared_by_stay_as_they_are(arrow) -> None:
    rows = [{"source": "crm", "source_row": n, "crm_id": str(n)} for n in (1, 2)]
    assert groups(dedupe(arrow.frame(rows))) == [[1], [2]]
