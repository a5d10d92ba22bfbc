"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, cast

from abmkit.errors import OutputError
from abmkit.io.remote.copies import check_target, send
from abmkit.places import Place, Remote

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass
class Together:
    """Files written for one piece of work: put in place when all of it is done, else none."""

    _written: list[tuple[Path, Path]] = field(default_factory=list)
    _to_send: list[tuple[Path, Remote]] = field(default_factory=list)
    _to_remove: list[Path] = field(default_factory=list)

    def removed(self, path: Path) -> None:
        """Remove a file, too, when the work is done."""
        self._to_remove.append(path)

    @contextmanager
    def replacing(self, path: Place) -> Iterator[BinaryIO]:
        """Like `replacing`, but the file takes its place when the work is done."""
        if isinstance(path, Remote):
            with _held(path) as (file, held):
                yield file
            self._to_send.append((held, path))
            return
        with _whole(path) as (file, part, target):
            yield file
        if part is not None:
            self._written.append((part, target))

    def __enter__(self) -> Together:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            # What may fail comes first.
            for part, remote in self._to_send if kind is None else ():
                send(part, remote)
            for part, target in self._written if kind is None else ():
                _place(part, target)
            for old in self._to_remove if kind is None else ():
                old.unlink(missing_ok=True)
        finally:
            parts = [each[0] for each in (*self._written, *self._to_send)]
            for part in parts:
                part.unlink(missing_ok=True)
            self._written.clear()
            self._to_send.clear()
            self._to_remove.clear()


@contextmanager
def replacing(path: Place) -> Iterator[BinaryIO]:
    """A binary file that takes the place of `path` when the block ends, and goes if it fails.

    A link is followed and stays a link; a device or named pipe is written to directly; a remote
    place gets all of it at the end. Raises OutputError where the folder is missing or not writable,
    or has no room.
    """
    with Together() as alone, alone.replacing(path) as file:
        yield file


def no_room(error: BaseException, where: str | None = None) -> OutputError | None:
    """The error for a place that is full; None for any other."""
    if not isinstance(error, OSError) or error.errno not in _NO_ROOM:
        return None
    where = where or (str(error.filename) if error.filename else None)
    return OutputError("no room left to write", where=where, remedy="free space or write elsewhere")


@contextmanager
def _whole(path: Path) -> Iterator[tuple[BinaryIO, Path | None, Path]]:
    """A file to be written in a part beside its target; a device has no part."""
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise OutputError("is a folder", where=str(path), remedy="name a file in it")
    part = None
    try:
        if target.exists() and not target.is_file():
            with target.open("wb") as device:
                yield device, None, target
            return
        part = target.with_name(f".{target.name[:200]}.{token_hex(4)}.part")
        with _created(part, path) as file:
            yield file, part, target
            file.flush()
            os.fsync(file.fileno())
    except BaseException as error:
        if part is not None:
            with suppress(OSError):
                part.unlink()
        full = no_room(error, str(path))
        if full is not None:
            raise full from error
        raise


@contextmanager
def _held(remote: Remote) -> Iterator[tuple[BinaryIO, Path]]:
    """A file on disk that is to be sent once it is whole."""
    check_target(remote)
    with tempfile.NamedTemporaryFile(prefix="abmkit-", delete=False) as file:
        part = Path(file.name)
        try:
            yield cast(BinaryIO, file), part
        except BaseException as error:
            part.unlink()
            full = no_room(error, str(part))
            if full is not None:
                raise full from error
            raise


def _place(part: Path, target: Path) -> None:
    if target.exists():
        part.chmod(stat.S_IMODE(target.stat().st_mode))
    part.replace(target)
    sync_folder(target.parent)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """A new folder's path that takes the place of `path` when the block ends, and goes if it fails.

    Raises OutputError where a file is there, or a folder of something else than Parquet files.
    """
    if path.exists() and not (path.is_dir() and _is_parts(path)):
        raise OutputError(
            "is there already", where=str(path), remedy="Spark writes a folder: name a new one"
        )
    part, old = (path.with_name(f".{path.name}.{token_hex(4)}.{kind}") for kind in ("part", "old"))
    try:
        yield part
        if path.exists():
            path.rename(old)
        part.rename(path)
        sync_folder(path.parent)
    finally:
        for each in (part, old):
            shutil.rmtree(each, ignore_errors=True)


def _is_parts(folder: Path) -> bool:
    """Whether a folder holds nothing but Parquet files and what Spark leaves beside them."""
    return all(each.name[0] in "._" or each.suffix == ".parquet" for each in folder.iterdir())


def sync_folder(folder: Path) -> None:
    """Make the folder's names durable, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _created(part: Path, path: Path) -> BinaryIO:
    try:
        return part.open("x+b")
    except FileNotFoundError as error:
        folder = part.parent
        raise OutputError(
            "there is no folder {folder}",
            where=str(path),
            remedy="create it: mkdir -p {folder}",
            folder=folder,
        ) from error
    except NotADirectoryError as error:
        raise OutputError(
            "{folder} is not a folder", where=str(path), folder=part.parent
        ) from error
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        raise OutputError(
            "cannot write in the folder {folder}: {reason}",
            where=str(path),
            remedy="name a folder you may write in with -o",
            folder=part.parent,
            reason=reason.lower(),
        ) from error
