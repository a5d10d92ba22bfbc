"""Opening files: what is there, how it is packed, and the one table in an archive."""

from __future__ import annotations

import zipfile
from pathlib import Path

from abmkit.errors import InputError, Message
from abmkit.io.formats import FORMATS
from abmkit.io.input import (
    BROKEN_ARCHIVE,
    COMPRESSION,
    ZIP_BEGINS,
    EmptyInput,
    Input,
    cut_off,
    refuse_bomb,
)
from abmkit.io.remote.copies import copied
from abmkit.nearby import nearby
from abmkit.places import Place, Remote, place


def open_input(path: Place | str) -> Input:
    """The bytes of a file, or of stdin for `-`, decompressed by its suffix; of a remote place those
    of a copy.

    Raises InputError where there is no such file, it is empty, or an archive holds not exactly one
    table.
    """
    path = place(path)
    if isinstance(path, Remote):
        return _copy(path)
    if str(path) == "-":
        stdin = Input(None)
        if not stdin.head():
            raise EmptyInput("is empty", where="stdin", remedy="is the command before it at fault?")
        return stdin
    if path.is_dir():
        raise InputError(
            "is a folder", where=str(path), remedy="name a file or {path}/*.csv", path=path
        )
    if not path.exists():
        raise missing(path)
    if path.is_file() and path.stat().st_size == 0:
        raise EmptyInput("is empty", where=str(path))
    compression = COMPRESSION.get(path.suffix.lower())
    member = _only_table(path, str(path)) if compression == "zip" else ""
    return Input(path, compression, member)


def _copy(remote: Remote) -> Input:
    copy, shown = copied(remote), str(remote)
    if copy.path.stat().st_size == 0:
        raise EmptyInput("is empty", where=shown)
    known = [*(s for entry in FORMATS.values() for s in entry.suffixes), *COMPRESSION]
    called = next((n for n in copy.names if Path(n).suffix.lower() in known), remote.name)
    compression = COMPRESSION.get(Path(called).suffix.lower())
    member = _only_table(copy.path, shown) if compression == "zip" else ""
    return Input(copy.path, compression, member, copy, called, shown)


def missing(path: Path) -> InputError:
    """The error for a file that is not there, with the nearest name that is."""
    return InputError("no such file", where=str(path), remedy=nearby(path))


def _only_table(path: Path, shown: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [
                member
                for member in archive.infolist()
                if not member.is_dir()
                and not member.filename.startswith("__MACOSX/")
                and not Path(member.filename).name.startswith(".")
            ]
    except BROKEN_ARCHIVE as error:
        with path.open("rb") as file:
            if file.read(4) == ZIP_BEGINS:
                raise cut_off(shown) from error
        raise InputError(
            "is not a zip archive, or a damaged one",
            where=shown,
            remedy="get a fresh copy of the file",
        ) from error
    tables = [member for member in members if _is_table(member.filename)]
    if len(members) != 1 and len(tables) == 1:
        members = tables
    if len(members) != 1:
        inside = [member.filename for member in members[:5]] + ["…"][: len(members) > 5]
        raise InputError(
            "holds {count} files ({inside}), not one",
            where=shown,
            remedy="unpack it and name the files",
            count=len(members),
            inside=inside or Message("nothing"),
        )
    member = members[0]
    if member.flag_bits & 1:
        raise InputError("is encrypted", where=shown, remedy="unpack it with its password")
    refuse_bomb(shown, member.compress_size, member.file_size)
    return member.filename


def _is_table(name: str) -> bool:
    """Whether a file in an archive may be the table, rather than what is packed beside one."""
    suffixes = {suffix for entry in FORMATS.values() if entry.reads for suffix in entry.suffixes}
    return Path(name).suffix.lower() in suffixes - {".txt"}
