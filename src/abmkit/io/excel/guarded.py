"""Workbooks opened with calamine, so that a damaged one is an error and not the process's end.

calamine trusts a file's claims of its size, and Rust ends the process where the memory claimed is
not there. What may claim too much is therefore looked at first; reading in a child process with a
limit would take twice the time and is not to be had on every system.
"""

from __future__ import annotations

import io
import os
import shutil
import struct
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from xml.etree import ElementTree

from abmkit.errors import InputError
from abmkit.io.excel.compound import BrokenContainerError
from abmkit.io.excel.parts import Extras, check_size, excel_sheets, extras, part_names, targets
from abmkit.io.excel.reach import Reach
from abmkit.io.excel.sheet_records import Sheet, binary_part, binary_sheets, excel_97
from abmkit.io.excel.sheet_xml import excel_part, open_document, strings_part
from abmkit.io.input import BROKEN_ARCHIVE, Input

# The name of the part that holds an encrypted workbook, as the container writes it.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PANIC = b"panicked at"
_ROWS_AT_ONCE = 1_000
_Result = TypeVar("_Result")


@dataclass
class Book:
    """An open workbook."""

    source: Input
    format: str
    calamine: Any
    moved: dict[str, Reach] = field(default_factory=dict)
    """What was moved, by sheet."""
    records: dict[str, Sheet] = field(default_factory=dict)
    """What the records of a binary workbook say, by sheet."""
    unnamed: list[Sheet] = field(default_factory=list)
    """The same by place, where the names are in an encoding that only calamine knows (xls)."""

    @property
    def entries(self) -> list[Any]:
        """The names, kinds and visibility of the sheets."""
        return list(self.calamine.sheets_metadata)

    def sheet(self, name: str) -> Any:
        """The cells of a sheet. Raises InputError where they cannot be read."""
        return guarded(self.source, lambda: self.calamine.get_sheet_by_name(name))

    def rows(self, cells: Any) -> Iterator[list[Any]]:
        """The rows of a sheet. Raises InputError where they cannot be read."""
        rows = guarded(self.source, cells.iter_rows)
        while block := guarded(self.source, lambda: list(islice(rows, _ROWS_AT_ONCE))):
            yield from block

    def reach(self, name: str) -> Reach:
        """What was moved on a sheet."""
        return self.moved.get(name) or Reach()

    def extras(self, name: str) -> Extras:
        """What stands beside the cells of a sheet."""
        if name in self.records:
            return self.records[name].extras
        return extras(self.source.file(), self.format, name)


def opened(source: Input, format: str) -> Book:
    """The workbook in a file.

    Raises InputError for one that is damaged, protected, or made to do harm.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    path = source.file()
    check_size(path, source.name)
    safe, book = _looked_at(source, format)
    try:
        # From an open file the kind of workbook is told by its content, not by its suffix.
        with quiet(), path.open("rb") if safe is None else io.BytesIO(safe) as stream:
            book.calamine = CalamineWorkbook.from_filelike(stream)
    except PasswordError as error:
        raise _protected(source) from error
    except CalamineError as error:
        raise _why(source, format, safe, error) from error
    except BaseException as error:
        _reraise_unless_panic(error)
        raise damaged(source, error) from error
    names = (entry.name for entry in book.entries)
    book.records.update(zip(names, book.unnamed, strict=False))
    book.moved.update({n: sheet.reach for n, sheet in book.records.items() if sheet.reach})
    return book


def guarded(source: Input, ask: Callable[[], _Result]) -> _Result:
    """What calamine answers; InputError where it cannot."""
    try:
        with quiet():
            return ask()
    except BaseException as error:
        _reraise_unless_panic(error)
        raise damaged(source, error) from error


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what Rust prints of a panic, which becomes an error of its own, off stderr.

    What others print meanwhile is passed on.
    """
    try:
        sys.stderr.flush()
        kept = os.dup(2)
    except (OSError, AttributeError, ValueError):
        yield
        return
    with tempfile.TemporaryFile() as said:
        os.dup2(said.fileno(), 2)
        try:
            yield
        finally:
            with suppress(OSError, AttributeError, ValueError):
                sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
            said.seek(0)
            text = said.read()
            if text and _PANIC not in text:
                os.write(2, text)


