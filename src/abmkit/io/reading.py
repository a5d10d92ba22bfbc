"""Tables as they stand in files: every cell the text it was."""

from __future__ import annotations

import glob
from codecs import BOM_UTF8
from pathlib import Path

from abmkit.errors import AbmkitError, InputError
from abmkit.io.formats import FORMATS, checked, format_of, sniffed
from abmkit.io.input import Input, bare_name
from abmkit.io.opening import missing, open_input
from abmkit.io.records import Records, Reject, Repair
from abmkit.io.remote.copies import found
from abmkit.io.text.dialects.settings import DETECTED, TextSettings
from abmkit.io.writers.guards import without_guards
from abmkit.nearby import nearby
from abmkit.places import Place, Remote, is_url, place

__all__ = ["Records", "Reject", "Repair", "TextSettings", "expand", "open_as", "read"]


def read(
    path: Place | str,
    *,
    format: str | None = None,
    sheet: str | None = None,
    text: TextSettings = DETECTED,
) -> Records:
    """The table in a file, or in stdin for `-`, as text.

    How delimited text was written is detected, apart from what `text` says. Raises InputError where
    the file is missing, empty, damaged or not what its suffix says; UsageError for a format or an
    encoding abmkit does not know.
    """
    source, name = open_as(path, format)
    return records_of(source, name, sheet, text)


def records_of(
    source: Input, name: str, sheet: str | None = None, text: TextSettings = DETECTED
) -> Records:
    """The table in opened bytes of this format, as text; they are closed where it cannot be read.

    What a spreadsheet would run is guarded in a CSV file with a byte order mark, and read without
    the guard; in others every cell is as it is.
    """
    entry = FORMATS[name]
    try:
        if entry.workbook:
            return entry.reader()(source, name, sheet, text)
        if not entry.delimited:
            return entry.reader()(source, name, sheet)
        marked = source.head().startswith(BOM_UTF8)
        records = entry.reader()(source, name, sheet, text)
        return without_guards(records) if marked else records
    except BaseException:
        source.close()
        raise


def open_as(path: Place | str, format: str | None = None) -> tuple[Input, str]:
    """The bytes of a file or of stdin, and the name of the format they are in."""
    path = place(path)
    if format is not None:
        format_of(path, format)
    source = open_input(path)
    try:
        name = _format(source, path, format)
        return source, checked(source, name, given=format is not None)
    except BaseException:
        source.close()
        raise


def expand(paths: list[str], base: Path, query: str | None = None) -> list[Place]:
    """The files that paths, folders and globs mean, those of one sorted, relative ones from `base`;
    of a warehouse what the query gives.

    Raises InputError where a path or glob matches no file.
    """
    files: dict[Place, None] = {}
    for text in paths:
        if is_url(text):
            remote = Remote(text, query)
            files.update(dict.fromkeys(found(remote) if remote.is_pattern else [remote]))
            continue
        path = base / Path(text).expanduser()
        if path.exists() or not glob.has_magic(text):
            if not path.exists():
                raise missing(path)
            matches = _parts(path) if path.is_dir() else [path]
        else:
            names = glob.glob(str(path), recursive=True)  # noqa: PTH207
            matches = sorted(Path(name) for name in names)
            matches = [name for name in matches if name.is_file()]
            if not matches:
                raise InputError("matches no file", where=str(path), remedy=nearby(path))
        files.update(dict.fromkeys(matches))
    return list(files)


def _parts(folder: Path) -> list[Path]:
    """The files of a folder that is one table, in order, less what others leave there."""
    files = sorted(each for each in folder.iterdir() if each.is_file())
    parts = [each for each in files if each.name[0] not in "._"]
    if not parts:
        raise InputError("holds no file", where=str(folder), remedy=nearby(folder))
    return parts


def _format(source: Input, path: Place, given: str | None) -> str:
    if given is not None:
        return format_of(path, given)
    if source.path is None:
        kind = sniffed(source)
        return kind if kind in FORMATS else "csv"
    called = Path(source.called)
    if source.member and bare_name(called) == called.stem:
        return format_of(source.member)
    if source.copy is None or (isinstance(path, Remote) and path.is_warehouse):
        return format_of(path)
    try:
        return format_of(called)
    except AbmkitError as error:
        error.where = source.name
        raise
