"""Dedupe: one row per company, each field from the record that knows it best."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.config.sections.dedupe import Dedupe
from abmkit.domain.arrays import (
    from_flags,
    from_numpy,
    int64s,
    lists,
    repeated,
    strings,
    to_numpy,
    where_known,
)
from abmkit.domain.companies.decisions import Decided, Decision, decided
from abmkit.domain.companies.ledger import Ledger, Settled, settle
from abmkit.domain.companies.merging import companies, company_ids, ids_of, shared_keys
from abmkit.domain.companies.provenance import giants_named, members_table, pairs_table, why_there
from abmkit.domain.companies.survivorship import OTHERS, merged
from abmkit.domain.frames import (
    Frame,
    attached,
    collected,
    column_in,
    like,
    opened,
    with_split,
    without,
)
from abmkit.domain.groups.grouping import company_hierarchy
from abmkit.domain.groups.hierarchy import ADDED as GROUP
from abmkit.domain.groups.hierarchy import COLUMNS as GROUPED_BY
from abmkit.domain.groups.hierarchy import Hierarchy, group_columns, has_parents, heads, told
from abmkit.domain.identity import ID_COLUMNS
from abmkit.domain.matching.similar import COLUMNS, Pairs, Similar, similar
from abmkit.domain.values.domains import with_own_sites
from abmkit.errors import InputError
from abmkit.schema.accounts import GATHERED, in_order

Ints = npt.NDArray[Any]

_RECORD = ("source", "source_row")
_ADDED = ("merged_records", "sources")
_ID, _COUNT, _SOURCES, _ALONE = "__account_id", "__records", "__sources", "__alone"
_PART = "__part"


@dataclass(frozen=True)
class Deduped:
    """One row per company, and where each comes from."""

    accounts: Any
    members: pa.Table
    """Each record's `account_id`, `source`, `source_row`; `fields`, the columns it gave, null where
    it is the company's only record and gave everything; `overruled`, what it knew otherwise than
    the row has it (`city: Saint Paul`); and `evidence`, why it is of that company, null for the
    record that the others were found by."""
    pairs: pa.Table
    """Pairs of records that evidence makes one company (`verdict` is `merged`) or leaves to a
    person (`review`): `left` and `right` as decisions name them, `probability`, `evidence`, and
    what each of the two is. With `every_pair` those merged by a key are there too."""
    giants: tuple[tuple[str, ...], ...]
    """Companies that evidence would have made one out of too many: what each is called."""
    unfollowed: tuple[tuple[Decision, str], ...] = ()
    """Decisions that name no record here, each with the name that was not found."""
    settled: Settled | None = None
    """The ledger of ids from now on and what changed in it; None where none was given."""
    unclear: tuple[str, ...] = ()
    """What a person should know of parents that could not be followed."""


def dedupe(
    records: Any,
    config: Dedupe | None = None,
    *,
    sources: Sequence[str] = (),
    decisions: Sequence[Decision] = (),
    ledger: Ledger | None = None,
    ordered: bool = True,
    every_pair: bool = False,
) -> Deduped:
    """One row per company, in `account_id` order where `ordered`, and the records it comes from.

    Records that share one of the config's keys are one company, transitively, unless they
    contradict each other in a registry scheme; so are those that share none but are likely one by
    all that is known of them. `decisions` of a person win over both. Fields that belong together
    survive whole, from the first of `sources` that knows them; within a source from the newest
    `as_of`, then the smallest value. `registry_ids`, `aliases` and `other_domains` are gathered,
    with the names and domains that were overruled. By the `ledger` a company keeps its id.
    Adds `account_id`, `merged_records` (int) and `sources` (list), and where a column names parents
    those of `abmkit.domain.groups.hierarchy.group_columns`; `source` and `source_row` go to the
    members. Records without those are numbered as they stand.

    At `level` group the row of the ultimate parent, else of the largest member, stands for its
    group as it is, but for the columns of step dedupe; `company_id` of the members says which of
    the group's companies a record is of.

    Raises `ColumnError` for a column that is neither canonical nor there, `InputError` where two
    records have the same `source` and `source_row`.
    """
    config = config or Dedupe()
    frame = _numbered(opened(records))
    keys, prefer = _keys(frame, config), _preferences(frame, config)
    read = {part for key in keys for part in key.split("+")} | {
        *ID_COLUMNS,
        *COLUMNS,
        *GATHERED,
        *_ADDED,
        *_RECORD,
        *(GROUPED_BY if has_parents(frame.columns) else ()),
    }
    narrow = _sorted(collected(frame.select([c for c in frame.columns if c in read])))
    narrow = with_own_sites(narrow)
    _check_told_apart(narrow)
    known = decided(narrow, decisions, ledger.known_by if ledger is not None else None)
    by_key = companies(narrow, keys, known)
    alike = _similar(narrow, by_key, config, known)
    labels = alike.labels
    settled = settle(narrow, labels, ledger) if ledger is not None else None
    ids = settled.ids if settled else company_ids(narrow, labels)
    alone = _sizes(labels)[labels] == 1
    found = _found(narrow, labels, ids)
    for column, others in OTHERS.items():
        if column in frame.columns and others not in frame.columns:
            # What is overruled needs a place to go.
            found = found.append_column(others, lists([None] * narrow.num_rows))
    frame = attached(without(frame, ("account_id", *_ADDED, *GROUP)), found, _RECORD, ordered=False)
    fields = overruled = lists([None] * narrow.num_rows)
    parts = []
    several = narrow.slice(0, 0)
    if alone.any() or not len(alone):
        parts.append(frame.filter(nw.col(_ALONE)))
    if not alone.all():
        rows = with_own_sites(_sorted(collected(frame.filter(~nw.col(_ALONE)))))
        several, given, other = merged(rows, _compact(labels[~alone]), sources, prefer)
        parts.append(_in_types_of(frame, like(frame, several.select(frame.columns))))
        fields, overruled = _placed(given, alone), _placed(other, alone)
    whole = nw.concat(parts) if len(parts) > 1 else parts[0]  # type: ignore[type-var]
    unclear: list[str] = []
    head = None
    if has_parents(narrow.column_names):
        named, belonging = company_hierarchy(narrow, labels, ids, several)
        unclear = told(named, belonging)
        head = heads(named, belonging) if config.level == "group" else None
        whole = _in_groups(whole, narrow, labels, named, belonging, head)
    whole = with_split(whole, _SOURCES).rename(
        {_ID: "account_id", _COUNT: "merged_records", _SOURCES: "sources"}
    )
    whole = without(whole, (_ALONE, *_RECORD))
    whole = whole.select(in_order(whole.columns))
    shared = shared_keys(narrow, keys, by_key)
    why = why_there(narrow.num_rows, by_key, alike, shared)
    members = members_table(narrow, ids, labels, [fields, overruled, why], head)
    if ordered:
        whole = whole.sort("account_id")
    pairs = pairs_table(narrow, alike, shared if every_pair else None, config.same)
    giants = giants_named(narrow, alike)
    accounts = nw.to_native(nw.maybe_reset_index(whole))
    return Deduped(accounts, members, pairs, giants, known.unfollowed, settled, tuple(unclear))


def _in_groups(
    whole: Frame, records: pa.Table, labels: Ints, named: pa.Table, found: Hierarchy, head: Any
) -> Frame:
    """The companies with their groups' columns; where there are heads, those alone for all."""
    groups = group_columns(named, found)
    if head is None:
        return attached(whole, groups.rename_columns([_ID, *GROUP]), _ID, ordered=False)
    rows = np.flatnonzero(found.in_group)
    _, first = np.unique(labels, return_index=True)
    # What the row that stands for a group comes from is what the group comes from.
    stands = _found(records, head[labels], named["account_id"].combine_chunks())
    stands = stands.select([_COUNT, _SOURCES]).take(from_numpy(first[rows]))
    above = repeated(None, len(rows))
    groups = groups.set_column(1, GROUP[0], above)
    for column in (_COUNT, _SOURCES):
        groups = groups.append_column(f"{column}_of_group", stands[column])
    groups = groups.append_column(_PART, from_flags(head[rows] != rows))
    groups = groups.rename_columns([_ID, *groups.column_names[1:]])
    whole = attached(whole, groups, _ID, ordered=False)
    whole = whole.filter(~nw.col(_PART).fill_null(False))
    own = [nw.coalesce(f"{column}_of_group", column).alias(column) for column in (_COUNT, _SOURCES)]
    return without(whole.with_columns(own), [_PART, f"{_COUNT}_of_group", f"{_SOURCES}_of_group"])


