"""What `history` gives: a row per run that is kept, and the same for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import pyarrow as pa

from abmkit.domain.arrays import bools, int64s, lists, strings
from abmkit.domain.facts import Fact, fact
from abmkit.domain.rules.codes import DOWN, ENTERED, LEFT, MOVED, UP
from abmkit.reports.console.width import WIDTH, pad, wrap
from abmkit.reports.words import Words
from abmkit.runs.history.kept import REMOVED, History, Kept, config_mark, inputs_of

_WHOLE, _COMPACT, _DAMAGED = "whole", "compact", "damaged"
_ID, _DAY, _KEPT = 15, 10, 7
_NUMBERS = {"listed": 9, "entered": 9, "left": 7, "moved": 7, "size": 9}
_SCALES = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))
_MOST_NAMED = 5
COLUMNS = (
    "run", "as_of", "accounts", "listed", "tiers", "entered", "left", "moved", "before",
    "config_changed", "inputs_changed", "bytes", "kept", "in_place", "rolled_back",
)  # fmt: skip
_MADE: dict[str, Callable[[list[Any]], pa.Array]] = {
    **dict.fromkeys(COLUMNS, strings),
    "tiers": lists,
    **dict.fromkeys(("in_place", "config_changed", "inputs_changed"), bools),
    **dict.fromkeys(("accounts", "listed", "entered", "left", "moved", "bytes"), int64s),
}
"""What makes each column."""


def history_rows(history: History) -> list[dict[str, Any]]:
    """What is known of each run, the newest first."""
    return [_row(history, run) for run in reversed(history.runs)]


def _row(history: History, run: Kept) -> dict[str, Any]:
    back = history.rolled_back
    is_there = run.id == history.in_place
    row: dict[str, Any] = {
        **dict.fromkeys(COLUMNS),
        "run": run.id,
        "as_of": run.day,
        "bytes": run.size,
        "kept": _DAMAGED if run.record is None else _COMPACT if run.lacking else _WHOLE,
        "in_place": is_there,
        "rolled_back": back["when"] if back is not None and is_there else None,
    }
    if run.record is not None:
        # What is not written as a run writes it is not known.
        with suppress(AttributeError, TypeError, ValueError):
            row |= _recorded(history, run, run.record)
    return row


def _recorded(history: History, run: Kept, record: Mapping[str, Any]) -> dict[str, Any]:
    """What a run's record says, as far as it is one."""
    steps = _mapping(record, "rows")
    tiers = {
        str(each.get("id")): each.get("count")
        for each in record.get("tiers") or ()
        if isinstance(each, dict)
    }
    changes = record.get("changes")
    kinds = _mapping(changes, "changes") if isinstance(changes, dict) else None
    before = history.before(run)
    then = before.record if before is not None else None
    return {
        "accounts": _mapping(steps, "dedupe").get("out"),
        "listed": _mapping(steps, "tier").get("listed"),
        "tiers": [f"{tier} {count}" for tier, count in tiers.items()] or None,
        "entered": kinds.get(ENTERED, 0) if kinds is not None else None,
        "left": kinds.get(LEFT, 0) if kinds is not None else None,
        "moved": sum(kinds.get(each, 0) for each in (UP, DOWN, MOVED))
        if kinds is not None
        else None,
        "before": before.id if before is not None else None,
        "config_changed": config_mark(record) != config_mark(then) if then is not None else None,
        "inputs_changed": inputs_of(record) != inputs_of(then) if then is not None else None,
    }


