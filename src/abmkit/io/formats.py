"""The formats tables are read from and written in: one row each."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import pyarrow as pa

from abmkit.errors import InputError, Message, UsageError, instead, nearest
from abmkit.io.input import BROKEN_ARCHIVE, COMPRESSION, ZIP_BEGINS, Input, bare_name, cut_off
from abmkit.io.records import Records
from abmkit.places import Place, Remote, place

Reader = Callable[..., Records]
"""Takes a source, the format's name and a sheet's; for delimited text how it was written, too."""


class Writer(Protocol):
    """Writes a table to a stream."""

    def __call__(
        self, batches: Iterator[pa.RecordBatch], schema: pa.Schema, target: BinaryIO
    ) -> None:
        """Write all batches."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format by name: its suffixes, and the functions that read and write it."""

    name: str
    title: Message
    suffixes: tuple[str, ...]
    reads: str | None = None
    """Where its reader is, as `module:function`: a format's room is loaded when it is met."""
    writes: str | None = None
    binary: bool = False
    workbook: bool = False

    @property
    def delimited(self) -> bool:
        """Whether it is text with delimiters."""
        return self.reads == _TEXT

    def reader(self) -> Reader:
        """What reads it."""
        return cast(Reader, _loaded(self.reads))

    def writer(self) -> Writer:
        """What writes it."""
        return cast(Writer, _loaded(self.writes))


def _loaded(place: str | None) -> object:
    assert place is not None
    module, _, function = place.partition(":")
    return getattr(import_module(f"abmkit.io.{module}"), function)


_TEXT, _JSON, _BOOK = "text.delimited:read", "json.objects:read", "excel.workbook:read"
FORMATS: dict[str, Format] = {
    entry.name: entry
    for entry in (
        Format("csv", Message("CSV"), (".csv",), _TEXT, "writers.csv:write_csv"),
        Format("tsv", Message("TSV"), (".tsv", ".tab"), _TEXT, "writers.csv:write_tsv"),
        Format("txt", Message("delimited text"), (".txt",), _TEXT),
        Format(
            "xlsx", Message("an Excel workbook"), (".xlsx", ".xlsm"), _BOOK, "writers.xlsx:write",
            binary=True, workbook=True,
        ),
        Format(
            "xls", Message("an old Excel workbook"), (".xls",), _BOOK, binary=True, workbook=True
        ),
        Format(
            "xlsb", Message("a binary Excel workbook"), (".xlsb",), _BOOK,
            binary=True, workbook=True,
        ),
        Format(
            "ods", Message("an OpenDocument sheet"), (".ods",), _BOOK, binary=True, workbook=True
        ),
        Format(
            "parquet", Message("Parquet"), (".parquet", ".pq"), "columnar:read_parquet",
            "writers.parquet:write_parquet", binary=True,
        ),
        Format("json", Message("JSON"), (".json",), _JSON),
        Format(
            "jsonl", Message("JSON lines"), (".jsonl", ".ndjson"), _JSON,
            "writers.json_lines:write",
        ),
        Format(
            "arrow", Message("Arrow IPC"), (".arrow", ".arrows", ".feather", ".ipc"),
            "columnar:read_arrow", "writers.parquet:write_arrow", binary=True,
        ),
    )
}  # fmt: skip

_TABLE = "parquet"
"""What a table of a warehouse is copied as, in and out."""
INPUTS = tuple(name for name, entry in FORMATS.items() if entry.reads)
OUTPUTS = tuple(name for name, entry in FORMATS.items() if entry.writes)


def format_of(path: Place | str, given: str | None = None, *, writing: bool = False) -> str:
    """The name of a file's format: the given one, else by suffix; CSV for `-`.

    Raises UsageError for a format abmkit does not know, InputError for a suffix it cannot read.
    """
    known = OUTPUTS if writing else INPUTS
    option = "--to" if writing else "--from"
    if isinstance(path, Remote) and path.is_warehouse:
        if given not in (None, _TABLE):
            raise UsageError(
                "a table has no format", where=str(path), remedy="leave {option} out", option=option
            )
        return _TABLE
    if given is not None:
        if given.lower() in known:
            return given.lower()
        told = instead(given, known, "formats")
        raise UsageError("{option}: no format {given!r}", remedy=told, option=option, given=given)
    if str(path) == "-":
        return "csv"
    path = place(path)
    suffix = Path(bare_name(path)).suffix.lower()
    by_suffix = {s: entry.name for entry in FORMATS.values() for s in entry.suffixes}
    name = by_suffix.get(suffix)
    if name in known:
        return name
    if suffix:
        hint = nearest(suffix, [s for s, n in by_suffix.items() if n in known])
        what = "files ending in {suffix} cannot be read"
        what = "files ending in {suffix} cannot be written" if writing else what
    else:
        hint, what = None, "the file's name says no format"
    remedy = "name the format: {option} {formats}"
    remedy = "{hint} or name the format: {option} {formats}" if hint else remedy
    error = UsageError if writing else InputError
    formats = "|".join(known)
    raise error(
        what, where=str(path), remedy=remedy,
        suffix=suffix, hint=hint, option=option, formats=formats,
    )  # fmt: skip


