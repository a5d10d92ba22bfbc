"""What became of records: which account each is of, what it gave, and why it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from abmkit.domain.arrays import from_numpy, strings
from abmkit.domain.companies import record_ids
from abmkit.domain.matching.similar import Similar

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

    Ints = npt.NDArray[Any]

_RECORD = ("source", "source_row")
_SPOKEN = {"registry_ids": "registry id", "name_key": "name"}
_SHOWN = ("source", "source_row", "name", "domain", "country", "region", "city")


def pairs_table(
    records: pa.Table, alike: Similar, shared: list[tuple[int, int, str]], same: float
) -> pa.Table:
    """The pairs as rows, those merged by a key first, then the likeliest."""
    import numpy as np
    import pyarrow as pa

    found = alike.pairs
    one = from_numpy(np.concatenate([[each[0] for each in shared], found.one]).astype("int64"))
    other = from_numpy(np.concatenate([[each[1] for each in shared], found.other]).astype("int64"))
    merged = alike.labels[found.one] == alike.labels[found.other]
    by_key = [_by_key(each[2]) for each in shared]
    ids = record_ids(records)
    names = ["left", "right", "verdict", "probability", "evidence"]
    columns = [
        ids.take(one),
        ids.take(other),
        strings([*("merged" for _ in shared), *np.where(merged, "merged", "review").tolist()]),
        from_numpy(np.concatenate([np.ones(len(shared)), found.probability])),
        pa.concat_arrays([strings(by_key), _with_what_kept_apart(alike, merged, same)]),
    ]
    for side, rows in (("left", one), ("right", other)):
        for column in _SHOWN:
            if column in records.column_names:
                names.append(f"{side}_{column}")
                columns.append(records[column].combine_chunks().take(rows))
    table = pa.Table.from_arrays(columns, names=names)
    by_name = [("left", "ascending"), ("right", "ascending")]
    return table.sort_by([("probability", "descending"), *by_name])


def _by_key(keys: str) -> str:
    """What records that are one by keys share, in words."""
    if not keys:
        return "through other records"
    said = (" and ".join(_SPOKEN.get(part, part) for part in k.split("+")) for k in keys.split(";"))
    return "; ".join(f"same {key}" for key in said)


def why_there(
    count: int, by_key: Ints, alike: Similar, shared: list[tuple[int, int, str]]
) -> pa.StringArray:
    """Why each record is of its company: what it shares with the record that was there first."""
    told: list[str | None] = [None] * count
    for _, row, keys in shared:
        told[row] = _by_key(keys)
    first = dict(zip(by_key.tolist()[::-1], range(count - 1, -1, -1), strict=True))
    pairs = zip(
        alike.pairs.one.tolist(),
        alike.pairs.other.tolist(),
        alike.pairs.probability.tolist(),
        alike.pairs.evidence.to_pylist(),
        strict=True,
    )
    for one, other, probability, evidence in pairs:
        if alike.labels[one] == alike.labels[other]:
            # Of two companies that are one now, the one that was found later is told.
            later = max(first[int(by_key[one])], first[int(by_key[other])])
            told[later] = told[later] or f"{evidence} ({probability:.0%})"
    return strings(told)


def _with_what_kept_apart(alike: Similar, merged: Any, same: float) -> pa.StringArray:
    """The evidence; of likely pairs that are not one all the same, what it was against."""
    import numpy as np

    texts = alike.pairs.evidence.to_pylist()
    for at in np.flatnonzero(~merged & (alike.pairs.probability >= same)).tolist():
        texts[at] = f"{texts[at]}; but records of the two contradict each other"
    return strings(texts)


def giants_named(records: pa.Table, alike: Similar) -> tuple[tuple[str, ...], ...]:
    """Companies that likeness would have made one out of too many, as decisions name them."""
    import numpy as np

    rows = np.array([row for giant in alike.giants for row in giant], dtype="int64")
    names = iter(record_ids(records.take(from_numpy(rows))).to_pylist() if len(rows) else [])
    return tuple(tuple(next(names) for _ in giant) for giant in alike.giants)


def members_table(
    records: pa.Table, ids: pa.StringArray, labels: Ints, told: list[pa.Array], head: Any
) -> pa.Table:
    """Each record's account, and where rows stand for groups, the company that it is of."""
    import pyarrow as pa

    of = labels if head is None else head[labels]
    columns = [ids.take(from_numpy(of)), *(records[column] for column in _RECORD), *told]
    names = ["account_id", *_RECORD, "fields", "overruled", "evidence"]
    if head is not None:
        columns.append(ids.take(from_numpy(labels)))
        names.append("company_id")
    return pa.Table.from_arrays(columns, names=names).sort_by(
        [(name, "ascending") for name in names[:3]]
    )
