"""Where bytes come from: files, stdin, and what is compressed in them."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import struct
import tempfile
import weakref
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa

from abmkit.errors import InputError
from abmkit.io.remote.copies import Copy
from abmkit.io.streams import stdin_binary
from abmkit.places import Place

COMPRESSION = {".gz": "gz", ".zst": "zst", ".zip": "zip"}
# What reading a damaged archive raises, beside its own errors: names that are no text, versions
# and methods there are none of, sizes beyond the file.
BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    NotImplementedError,
    OSError,
    EOFError,
    OverflowError,
    RuntimeError,
    UnicodeError,
    struct.error,
    zlib.error,
)
ZIP_BEGINS = b"PK\x03\x04"
_MAGIC = {b"\x1f\x8b": "gz", b"\x28\xb5\x2f\xfd": "zst"}
# Tables of companies compress some 5 to 30 times; far beyond that, and large, is made to hurt.
_MOST_RATIO = 200
_HARMLESS_BYTES = 1 << 30
_SNIFFED_BYTES = 1 << 16


class EmptyInput(InputError):
    """A file without anything in it."""


def cut_off(name: str, compression: str | None = None) -> InputError:
    """The error for a file of which only the beginning is there."""
    what = "is cut off: its end is missing, as after a download or a copy that was interrupted"
    packed = (
        "the {compression} file is damaged: it is cut off: its end is missing, as after a download "
        "or a copy that was interrupted"
    )
    return InputError(
        packed if compression else what,
        where=name,
        remedy="get a fresh copy of the file",
        compression=compression,
    )


class Input:
    """A file or stdin, decompressed, to be read as a stream or as a file on disk."""

    def __init__(
        self,
        path: Path | None,
        compression: str | None = None,
        member: str = "",
        copy: Copy | None = None,
        called: str = "",
        shown: str = "",
    ) -> None:
        self.path = path
        self.compression = compression
        self.member = member
        self.copy = copy
        """What of a remote place is read, held until then."""
        self.called = called or (path.name if path is not None else "-")
        """The name that says how it is written."""
        self.name = shown or ("stdin" if path is None else str(path))
        if member:
            self.name += f":{member}"
        self._open: list[BinaryIO] = []
        self._spooled: Path | None = None
        self._stdin: io.BufferedReader | None = None

    def stream(self) -> io.BufferedReader:
        """The decompressed bytes, from the start; those of stdin once."""
        if self._spooled is not None:
            return self._keep(self._spooled.open("rb"))
        if self.path is None:
            return self._stdin_stream()
        try:
            return self._decompressed(self._keep(self.path.open("rb")), self.compression)
        except OSError as error:
            raise InputError(
                "cannot be read: {reason}",
                where=self.name,
                reason=(error.strerror or str(error)).lower(),
            ) from error

    def head(self) -> bytes:
        """The first bytes, without using them up."""
        stream = self.stream()
        try:
            start = stream.peek(_SNIFFED_BYTES)[:_SNIFFED_BYTES]
        except BROKEN_ARCHIVE as error:
            raise self.damaged(error) from error
        if stream is not self._stdin:
            stream.close()
        return start

    def file(self, begun: bytes = b"") -> Path:
        """The bytes as a file on disk: the file itself, or a temporary copy until `close`.

        `begun` is what was read of them already: of stdin it comes only once.
        """
        if self.path is not None and self.compression is None:
            return self.path
        if self._spooled is None:
            handle, name = tempfile.mkstemp(prefix="abmkit-")
            # Also where nobody closes it, since something else failed meanwhile.
            weakref.finalize(self, Path(name).unlink, missing_ok=True)
            try:
                with os.fdopen(handle, "wb") as copy:
                    copy.write(begun if self.path is None else b"")
                    shutil.copyfileobj(self.stream(), copy, 1 << 20)
            except BaseException as error:
                Path(name).unlink()
                if isinstance(error, BROKEN_ARCHIVE):
                    raise self.damaged(error) from error
                raise
            self._spooled = Path(name)
        return self._spooled

    def damaged(self, error: Exception) -> InputError:
        """The error for bytes that cannot be decompressed or read."""
        if isinstance(error, InputError):
            return error
        if isinstance(error, EOFError) or "Truncated" in str(error):
            return cut_off(self.name, self.compression)
        packed = "the {compression} file is damaged: {error}"
        return InputError(
            packed if self.compression else "cannot be read: {error}",
            where=self.name,
            remedy="get a fresh copy of the file",
            compression=self.compression,
            error=error,
        )

    def close(self) -> None:
        """Close what was opened and remove the temporary copy."""
        for stream in reversed(self._open):
            with suppress(OSError):
                stream.close()
        self._open.clear()
        if self._spooled is not None:
            self._spooled.unlink(missing_ok=True)
            self._spooled = None

    def _keep(self, stream: BinaryIO) -> io.BufferedReader:
        self._open.append(stream)
        return cast(io.BufferedReader, stream)

    def _stdin_stream(self) -> io.BufferedReader:
        if self._stdin is None:
            stdin = stdin_binary()
            peekable = (
                stdin
                if isinstance(stdin, io.BufferedReader)
                else io.BufferedReader(cast(io.RawIOBase, stdin))
            )
            start = peekable.peek(4)[:4]
            kinds = [kind for magic, kind in _MAGIC.items() if start.startswith(magic)]
            self.compression = kinds[0] if kinds else None
            self._stdin = self._decompressed(peekable, self.compression)
        return self._stdin

    def _decompressed(
        self, stream: io.BufferedReader, compression: str | None
    ) -> io.BufferedReader:
        if compression is None:
            return stream
        opened: BinaryIO
        if compression == "gz":
            opened = cast(BinaryIO, gzip.GzipFile(fileobj=stream))
        elif compression == "zst":
            opened = cast(BinaryIO, pa.CompressedInputStream(pa.PythonFile(stream), "zstd"))
        else:
            archive = zipfile.ZipFile(stream)
            self._open.append(cast(BinaryIO, archive))
            opened = cast(BinaryIO, archive.open(self.member))
        size = self.path.stat().st_size if self.path is not None else None
        return self._keep_buffered(_Measured(opened, size, self.name))

    def _keep_buffered(self, raw: io.RawIOBase) -> io.BufferedReader:
        return self._keep(cast(BinaryIO, io.BufferedReader(raw, 1 << 20)))


class _Measured(io.RawIOBase):
    """Decompressed bytes, up to a size that a real table could have."""

    def __init__(self, stream: BinaryIO, compressed: int | None, name: str) -> None:
        self._stream = stream
        self._most = max(_HARMLESS_BYTES, (compressed or 0) * _MOST_RATIO)
        self._limited = compressed is not None
        self._name = name
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._read += len(data)
        if self._limited and self._read > self._most:
            raise _bomb(self._name)
        return len(data)


def refuse_bomb(name: str, packed: int, unpacked: int) -> None:
    """Raises InputError for an archive that unpacks to more than a table of companies could."""
    if unpacked > _HARMLESS_BYTES and unpacked > max(packed, 1) * _MOST_RATIO:
        raise _bomb(name)


def _bomb(name: str) -> InputError:
    return InputError(
        "unpacks to more than {times} times its size, like an archive made to do harm",
        where=name,
        remedy="if you trust it, unpack it yourself and name the file",
        times=_MOST_RATIO,
    )


def bare_name(path: Place) -> str:
    """The file's name without the suffix of its compression."""
    return path.stem if path.suffix.lower() in COMPRESSION else path.name
