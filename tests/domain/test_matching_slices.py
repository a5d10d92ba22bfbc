"""Records are compared in slices, and most pairs by a bound alone: neither may change a result."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest

from abmkit.domain.matching import blocking, comparison, probability, profiles
from abmkit.domain.matching.distinct import DistinctRecords, ListMemberships
from abmkit.domain.matching.names import similarity, tokens
from abmkit.domain.matching.names.forms import ACRONYM

_HEADS = ("acme", "borealis", "cardinal", "delphi", "euclid", "foxglove", "granite", "harbour")
_TAILS = ("steel", "steels", "foods", "fooods", "trust 1", "trust 2", "logistics", "robotics")


@pytest.fixture
def records() -> pa.Table:
    """Names that share words, some of them misspelt, in a few cities."""
    chance = random.Random(4)
    names = []
    for _ in range(400):
        head, tail = chance.choice(_HEADS), chance.choice(_TAILS)
        if chance.random() < 0.3:
            head = head[:2] + chance.choice("aeiou") + head[3:]
        names.append(" ".join([head, *chance.sample(_HEADS, 1), tail]))
    cities = [chance.choice(("lyon", "graz", "oslo", None)) for _ in names]
    return pa.table({"name": names, "name_key": names, "city": cities})


def _found(records: pa.Table, company: np.ndarray | None = None) -> list[tuple[int, int, float]]:
    count = records.num_rows
    lists = ListMemberships(np.zeros(count, dtype="int64"), (frozenset([0]),))
    every = np.arange(count)
    company = every if company is None else company
    pairs = comparison.compare_within(records, DistinctRecords(every, company, lists, company))
    columns = (pairs.left.tolist(), pairs.right.tolist(), pairs.probability.tolist())
    return sorted(zip(*columns, strict=True))


def test_the_size_of_slices_changes_nothing(records, monkeypatch) -> None:
    whole = _found(records)
    for module in (blocking, similarity, probability, profiles, tokens):
        monkeypatch.setattr(module, "_AT_ONCE", 7)
    monkeypatch.setattr(comparison, "_MOST_UNLIKELY", 20)
    monkeypatch.setattr(tokens, "_SPLIT_AT_ONCE", 7)
    monkeypatch.setattr(blocking, "_SORTED_AT_ONCE", 7)
    assert len(whole) > 100
    assert _found(records) == whole


@pytest.mark.parametrize("most", [1, 30])
def test_unlikely_pairs_that_are_let_go_change_nothing(records, monkeypatch, most) -> None:
    chance = random.Random(most)
    # Companies of one to three records, which stand anywhere.
    company = np.array([chance.randrange(250) for _ in range(records.num_rows)])
    company = np.unique(company, return_inverse=True)[1]
    monkeypatch.setattr(blocking, "_AT_ONCE", 7)
    with monkeypatch.context() as patched:
        kept = comparison._UnlikelyPairs
        patched.setattr(comparison, "_UnlikelyPairs", lambda *_: kept())
        every = _found(records, company)
    monkeypatch.setattr(comparison, "_MOST_UNLIKELY", most)
    assert _found(records, company) == every
    assert len(every) > 100


def test_pairs_that_a_bound_leaves_out_are_those_that_nothing_speaks_for(
    records, monkeypatch
) -> None:
    monkeypatch.setattr(probability, "_LEAST", 1e9)
    least = comparison._LEAST_WEIGHT
    monkeypatch.setattr(comparison, "_prior_of_pairs", lambda *_: 1.0)
    bounded = _found(records)
    monkeypatch.setattr(comparison, "_LEAST_WEIGHT", -np.inf)
    every = _found(records)
    enough = np.exp(least) / (1 + np.exp(least))
    assert bounded == [pair for pair in every if pair[2] >= enough]
    assert len(every) > len(bounded)


def test_initials_are_a_name_where_another_is_called_so() -> None:
    names = ["acme robotics trust", "granite foods holding", "art"]
    known = profiles.profile(pa.table({"name": names, "name_key": names}))
    made = known.row[known.kind == ACRONYM]
    assert made.tolist() == [0]


@pytest.mark.parametrize(("many", "compared"), [(1000, True), (20, False)])
def test_what_as_many_share_is_rare_in_a_short_list_alone(monkeypatch, many, compared) -> None:
    monkeypatch.setattr(blocking, "_MANY", many)
    names = [f"zyxomat {head}{tail}" for head in _HEADS for tail in "abcde"]
    known = profiles.profile(pa.table({"name": names, "name_key": names}))
    every = np.ones(known.count, dtype=bool)
    pairs = blocking.block(known, every, every)
    sides = (known.row[side].tolist() for side in (pairs.left_name, pairs.right_name))
    rows = zip(*sides, strict=True)
    # Words that begin otherwise share but the one that all have.
    assert ((0, len(names) - 1) in set(rows)) is compared