def compression_of(path: Place | str) -> str | None:
    """How a file is compressed, by its suffix: gz, zst, zip or not at all."""
    return COMPRESSION.get(place(path).suffix.lower())


_MAGIC = (
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"\xff\xff\xff\xff", "arrow"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"\x1f\x8b", "gz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"%PDF-", "pdf"),
    (b"SQLite format 3", "sqlite"),
)
_TITLES = {
    "gz": "a gzip archive",
    "zst": "a Zstandard archive",
    "zip": "a zip archive",
    "pdf": "a PDF document",
    "sqlite": "an SQLite database",
    "html": "a web page (HTML)",
}


_DELIMITED = ("csv", "tsv")
_JSON_BEGINS = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\[\s*)?\{\s*"[^"\n]*"\s*:')
"""How a record in JSON begins, which is no header."""


def sniffed(source: Input) -> str | None:
    """The format told by the first bytes, None for text and what is not recognised."""
    head = source.head()
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head.startswith(ZIP_BEGINS):
        return _inside_zip(source)
    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "html" if start.startswith((b"<!doctype html", b"<html")) else None


def _inside_zip(source: Input) -> str:
    try:
        with zipfile.ZipFile(source.file()) as archive:
            names = set(archive.namelist())
    except BROKEN_ARCHIVE:
        return "zip"
    folded = {name.lower().replace("\\", "/").lstrip("/") for name in names}
    if any(name.endswith("workbook.bin") for name in folded):
        return "xlsb"
    if any(name.endswith("workbook.xml") for name in folded) or "[content_types].xml" in folded:
        return "xlsx"
    return "ods" if "content.xml" in folded else "zip"


def checked(source: Input, name: str, *, given: bool) -> str:
    """The format, confirmed against the file's first bytes.

    One workbook under another's suffix is read as what it is. Raises InputError where the bytes
    say something else.
    """
    expected = FORMATS[name]
    actual = sniffed(source)
    if name in _DELIMITED and _JSON_BEGINS.match(source.head()[:1024]):
        raise InputError(
            "is JSON, not text with delimiters",
            where=source.name,
            remedy="read it with --from json",
        )
    if actual == name or (actual is None and not expected.binary):
        return name
    if actual in FORMATS and FORMATS[actual].workbook and expected.workbook:
        return actual
    if actual == "zip" and not zipfile.is_zipfile(source.file()):
        raise cut_off(source.name)
    if actual is None:
        raise InputError(
            "is not {title}",
            where=source.name,
            remedy=_text_remedy(source),
            title=expected.title,
        )
    if actual in FORMATS:
        raise InputError(
            "is {found}, not {title}"
            if given
            else "is {found} whatever its suffix says, not {title}",
            where=source.name,
            remedy="read it with --from {actual}",
            found=FORMATS[actual].title,
            title=expected.title,
            actual=actual,
        )
    remedy = "export the table as CSV or xlsx"
    if actual in COMPRESSION.values():
        remedy = Message("name it with the suffix .{actual}", actual=actual)
    elif actual == "html" and source.copy is not None:
        remedy = "is it the link to the file itself, and is no log-in needed?"
    raise InputError(
        "is {found}, not {title}",
        where=source.name,
        remedy=remedy,
        found=Message(_TITLES[actual]),
        title=expected.title,
    )


def _text_remedy(source: Input) -> Message:
    start = source.head()[:256].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"\0" in start:
        return Message("export the table again as CSV, xlsx or Parquet")
    actual = "json" if start[:1] in (b"{", b"[") else "csv"
    return Message("read it with --from {actual}", actual=actual)
