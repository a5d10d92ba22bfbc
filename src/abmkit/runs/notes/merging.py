"""What was typed brought together with what is kept: only what was changed counts, cell by cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pyarrow as pa

from abmkit.domain.arrays import strings
from abmkit.domain.companies.ledger import Ledger
from abmkit.domain.facts import Fact, fact
from abmkit.domain.rules.pins import RELEASED
from abmkit.runs.notes.typed import Choice, Row
from abmkit.sources.notes.kept import Note, Notes, sign_of

_FEW = 3
_MOST_REPLACED = 20
"""So many cells are told with what they were: that is nowhere else any more."""
_DECISION_COLUMNS = ("left", "right", "decision", "by", "why")


@dataclass
class Merged:
    """The notes as they are now, and what became of what was typed."""

    notes: Notes
    changed: Counter[str] = field(default_factory=Counter)
    """How many cells of each kind were typed or changed, by the names of columns."""
    cleared: Counter[str] = field(default_factory=Counter)
    accounts: int = 0
    """How many accounts that is."""
    lost: list[Fact] = field(default_factory=list)
    """What could not be kept, the worst first."""


def merged(
    notes: Notes,
    rows: Sequence[Row],
    ledger: Ledger | None,
    day: date,
    *,
    statuses: Container[str] = (),
) -> Merged:
    """The notes with what was typed: a cell that is not as it was given is what counts; what is as
    it was stays as it is kept, and so does every account that has no row.

    A cleared cell clears. Accounts go by the ids that they have now by the ledger, where there is
    one; a row of an id that it does not know is not believed. `statuses` are those that are kept by
    a code, and told in words.
    """
    named = {row.account_id for row in rows} | {*notes.by_account}
    now, unknown = _ids(named, ledger)
    known = dict(notes.named(now).by_account)
    done = Merged(notes)
    strangers = [row for row in rows if row.account_id in unknown]
    if strangers:
        done.lost.append(_some("notes.unknown", strangers))
    typed, disputed = _typed([row for row in rows if row.account_id not in unknown], now)
    if disputed:
        done.lost.append(_some("notes.disputed", disputed))
    owners_stay: list[Row] = []
    replaced: list[Fact] = []
    for account, (row, cells) in typed.items():
        before = known.get(account) or Note(account)
        values = {n: _kept_as(n, value) for n, value in cells.items()}
        if cells.get("owner", "") is None and before.owner is None:
            owners_stay.append(row)
        changed = {n: value for n, value in values.items() if value != getattr(before, n)}
        if not changed:
            continue
        done.accounts += 1
        for column, value in changed.items():
            (done.cleared if value in (None, RELEASED) else done.changed)[column] += 1
        replaced += [_was(n, before, row, statuses) for n in changed if _is_unseen(n, before, row)]
        told = {**changed, "name": row.name or before.name, "updated": day.isoformat()}
        known[account] = replace(before, **told)  # type: ignore[arg-type]
    if replaced:
        samples, rest = replaced[:_MOST_REPLACED], replaced[_MOST_REPLACED:]
        more = fact("list.and_more") if rest else ""
        done.lost.append(fact("notes.replaced", count=len(replaced), samples=samples, more=more))
    if owners_stay:
        done.lost.append(_some("notes.owner_stays", owners_stay))
    done.notes = Notes(notes.path, {k: n for k, n in known.items() if n.says})
    return done


def _ids(named: set[str], ledger: Ledger | None) -> tuple[dict[str, str], set[str]]:
    """The ids that accounts have now, and those that nobody ever had."""
    texts = sorted(named)
    if ledger is None or ledger.is_empty():
        return {each: each for each in texts}, set()
    about = ledger.about(texts)
    ids = {*about.keys.ids.to_pylist(), *about.keys.keys.to_pylist()}
    now = about.now(strings(texts)).to_pylist()
    return dict(zip(texts, now, strict=True)), {each for each in texts if each not in ids}


def _typed(
    rows: Sequence[Row], now: Mapping[str, str]
) -> tuple[dict[str, tuple[Row, dict[str, str | None]]], list[Row]]:
    """What was typed of each account, and the rows that say another thing than one before."""
    found: dict[str, tuple[Row, dict[str, str | None]]] = {}
    disputed = []
    for row in rows:
        own = {name: value for name, value in row.cells.items() if _is_typed(name, value, row)}
        _, before = found.setdefault(now[row.account_id], (row, {}))
        if any(before.get(name, value) != value for name, value in own.items()):
            disputed.append(row)
        found[now[row.account_id]] = row, {**own, **before}
    return found, disputed


def _is_typed(name: str, value: str | None, row: Row) -> bool:
    if row.signs is None:
        # An owner or a tier would be taken for typed wherever there is one.
        return value is not None and name not in ("owner", "tier")
    return sign_of(value) != row.signs[name]


def _kept_as(name: str, value: str | None) -> str | None:
    """What is kept of a cell: a tier that is cleared, for the file of pins may have one, too."""
    return RELEASED if name == "tier" and value is None else value


def _is_unseen(name: str, before: Note, row: Row) -> bool:
    """Whether a cell was changed since the row was given, so that who typed could not see that."""
    kept = getattr(before, name)
    if kept in (None, RELEASED) or row.signs is None:
        return False
    return sign_of(kept) != row.signs[name]


def _was(name: str, before: Note, row: Row, statuses: Container[str]) -> Fact:
    """What a cell was, by the account's name."""
    who, what = row.name or before.name or row.account_id, fact(f"notes.{name}", count=1)
    value = getattr(before, name)
    if name == "status" and value in statuses:
        value = fact(f"status.{value}")
    return fact("notes.was", name=who, what=what, value=value)


def _some(sentence: str, rows: Sequence[Row]) -> Fact:
    names = list(dict.fromkeys(row.name or row.account_id for row in rows))
    return fact(
        sentence,
        count=len(rows),
        samples=names[:_FEW],
        where=[row.where for row in rows[:_FEW]],
        more=fact("list.and_more") if len(names) > _FEW else "",
    )


def merged_decisions(table: pa.Table | None, choices: Sequence[Choice]) -> tuple[pa.Table, int]:
    """A table of decisions with those that were taken, and how many that changes.

    Of two companies it has one row, whichever is left; other columns and rows stay as they are.
    """
    rows: list[dict[str, Any]] = [] if table is None else table.to_pylist()
    names = list(
        dict.fromkeys([*(table.column_names if table is not None else []), *_DECISION_COLUMNS])
    )
    places = {frozenset((_stripped(r["left"]), _stripped(r["right"]))): r for r in rows}
    changed = 0
    for choice in choices:
        pair = frozenset((choice.left, choice.right))
        row = places.get(pair)
        if row is None:
            row = {"left": choice.left, "right": choice.right}
            rows.append(row)
            places[pair] = row
        elif _stripped(row.get("decision")).casefold() == choice.verdict:
            continue
        row["decision"] = choice.verdict
        row["by"], row["why"] = choice.by or row.get("by"), choice.why or row.get("why")
        changed += 1
    columns = [strings(None if r.get(n) is None else str(r[n]) for r in rows) for n in names]
    return pa.Table.from_arrays(columns, names=names), changed


def _stripped(text: str | None) -> str:
    return (text or "").strip()
