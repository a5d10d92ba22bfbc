"""Pre-flight: what of a list a target would take, refuse, or hardly match, before it is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import flags, from_flags, from_numpy, numbered, repeated, strings, whole
from abmkit.exports.cells import texts_of
from abmkit.exports.target import Column, Target

Flags = npt.NDArray[Any]
UPDATE, INSERT, CLEAR = "update", "insert", "clear"
_AROUND = 3
"""Bytes of a cell beside its own: quotes and what parts it from the next."""


@dataclass(frozen=True)
class Part:
    """Rows that go into one file, or into several where one cannot hold them."""

    name: str
    """One of `UPDATE`, `INSERT`, `CLEAR`; empty where the target makes no difference."""
    table: pa.Table
    """Texts, under the target's headers."""


@dataclass(frozen=True)
class Left:
    """A row that is left out, or may not be matched, and why."""

    account_id: str | None
    name: str | None
    code: str
    columns: tuple[str, ...] = ()
    row: int | None = None
    """Of the file of people, from 1."""
    day: date | None = None
    """When it was said."""


@dataclass(frozen=True)
class Preflight:
    """What a target would make of a list."""

    target: Target
    parts: tuple[Part, ...]
    skipped: tuple[Left, ...]
    weak: tuple[Left, ...]
    """Rows that are written, by which the target may find nobody."""
    matched_by: tuple[tuple[tuple[str, ...], int], ...]
    """How many rows of those written have what the target matches by, the strongest first."""
    held: tuple[Left, ...] = ()
    """People who are in no file, whatever the target takes, in the order of theirs."""

    @property
    def held_back(self) -> Mapping[str, int]:
        """How many people are in no file, by the reason."""
        return Counter(each.code for each in self.held)

    @property
    def rows(self) -> int:
        """How many rows are written for the list itself."""
        return sum(part.table.num_rows for part in self.parts if part.name != CLEAR)

    @property
    def reasons(self) -> Counter[tuple[str, tuple[str, ...]]]:
        """How many rows are left out, by the reason."""
        return Counter((each.code, each.columns) for each in self.skipped)


@dataclass(frozen=True)
class _Rows:
    """Rows while they are checked: which are still in, and why others are not."""

    who: pa.Table
    texts: dict[str, pa.StringArray]
    out: list[tuple[int, str, tuple[str, ...]]]
    kept: Flags

    def known(self, header: str) -> Flags:
        return flags(pc.is_valid(self.texts[header]))

    def all_known(self, headers: Sequence[str]) -> Flags:
        each = [self.known(header) for header in headers]
        return np.asarray(np.all(each, axis=0))

    def leave_out(self, which: Flags, code: str, columns: Sequence[str] = ()) -> None:
        out = np.flatnonzero(which & self.kept)
        self.out.extend((int(at), code, tuple(columns)) for at in out)
        self.kept[out] = False

    def left(self, rows: Sequence[tuple[int, str, tuple[str, ...]]]) -> tuple[Left, ...]:
        ids, names = (self.who[name].to_pylist() for name in ("account_id", "name"))
        return tuple(Left(ids[at], names[at], code, columns) for at, code, columns in sorted(rows))


def checked(target: Target, rows: pa.Table, tiers: Sequence[str]) -> Preflight:
    """Which rows of a list, or of people, a target would take; with ids, which of them to update
    and which to insert."""
    columns = target.columns
    if target.id is not None:
        columns = (Column(target.id, ("crm_id",)), *columns)
    texts = {each.header: texts_of(rows, each, target, tiers) for each in columns}
    named = (rows[n] if n in rows.column_names else _none(rows) for n in ("account_id", "name"))
    who = pa.table(dict(zip(("account_id", "name"), named, strict=True)))
    found = _Rows(who, texts, [], np.ones(rows.num_rows, dtype=bool))
    _only_together(target, found)
    _refused(target, found)
    matched_by, weak = _matched(target, found)
    return Preflight(
        target, _parts(target, found), found.left(found.out), found.left(weak), matched_by
    )


def _none(rows: pa.Table) -> pa.StringArray:
    return repeated(None, rows.num_rows)


def _only_together(target: Target, found: _Rows) -> None:
    """Empty what a target takes together only, where some of it is unknown."""
    if target.together:
        whole_ones = from_flags(found.all_known(target.together))
        for header in target.together:
            nothing = strings([None])[0]
            found.texts[header] = pc.if_else(whole_ones, found.texts[header], nothing)


