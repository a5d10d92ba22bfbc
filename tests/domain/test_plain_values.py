"""What Arrow's kernels read at once is what the Python functions read one by one."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from publicsuffixlist import PSLFILE

from abmkit.domain.arrays import each_distinct, strings
from abmkit.domain.values import domains as sites
from abmkit.domain.values import names
from abmkit.domain.values.unknown import known

WORDS = ["Acme", "ACME", "acme", "3M", "A", "b", "O", "The", "the", "and", "Bank", "Société", "ПАО",
         "PT", "ooo", "Coca-Cola", "Macy's", "Smith & Co", "U.S.", "AT&T", "北京", "万 科", "ＴＣＬ",
         "*ST", "/DE/", "(The)", "(Class A)", "n.a", "de", "一"]  # fmt: skip
ENDINGS = ["Inc", "Inc.", "INC", "Corp", "Co.", "Co., Ltd.", "Pty Ltd", "LLC", "L.L.C.", "GmbH", "AG",
           "GmbH & Co. KG", "S.A.", "S.A.B. de C.V.", "A/S", "Limited", "Company", "Public Company",
           "有限公司", "股份有限公司", "（集团）股份有限公司", "株式会社", "Holdings"]  # fmt: skip
FORMS = sorted({form for place in names.legal_forms() for form in place})
BETWEEN = [" ", " ", " ", ", ", "  ", ".", ". ", " - ", "-", "", "_", "\u3000", "\n", "&amp;"]


@st.composite
def company_names(draw: st.DrawFn) -> str:
    words = draw(st.lists(st.sampled_from(WORDS) | st.sampled_from(FORMS), min_size=1, max_size=4))
    words += draw(st.lists(st.sampled_from(ENDINGS) | st.sampled_from(FORMS), max_size=3))
    name = words[0] + "".join(draw(st.sampled_from(BETWEEN)) + word for word in words[1:])
    return draw(st.sampled_from([str, str.upper, str.lower, str.title]))(name) + draw(
        st.sampled_from(["", "", ".", ",", " ", ", the", "-", "'"])
    )


def _rules() -> Iterator[str]:
    for line in Path(PSLFILE).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("//"):
            yield line.split()[0]


SUFFIXES = [rule.lstrip("!*.") for rule in _rules()] + sorted(sites.no_identity())
LABELS = ["www", "WWW", "acme", "Acme-2", "a--b", "xn--85x722f", "-a", "a_b", "1", "食狮", "city",
          "com", "a" * 62, "a" * 63, "a" * 64]  # fmt: skip


BEFORE = ["", "", "http://", "https://", "HTTPS://", "httpſ://", "//", "http:/", "me@", "ftp://"]
AFTER = ["", "", "/", "//", "/a/b.html", "/a.", "/a//", "/a:b", "/?q", ":80", "/x/http://a.de", ".",
         "/%20/~a", "/A_b+c=d", ", acme.de", "/a/.", "/é"]  # fmt: skip


@st.composite
def addresses(draw: st.DrawFn) -> str:
    labels = draw(st.lists(st.sampled_from(LABELS), max_size=4))
    host = ".".join([*labels, draw(st.sampled_from(SUFFIXES) | st.sampled_from(["com", "co.uk"]))])
    return draw(st.sampled_from(BEFORE)) + host + draw(st.sampled_from(AFTER))


def _shown(texts: pa.Array) -> pa.Array:
    return known(each_distinct(known(texts), names.display_name))


def _keys(texts: pa.Array) -> pa.Array:
    return each_distinct(known(texts), names.name_key)


def _off(
    texts: list[str | None],
    at_once: Callable[[pa.Array], pa.Array],
    one_by_one: Callable[[pa.Array], pa.Array],
) -> list[tuple[str | None, str | None, str | None]]:
    """The texts for which the two differ, with both results."""
    found, expected = at_once(strings(texts)), one_by_one(strings(texts))
    assert found.type == pa.string()
    rows = zip(texts, found.to_pylist(), expected.to_pylist(), strict=True)
    return [row for row in rows if row[1] != row[2]]


def assert_same_names(texts: list[str | None]) -> None:
    assert _off(texts, names.display_names, _shown) == []
    assert _off(texts, names.name_keys, _keys) == []


def assert_same_sites(texts: list[str | None]) -> None:
    def domain(values: pa.Array) -> pa.Array:
        return each_distinct(known(values), sites.domain_of)

    def link(values: pa.Array) -> pa.Array:
        return each_distinct(known(values), sites.website_of)

    assert _off(texts, sites.domains, domain) == []
    assert _off(texts, sites.websites, link) == []
    assert _off(texts, lambda values: sites.domains_and_websites(values)[0], domain) == []
    assert _off(texts, lambda values: sites.domains_and_websites(values)[1], link) == []


SOME = st.lists(st.none() | st.text(max_size=30), max_size=40)
MANY = settings(max_examples=40, deadline=None)


@MANY
@given(SOME, st.lists(company_names(), min_size=15, max_size=30))
def test_names_are_the_same_at_once_and_one_by_one(
    texts: list[str | None], written: list[str]
) -> None:
    assert_same_names([*texts, *written])


@MANY
@given(st.lists(st.text(alphabet="aBthe co.ltd,-& 9\t", max_size=14), min_size=30, max_size=60))
def test_names_of_few_letters_are_the_same(texts: list[str | None]) -> None:
    assert_same_names(texts)


@MANY
@given(SOME, st.lists(addresses(), min_size=15, max_size=30))
def test_addresses_are_the_same_at_once_and_one_by_one(
    texts: list[str | None], written: list[str]
) -> None:
    assert_same_sites([*texts, *written])


def test_words_and_endings_in_every_order_are_the_same() -> None:
    assert_same_names([" ".join(words) for words in product(WORDS, WORDS, ["", *ENDINGS])])
    assert_same_names([", ".join(words) for words in product(WORDS, ENDINGS, ["the", *ENDINGS])])


def test_labels_in_every_order_are_the_same() -> None:
    ends = ["com", "co.uk", "github.io", "ck", "kawasaki.jp", "nowhere", "c", "x1", "xn--p1ai"]
    assert_same_sites([".".join(labels) for labels in product(LABELS, LABELS, ends)])
    assert_same_sites(["".join(parts) for parts in product(BEFORE, ["Acme.com", "ebay.de"], AFTER)])


def test_every_legal_form_is_the_same_after_and_before_a_name() -> None:
    written = [f"Acme {form}" for form in FORMS] + [f"{form} Acme" for form in FORMS]
    assert_same_names([*FORMS, *written, *(f"Acme Bank {form} Co" for form in FORMS)])
    assert_same_names([*(f"北京{form}" for form in FORMS), *(f"{form}北京" for form in FORMS)])
    chinese = [form for form in FORMS if form[0] >= "\u4e00"]
    assert_same_names([f"{a}北京{b}{c}" for a, b, c in product(["", *chinese], chinese, chinese)])


def test_every_two_short_legal_forms_are_the_same_after_a_name() -> None:
    short = [form for form in FORMS if form.isascii() and len(form) < 6]
    assert_same_names([f"Acme {one} {other}" for one, other in product(short, repeat=2)])


def test_every_letter_and_ideograph_is_the_same_as_a_name() -> None:
    letters = [*range(0x20, 0x180), *range(0x3400, 0xA000), *range(0xF900, 0xFB00)]
    assert_same_names([chr(letter) for letter in letters])
    assert_same_names([f"a{chr(letter)}b" for letter in letters])


def test_every_public_suffix_and_shared_host_is_the_same() -> None:
    for before in ("", "a.", "www.a.", "b.a.", "c.b.a.", "city.", "www."):
        assert_same_sites([f"{before}{suffix}" for suffix in dict.fromkeys(SUFFIXES)])


def _texts(folder: Path) -> Iterator[str]:
    """Every cell of the real tables."""
    for path in sorted(folder.rglob("*.csv")):
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            for row in csv.reader(file):
                yield from row
    companies = folder / "demo" / "sec_company_tickers__company_tickers.json"
    yield from (each["title"] for each in json.loads(companies.read_bytes()).values())


def test_every_cell_of_the_real_tables_is_the_same(shared_data: Path) -> None:
    cells: list[str | None] = [*dict.fromkeys(_texts(shared_data))]
    assert_same_names(cells)
    assert_same_sites(cells)


@pytest.mark.parametrize(
    "name",
    ["Acme", "Acme Inc.", "ACME, INC", "Acme Co., Ltd.", "Coca-Cola Co", "Acme 2 Pty Ltd", "比亚迪",
     "比亚迪股份有限公司"],
)  # fmt: skip
def test_a_plain_name_needs_no_python(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(names.columns, "name_key", None)
    monkeypatch.setattr(names.shown, "display_name", None)
    assert names.name_keys(names.display_names(strings([name]))).null_count == 0


@pytest.mark.parametrize(
    "site",
    ["acme.com", "https://www.acme.com/", "HTTP://Shop.Acme.co.uk/a/b.html", "www.acme.com.cn"],
)
def test_a_plain_address_needs_no_python(monkeypatch: pytest.MonkeyPatch, site: str) -> None:
    sites._plain_suffixes()
    monkeypatch.setattr(sites, "sites", None)
    domain, link = sites.domains_and_websites(strings([site]))
    assert domain.null_count == link.null_count == 0


def test_texts_with_large_offsets_are_read_too() -> None:
    texts = pa.array(["Acme", "Macy's", "acme.com", "acme.com:80", None], pa.large_string())
    assert names.display_names(texts).type == names.name_keys(texts).type == pa.string()
    read = sites.domains_and_websites(texts)
    assert [column.to_pylist()[2:] for column in read] == [
        ["acme.com", "acme.com", None], ["https://acme.com", "https://acme.com", None],
    ]  # fmt: skip
    assert sites.domains(texts).type == sites.websites(texts).type == pa.string()


def test_plain_values_are_read_without_pandas() -> None:
    code = """
import sys
from abmkit.domain.arrays import strings
from abmkit.domain.values.domains import domains_and_websites
from abmkit.domain.values.names import display_names, name_keys
name_keys(display_names(strings(["Acme Inc.", "比亚迪", "Macy's", None])))
domains_and_websites(strings(["https://acme.com/a", "acme.com:80", None]))
sys.exit("pandas" in sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
