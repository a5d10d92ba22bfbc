"""What became of records: which account each is of, what it gave, and why it is there."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from abmkit.domain.arrays import from_numpy, strings, where_known
from abmkit.domain.companies.merging import Shared, record_ids
from abmkit.domain.matching.similar import Similar

Ints = npt.NDArray[Any]

_RECORD = ("source", "source_row")
_SPOKEN = {"registry_ids": "registry id", "name_key": "name"}
_SHOWN = ("source", "source_row", "name", "domain", "country", "region", "city")


def pairs_table(records: pa.Table, alike: Similar, shared: Shared | None, same: float) -> pa.Table:
    """The pairs as rows, those merged by a key first where they are given, then the likeliest."""
    found = alike.pairs
    nothing = np.empty(0, dtype="int64")
    firsts, laters = (shared.first, shared.later) if shared else (nothing, nothing)
    by_key = _by_keys(shared) if shared else strings([])
    one = from_numpy(np.concatenate([firsts, found.one]))
    other = from_numpy(np.concatenate([laters, found.other]))
    merged = alike.labels[found.one] == alike.labels[found.other]
    ids = record_ids(records)
    names = ["left", "right", "verdict", "probability", "evidence"]
    columns = [
        ids.take(one),
        ids.take(other),
        strings([*["merged"] * len(firsts), *np.where(merged, "merged", "review").tolist()]),
        from_numpy(np.concatenate([np.ones(len(firsts)), found.probability])),
        pa.concat_arrays([by_key, _with_what_kept_apart(alike, merged, same)]),
    ]
    for side, rows in (("left", one), ("right", other)):
        for column in _SHOWN:
            if column in records.column_names:
                names.append(f"{side}_{column}")
                columns.append(records[column].combine_chunks().take(rows))
    table = pa.Table.from_arrays(columns, names=names)
    by_name = [("left", "ascending"), ("right", "ascending")]
    return table.sort_by([("probability", "descending"), *by_name])


def _by_keys(shared: Shared) -> pa.StringArray:
    """What records that are one by keys share, in words."""
    spoken = [
        f"same {' and '.join(_SPOKEN.get(part, part) for part in key.split('+'))}"
        for key in shared.names
    ]
    distinct, place = np.unique(shared.keys, return_inverse=True)
    texts = strings(
        "; ".join(text for at, text in enumerate(spoken) if bits >> at & 1)
        or "through other records"
        for bits in distinct.tolist()
    )
    return texts.take(from_numpy(place.reshape(-1)))


def why_there(count: int, by_key: Ints, alike: Similar, shared: Shared) -> pa.StringArray:
    """Why each record is of its company: what it shares with the record that was there first."""
    _, first = np.unique(by_key, return_index=True)
    found = alike.pairs
    merged = np.flatnonzero(alike.labels[found.one] == alike.labels[found.other])
    # Of two companies that are one now, the one that was found later is told, once.
    later = np.maximum(first[by_key[found.one[merged]]], first[by_key[found.other[merged]]])
    later, which = np.unique(later, return_index=True)
    at = merged[which]
    evidence = found.evidence.take(from_numpy(at)).to_pylist()
    likely = found.probability[at].tolist()
    texts = strings(f"{said} ({p:.0%})" for said, p in zip(evidence, likely, strict=True))
    place = np.full(count, -1, dtype="int64")
    place[later] = len(shared.later) + np.arange(len(later))
    place[shared.later] = np.arange(len(shared.later))
    return pa.concat_arrays([_by_keys(shared), texts]).take(where_known(place))


def _with_what_kept_apart(alike: Similar, merged: Any, same: float) -> pa.StringArray:
    """The evidence; of likely pairs that are not one all the same, what it was against."""
    texts = alike.pairs.evidence.to_pylist()
    for at in np.flatnonzero(~merged & (alike.pairs.probability >= same)).tolist():
        texts[at] = f"{texts[at]}; but records of the two contradict each other"
    return strings(texts)


def giants_named(records: pa.Table, alike: Similar) -> tuple[tuple[str, ...], ...]:
    """Companies that likeness would have made one out of too many, as decisions name them."""
    rows = np.array([row for giant in alike.giants for row in giant], dtype="int64")
    names = iter(record_ids(records.take(from_numpy(rows))).to_pylist() if len(rows) else [])
    return tuple(tuple(next(names) for _ in giant) for giant in alike.giants)


def members_table(
    records: pa.Table, ids: pa.StringArray, labels: Ints, told: list[pa.Array], head: Any
) -> pa.Table:
    """Each record's account, and where rows stand for groups, the company that it is of."""
    of = labels if head is None else head[labels]
    columns = [ids.take(from_numpy(of)), *(records[column] for column in _RECORD), *told]
    names = ["account_id", *_RECORD, "fields", "overruled", "evidence"]
    if head is not None:
        columns.append(ids.take(from_numpy(labels)))
        names.append("company_id")
    return pa.Table.from_arrays(columns, names=names).sort_by(
        [(name, "ascending") for name in names[:3]]
    )