# Errors ------------------------------------------------------------------------------------------


def damaged(source: Input, error: BaseException) -> InputError:
    """The error for a workbook that cannot be read, in one line."""
    if isinstance(error, InputError):
        return error
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    if "Cell limit exceeded" in reason:
        return InputError(
            "claims to have more cells than a workbook can hold, as if made to do harm",
            where=source.name,
            remedy="if you trust it, export the sheet as CSV",
        )
    return InputError(
        f"is damaged or not a workbook: {reason}",
        where=source.name,
        remedy="open it in Excel and save it again as xlsx",
    )


def _why(source: Input, format: str, safe: bytes | None, error: Exception) -> InputError:
    """The error of the one reader for the format; that for every kind only says that all failed."""
    from python_calamine import CalamineWorkbook, PasswordError

    if _ENCRYPTED in source.file().read_bytes():
        return _protected(source)
    with tempfile.TemporaryDirectory(prefix="abmkit-") as folder:
        copy = Path(folder) / f"workbook.{format}"
        if safe is None:
            shutil.copyfile(source.file(), copy)
        else:
            copy.write_bytes(safe)
        try:
            with quiet():
                CalamineWorkbook.from_path(str(copy))
        except PasswordError:
            return _protected(source)
        except BaseException as found:
            _reraise_unless_panic(found)
            return damaged(source, found)
    return damaged(source, error)


def _protected(source: Input) -> InputError:
    return InputError("is protected by a password", where=source.name, remedy="save it without one")


def _reraise_unless_panic(error: BaseException) -> None:
    """Rust panics arrive as an exception outside `Exception`."""
    if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
        raise error


# Looking first -----------------------------------------------------------------------------------


def _looked_at(source: Input, format: str) -> tuple[bytes | None, Book]:
    """A workbook's bytes where something in them had to be changed, and what was found."""
    book = Book(source, format, None)
    path = source.file()
    if format == "xls":
        try:
            changed, book.unnamed = excel_97(path.read_bytes(), source.name)
        except (BrokenContainerError, struct.error, IndexError) as error:
            raise damaged(source, error) from error
        return changed, book
    try:
        with zipfile.ZipFile(path) as archive:
            new = _new_parts(archive, book)
            return (_repacked(archive, new) if new else None), book
    except (*BROKEN_ARCHIVE, KeyError) as error:
        if isinstance(error, MemoryError):
            raise
        # An archive that Python cannot read is none that calamine reads: it says what is wrong.
        return None, book


def _new_parts(archive: zipfile.ZipFile, book: Book) -> dict[str, bytes]:
    """The parts of a workbook that have to be changed."""
    name, new = book.source.name, {}
    if book.format == "ods":
        content = open_document(archive.read("content.xml"), name)
        if content is not None:
            new["content.xml"], book.moved = content
        return new
    names = part_names(archive)
    try:
        if book.format == "xlsb":
            linked = {}
            main = next((n for folded, n in names.items() if folded.endswith("workbook.bin")), None)
            if main is not None:
                ids = binary_sheets(archive.read(main))
                links = targets(archive, names, main)
                linked = {sheet: links[id] for sheet, id in ids.items() if id in links}
        else:
            linked = excel_sheets(archive)
    except ElementTree.ParseError:
        linked = {}
    of_part = {part: sheet for sheet, part in linked.items()}
    for folded, part in names.items():
        with suppress(*BROKEN_ARCHIVE):
            if book.format == "xlsb":
                if part in of_part or "/worksheets/sheet" in folded:
                    data, sheet = binary_part(archive, part, name)
                    book.records[of_part.get(part, part)] = sheet
                    if data is not None:
                        new[part] = data
            elif folded.endswith("sharedstrings.xml"):
                strings = strings_part(archive, part)
                if strings is not None:
                    new[part] = strings
            elif folded.endswith(".xml") or part in of_part:
                sparse = excel_part(archive, part, name)
                if sparse is not None:
                    new[part], book.moved[of_part.get(part, part)] = sparse
    return new


def _repacked(archive: zipfile.ZipFile, new: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        for member in archive.infolist():
            data = new.get(member.filename)
            copy.writestr(member.filename, archive.read(member) if data is None else data)
    return packed.getvalue()
