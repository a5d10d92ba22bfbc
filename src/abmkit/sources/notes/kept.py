"""The file of notes: what people typed into the workbook, a row per account.

It stands beside the config, for it is an input of the project like its pins, and not in the output
folder, which a run may make anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from hashlib import blake2b

import pyarrow as pa

from abmkit.domain.arrays import strings
from abmkit.domain.rules.pins import Pin
from abmkit.errors import InputError, Problems
from abmkit.places import Place, Remote
from abmkit.sources.tables import read_table

TYPED = ("status", "next_step", "date", "note", "owner", "tier")
"""What a person can say of an account, in the order of the columns."""


@dataclass(frozen=True)
class Note:
    """What a person said of an account; None of what nobody did."""

    account_id: str
    name: str | None = None
    """To be read by people; nothing goes by it."""
    status: str | None = None
    """The code of a usual status, or the word of one's own."""
    next_step: str | None = None
    date: str | None = None
    """A day in ISO 8601."""
    note: str | None = None
    owner: str | None = None
    """Whose it is, whatever sources, rules and capacities say."""
    tier: str | None = None
    """The tier that it is kept in; `-` takes it out of the pins of the project's own file."""
    updated: str | None = None
    """The day on which it was last read from a workbook, in ISO 8601."""

    @property
    def says(self) -> bool:
        """Whether anything is said."""
        return any(getattr(self, each) is not None for each in TYPED)


COLUMNS = tuple(each.name for each in fields(Note))


@dataclass(frozen=True)
class Notes:
    """All that people said, by account."""

    path: str = ""
    by_account: Mapping[str, Note] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.by_account)

    def owners(self) -> pa.Table | None:
        """The owners that were typed, by `account_id`; None where there are none."""
        told = [each for each in self.by_account.values() if each.owner is not None]
        if not told:
            return None
        columns = [strings(n.account_id for n in told), strings(n.owner for n in told)]
        return pa.Table.from_arrays(columns, names=["account_id", OWNER_TYPED])

    def pins(self) -> list[Pin]:
        """The tiers that accounts are kept in by hand: by whom, and in which file that is."""
        file = self.path.replace("\\", "/").rpartition("/")[2]
        return [
            Pin(each.account_id, each.tier, each.owner, file)
            for each in self.by_account.values()
            if each.tier is not None
        ]

    def named(self, ids: Mapping[str, str]) -> Notes:
        """The notes by other ids; of two that become one, what the one of that id says is first."""
        merged: dict[str, Note] = {}
        given = [(ids.get(each, each), note) for each, note in self.by_account.items()]
        for now, each in sorted(given, key=lambda pair: pair[0] != pair[1].account_id):
            known = merged.setdefault(now, replace(each, account_id=now))
            both = {name: getattr(known, name) or getattr(each, name) for name in TYPED}
            merged[now] = replace(known, **both)
        return Notes(self.path, dict(sorted(merged.items())))


def mark_of(values: Mapping[str, str | None]) -> str:
    """A sign by which each cell that can be typed into is seen to be as it was, or another.

    It says nothing of what is in them, and goes with its row wherever that is sorted to.
    """
    return ".".join(sign_of(values.get(name)) for name in TYPED)


def sign_of(value: str | None) -> str:
    """The sign of one cell, empty of an empty one."""
    return "" if value is None else blake2b(value.encode(), digest_size=4).hexdigest()


OWNER_TYPED = "__owner_typed"
"""The column that typed owners are in on their way to the accounts."""


def read_notes(place: Place) -> Notes:
    """The notes in a file, none where there is no such file.

    Raises InputError for a file that is none of notes, or a day or account in it that is none.
    """
    if isinstance(place, Remote) or not place.exists():
        return Notes(str(place))
    where = str(place)
    table = read_table(place)
    names = [name.casefold() for name in table.column_names]
    if "account_id" not in names or not set(TYPED) & set(names):
        raise InputError(
            "is no file of notes",
            where=where,
            remedy="give it another name, or name the notes with [output] notes",
        )
    rows = table.rename_columns(names).to_pylist()
    found: dict[str, Note] = {}
    problems = Problems()
    for number, row in enumerate(rows, start=2):
        told = {name: (row.get(name) or "").strip() or None for name in COLUMNS}
        account = told.pop("account_id")
        if account is None:
            continue
        with problems.caught():
            found[account] = _checked(Note(account, **told), found, f"{where}: row {number}")
    problems.told()
    return Notes(where, found)


def _checked(note: Note, found: Mapping[str, Note], where: str) -> Note:
    if note.account_id in found:
        raise InputError(
            "{account} is there twice",
            where=where,
            remedy="keep one of them",
            account=note.account_id,
        )
    if note.date is not None:
        try:
            date.fromisoformat(note.date)
        except ValueError:
            raise InputError(
                "date {day!r} is no date", where=where, remedy="write 2027-01-31", day=note.date
            ) from None
    return note


def notes_table(notes: Iterable[Note]) -> pa.Table:
    """The table that is the file of notes: those that say something, by account."""
    told = sorted((each for each in notes if each.says), key=lambda each: each.account_id)
    columns = [strings(getattr(each, name) for each in told) for name in COLUMNS]
    return pa.Table.from_arrays(columns, names=list(COLUMNS))
