"""Values as TOML writes them are read back as they were."""

from __future__ import annotations

import tomllib
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from abmkit.config.writing import toml_comment, toml_key, toml_value

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    TEXTS
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)


@given(TEXTS, VALUES)
def test_any_key_and_value_is_read_back_as_it_was(key: str, value: object) -> None:
    assert tomllib.loads(f"{toml_key(key)} = {toml_value(value)}") == {key: value}


@given(TEXTS)
def test_a_comment_stays_on_one_line_whatever_it_says(text: str) -> None:
    assert tomllib.loads(toml_comment(text)) == {}


def test_long_numbers_are_grouped_and_chinese_keys_are_quoted() -> None:
    assert toml_value(2_500_000.0) == "2_500_000"
    assert toml_value(8700) == "8700"
    assert toml_key("营业收入") == '"营业收入"'
    assert toml_key("num_of-1") == "num_of-1"
    assert toml_key("num\n") == '"num\\n"'
    assert toml_value(date(2026, 1, 31)) == "2026-01-31"
