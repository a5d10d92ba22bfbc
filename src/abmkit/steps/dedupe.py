"""Dedupe: one row per company, each field from the record that knows it best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from abmkit.config.sections.dedupe import Dedupe
from abmkit.domain.arrays import (
    from_flags,
    from_numpy,
    repeated,
    strings,
)
from abmkit.domain.companies.decisions import Decided, Decision, decided
from abmkit.domain.companies.ids import company_ids
from abmkit.domain.companies.ledger import Ledger, Settled, settle
from abmkit.domain.companies.linkage import Linked, linked, shared_keys, vetoes_of
from abmkit.domain.companies.provenance import (
    evidence_of,
    giants_named,
    members_table,
    pairs_table,
)
from abmkit.domain.companies.rows import (
    ADDED,
    ALONE,
    COUNT,
    ID,
    SOURCES,
    MergedRows,
    check_told_apart,
    company_columns,
    in_record_order,
    merged_rows,
)
from abmkit.domain.companies.survivorship import RECORD, Overridden
from abmkit.domain.companies.trust.namesakes import AGREEING, DIFFERING
from abmkit.domain.companies.trust.values import READ, Believed, NotBelieved, believed
from abmkit.domain.frames import (
    Frame,
    Once,
    as_it_is,
    attached,
    collected,
    column_in,
    is_spark,
    like,
    opened,
    with_split,
    without,
)
from abmkit.domain.groups.hierarchy import ADDED as GROUP
from abmkit.domain.groups.hierarchy import COLUMNS as GROUPED_BY
from abmkit.domain.groups.hierarchy import (
    Hierarchy,
    company_hierarchy,
    group_columns,
    has_parents,
    heads,
    unclear_parents,
)
from abmkit.domain.identity import ID_COLUMNS
from abmkit.domain.matching.similar import COLUMNS, Similar, SimilarPairs, similar
from abmkit.domain.values.domains import with_own_sites
from abmkit.errors import UsageError
from abmkit.schema.accounts import GATHERED, in_order
from abmkit.steps.unmerged import unmerged

Ints = npt.NDArray[Any]

MOST_ON_DRIVER = 20_000_000
"""What records are told to be companies by is looked at together: on a cluster by its driver."""
_NO_SOURCE = "input"
"""What records that are of no source are said to be of."""
_PART, _STRANGER = "__part", "__stranger"


@dataclass(frozen=True)
class Deduped:
    """One row per company, and where each comes from."""

    accounts: Any
    members: Any
    """A table, or a frame of the records' engine: each record's `account_id`, `source`,
    `source_row`; `fields`, the columns it gave, null where it is the company's only record and gave
    everything; `overruled`, what it knew otherwise than the row has it (`city: Saint Paul`); and
    `evidence`, why it is of that company, null for the record that the others were found by."""
    pairs: pa.Table
    """Pairs of records that likeness makes one company (`verdict` is `merged`) or leaves to a
    person (`review`): `left` and `right` as decisions name them, `probability`, `evidence`, and
    what each of the two is. With `every_pair` those merged by a key are there too."""
    giants: tuple[tuple[str, ...], ...]
    """Companies that likeness would have made one out of too many: what each is called."""
    unfollowed: tuple[tuple[Decision, str], ...] = ()
    """Decisions that name no record here, each with the name that was not found."""
    settled: Settled | None = None
    """The ledger of ids from now on and what changed in it; None where none was given."""
    unclear: tuple[str, ...] = ()
    """What a person should know of parents that could not be followed."""
    not_believed: tuple[NotBelieved, ...] = ()
    """Values that unlike companies share, so that they were not used, those of most first."""
    overridden: tuple[Overridden, ...] = ()
    """Where `prefer` keeps what protects a company less than another record does."""


def dedupe(
    records: Any,
    config: Dedupe | None = None,
    *,
    sources: Sequence[str] = (),
    decisions: Sequence[Decision] = (),
    ledger: Ledger | None = None,
    ordered: bool = True,
    every_pair: bool = False,
    once: Once = as_it_is,
) -> Deduped:
    """One row per company, in `account_id` order where `ordered`, and the records it comes from.

    Records that share one of the config's keys are one company, transitively, unless unlike
    companies share it, it is a name that others may have, or they contradict each other (registry
    scheme, ticker, site); so are those that share none but are likely one by all that is known of
    them. A `domain` that is not believed is null in what comes out. `decisions` of a person win
    over both. Fields that belong together survive whole, from the first of `sources` that knows
    them; within a source from the newest `as_of`, then the smallest value. What protects (an
    opt-out, a customer) survives from any record, unless `prefer` names its column. `registry_ids`,
    `aliases` and `other_domains` are gathered, with the names and domains that were overruled. By
    the `ledger` a company keeps its id. What is read more than once is computed `once`.
    Adds `account_id`, `merged_records` (int) and `sources` (list), and where a column names parents
    those of `abmkit.domain.groups.hierarchy.group_columns`; `source` and `source_row` go to the
    members. Records without those are numbered as they stand. With `keys = []` records stay.

    At `level` group the row of the ultimate parent, else of the largest member, stands for its
    group as it is, but for the columns of step dedupe; `company_id` of the members says which of
    the group's companies a record is of.

    Raises `ColumnError` for a column that is neither canonical nor there, `InputError` where two
    records have the same `source` and `source_row`.
    """
    config, frame = config or Dedupe(), _numbered(opened(records))
    keys, prefer = _keys(frame, config), _preferences(frame, config)
    if not config.keys and not decisions and _names_itself(frame):
        return _as_they_are(frame, ledger, config, ordered, once)
    trusted = believed(_narrow(frame, keys), keys)
    narrow, before = trusted.records, None if ledger is None else ledger.keys_of
    known = decided(narrow, decisions, before)
    by_keys = linked(narrow, keys, known)
    labels = (alike := _similar(narrow, by_keys, config, known)).labels
    settled = settle(narrow, labels, ledger) if ledger is not None else None
    ids = settled.ids if settled else company_ids(narrow, labels)
    frame = _with_own_sites(without(frame, GROUP), trusted)
    merged = merged_rows(frame, narrow, labels, ids, sources, prefer)
    grouped = _grouped(merged, narrow, labels, ids, config)
    shared = shared_keys(narrow, keys, by_keys.labels)
    why = evidence_of(narrow.num_rows, by_keys.labels, alike, shared)
    return Deduped(
        _finished(grouped.accounts, ordered),
        members_table(narrow, ids, labels, (merged.fields, merged.overruled, why), grouped.head),
        pairs_table(narrow, alike, shared if every_pair else None, config.same),
        giants_named(narrow, alike),
        known.unfollowed,
        settled,
        grouped.unclear,
        trusted.not_believed,
        merged.overridden,
    )


def _names_itself(frame: Frame) -> bool:
    """Whether companies can be named without looking at them together."""
    return "account_id" in frame.columns and not has_parents(frame.columns)


def _as_they_are(
    frame: Frame, ledger: Ledger | None, config: Dedupe, ordered: bool, once: Once
) -> Deduped:
    """Each record as a company of its own."""
    found = unmerged(frame, ledger, once)
    accounts, members = found.accounts, found.members
    if ordered:
        accounts, members = accounts.sort("account_id"), members.sort("account_id", *RECORD)
    nobody = collected(frame.head(0))
    none = np.empty(0, dtype="int64")
    alike = Similar(none, SimilarPairs(none, none, none.astype(float), strings([])), ())
    return Deduped(
        nw.to_native(nw.maybe_reset_index(accounts)),
        nw.to_native(members),
        pairs_table(nobody, alike, None, config.same),
        (),
        settled=found.settled,
    )


def _narrow(frame: Frame, keys: Sequence[str]) -> pa.Table:
    """The columns that records are told to be companies by, in the order of `source_row`.

    Raises `InputError` where two records have the same `source` and `source_row`.
    """
    read = {part for key in keys for part in key.split("+")} | {
        *ID_COLUMNS,
        *COLUMNS,
        *READ,
        *AGREEING,
        *DIFFERING,
        *GATHERED,
        *ADDED,
        *RECORD,
        *(GROUPED_BY if has_parents(frame.columns) else ()),
    }
    if is_spark(frame):
        _check_fits(frame)
    records = in_record_order(collected(frame.select([c for c in frame.columns if c in read])))
    records = with_own_sites(records)
    check_told_apart(records)
    return records


def _check_fits(frame: Frame) -> None:
    """Raise `UsageError` for more records on a cluster than one machine compares."""
    (count,) = collected(frame.select(nw.len().alias("count")))["count"].to_pylist()
    if count > MOST_ON_DRIVER:
        raise UsageError(
            "{count:,} records are more than the {most_on_driver:,} that Spark's driver compares",
            where="dedupe.keys",
            remedy="say keys = [] where each record is a company already, or dedupe before",
            count=count,
            most_on_driver=MOST_ON_DRIVER,
        )


def _with_own_sites(frame: Frame, trusted: Believed) -> Frame:
    """The frame without sites that are not believed: null, and not in `other_domains`."""
    lost = trusted.without_site
    if lost is None:
        return frame
    records = trusted.records
    columns = [*(records[column] for column in RECORD), from_flags(lost)]
    names = [*RECORD, _STRANGER]
    if "other_domains" in records.column_names:
        frame = without(frame, ["other_domains"])
        columns.append(records["other_domains"])
        names.append("other_domains")
    table = pa.Table.from_arrays(columns, names=names)
    frame = attached(frame, table, RECORD, ordered=False)
    own = nw.when(~nw.col(_STRANGER)).then(nw.col("domain")).otherwise(None)
    return without(frame.with_columns(own.alias("domain")), [_STRANGER])


# One row per company, or per group ---------------------------------------------------------------


@dataclass(frozen=True)
class _Grouped:
    """The companies in their groups."""

    accounts: Frame
    head: Ints | None = None
    """(n_companies,) the company that stands for each one's group, where groups are the rows."""
    unclear: tuple[str, ...] = ()
    """What a person should know of parents that could not be followed."""