def _refused(target: Target, found: _Rows) -> None:
    by_id = found.known(target.id) if target.id is not None else np.zeros(len(found.kept), bool)
    for column in target.columns:
        if column.required:
            found.leave_out(~found.known(column.header) & ~by_id, "missing", [column.header])
    if target.one_of:
        any_set = np.any([found.all_known(each) for each in target.one_of], axis=0)
        named = [" + ".join(each) for each in target.one_of]
        found.leave_out(~any_set & ~by_id, "none_of", named)
    if target.match:
        any_key = np.any([found.all_known(each) for each in target.match], axis=0)
        named = [" + ".join(each) for each in target.match]
        found.leave_out(~any_key & ~by_id, "no_key", named)
    most = target.rule("record_bytes")
    if most is not None:
        found.leave_out(row_bytes(found.texts.values()) > most, "too_long")
    ids = {target.id, *(each.header for each in target.columns if each.sources == ("crm_id",))}
    for header in (target.id, *target.one_per):
        if header is not None:
            texts = found.texts[header]
            # Ids of Salesforce differ by case alone.
            texts = texts if header in ids else pc.utf8_lower(texts)
            found.leave_out(_repeats(texts, found.kept), "repeated", [header])


def _repeats(texts: pa.StringArray, kept: Flags) -> Flags:
    """Where a row that is kept has the value of an earlier one."""
    at = np.flatnonzero(kept & flags(pc.is_valid(texts)))
    values = texts.take(from_numpy(at))
    first = np.unique(numbered(values), return_index=True)[1] if len(at) else at
    again = np.zeros(len(kept), dtype=bool)
    again[np.delete(at, first)] = True
    return again


def _matched(
    target: Target, found: _Rows
) -> tuple[tuple[tuple[tuple[str, ...], int], ...], list[tuple[int, str, tuple[str, ...]]]]:
    """By what the rows that are kept are matched, and those for which that is little."""
    keys = target.match
    strong = target.strong
    if target.id is not None:
        keys, strong = ((target.id,), *keys), strong + 1
    open_ones = found.kept.copy()
    counts, weak = [], []
    for number, key in enumerate(keys):
        by_this = open_ones & found.all_known(key)
        open_ones &= ~by_this
        counts.append((key, int(by_this.sum())))
        if number >= strong:
            weak += [(int(at), "weak", tuple(key)) for at in np.flatnonzero(by_this)]
    return tuple(counts), weak


def _parts(target: Target, found: _Rows) -> tuple[Part, ...]:
    table = pa.table(dict(found.texts))
    if target.id is None:
        return (Part("", table.filter(from_flags(found.kept))),)
    by_id = found.known(target.id)
    update = table.filter(from_flags(found.kept & by_id))
    insert = table.filter(from_flags(found.kept & ~by_id)).drop_columns([target.id])
    return tuple(
        Part(name, each) for name, each in ((UPDATE, update), (INSERT, insert)) if each.num_rows
    )


def with_cleared(found: Preflight, left: Sequence[Mapping[str, Any]]) -> Preflight:
    """With a part that clears the fields that say who is on the list, of accounts that left it.

    Those without a CRM id are left out, with the reason.
    """
    target = found.target
    fields = {each.header: each.off for each in target.columns if each.off is not None}
    assert target.id is not None
    ids: dict[str, None] = {}
    out = []
    for each in left:
        crm_id = each["crm_id"]
        if crm_id and fields:
            ids[crm_id] = None
        elif not crm_id:
            out.append(Left(each["account_id"], each["name"], "no_crm_id", (target.id,)))
    if not ids:
        return replace(found, skipped=(*found.skipped, *out))
    columns = {target.id: strings(ids)}
    columns |= {header: repeated(text, len(ids)) for header, text in fields.items()}
    part = Part(CLEAR, pa.table(columns))
    return replace(found, parts=(*found.parts, part), skipped=(*found.skipped, *out))


def row_bytes(columns: Any) -> npt.NDArray[np.int64]:
    """The bytes that rows of texts need at most in a CSV file."""
    sizes = [
        np.array(pc.fill_null(pc.add(pc.binary_length(t), pc.count_substring(t, '"')), 0)) + _AROUND
        for t in map(whole, columns)
    ]
    return np.asarray(np.sum(sizes, axis=0))
