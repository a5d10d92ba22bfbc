"""An open workbook, whatever reads it, and the errors for one that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from abmkit.domain.recognition.sheet_layout import Area
from abmkit.errors import InputError
from abmkit.io.excel.extras import Extras
from abmkit.io.excel.reach import Reach
from abmkit.io.input import Input

# The name of the part that holds an encrypted workbook, as the container writes it.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Entry:
    """A sheet that a workbook names; charts and macros are none."""

    name: str
    hidden: bool


@dataclass(frozen=True)
class Cells:
    """The cells of a sheet: rows from the sheet's first, columns from the first that is filled."""

    rows: Callable[[], Iterator[Sequence[Any]]]
    left: int
    width: int
    merged: Sequence[Area]
    """Merged areas by these rows and columns."""
    reach: Reach
    """What was moved before the cells were read."""


class Book(Protocol):
    """An open workbook."""

    entries: list[Entry]

    def cells(self, name: str) -> Cells:
        """The cells of a sheet. Raises InputError where they cannot be read."""

    def extras(self, name: str) -> Extras:
        """What stands beside the cells of a sheet."""


def areas_from(left: int, areas: Sequence[Area]) -> list[Area]:
    """Areas by columns that are counted from the first filled one."""
    return [
        Area(area.top, max(area.left - left, 0), area.bottom, area.right - left)
        for area in areas
        if area.right >= left
    ]


def damaged(name: str, error: BaseException) -> InputError:
    """The error for a workbook that cannot be read, in one line."""
    if isinstance(error, InputError):
        return error
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    if "Cell limit exceeded" in reason:
        return InputError(
            "claims to have more cells than a workbook can hold, as if made to do harm",
            where=name,
            remedy="if you trust it, export the sheet as CSV",
        )
    return InputError(
        "is damaged or not a workbook: {reason}",
        where=name,
        remedy="open it in Excel and save it again as xlsx",
        reason=reason,
    )


def protected(name: str) -> InputError:
    """The error for a workbook that is encrypted."""
    return InputError("is protected by a password", where=name, remedy="save it without one")


def is_encrypted(source: Input) -> bool:
    """Whether what looks like an old workbook holds a newer, encrypted one."""
    return _ENCRYPTED in source.file().read_bytes()