def _grouped(
    merged: MergedRows, records: pa.Table, labels: Ints, ids: pa.StringArray, config: Dedupe
) -> _Grouped:
    """The companies with their groups' columns, where a column names parents."""
    if not has_parents(records.column_names):
        return _Grouped(merged.accounts)
    named, groups = company_hierarchy(records, labels, ids, merged.several)
    head = heads(named, groups) if config.level == "group" else None
    accounts = _in_groups(merged.accounts, records, labels, named, groups, head)
    return _Grouped(accounts, head, tuple(unclear_parents(named, groups)))


def _finished(accounts: Frame, ordered: bool) -> Any:
    """The accounts under the names and in the order that columns and rows have, as they came."""
    accounts = with_split(accounts, SOURCES).rename(
        {ID: "account_id", COUNT: "merged_records", SOURCES: "sources"}
    )
    accounts = without(accounts, (ALONE, *RECORD))
    accounts = accounts.select(in_order(accounts.columns))
    if ordered:
        accounts = accounts.sort("account_id")
    return nw.to_native(nw.maybe_reset_index(accounts))


def _in_groups(
    whole: Frame,
    records: pa.Table,
    labels: Ints,
    named: pa.Table,
    hierarchy: Hierarchy,
    head: Ints | None,
) -> Frame:
    """The companies with their groups' columns; where there are heads, those alone for all."""
    groups = group_columns(named, hierarchy)
    if head is None:
        return attached(whole, groups.rename_columns([ID, *GROUP]), ID, ordered=False)
    rows = np.flatnonzero(hierarchy.in_group)
    _, first = np.unique(labels, return_index=True)
    # What the row that stands for a group comes from is what the group comes from.
    stands = company_columns(records, head[labels], named["account_id"].combine_chunks())
    stands = stands.select([COUNT, SOURCES]).take(from_numpy(first[rows]))
    above = repeated(None, len(rows))
    groups = groups.set_column(1, GROUP[0], above)
    for column in (COUNT, SOURCES):
        groups = groups.append_column(f"{column}_of_group", stands[column])
    groups = groups.append_column(_PART, from_flags(head[rows] != rows))
    groups = groups.rename_columns([ID, *groups.column_names[1:]])
    whole = attached(whole, groups, ID, ordered=False)
    whole = whole.filter(~nw.col(_PART).fill_null(False))
    own = [nw.coalesce(f"{column}_of_group", column).alias(column) for column in (COUNT, SOURCES)]
    return without(whole.with_columns(own), [_PART, f"{COUNT}_of_group", f"{SOURCES}_of_group"])


