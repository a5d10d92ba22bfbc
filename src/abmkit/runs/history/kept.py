"""The runs kept in an output folder, in the order in which they were made, and what happened."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from abmkit.errors import AbmkitError, InputError, Message
from abmkit.io.atomic import replacing
from abmkit.runs.folder import HISTORY, made_at
from abmkit.runs.reading import ACCOUNTS, LetGo, let_go, no_run, read_record

EVENTS = "history.json"
"""In the history: what was put back, and what is no more."""
ROLLBACK, REMOVED = "rollback", "removed"
PUT_ASIDE = f".{ACCOUNTS}.whole"
"""Where a folder of Parquet files is while its compact file takes its place."""


@dataclass(frozen=True)
class Kept:
    """A run of the history."""

    id: str
    folder: Path
    record: Mapping[str, Any] | None
    """None where it cannot be read."""
    problem: AbmkitError | None = None
    """Why not."""
    lacking: LetGo | None = None
    """What it has no more; None where it is whole."""

    @property
    def made(self) -> datetime:
        """When it was made."""
        made = made_at(self.id)
        assert made is not None
        return made

    @property
    def day(self) -> str | None:
        """The day that its list is of."""
        return None if self.record is None else str(self.record["as_of"])

    @cached_property
    def size(self) -> int:
        """The bytes of its files."""
        return size_of(self.folder)


@dataclass(frozen=True)
class History:
    """All runs that are kept in a folder."""

    folder: Path
    runs: tuple[Kept, ...]
    """The oldest first."""
    foreign: tuple[str, ...]
    """What else lies among them."""
    events: tuple[dict[str, Any], ...]
    """What happened to them, the oldest first."""
    in_place: str | None
    """The run whose list is in place; None where that cannot be told."""

    @property
    def rolled_back(self) -> dict[str, Any] | None:
        """The rollback by which the list in place came there; None where a run put it there."""
        last = self._last_rollback
        return last if last is not None and last["to"] == self.in_place else None

    @property
    def cut_off(self) -> dict[str, Any] | None:
        """The rollback that was begun and not brought to its end."""
        last = self._last_rollback
        if last is None or last["to"] == self.in_place:
            return None
        return last if last["from"] == self.in_place else None

    @property
    def _last_rollback(self) -> dict[str, Any] | None:
        return next((e for e in reversed(self.events) if e["what"] == ROLLBACK), None)

    def run(self, name: str | None) -> Kept | None:
        """The run with this id."""
        return next((run for run in self.runs if run.id == name), None)

    def before(self, run: Kept) -> Kept | None:
        """The run whose list was in place before a run, else the next older one."""
        record = run.record or {}
        before = record.get("before")
        named = self.run(before.get("run")) if isinstance(before, dict) else None
        older = [each for each in self.runs if each.id < run.id]
        return named or (older[-1] if older else None)


def history_of(folder: Path) -> History:
    """The runs kept in an output folder; one that cannot be read does not stop the others.

    Raises InputError where there is no history.
    """
    there = folder / HISTORY
    entries = there.iterdir() if there.is_dir() else ()
    names = sorted(each.name for each in entries if not each.name.startswith("."))
    ids = [name for name in names if made_at(name) is not None and (there / name).is_dir()]
    if not ids:
        raise no_run(folder)
    foreign = [name for name in names if name not in (*ids, EVENTS)]
    try:
        in_place = read_record(folder).get("run")
    except InputError:
        in_place = None
    runs = tuple(_kept(there / name) for name in ids)
    return History(folder, runs, tuple(foreign), tuple(events_in(folder)), in_place)


def _kept(folder: Path) -> Kept:
    with suppress(OSError):
        put_back(folder)
    try:
        record = read_record(folder, remedy=Message("delete this folder, it is of no use"))
    except InputError as error:
        return Kept(folder.name, folder, None, error)
    return Kept(folder.name, folder, record, None, let_go(folder, record))


def put_back(folder: Path) -> None:
    """Put a folder of Parquet files of a run back where it was, if its compact file never came."""
    aside = folder / PUT_ASIDE
    if aside.exists() and not (folder / ACCOUNTS).exists():
        aside.rename(folder / ACCOUNTS)


def size_of(place: Path) -> int:
    """The bytes of a file, or of all files in a folder; links are not followed."""
    if place.is_symlink() or not place.is_dir():
        return place.lstat().st_size
    files = (Path(top) / name for top, _, names in os.walk(place) for name in names)
    return sum(file.lstat().st_size for file in files)


def events_in(folder: Path) -> list[dict[str, Any]]:
    """What happened to the history of a folder; what is damaged says nothing."""
    try:
        found = json.loads((folder / HISTORY / EVENTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    listed = found if isinstance(found, list) else []
    return [each for each in listed if isinstance(each, dict) and each.keys() >= _NEEDED]


_NEEDED = {"what", "when", "from", "to"}


def note(folder: Path, *events: tuple[str, str | None, str | None]) -> None:
    """Add to what happened: what, from which run (the one that is gone), to which."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    new = [{"what": what, "when": now, "from": old, "to": to} for what, old, to in events]
    text = json.dumps([*events_in(folder), *new], indent=1)
    with replacing(folder / HISTORY / EVENTS) as file:
        file.write(text.encode() + b"\n")


def inputs_of(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The files that a run read, by the fingerprint of what is in them."""
    parts: Sequence[Any] = [*(record.get("inputs") or ()), *(record.get("lists") or ())]
    files = [
        (str(part.get("name")), str(file.get("sha256")))
        for part in parts
        for file in part.get("files") or ()
    ]
    return sorted(files)


def config_mark(record: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tells the config of a run from another: its file's fingerprint, its scorecard's, and the
    slots of its tiers."""
    config = record.get("config") or {}
    return config.get("sha256"), config.get("churn_sha256"), record.get("capacities")
