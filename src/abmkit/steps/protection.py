"""Protection: accounts that are no targets by what is known of them, and that no rule excludes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import narwhals as nw

from abmkit.config.project import Config
from abmkit.config.sections.conditions import Condition
from abmkit.domain.arrays import strings
from abmkit.domain.frames import collected, opened
from abmkit.domain.rules.asked import asked
from abmkit.domain.values.vocabularies import choices
from abmkit.schema.accounts import ACCOUNTS

NO_TARGETS = ("customer", "partner", "distributor", "competitor")
"""Relationships of companies that nobody wants to win."""


def unguarded(flagged: Any, config: Config) -> dict[str, int]:
    """How many accounts that are not excluded are of each of `NO_TARGETS`, or `do_not_contact`.

    A relationship that a condition of the config asks for was thought of, and is not counted; who
    asked not to be contacted always is. Reads `excluded` and those there are of `relationship`,
    `do_not_contact`.
    """
    frame = opened(flagged)
    known = [name for name in ("relationship", "do_not_contact") if name in frame.columns]
    if not known or "excluded" not in frame.columns:
        return {}
    kept = frame.filter(~nw.col("excluded").fill_null(False))
    counts: dict[str, int] = {}
    if "relationship" in known:
        found = kept.group_by("relationship").agg(nw.len().alias("count"))
        of = {row["relationship"]: row["count"] for row in collected(found).to_pylist()}
        named = _relationships(config)
        counts = {each: of[each] for each in NO_TARGETS if each in of and each not in named}
    if "do_not_contact" in known:
        refused = collected(kept.filter(nw.col("do_not_contact").fill_null(False)).select(nw.len()))
        if count := refused.column(0)[0].as_py():
            counts["do_not_contact"] = count
    return counts


def _relationships(config: Config) -> set[str | None]:
    """The relationships that conditions of a config name."""
    texts = [
        str(value)
        for matcher in _matchers(config, "relationship")
        for given in matcher.tests().values()
        for value in (given if isinstance(given, list) else [given])
    ]
    read, _ = choices.of_known(strings(texts), ACCOUNTS.by_name["relationship"])
    return set(read.to_pylist())


def _matchers(config: Config, column: str) -> Iterator[Any]:
    """The matchers of a column in the conditions that decide who is on the list."""
    conditions = [each.condition for each in asked(config, ("exclude", "score", "tier"))]
    conditions += [source.when for source in config.sources if source.when is not None]
    for condition in conditions:
        yield from _in(condition, column)


def _in(condition: Condition, column: str) -> Iterator[Any]:
    for name, matcher in condition.columns.items():
        if name.casefold() == column:
            yield matcher
    for part in (*condition.any, *condition.none):
        yield from _in(part, column)