# Which companies are likely one ------------------------------------------------------------------


def _similar(records: pa.Table, by_keys: Linked, config: Dedupe, known: Decided) -> Similar:
    """What likeness makes of companies, or the companies as they are where it is not asked."""
    labels = by_keys.labels
    if not (config.similar and config.keys and records.num_rows):
        nothing = np.empty(0, dtype="int64")
        pairs = SimilarPairs(nothing, nothing, nothing.astype(float), strings([]))
        return Similar(labels, pairs, ())
    ids = vetoes_of(records, known)
    alike = similar(
        records, labels, same=config.same, review=config.review, ids=ids, asked=by_keys.doubted
    )
    return replace(alike, pairs=_undecided(alike, labels, known)) if known.apart else alike


def _undecided(alike: Similar, labels: Ints, known: Decided) -> SimilarPairs:
    """The pairs without those that a person has said are two companies: nobody asks twice."""
    pairs = alike.pairs
    left, right = labels[pairs.left], labels[pairs.right]
    asked = np.ones(len(left), dtype=bool)
    for sides in known.apart:
        one, other = (np.unique(labels[rows]) for rows in sides)
        for first, second in ((one, other), (other, one)):
            asked &= ~(np.isin(left, first) & np.isin(right, second))
    evidence = pairs.evidence.filter(from_flags(asked))
    return SimilarPairs(pairs.left[asked], pairs.right[asked], pairs.probability[asked], evidence)


# The records as they came ------------------------------------------------------------------------


def _numbered(frame: Frame) -> Frame:
    """The frame with `source` and `source_row`, so that its records can be told apart."""
    if not isinstance(frame, nw.LazyFrame):
        # What is merged comes back in plain Arrow types; the rest must have the same.
        frame = like(frame, collected(frame))
    untyped = [name for name, dtype in frame.collect_schema().items() if dtype == nw.Unknown]
    if untyped:
        frame = frame.with_columns(nw.col(name).cast(nw.String) for name in untyped)
    source = nw.col("source").fill_null(_NO_SOURCE) if "source" in frame.columns else None
    frame = frame.with_columns((nw.lit(_NO_SOURCE) if source is None else source).alias("source"))
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
