"""Industry codes: read against the official lists, labelled, and carried from scheme to scheme."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmkit.domain.arrays import strings
from abmkit.domain.values.industries.codes import (
    code,
    codes,
    scheme_of,
    title,
    titles,
    titles_of,
)
from abmkit.domain.values.industries.crosswalks import branch, crosswalk
from abmkit.domain.values.industries.sections import SCHEMES, prefixes_under
from abmkit.errors import UsageError

sys.path.insert(0, str(Path(__file__).parents[1] / "tables"))


@pytest.mark.parametrize(
    ("text", "scheme", "read"),
    [
        ("C39", "gbt4754", "gbt4754:39"),
        ("C39计算机、通信和其他电子设备制造业", "gbt4754", "gbt4754:39"),
        ("C制造业", "gbt4754", "gbt4754:C"),
        ("I6510", "gbt4754", "gbt4754:651"),
        ("A65", "gbt4754", None),
        ("511210", "naics", "naics:511210"),
        ("511210.0", "naics", "naics:511210"),
        ("541000", "naics", "naics:541"),
        ("31-33", "naics", "naics:31-33"),
        ("511210; 541511", "naics", "naics:511210"),
        ("999999", "naics", None),
        ("7372 Services-Prepackaged Software", "sic", "sic:7372"),
        ("7370", "sic", "sic:737"),
        ("73720000", "sic", "sic:7372"),
        ("6770", "sic", "sic:6770"),
        # A spreadsheet took the zero.
        ("111", "sic", "sic:0111"),
        ("D", "sic", "sic:D"),
        ("J6201", "isic", "isic:6201"),
        ("6201 - Computer programming", "isic", "isic:6201"),
        ("62.01", "nace", "nace:6201"),
        ("62.03", "nace", "nace:6203"),
        ("62.10", "nace", "nace:6210"),
        ("62.01Z", "nace", "nace:6201"),
        ("62012", "nace", "nace:6201"),
        ("62.0", "nace", "nace:620"),
        ("NAICS 5112", None, "naics:5112"),
        ("isic:6201", "naics", "isic:6201"),
        ("6201", None, None),
        ("Computer", "isic", None),
        ("A company", "isic", None),
    ],
)
def test_a_code_is_one_of_its_official_list(text: str, scheme: str | None, read: str) -> None:
    assert code(text, scheme) == read


def test_a_code_that_the_list_has_not_is_unreadable() -> None:
    read, unreadable = codes(strings(["511210", "999999", "-", None]), "naics")
    assert read.to_pylist() == ["naics:511210", None, None, None]
    assert unreadable.to_pylist() == [False, True, False, False]


def test_every_code_of_every_list_reads_as_itself_and_has_a_title() -> None:
    for scheme in SCHEMES:
        for each in titles(scheme):
            assert code(each, scheme) == f"{scheme}:{each}"
            assert title(f"{scheme}:{each}"), (scheme, each)


@given(st.text(max_size=20), st.sampled_from([*SCHEMES, None]))
def test_a_code_read_again_is_the_same(text: str, scheme: str | None) -> None:
    found = code(text, scheme)
    assert found is None or code(found) == found


def test_a_code_without_a_title_has_that_of_the_broader_one() -> None:
    coded = strings(["gbt4754:39", "sic:737", "naics:513210", None])
    assert titles_of(coded).to_pylist() == [
        "计算机、通信和其他电子设备制造业", "Business Services", "Software Publishers", None,
    ]  # fmt: skip


def test_the_scheme_of_bare_codes_is_told_where_only_one_has_them() -> None:
    assert scheme_of(strings(["511210", "541511", "334413"])) == "naics"
    assert scheme_of(strings(["62.01", "46.19", "47.91"])) in ("nace", None)
    assert scheme_of(strings(["C39", "I65", "J66"])) is None
    assert scheme_of(strings(["Software", "Energy", "Retail"])) is None


@pytest.mark.parametrize(
    ("under", "coded", "lies"),
    [
        ("isic:C", "naics:334413", True),
        ("isic:C", "naics:31-33", True),
        ("isic:C", "naics:513210", False),
        ("isic:C", "gbt4754:3911", True),
        ("isic:C", "gbt4754:C", True),
        # Scrap is manufacturing in China, and waste management elsewhere.
        ("isic:C", "gbt4754:42", False),
        ("isic:C", "sic:2834", True),
        # Printing and publishing are one in SIC.
        ("isic:C", "sic:27", None),
        ("isic:C", "nace:2611", True),
        ("nace:C", "isic:2610", True),
        ("nace:62.01", "naics:541511", True),
        ("isic:J", "gbt4754:65", True),
        ("isic:62", "gbt4754:65", None),
        ("isic:62", "sic:7371", True),
    ],
)
def test_under_a_branch_of_isic_lie_codes_of_all_schemes(under, coded, lies) -> None:
    found = branch(under)
    assert (coded in found.also) is (lies is True)
    assert (coded in found.partly) is (lies is None)


def test_under_a_branch_of_another_scheme_lie_only_its_own() -> None:
    assert branch("gbt4754:C").also == ()
    assert prefixes_under("naics:31-33") == [
        "naics:31-33", "naics:31", "naics:32", "naics:33",
    ]  # fmt: skip
    assert prefixes_under("sic:J")[:2] == ["sic:J", "sic:91"]
    assert prefixes_under("gbt4754:C39") == ["gbt4754:39"]
    with pytest.raises(UsageError, match="no section 'Z'"):
        branch("isic:Z")


def test_codes_go_from_one_scheme_to_another() -> None:
    assert crosswalk("naics:511210", "isic") == ("isic:5820",)
    assert crosswalk("naics:334413", "nace") == ("nace:261",)
    assert crosswalk("isic:6201", "isic31") == ("isic31:7229",)
    assert crosswalk("isic:6201", "naics") == ("naics:541511",)
    assert crosswalk("gbt4754:65", "isic") == ("isic:58", "isic:62", "isic:63")
    with pytest.raises(UsageError, match="no crosswalk knows 'gics'"):
        crosswalk("gics:45", "isic")


def test_the_tables_that_ship_are_those_of_the_official_lists(shared_data: Path) -> None:
    import gzip

    import industries

    for name, build in (("codes", industries.codes), ("crosswalk", industries.crosswalk)):
        shipped = (industries.PACKAGE / f"industry_{name}.csv.gz").read_bytes()
        assert gzip.decompress(shipped) == gzip.decompress(build(shared_data))
