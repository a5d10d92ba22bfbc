"""Excel and OpenDocument workbooks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from abmkit.domain.arrays import strings
from abmkit.errors import InputError, nearest
from abmkit.io.cells import number_text
from abmkit.io.opening import Input
from abmkit.io.records import Records, unique_names

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 20_000
# The name of the part that holds an encrypted workbook, as the container writes it.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read(source: Input, format: str, sheet: str | None = None) -> Records:
    """The records of one sheet, the chosen or the first filled; its first filled row is the header.

    Raises InputError where the workbook cannot be opened or the sheet is missing or empty.
    """
    book = _opened(source)
    names = [entry.name for entry in book.sheets_metadata if _is_sheet(entry)]
    if sheet is not None and sheet not in names:
        hint = nearest(sheet, names)
        listed = f"the sheets are {', '.join(names)}"
        raise InputError(
            f"no sheet {sheet!r}",
            where=source.name,
            remedy=f"{hint} {listed}" if hint else listed,
        )
    chosen, rows, header = None, None, None
    for name in [sheet] if sheet is not None else names:
        rows = _sheet(source, book, name)
        header = next(((at, row) for at, row in enumerate(rows) if any(row)), None)
        if header is not None:
            chosen = name
            break
    if header is None or chosen is None or rows is None:
        what = f"the sheet {sheet!r} is empty" if sheet is not None else "is empty"
        raise InputError(what, where=source.name)
    start, cells = header
    width = _width(source, book, chosen, cells)

    def produce(records: Records) -> Iterator[pa.Table]:
        yield from _tables(records, _sheet(source, book, chosen), start, width)

    return Records(
        source.name,
        format,
        unique_names((cells + [""] * width)[:width]),
        produce,
        source.close,
        sheet=chosen,
        other_sheets=[name for name in names if name != chosen],
    )


def _opened(source: Input) -> Any:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    path = source.file()
    try:
        # From an open file the kind of workbook is told by its content, not by its suffix.
        with path.open("rb") as stream:
            return CalamineWorkbook.from_filelike(stream)
    except PasswordError as error:
        raise _protected(source) from error
    except CalamineError as error:
        raise _damaged(source, error) from error
    except BaseException as error:
        _reraise_unless_panic(error)
        raise _damaged(source, error) from error


def _damaged(source: Input, error: BaseException) -> InputError:
    if isinstance(error, Exception) and _ENCRYPTED in source.file().read_bytes():
        return _protected(source)
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return InputError(
        f"is damaged or not a workbook: {reason}",
        where=source.name,
        remedy="open it in Excel and save it again as xlsx",
    )


def _protected(source: Input) -> InputError:
    return InputError("is protected by a password", where=source.name, remedy="save it without one")


def _reraise_unless_panic(error: BaseException) -> None:
    """Rust panics arrive as an exception outside `Exception`."""
    if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
        raise error


def _is_sheet(entry: Any) -> bool:
    from python_calamine import SheetTypeEnum

    return bool(entry.typ == SheetTypeEnum.WorkSheet)


def _sheet(source: Input, book: Any, name: str) -> Iterator[list[str]]:
    from python_calamine import CalamineError

    try:
        for row in book.get_sheet_by_name(name).iter_rows():
            yield [_cell(value) for value in row]
    except CalamineError as error:
        raise _damaged(source, error) from error
    except GeneratorExit:
        raise
    except BaseException as error:
        _reraise_unless_panic(error)
        raise _damaged(source, error) from error


def _width(source: Input, book: Any, name: str, header: list[str]) -> int:
    """The columns in use: a sheet's range often goes on past its last filled column."""
    used = max(at for at, cell in enumerate(header, start=1) if cell)
    if used < len(header):
        for row in _sheet(source, book, name):
            for at in range(len(row), used, -1):
                if row[at - 1]:
                    used = at
                    break
    return used


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number_text(value) or ""
    if isinstance(value, datetime):
        if value.time() == time(0):
            return value.date().isoformat()
        return value.isoformat(timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else str(value or "")


def _tables(
    records: Records, rows: Iterator[list[str]], start: int, width: int
) -> Iterator[pa.Table]:
    import pyarrow as pa

    schema = records.schema()
    waiting: list[list[str]] = []

    def table() -> pa.Table:
        columns = [
            strings((row[at] if at < len(row) else None) or None for row in waiting)
            for at in range(width)
        ]
        return pa.Table.from_arrays(columns, schema=schema)

    for at, row in enumerate(rows):
        if at <= start:
            continue
        if not any(row):
            records.blank_rows += 1
            continue
        waiting.append(row)
        if len(waiting) == _ROWS:
            yield table()
            waiting.clear()
    if waiting:
        yield table()
