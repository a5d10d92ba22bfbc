"""Workbooks opened with calamine, so that a damaged one is an error and not the process's end.

calamine trusts a file's claims of its size, and Rust ends the process where the memory claimed is
not there. What may claim too much is therefore looked at first; reading in a child process with a
limit would take twice the time and is not to be had on every system.
"""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar
from xml.etree import ElementTree

from abmkit.domain.recognition.sheet_layout import Area
from abmkit.errors import InputError
from abmkit.io.diagnostics import without_panics
from abmkit.io.excel import opendocument, spreadsheetml, xlsb
from abmkit.io.excel.book import Cells, Entry, areas_from, damaged, protected
from abmkit.io.excel.extras import Extras, Formatted, Look, Shown
from abmkit.io.input import BROKEN_ARCHIVE, Input, refuse_bomb

_LOOK = {"xlsx": spreadsheetml.look, "xlsb": xlsb.look, "ods": opendocument.look}
_Result = TypeVar("_Result")


class CalamineBook:
    """An xlsx, xlsb or OpenDocument workbook.

    Raises InputError for one that is damaged, protected, or made to do harm.
    """

    def __init__(self, source: Input, format: str) -> None:
        from python_calamine import (
            CalamineError,
            CalamineWorkbook,
            PasswordError,
            SheetTypeEnum,
            SheetVisibleEnum,
        )  # fmt: skip

        _check_size(source)
        self._source = source
        self._format = format
        safe, self._looked = looked_at(source, format)
        try:
            # From an open file the kind of workbook is told by its content, not by its suffix.
            with (
                without_panics(),
                source.file().open("rb") if safe is None else io.BytesIO(safe) as stream,
            ):
                self._book = CalamineWorkbook.from_filelike(stream)
        except PasswordError as error:
            raise protected(source.name) from error
        except CalamineError as error:
            raise _why(source, format, safe, error) from error
        except BaseException as error:
            _reraise_unless_panic(error)
            raise damaged(source.name, error) from error
        self.entries = [
            Entry(entry.name, entry.visible != SheetVisibleEnum.Visible)
            for entry in self._book.sheets_metadata
            if entry.typ == SheetTypeEnum.WorkSheet
        ]

    def cells(self, name: str) -> Cells:
        """The cells of a sheet. Raises InputError where they cannot be read."""
        sheet = guarded(self._source, lambda: self._book.get_sheet_by_name(name))
        looked = self._looked.get(name, Look())
        left = sheet.start[1] if sheet.start else 0
        given = sheet.merged_cell_ranges
        merged: Sequence[Area] = looked.extras.merged
        if given is not None:
            merged = [Area(top, first, bottom, last) for (top, first), (bottom, last) in given]
        areas = areas_from(left, [looked.reach.area(area) for area in merged])
        kept = self._formatted(name, looked)
        return Cells(lambda: self._rows(sheet, kept, left), left, sheet.width, areas, looked.reach)

    def _formatted(self, name: str, looked: Look) -> Formatted | Shown:
        """The cells of a sheet whose digits are kept by their format."""
        if looked.formatted and not looked.reach:
            return looked.formatted
        if self._format != "xlsx":
            return Shown(
                {
                    (looked.reach.rows.new(row), looked.reach.columns.new(column)): text
                    for (row, column), text in looked.texts.items()
                }
            )
        with (
            suppress(*BROKEN_ARCHIVE, KeyError, ValueError, ElementTree.ParseError),
            zipfile.ZipFile(self._source.file()) as archive,
        ):
            return spreadsheetml.formatted(archive, name, looked.reach)
        return Formatted()

    def _rows(self, sheet: Any, kept: Formatted | Shown, left: int) -> Iterator[list[Any]]:
        try:
            if not kept:
                yield from sheet.iter_rows()
                return
            for at, row in enumerate(sheet.iter_rows()):
                kept.row(at, row, left)
                yield row
        except BaseException as error:
            _reraise_unless_panic(error)
            raise damaged(self._source.name, error) from error

    def extras(self, name: str) -> Extras:
        """What stands beside the cells of a sheet; nothing where that cannot be read."""
        if self._format != "xlsx":
            return self._looked.get(name, Look()).extras
        # Only the cells are worth a failure, and those are read elsewhere.
        with (
            suppress(*BROKEN_ARCHIVE, KeyError, ValueError),
            zipfile.ZipFile(self._source.file()) as archive,
        ):
            return spreadsheetml.extras(archive, name)
        return Extras()


def guarded(source: Input, ask: Callable[[], _Result]) -> _Result:
    """What calamine answers; InputError where it cannot."""
    try:
        with without_panics():
            return ask()
    except BaseException as error:
        _reraise_unless_panic(error)
        raise damaged(source.name, error) from error


def _why(source: Input, format: str, safe: bytes | None, error: Exception) -> InputError:
    """The error of the one reader for the format; that for every kind only says that all failed."""
    from python_calamine import CalamineWorkbook, PasswordError

    with tempfile.TemporaryDirectory(prefix="abmkit-") as folder:
        copy = Path(folder) / f"workbook.{format}"
        if safe is None:
            shutil.copyfile(source.file(), copy)
        else:
            copy.write_bytes(safe)
        try:
            with without_panics():
                CalamineWorkbook.from_path(str(copy))
        except PasswordError:
            return protected(source.name)
        except BaseException as reason:
            _reraise_unless_panic(reason)
            return damaged(source.name, reason)
    return damaged(source.name, error)


def _reraise_unless_panic(error: BaseException) -> None:
    """Rust panics arrive as an exception outside `Exception`."""
    if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
        raise error


# Looking first -----------------------------------------------------------------------------------


def _check_size(source: Input) -> None:
    """Refuses a workbook that would unpack to far more than a table could.

    Raises InputError. Files that are no archive pass: opening them says what is wrong.
    """
    try:
        with zipfile.ZipFile(source.file()) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except BROKEN_ARCHIVE:
        return
    refuse_bomb(source.name, source.file().stat().st_size, unpacked)


def looked_at(source: Input, format: str) -> tuple[bytes | None, dict[str, Look]]:
    """A workbook's bytes where something in them had to be changed, and what was seen by sheet."""
    try:
        with zipfile.ZipFile(source.file()) as archive:
            sheets, new = _LOOK[format](archive, source.name)
            return (_repacked(archive, new) if new else None), sheets
    except (*BROKEN_ARCHIVE, KeyError):
        # An archive that Python cannot read is none that calamine reads: it says what is wrong.
        return None, {}


def _repacked(archive: zipfile.ZipFile, new: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        for member in archive.infolist():
            data = new.get(member.filename)
            copy.writestr(member.filename, archive.read(member) if data is None else data)
    return packed.getvalue()