def _similar(records: pa.Table, labels: Ints, config: Dedupe, known: Decided) -> Similar:
    """What likeness makes of companies, or the companies as they are where it is not asked."""
    if not (config.similar and config.keys and records.num_rows):
        nothing = np.empty(0, dtype="int64")
        return Similar(labels, Pairs(nothing, nothing, nothing.astype(float), strings([])), ())
    ids = ids_of(records, known)
    alike = similar(records, labels, same=config.same, review=config.review, ids=ids)
    return replace(alike, pairs=_undecided(alike, labels, known)) if known.apart else alike


def _undecided(alike: Similar, labels: Ints, known: Decided) -> Pairs:
    """The pairs without those that a person has said are two companies: nobody asks twice."""
    pairs = alike.pairs
    one, other = labels[pairs.one], labels[pairs.other]
    asked = np.ones(len(one), dtype=bool)
    for sides in known.apart:
        left, right = (np.unique(labels[rows]) for rows in sides)
        for first, second in ((left, right), (right, left)):
            asked &= ~(np.isin(one, first) & np.isin(other, second))
    evidence = pairs.evidence.filter(from_flags(asked))
    return Pairs(pairs.one[asked], pairs.other[asked], pairs.probability[asked], evidence)


def _numbered(frame: Frame) -> Frame:
    """The frame with `source` and `source_row`, so that its records can be told apart."""
    if not isinstance(frame, nw.LazyFrame):
        # What is merged comes back in plain Arrow types; the rest must have the same.
        frame = like(frame, collected(frame))
    untyped = [name for name, dtype in frame.collect_schema().items() if dtype == nw.Unknown]
    if untyped:
        frame = frame.with_columns(nw.col(name).cast(nw.String) for name in untyped)
    if "source" not in frame.columns:
        frame = frame.with_columns(nw.lit("input").alias("source"))
    if "source_row" in frame.columns:
        return frame
    if isinstance(frame, nw.LazyFrame):
        numbered: Frame = frame.with_row_index("source_row", order_by=frame.columns)
    else:
        numbered = frame.with_row_index("source_row")
    return numbered.with_columns(nw.col("source_row").cast(nw.Int64) + 1)


