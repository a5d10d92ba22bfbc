"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from abmkit.errors import OutputError

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A binary file that takes the place of `path` when the block ends, and goes if it fails.

    A link is followed and stays a link; a device or named pipe is written to directly. Raises
    OutputError where the folder is missing or not writable, or has no room.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise OutputError("is a folder", where=str(path), remedy="name a file in it")
    if target.exists() and not target.is_file():
        with target.open("wb") as device:
            yield device
        return
    part = target.with_name(f".{target.name[:200]}.{token_hex(4)}.part")
    file = _created(part, path)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            part.chmod(stat.S_IMODE(target.stat().st_mode))
        part.replace(target)
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise OutputError(
                "no room left to write", where=str(path), remedy="free space or write elsewhere"
            ) from error
        raise
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    sync_folder(target.parent)


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
        return part.open("xb")
    except FileNotFoundError as error:
        folder = part.parent
        raise OutputError(
            f"there is no folder {folder}", where=str(path), remedy=f"create it: mkdir -p {folder}"
        ) from error
    except NotADirectoryError as error:
        raise OutputError(f"{part.parent} is not a folder", where=str(path)) from error
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        raise OutputError(
            f"cannot write in the folder {part.parent}: {reason.lower()}",
            where=str(path),
            remedy="name a folder you may write in with -o",
        ) from error
