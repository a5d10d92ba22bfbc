"""What is kept of earlier runs, by the rule of the config, once a new one is in place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from abmkit.config.sections.output import Keep
from abmkit.domain.facts import Fact, fact
from abmkit.errors import AbmkitError
from abmkit.io.atomic import sync_folder
from abmkit.runs.folder import HISTORY, being_written
from abmkit.runs.history.compact import is_done, make_compact
from abmkit.runs.history.kept import REMOVED, History, Kept, history_of, note

_GONE = ".gone"
"""The end of the name that a run has while it is removed."""


@dataclass(frozen=True)
class Tidied:
    """What became of earlier runs."""

    compacted: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    problems: tuple[Fact, ...] = ()
    """What could not be done, and stays as it was."""


def keep(folder: Path, rule: Keep, *, now: datetime | None = None) -> Tidied:
    """Remove earlier runs of a folder that a rule does not keep, and make the older ones compact.

    Neither touches the newest run, nor one that is in place or that a link in the folder leads to.
    Nothing is done while another run is being written: it may read the one before it.
    """
    if being_written(folder / HISTORY):
        return Tidied(problems=(fact("history.busy"),))
    try:
        _sweep(folder / HISTORY)
        history = history_of(folder)
    except (OSError, AbmkitError) as error:
        return Tidied(problems=(_problem(folder, error),))
    oldest = (now or datetime.now(UTC)) - timedelta(days=rule.days)
    at_stake = set(_at_stake(history))
    compacted, removed, problems = [], [], []
    for place, run in enumerate(reversed(history.runs), start=1):
        if run.id in at_stake or place == 1:
            continue
        try:
            if place > rule.runs and run.made < oldest:
                _remove(run)
                removed.append(run.id)
            elif place > rule.whole and run.record is not None and not is_done(run):
                make_compact(run)
                compacted.append(run.id)
        except Exception as error:
            # The new list is in place: what goes wrong with an old one is no fault of it.
            problems.append(_problem(run.folder, error))
    if removed:
        try:
            note(folder, *((REMOVED, run, None) for run in sorted(removed)))
        except (OSError, AbmkitError) as error:
            problems.append(_problem(folder, error))
    return Tidied(tuple(compacted), tuple(removed), tuple(problems))


def _at_stake(history: History) -> Iterator[str]:
    """The runs whose files are those of the folder."""
    if history.in_place is not None:
        yield history.in_place
    last = history.cut_off
    if last is not None:
        yield str(last["to"])
    for link in history.folder.iterdir():
        if link.is_symlink():
            target = Path(os.path.realpath(link))
            yield from (run.id for run in history.runs if run.folder.resolve() in target.parents)


def _sweep(history: Path) -> None:
    """Remove what is left of runs whose removal was cut off."""
    for rest in history.glob(f".*{_GONE}"):
        shutil.rmtree(rest)


def _remove(run: Kept) -> None:
    """Remove a run: at once for who reads, and what is left half way is removed by the next."""
    gone = run.folder.with_name(f".{run.id}{_GONE}")
    run.folder.rename(gone)
    sync_folder(gone.parent)
    shutil.rmtree(gone)


def _problem(where: Path, error: Exception) -> Fact:
    return fact("history.not_kept", where=str(where), why=str(error) or type(error).__name__)