def _keys(frame: Frame, config: Dedupe) -> list[str]:
    """The keys whose columns are there, as the data spells them."""
    keys = []
    for key in config.keys:
        parts = [column_in(frame.columns, p.strip(), where="dedupe.keys") for p in key.split("+")]
        if key.rpartition("+")[2].strip().casefold() == "country" and parts[-1] is None:
            parts = parts[:-1]  # No country is known: the rest counts alone.
        if parts and all(part is not None for part in parts):
            keys.append("+".join(str(part) for part in parts))
    return keys


def _preferences(frame: Frame, config: Dedupe) -> dict[str, Sequence[str] | Literal["newest"]]:
    """What is preferred for the columns that are there, as the data spells them."""
    spelled = {
        name: column_in(frame.columns, name, where="dedupe.prefer") for name in config.prefer
    }
    return {column: config.prefer[name] for name, column in spelled.items() if column is not None}


def _in_types_of(frame: Frame, other: Frame) -> Frame:
    """Another frame of the same columns in the types that the first has them in."""
    types, others = frame.collect_schema(), other.collect_schema()
    return other.with_columns(
        nw.col(name).cast(dtype) for name, dtype in types.items() if dtype != others[name]
    )


def _sorted(records: pa.Table) -> pa.Table:
    return records.sort_by([(column, "ascending") for column in _RECORD]).combine_chunks()


def _check_told_apart(records: pa.Table) -> None:

    source, row = (records[column].combine_chunks() for column in _RECORD)
    if len(row) < 2:
        return
    twice = pc.and_(pc.equal(source[1:], source[:-1]), pc.equal(row[1:], row[:-1]))
    if pc.any(twice).as_py():
        at = twice.to_pylist().index(True)
        raise InputError(
            f"two records are both row {row[at].as_py()} of source {source[at].as_py()!r}",
            remedy="give each source its own name",
        )


def _sizes(labels: Ints) -> Ints:

    return np.bincount(labels, minlength=1)


def _compact(labels: Ints) -> Ints:

    return np.unique(labels, return_inverse=True)[1]


def _found(records: pa.Table, labels: Ints, ids: pa.StringArray) -> pa.Table:
    """What each record's company is, by `source` and `source_row`."""
    sizes = _sizes(labels)
    counts = sizes
    if "merged_records" in records.column_names:
        counts = _totals(records["merged_records"], labels)
    return pa.Table.from_arrays(
        [
            *(records[column] for column in _RECORD),
            ids.take(from_numpy(labels)),
            from_numpy(counts[labels]),
            _sources(records, labels, sizes),
            from_flags(sizes[labels] == 1),
        ],
        names=[*_RECORD, _ID, _COUNT, _SOURCES, _ALONE],
    )


def _totals(counts: pa.ChunkedArray, labels: Ints) -> Ints:

    known = to_numpy(pc.fill_null(counts.combine_chunks(), int64s([1])[0]))
    return np.bincount(labels, weights=known).astype("int64")


def _sources(records: pa.Table, labels: Ints, sizes: Ints) -> pa.StringArray:
    """The sources of each record's company, in order of their names, joined by `;`."""
    texts = records["source"].combine_chunks()
    if "sources" in records.column_names:
        given = zip(records["sources"].to_pylist(), texts.to_pylist(), strict=True)
        texts = strings(";".join(several or [one]) for several, one in given)
    shared = np.flatnonzero(sizes[labels] > 1)
    if not len(shared):
        return texts
    names: dict[int, set[str]] = defaultdict(set)
    of_shared = texts.take(from_numpy(shared)).to_pylist()
    for company, text in zip(labels[shared].tolist(), of_shared, strict=True):
        names[company].update(text.split(";"))
    distinct = strings(";".join(sorted(found)) for found in names.values())
    places = np.full(int(labels.max()) + 1, -1, dtype="int64")
    places[list(names)] = np.arange(len(names))
    return pc.coalesce(distinct.take(where_known(places[labels])), texts)


def _placed(given: pa.ListArray, alone: Ints) -> pa.ListArray:

    places = np.full(len(alone), -1, dtype="int64")
    places[~alone] = np.arange(len(given))
    return given.take(where_known(places))
