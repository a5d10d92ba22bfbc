"""Copies of remote tables: fetched once, read like any file, sent when they are complete."""

from __future__ import annotations

import hashlib
import tempfile
import weakref
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, TypeAlias, cast

from abmkit.errors import InputError, OutputError, UsageError, instead
from abmkit.places import SCHEMES, STORES, WAREHOUSES, WEB, Place, Remote

_ROOMS = {
    **dict.fromkeys(STORES, "stores"),
    **dict.fromkeys(WEB, "web"),
    **dict.fromkeys(WAREHOUSES, "warehouses"),
}
"""What speaks to each kind of place; loaded when one is met."""


Fetched: TypeAlias = tuple[tuple[str, ...], datetime | None]


class Room(Protocol):
    """What fetches and sends tables of one kind of place; each raises one line of what failed."""

    def fetch(self, remote: Remote, file: Path) -> Fetched:
        """Write all of it to a file; gives what it may be called there, and when it was changed."""

    def found(self, pattern: Remote) -> list[Remote]:
        """What there is that looks like a pattern, in order."""

    def check_target(self, remote: Remote) -> None:
        """Raise where it cannot be written to, as far as that is seen before."""

    def send(self, file: Path, remote: Remote) -> None:
        """Put a file there, whole or not at all."""


@dataclass(frozen=True, eq=False)
class Copy:
    """A remote table as a file on disk, which goes when nobody holds the copy."""

    path: Path
    names: tuple[str, ...]
    """What it may be called there, by the suffix of which it is known how it is written."""
    modified: datetime | None
    """When it was last changed there, where that is told."""


_copies: weakref.WeakKeyDictionary[Remote, Copy] = weakref.WeakKeyDictionary()


def copied(remote: Remote) -> Copy:
    """A remote table as it is now, on disk; fetched once for as long as the place is held.

    Raises InputError where it cannot be fetched whole, UsageError for a place of another kind.
    """
    known = _copies.get(remote)
    if known is not None:
        return known
    room = _room(remote)
    with tempfile.NamedTemporaryFile(prefix="abmkit-", delete=False) as file:
        path = Path(file.name)
    try:
        names, changed = room.fetch(remote, path)
    except BaseException:
        path.unlink()
        raise
    made = Copy(path, names, changed)
    weakref.finalize(made, path.unlink, missing_ok=True)
    _copies[remote] = made
    return made


def sha256(place: Place) -> str:
    """The SHA-256 of what is read of a place. Raises InputError where that cannot be fetched."""
    path = copied(place).path if isinstance(place, Remote) else place
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def modified(place: Place) -> datetime:
    """When a table was last changed. Raises InputError where a remote place does not tell."""
    if not isinstance(place, Remote):
        return datetime.fromtimestamp(place.stat().st_mtime).astimezone()
    known = copied(place).modified
    if known is None:
        raise InputError(
            "nothing tells when it was changed", where=str(place), remedy="give as_of a date"
        )
    return known


def found(pattern: Remote) -> list[Remote]:
    """The files of a store that look like a pattern. Raises InputError where none does."""
    return _room(pattern).found(pattern)


def check_target(remote: Remote) -> None:
    """Raise OutputError or UsageError for a place that is not written to."""
    _room(remote, OutputError).check_target(remote)


def send(file: Path, remote: Remote) -> None:
    """Put a file at a remote place, whole or not at all. Raises OutputError."""
    _room(remote, OutputError).send(file, remote)


def _room(remote: Remote, error: type[InputError | OutputError] = InputError) -> Room:
    scheme = remote.scheme
    if scheme not in _ROOMS:
        raise UsageError(
            "{scheme}:// is not a kind of place that tables are in",
            where=str(remote),
            remedy=instead(scheme, SCHEMES, "kinds"),
            scheme=scheme,
        )
    if remote.is_broken:
        store = scheme in STORES
        raise error(
            "keys do not stand in the URL" if store else "is no URL that can be followed",
            where=str(remote),
            remedy="set them in the environment, as the store's own tools read them"
            if store
            else "in a name or password write %2F, %3F, %23, %40 for / ? # @",
        )
    room: Any = import_module(f"abmkit.io.remote.{_ROOMS[scheme]}")
    return cast(Room, room)
