"""What became of records: which account each is of, what it gave, and why it is there."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    from_flags,
    from_numpy,
    repeated,
    scalar,
    strings,
    where_known,
    whole,
)
from abmkit.domain.companies.ids import record_ids, row_names
from abmkit.domain.companies.linkage import SharedKeys
from abmkit.domain.companies.survivorship import RECORD
from abmkit.domain.matching.similar import Similar, SimilarPairs

Ints = npt.NDArray[Any]

_SPOKEN = {"registry_ids": "registry id", "name_key": "name"}
_KEPT_APART = "other records of the two are less alike or contradict each other"
_SHOWN = (*RECORD, "name", "domain", "country", "region", "city")


def pairs_table(
    records: pa.Table, similar: Similar, shared: SharedKeys | None, same: float
) -> pa.Table:
    """The pairs as rows, those merged by a key first where they are given, then the likeliest."""
    pairs = similar.pairs
    nothing = np.empty(0, dtype="int64")
    firsts, laters = (shared.first, shared.later) if shared else (nothing, nothing)
    by_key = _by_keys(shared) if shared else strings([])
    left = from_numpy(np.concatenate([firsts, pairs.left]))
    right = from_numpy(np.concatenate([laters, pairs.right]))
    merged = similar.labels[pairs.left] == similar.labels[pairs.right]
    left_ids, right_ids = _told_apart(records, left, right)
    names = ["left", "right", "verdict", "probability", "evidence"]
    columns = [
        left_ids,
        right_ids,
        strings([*["merged"] * len(firsts), *np.where(merged, "merged", "review").tolist()]),
        from_numpy(np.concatenate([np.ones(len(firsts)), pairs.probability])),
        pa.concat_arrays([by_key, _with_what_kept_apart(pairs, merged, same)]),
    ]
    for side, rows in (("left", left), ("right", right)):
        for column in _SHOWN:
            if column in records.column_names:
                names.append(f"{side}_{column}")
                columns.append(whole(records[column]).take(rows))
    table = pa.Table.from_arrays(columns, names=names)
    by_name = [("left", "ascending"), ("right", "ascending")]
    return table.sort_by([("probability", "descending"), *by_name])


def _told_apart(
    records: pa.Table, left: pa.Array, right: pa.Array
) -> tuple[pa.StringArray, pa.StringArray]:
    """What the records of each pair are called, by their names or rows where one id is of both."""
    ids = record_ids(records)
    sides = [ids.take(left), ids.take(right)]
    weaker = [
        each for each in ("domain", "registry_ids", "account_id") if each in records.column_names
    ]
    for others in (record_ids(records.drop_columns(weaker)), row_names(records)):
        same = pc.equal(*sides)
        if pc.any(same, min_count=0).as_py():
            taken = (others.take(left), others.take(right))
            sides = [pc.if_else(same, other, own) for own, other in zip(sides, taken, strict=True)]
    return sides[0], sides[1]


def _by_keys(shared: SharedKeys) -> pa.StringArray:
    """What records that are one by keys share, in words."""
    words = [
        f"same {' and '.join(_SPOKEN.get(part, part) for part in key.split('+'))}"
        for key in shared.names
    ]
    distinct, place = np.unique(shared.bits, return_inverse=True)
    texts = strings(
        "; ".join(text for bit, text in enumerate(words) if bits >> bit & 1)
        or "through other records"
        for bits in distinct.tolist()
    )
    return texts.take(from_numpy(place.reshape(-1)))


def _with_what_kept_apart(pairs: SimilarPairs, merged: Any, same: float) -> pa.StringArray:
    """The evidence; of likely pairs that are not one all the same, what it was against."""
    apart = ~merged & (pairs.probability >= same)
    texts = pairs.evidence.filter(from_flags(apart))
    told = pc.binary_join_element_wise(texts, repeated(_KEPT_APART, len(texts)), scalar("; but "))
    return pc.replace_with_mask(pairs.evidence, from_flags(apart), told)


def evidence_of(count: int, by_key: Ints, similar: Similar, shared: SharedKeys) -> pa.StringArray:
    """Why each of `count` records is of its company: what it shares with the one that was there
    first. `by_key` are the companies by keys alone."""
    _, first = np.unique(by_key, return_index=True)
    pairs = similar.pairs
    merged = np.flatnonzero(similar.labels[pairs.left] == similar.labels[pairs.right])
    # Of two companies that are one now, the one that was there later has the evidence, once.
    left, right = by_key[pairs.left[merged]], by_key[pairs.right[merged]]
    later, which = np.unique(np.maximum(first[left], first[right]), return_index=True)
    merged = merged[which]
    evidence = pairs.evidence.take(from_numpy(merged)).to_pylist()
    probability = pairs.probability[merged].tolist()
    texts = strings(f"{text} ({p:.0%})" for text, p in zip(evidence, probability, strict=True))
    place = np.full(count, -1, dtype="int64")
    place[later] = len(shared.later) + np.arange(len(later))
    place[shared.later] = np.arange(len(shared.later))
    return pa.concat_arrays([_by_keys(shared), texts]).take(where_known(place))


def giants_named(records: pa.Table, similar: Similar) -> tuple[tuple[str, ...], ...]:
    """Companies that likeness would have made one out of too many, as decisions name them."""
    rows = np.array([row for giant in similar.giants for row in giant], dtype="int64")
    names = iter(record_ids(records.take(from_numpy(rows))).to_pylist() if len(rows) else [])
    return tuple(tuple(next(names) for _ in giant) for giant in similar.giants)


def members_table(
    records: pa.Table,
    ids: pa.StringArray,
    labels: Ints,
    given: tuple[pa.ListArray, pa.ListArray, pa.StringArray],
    head: Ints | None,
) -> pa.Table:
    """Each record's account, and where rows stand for groups, the company that it is of.

    `given` are its fields that the account has, those that were overruled, and the evidence; `head`
    the company that stands for each company's group.
    """
    account = labels if head is None else head[labels]
    columns = [ids.take(from_numpy(account)), *(records[column] for column in RECORD), *given]
    names = ["account_id", *RECORD, "fields", "overruled", "evidence"]
    if head is not None:
        columns.append(ids.take(from_numpy(labels)))
        names.append("company_id")
    return pa.Table.from_arrays(columns, names=names).sort_by(
        [(name, "ascending") for name in names[:3]]
    )
