"""What `diff` says, and `run` in short: who came, left and moved, and what caused it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from abmkit.domain.arrays import doubles, strings
from abmkit.reports.console.width import fit, wrap
from abmkit.reports.words import Words
from abmkit.runs.changes.moves import Changes, Move

_NAME, _TIERS, _MOST_MOVES, _MOST_SETTINGS = 34, 12, 10, 10
_NONE = "–"
COLUMNS = (
    "account_id", "name", "change", "from", "to", "cause", "why", "score_before", "score",
)  # fmt: skip
"""Those of `changes.csv`."""


def changes_table(changes: Changes | None, words: Words) -> pa.Table:
    """A row per account that moved."""
    moves = () if changes is None else changes.moves
    rows = [
        (m.account_id, m.name, m.change, m.before, m.now, ";".join(m.causes) or None, why(m, words))
        for m in moves
    ]
    columns = [strings(values) for values in zip(*rows, strict=True)] or [strings([])] * 7
    scores = [[m.score_before for m in moves], [m.score for m in moves]]
    return pa.Table.from_arrays([*columns, *map(doubles, scores)], names=list(COLUMNS))


def changes_data(changes: Changes, words: Words) -> dict[str, Any]:
    """What changed in numbers, as a run's record has it."""
    return {
        "as_of_before": changes.day_before.isoformat() if changes.day_before else None,
        "listed_before": changes.listed_before,
        "listed": changes.listed,
        "changed": len(changes.moves),
        "changes": changes.kinds,
        "causes": {";".join(names) or "unknown": n for names, n in changes.causes.items()},
        "rules": [{"key": k, "before": old, "now": new} for k, old, new in changes.settings],
        "doubts": [words.of(each) for each in changes.doubts],
    }


def changes_json(changes: Changes, words: Words) -> str:
    """All that changed, as JSON."""
    data = changes_data(changes, words)
    data["accounts"] = changes_table(changes, words).to_pylist()
    return json.dumps(data, indent=2, ensure_ascii=False)


def why(move: Move, words: Words) -> str:
    """Why an account moved."""
    return words("reason.separator").join(words.of(each) for each in move.why)


def cause(names: Sequence[str], words: Words) -> str:
    """What caused a move, or several."""
    return words("moves.and").join(words(f"cause.{name}") for name in names or ("unknown",))


def changes_in_short(changes: Changes, words: Words) -> list[str]:
    """What changed, in a sentence, and what caused it, in another."""
    if not changes.moves:
        return [words("moves.nobody")]
    kinds = [
        words("moves.kind", count=count, kind=words(f"change.{kind}"))
        for kind, count in changes.kinds.items()
    ]
    moves, before = len(changes.moves), changes.listed_before
    if before and changes.day_before:
        told = words(
            "moves.some", moves=moves, listed=before, share=moves / before, kinds=kinds,
            day=changes.day_before,
        )  # fmt: skip
    else:
        told = words("moves.some_at_first", moves=moves, kinds=kinds)
    if () in changes.causes:
        return [told]
    causes = [
        words("moves.cause", cause=cause(names, words), count=count)
        for names, count in changes.causes.items()
    ]
    return [told, words("moves.causes", causes=causes)]


def changes_text(changes: Changes, words: Words, *, more: str = "moves.more") -> str:
    """What changed, for a terminal of 80 columns; `more` tells that there are more moves."""
    lines = list(map(wrap, changes_in_short(changes, words)))
    lines.append(words("moves.list", listed=changes.listed, before=changes.listed_before))
    if changes.settings:
        lines += ["", words("moves.settings")]
        lines += [wrap(text, indent="  ", hanging="    ") for text in _settings(changes, words)]
    for kind in changes.kinds:
        moves = [move for move in changes.moves if move.change == kind]
        title = words("moves.kind", count=len(moves), kind=words(f"change.{kind}"))
        lines += ["", title, *_moves(moves, words, more)]
    return "\n".join(lines)


def _moves(moves: Sequence[Move], words: Words, more: str) -> Iterator[str]:
    for move in moves[:_MOST_MOVES]:
        tiers = f"{move.before or _NONE} → {move.now or _NONE}"
        name = fit(move.name or move.account_id, _NAME)
        yield f"  {name}  {fit(tiers, _TIERS)}  {cause(move.causes, words)}".rstrip()
        if told := why(move, words):
            yield wrap(told, indent="    ", hanging="    ", hyphens=True)
    if len(moves) > _MOST_MOVES:
        yield f"  {words(more, count=len(moves) - _MOST_MOVES)}"


def _settings(changes: Changes, words: Words) -> Iterator[str]:
    """The rules that changed; of one that is new or no more, only that."""
    whole: list[str] = []
    shown = 0
    for key, before, now in changes.settings:
        if any(key.startswith(f"{each}.") for each in whole):
            continue
        shown += 1
        if shown > _MOST_SETTINGS:
            yield words("list.more", count=len(changes.settings) - _MOST_SETTINGS)
            return
        if before is None or now is None:
            whole.append(key)
        if (before is None and now is True) or (now is None and before is True):
            yield words("moves.added" if before is None else "moves.removed", key=key)
        else:
            none = words("value.unknown")
            old, new = (none if value is None else value for value in (before, now))
            yield words("moves.setting", key=key, before=old, now=new)
