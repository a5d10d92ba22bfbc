"""An earlier list put in place again, file by file, its record last."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from secrets import token_hex

import pyarrow as pa

from abmkit.domain.rules.tiers.stability import Previous
from abmkit.engines.engine import Engine
from abmkit.errors import InputError, Message, UsageError
from abmkit.io.atomic import sync_folder
from abmkit.io.writers.parquet import write_groups
from abmkit.runs.changes.moves import Changes, changes_between
from abmkit.runs.changes.previous import followed
from abmkit.runs.changes.replay import listing_of_run
from abmkit.runs.folder import COMPACT, HISTORY, LIST, RECORD, RunFolder
from abmkit.runs.history.compact import PACK, parts_of, remove, unpack
from abmkit.runs.history.kept import ROLLBACK, History, Kept, note
from abmkit.runs.ledger import LEDGER, read_ledger
from abmkit.runs.reading import ACCOUNTS, EXCLUDED, MEMBERS

PREVIOUS, NEWEST = "previous", "newest"
_MOST_NAMED = 5
_OF_RUNS = (MEMBERS, EXCLUDED, COMPACT)


def run_meant(history: History, text: str) -> Kept:
    """The run that is meant: an id or the only one that begins so, the day or month of a list or of
    a run, `previous` (or -1, -2 …, before the list in place) or `newest`.

    Raises UsageError where none is meant, or several; InputError for one that is damaged.
    """
    text = text.strip()
    found = [*_meant(history, text)]
    if len(found) != 1:
        names = [f"{run.id} ({run.day})" for run in (found or history.runs)[-_MOST_NAMED:]]
        what = Message("{text!r} is no run of this folder", text=text)
        if found:
            what = Message("{text!r} could be any of {count} runs", text=text, count=len(found))
        remedy = (
            Message("name one: {names}", names=", ".join(names))
            if names
            else "make one with `abmkit run`"
        )
        raise UsageError(what, where="RUN", remedy=remedy)
    if found[0].problem is not None:
        raise found[0].problem
    if not (found[0].folder / ACCOUNTS).exists():
        raise InputError("has no accounts any more", where=str(found[0].folder))
    return found[0]


def _meant(history: History, text: str) -> list[Kept]:
    if text == NEWEST:
        return [*history.runs[-1:]]
    if text == PREVIOUS or (text.lstrip("-−").isdigit() and text[0] in "-−"):
        steps = 1 if text == PREVIOUS else int(text[1:])
        run = history.run(history.in_place)
        if run is None:
            raise UsageError("it cannot be told which list is in place", remedy="name a run")
        for _ in range(steps):
            run = history.before(run)
            if run is None:
                raise UsageError(
                    "no run is kept from so long before the list in place",
                    where=f"RUN {text}",
                    remedy="see `abmkit history`",
                )
        return [run]
    if not text:
        return []
    of_day = [run for run in history.runs if "-" in text and (run.day or "").startswith(text)]
    made = [run for run in history.runs if run.id.startswith(text.replace("-", ""))]
    return of_day or made


@dataclass(frozen=True)
class Rollback:
    """What becomes of an output folder when an earlier list is put back."""

    run: Kept
    given: tuple[str, ...]
    """The files that are put in place, in that order."""
    removed: tuple[str, ...]
    """Those of another run that this one does not give back: they would contradict it."""


def rollback_to(history: History, run: Kept) -> Rollback:
    """What would become of the folder."""
    given = [*_given(run)]
    own = {name for each in history.runs for name in _names(each)} | {*_OF_RUNS}
    there = {each.name for each in history.folder.iterdir()}
    return Rollback(run, tuple(given), tuple(sorted((own & there) - {*given, LEDGER})))


def _names(run: Kept) -> Iterator[str]:
    """The files of a run by the names that they have in place."""
    for file in run.folder.iterdir():
        if not file.name.startswith("."):
            yield file.name.removesuffix(PACK)


def _given(run: Kept) -> Iterator[str]:
    """The files of a run that take their places: the note of what it lacks first, the record
    last."""
    assert run.record is not None
    config = run.record.get("config") or {}
    formats = ((config.get("values") or {}).get("output") or {}).get("formats") or ["parquet"]
    names = {*_names(run)}
    if run.lacking is not None:
        names.add(EXCLUDED)
        yield COMPACT
    hidden = {LEDGER, COMPACT, RECORD} | (
        {f"{LIST}.parquet"} if "parquet" not in formats else set()
    )
    yield from sorted(names - hidden)
    yield RECORD


def put_in_place(history: History, planned: Rollback) -> None:
    """Put the files of a run in place of those that are there, each in one step.

    What may fail comes first. It is noted before the first file is put in place: where that ends
    half way, the history says so. The ledger stays: ids are never taken back.
    """
    run = planned.run
    folder = RunFolder.at(history.folder)
    part = history.folder / HISTORY / f".{ROLLBACK}-{token_hex(4)}.part"
    part.mkdir()
    try:
        files = [_file(run, name, part) for name in planned.given]
        note(history.folder, (ROLLBACK, history.in_place, run.id))
        for file in files[:-1]:
            folder.place(file)
        for name in planned.removed:
            remove(history.folder / name)
        sync_folder(history.folder)
        folder.place(files[-1])
        sync_folder(history.folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _file(run: Kept, name: str, part: Path) -> Path:
    """A file of a run as it was, made again where it is not kept as it was."""
    kept = run.folder / name
    if kept.exists():
        return kept
    made = part / name
    if (packed := run.folder / f"{name}{PACK}").exists():
        unpack(packed, made)
    else:
        _write_excluded(run.folder / ACCOUNTS, made)
    return made


def _write_excluded(accounts: Path, target: Path) -> None:
    from pyarrow.parquet import ParquetFile, read_schema

    def excluded() -> Iterator[pa.RecordBatch]:
        for part in parts_of(accounts):
            with ParquetFile(part) as file:
                for batch in file.iter_batches():
                    yield batch.filter(batch["excluded"])

    with target.open("wb") as file:
        write_groups(excluded(), read_schema(parts_of(accounts)[0]), file, "zstd")


def changes_by(history: History, run: Kept, engine: Engine) -> Changes | None:
    """What putting a run back changes on the list that is in place; None where that one cannot be
    read. It causes all of it: nothing else is asked for causes."""
    now = history.run(history.in_place)
    if now is None or now.record is None:
        return None
    old = listing_of_run(now.folder, engine)
    new = listing_of_run(run.folder, engine)
    ledger = read_ledger(history.folder / LEDGER, date.fromisoformat(now.record["as_of"]))
    was = followed(Previous.of(old.accounts, old.as_of), new.accounts, ledger)
    # Without a day of its own it is not asked what rules and data have done in between.
    told = replace(new, as_of=None, before=None)
    found = changes_between(old, told, was, engine.spool)
    moves = tuple(replace(move, causes=(ROLLBACK,)) for move in found.moves)
    return replace(found, moves=moves, doubts=(), day=date.fromisoformat(str(run.day)))
