from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmkit.domain.arrays import strings
from abmkit.domain.values.registry import SCHEMES, registry_id, registry_ids
from abmkit.domain.values.vocabularies import choices
from abmkit.schema.accounts import ACCOUNTS


@pytest.mark.parametrize(
    ("text", "scheme", "read"),
    [
        ("1045810", "cik", "cik:1045810"),
        ("0001045810", "cik", "cik:1045810"),
        ("1045810.0", "cik", "cik:1045810"),
        ("CIK0000001800", "cik", "cik:1800"),
        ("cik:1800", None, "cik:1800"),
        ("AAPL", "cik", None),
        ("0", "cik", None),
        ("91-1144442", "ein", "ein:911144442"),
        ("07-1144442", "ein", None),
        ("213800KUD8LAJWSQ9D15", "lei", "lei:213800KUD8LAJWSQ9D15"),
        ("213800kud8lajwsq9d15", None, "lei:213800KUD8LAJWSQ9D15"),
        ("213800KUD8LXJWSQ9D15", "lei", None),
        ("1", "lei", None),
        ("98", "lei", None),
        ("91110000600037341L", "uscc", "uscc:91110000600037341L"),
        ("91110000600037342L", "uscc", None),
        ("９１１１００００６０００３７３４１Ｌ", None, "uscc:91110000600037341L"),
        ("DE 136 695 976", "vat", "vat:DE136695976"),
        ("DE136695978", "vat", None),
        ("cik:1800", "ein", None),
        ("1800", None, None),
    ],
)
def test_a_registry_id_is_checked_and_carries_its_scheme(
    text: str, scheme: str | None, read: str | None
) -> None:
    assert registry_id(text, scheme) == read


def test_an_unknown_registry_id_is_not_unreadable() -> None:
    read, unreadable = registry_ids(strings(["1800", "-", None, "x"]), "cik")
    assert read.to_pylist() == ["cik:1800", None, None, None]
    assert unreadable.to_pylist() == [False, False, False, True]


@given(st.text(max_size=24), st.sampled_from([*SCHEMES, None]))
def test_registry_ids_are_the_same_when_made_again(text: str, scheme: str | None) -> None:
    read = registry_id(text, scheme)
    assert read is None or registry_id(read, scheme) == read


def test_relationships_are_known_by_their_common_words() -> None:
    texts = [
        "Customer",
        "客户",
        "former customer",
        "Churned",
        "PROSPECT",
        "competitor",
        "经销商",
        "friend",
        "-",
    ]
    read, unreadable = choices(strings(texts), ACCOUNTS.by_name["relationship"])
    assert read.to_pylist() == [
        "customer", "customer", "former_customer", "former_customer", "prospect", "competitor",
        "distributor", None, None,
    ]  # fmt: skip
    assert unreadable.to_pylist() == [False] * 7 + [True, False]