def _mapping(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = record.get(name)
    return found if isinstance(found, dict) else {}


def history_table(history: History) -> pa.Table:
    """A row per run that is kept, the newest first."""
    rows = history_rows(history)
    columns = [_MADE[name]([row[name] for row in rows]) for name in COLUMNS]
    return pa.Table.from_arrays(columns, names=list(COLUMNS))


def history_doubts(history: History) -> Iterator[Fact]:
    """What of a history is not as it should be."""
    if history.cut_off is not None:
        yield fact("history.cut_off", run=history.cut_off["to"])
    elif history.in_place is None and history.runs:
        yield fact("history.none_in_place")
    for run in history.runs:
        if run.problem is not None:
            yield fact("history.damaged", problem=str(run.problem))
    if history.foreign:
        more = ["…"] if len(history.foreign) > _MOST_NAMED else []
        yield fact("history.foreign", names=[*history.foreign[:_MOST_NAMED], *more])


def history_text(history: History, words: Words) -> str:
    """The runs for a terminal of 80 columns, the newest first."""
    numbers = "".join(
        pad(words(f"history.column_{name}"), width, right=True) for name, width in _NUMBERS.items()
    )
    first = pad(words("history.column_run"), _ID), pad(words("history.column_day"), _DAY)
    lines = [f"  {'  '.join(first)}{numbers}  {words('history.column_kept')}"]
    short = _short_ids(history)
    for row in history_rows(history):
        lines += _lines(row, short[row["run"]], words)
    total = sum(run.size for run in history.runs)
    told = [words("history.sum", runs=len(history.runs), size=size(total))]
    removed = [each["when"] for each in history.events if each["what"] == REMOVED]
    if removed:
        told.append(words("history.removals", runs=len(removed), when=removed[-1][:10]))
    return "\n".join([*lines, "", wrap(words("reason.separator").join(told))])


def _short_ids(history: History) -> dict[str, str]:
    """What the ids begin with, where that tells them apart."""
    starts = [run.id[:_ID] for run in history.runs]
    return {
        run.id: start if starts.count(start) == 1 else run.id
        for run, start in zip(history.runs, starts, strict=True)
    }


def _lines(row: Mapping[str, Any], run: str, words: Words) -> Iterator[str]:
    mark = "→" if row["in_place"] else " "
    shown = {**row, "size": size(row["bytes"])}
    numbers = "".join(pad(_number(shown[n]), width, right=True) for n, width in _NUMBERS.items())
    kept = {_WHOLE: "history.whole", _COMPACT: "history.compact", _DAMAGED: "history.unreadable"}
    day = pad(row["as_of"] or "", _DAY)
    line = f"{mark} {pad(run, _ID)}  {day}{numbers}  {words(kept[row['kept']])}"
    if len(run) > _ID:
        # An id in full stands by itself: numbers stay in their columns.
        yield f"{mark} {run}"
        line = f"  {' ' * _ID}{line[len(mark) + 1 + len(run) :]}"
    yield line
    if row["kept"] != _DAMAGED:
        text = words("list.dot").join(_about(row, words))
        yield wrap(text, WIDTH, indent="    ", hanging="    ")


def _about(row: Mapping[str, Any], words: Words) -> Iterator[str]:
    tiers = [_tier(each, words) for each in row["tiers"] or ()]
    yield words(
        "history.of", tiers=tiers or words("history.no_tiers"), accounts=row["accounts"] or 0
    )
    what = row["config_changed"], row["inputs_changed"]
    if None not in what:
        told = {
            (True, True): "history.config_and_inputs",
            (True, False): "history.config",
            (False, True): "history.inputs",
            (False, False): "history.neither",
        }
        yield words(told[what])
    if row["rolled_back"]:
        yield words("history.put_back", when=row["rolled_back"][:10])
    elif row["in_place"]:
        yield words("history.in_place")


def _tier(text: str, words: Words) -> str:
    tier, _, count = text.rpartition(" ")
    return words("history.tier", tier=tier, count=int(count)) if count.isdigit() else text


def _number(value: Any) -> str:
    return "–" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def size(count: int) -> str:
    """Bytes as people write them: `8.5 MB`."""
    for scale, unit in _SCALES:
        if count >= scale:
            return f"{count / scale:,.1f} {unit}"
    return f"{count} B"
