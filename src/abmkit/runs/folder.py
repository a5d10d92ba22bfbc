"""A run's folder: its history written whole first, then each file put in its place."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO

import pyarrow as pa

from abmkit.errors import OutputError, UsageError
from abmkit.io.atomic import replacing, sync_folder
from abmkit.io.writing import write
from abmkit.places import Place, Remote

HISTORY = "runs"
RECORD = "run.json"
COMPACT = "compact.json"
"""What a run that is kept compact has no more; whole ones have no such file."""
LIST = "target-accounts"
REPORT = "report.html"
_STALE = 24 * 60 * 60  # Seconds after which a run that has not ended was killed.
_ID, _STEP = "%Y%m%dT%H%M%S.%fZ", timedelta(microseconds=1)


def made_at(run: str) -> datetime | None:
    """When the run with this id was made; None for what is no id of a run, such as other folders
    in a history."""
    try:
        return datetime.strptime(run, _ID).replace(tzinfo=UTC)
    except ValueError:
        return None


def being_written(history: Path) -> bool:
    """Whether a run is being written into a history, or was when it was killed a while ago."""
    parts = (each.name for each in history.glob(".*.part"))
    # An engine puts its own aside there, too.
    return any(made_at(name.removeprefix(".").removesuffix(".part")) for name in parts)


def on_this_machine(folder: Place) -> Path:
    """The folder of a run. Raises UsageError for one that is elsewhere."""
    if isinstance(folder, Remote):
        raise UsageError(
            "the folder of a run is on this machine",
            where=str(folder),
            remedy="name a folder, and copy what you need to the store when it is done",
        )
    return folder


def passing_folder() -> RunFolder:
    """A folder that is gone once nobody reads it any more."""
    held = tempfile.TemporaryDirectory(prefix="abmkit-", ignore_cleanup_errors=True)
    return RunFolder.at(Path(held.name), held)


@dataclass
class RunFiles:
    """The files of one run while they are written, in a folder of their own."""

    folder: Path
    final: Path
    raw_csv: bool = False
    names: list[str] = field(default_factory=list)
    placed: tuple[Path, ...] = ()

    def path(self, name: str, *, placed: bool = True) -> Path:
        """Where to write a file of this name; one that is not `placed` stays in the history."""
        if placed:
            self.names.append(name)
        return self.folder / name

    def table(self, name: str, table: pa.Table) -> None:
        """Write a table by its name's suffix; CSV for people begins with a byte order mark, and
        what a spreadsheet would run is guarded in it."""
        self.rows(name, table.schema, table.to_batches())

    def rows(self, name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
        """Write rows likewise."""
        bom, guarded = name.endswith(".csv") and not self.raw_csv, not self.raw_csv
        write(batches, schema, self.path(name), bom=bom, guarded=guarded)

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """A file of this name to be written, whole or not at all."""
        with replacing(self.path(name)) as file:
            yield file

    def record(self, record: dict[str, Any]) -> None:
        """Write the run's record, the last file to be put in place."""
        with self.open(RECORD) as file:
            file.write(json.dumps(record, indent=2, ensure_ascii=False).encode() + b"\n")


@dataclass(frozen=True)
class RunFolder:
    """An output folder and the history in it."""

    path: Path
    held: tempfile.TemporaryDirectory[str] | None = None
    """What removes it in the end."""

    @classmethod
    def at(cls, path: Place, held: tempfile.TemporaryDirectory[str] | None = None) -> RunFolder:
        """The folder, made where it is missing. Raises OutputError where that is not possible."""
        path = on_this_machine(path)
        try:
            (path / HISTORY).mkdir(parents=True, exist_ok=True)
            probe = path / f".{token_hex(4)}.probe"
            probe.touch()
            probe.unlink()
        except OSError as error:
            reason = (error.strerror or "cannot be written").lower()
            raise OutputError(
                "cannot write there: {reason}",
                where=str(path),
                remedy="name a folder you may write in with -o",
                reason=reason,
            ) from None
        for part in (path / HISTORY).glob(".*.part"):
            if time.time() - part.stat().st_mtime > _STALE:
                shutil.rmtree(part, ignore_errors=True)
        return cls(path, held)

    @contextmanager
    def writing(self, *, raw_csv: bool = False) -> Iterator[RunFiles]:
        """The files of a new run: put in place when the block ends, gone if it fails."""
        part, name = self._new_part()
        files = RunFiles(part, self.path / HISTORY / name, raw_csv)
        try:
            yield files
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        for file in part.rglob("*"):
            if file.is_file():
                with file.open("rb") as handle:
                    os.fsync(handle.fileno())
        sync_folder(part)
        part.rename(files.final)
        sync_folder(self.path / HISTORY)
        files.placed = tuple(self.place(files.final / name) for name in files.names)
        self._remove_formats_not_written(files.names)
        (self.path / COMPACT).unlink(missing_ok=True)
        sync_folder(self.path)

    def _new_part(self) -> tuple[Path, str]:
        """Where a run is written, and its id: the time, and after the ids of all runs before, also
        where a clock was set back."""
        history = self.path / HISTORY
        now = datetime.now(UTC)
        latest = max(filter(None, (made_at(each.name) for each in history.iterdir())), default=None)
        if latest is not None and latest >= now:
            now = latest + _STEP
        while True:
            name = now.strftime(_ID)
            part = history / f".{name}.part"
            with suppress(FileExistsError):
                part.mkdir()
                return part, name
            now += _STEP

    def place(self, file: Path) -> Path:
        """Put a file of the history in the folder, or a folder of Parquet files, in one step."""
        part = self.path / f".{file.name}.{token_hex(4)}.part"
        if file.is_dir():
            # Folders cannot take each other's places, links to them can.
            part.symlink_to(file.relative_to(self.path))
        else:
            try:
                os.link(file, part)
            except OSError:
                shutil.copyfile(file, part)
        part.replace(self.path / file.name)
        # Of two names of one file neither goes when it is moved to the other.
        part.unlink(missing_ok=True)
        return self.path / file.name

    def _remove_formats_not_written(self, names: list[str]) -> None:
        """A list of an earlier run in another format would contradict this run's, and so would a
        page."""
        for old in [*self.path.glob(f"{LIST}.*"), *self.path.glob(REPORT)]:
            if old.name not in names:
                old.unlink()
