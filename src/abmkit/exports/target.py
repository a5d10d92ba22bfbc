"""What a target accepts: one TOML file each in `targets/`, read into a `Target`.

A new target is one such file. `title`, `source`, `read` and `columns` are needed; a column has a
`header` and, of the list, what it comes `from` (the first that is known) in a `form` of
`exports.cells`, or a `value` of its own. Each rule may have its own `source` and day, else those of
the file; one that is not `sure` warns and stops nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from abmkit.errors import Message, UsageError, nearest, together

_SUFFIX = ".toml"


@dataclass(frozen=True)
class Column:
    """A column of a target's file."""

    header: str
    sources: tuple[str, ...] = ()
    """Columns of the list, or of people, of which the first that is known is taken."""
    form: str = "text"
    """How a value is written; a name in `exports.cells.FORMS`."""
    value: str | None = None
    """What every row has."""
    required: bool = False
    personal: bool = False
    """Whether it may tell of a person."""
    off: str | None = None
    """What an account that left the list has."""


@dataclass(frozen=True)
class Rule:
    """A limit of a target, and where that is written."""

    value: int
    sure: bool
    source: str
    read: date


RULES = (
    "most_rows", "most_bytes", "most_columns", "record_bytes", "fewest_rows", "advised_rows",
    "total_rows",
)  # fmt: skip
"""What is split by (rows, bytes), stops (columns, fewest, total), leaves rows out (bytes of a
record), or is said (advised)."""


@dataclass(frozen=True)
class Target:
    """What a target accepts."""

    name: str
    title: str
    source: str
    read: date
    columns: tuple[Column, ...]
    people: bool = False
    """Whether its rows are people, who must have agreed."""
    purpose: str = "ads"
    """To what they must have, a name of `schema.permissions.PURPOSES`: a yes to something else is
    none."""
    format: str = "csv"
    bom: bool = False
    header: bool = True
    """Whether the first line has the names of the columns."""
    one_of: tuple[tuple[str, ...], ...] = ()
    """A row needs all columns of one of these."""
    together: tuple[str, ...] = ()
    """Columns of which a row has all or none."""
    one_per: tuple[str, ...] = ()
    """Columns of which a value stands in one row of a file alone."""
    match: tuple[tuple[str, ...], ...] = ()
    """What a row is matched by, the strongest first; a row with none of it is of no use."""
    strong: int = 1
    """How many of these, from the first, are likely to meet the right company."""
    id: str | None = None
    """The column of the target's own ids: then there are files to update, to insert, to clear."""
    empties: str | None = None
    """What empties a field of the target, where a blank cell does not."""
    dates: str | None = None
    """How days are written, as `strftime` has it; else as 2026-01-31."""
    flags: tuple[str, ...] = ()
    """What stands for yes and for no; else true and false."""
    notes: tuple[str, ...] = ()
    """What is to be known of every file."""
    rules: Mapping[str, Rule] = field(default_factory=dict)

    def rule(self, name: str) -> int | None:
        """The value of a rule, or None where there is no such."""
        found = self.rules.get(name)
        return None if found is None else found.value

    @property
    def headers(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(each.header for each in self.columns)


@cache
def target_names() -> tuple[str, ...]:
    """All targets there are, by their names."""
    there = files("abmkit.exports").joinpath("targets").iterdir()
    return tuple(sorted(f.name.removesuffix(_SUFFIX) for f in there if f.name.endswith(_SUFFIX)))


def target(name: str, where: str = "--for") -> Target:
    """A target by its name. Raises UsageError for one that there is not."""
    if name not in target_names():
        # All of them: who has not the name right needs the list.
        told = Message("the targets are {targets}", targets=target_names())
        remedy = together(nearest(name, target_names()), told)
        raise UsageError("no target is called {name!r}", where=where, remedy=remedy, name=name)
    text = files("abmkit.exports").joinpath("targets", name + _SUFFIX).read_text(encoding="utf-8")
    return parsed(name, tomllib.loads(text))


def parsed(name: str, data: Mapping[str, Any]) -> Target:
    """A target as its file declares it. Raises TypeError or KeyError for one that is no target."""
    rest = dict(data)
    source, read = rest["source"], rest["read"]
    rules = {
        rule: Rule(
            each["value"], each.get("sure", True), each.get("source", source),
            each.get("read", read),
        )
        for rule, each in rest.pop("rules", {}).items()
    }  # fmt: skip
    unknown = [rule for rule in rules if rule not in RULES]
    if unknown:
        raise KeyError(unknown[0])
    columns = tuple(map(_column, rest.pop("columns")))
    sets: dict[str, Any] = {
        key: tuple(tuple(each) if isinstance(each, list) else each for each in rest.pop(key))
        for key in ("one_of", "together", "one_per", "match", "flags", "notes")
        if key in rest
    }
    return Target(name=name, columns=columns, rules=rules, **sets, **rest)


def _column(data: Mapping[str, Any]) -> Column:
    rest = dict(data)
    sources = rest.pop("from", ())
    return Column(sources=(sources,) if isinstance(sources, str) else tuple(sources), **rest)
