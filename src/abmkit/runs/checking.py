"""What can be said of a config before it runs: columns that are not there, bands never reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

import narwhals as nw
import pyarrow as pa

from abmkit.config.project import Config
from abmkit.config.sections.conditions import Condition
from abmkit.domain.frames import DTYPES, column_in
from abmkit.domain.groups.hierarchy import ADDED as GROUP_COLUMNS
from abmkit.domain.groups.hierarchy import has_parents
from abmkit.domain.rules.scorecards import unreachable_bands
from abmkit.domain.rules.truth import truth
from abmkit.errors import AbmkitError
from abmkit.schema.accounts import STEP


def rule_problems(
    config: Config, schema: Mapping[str, Any], tables: Mapping[str, pa.Table]
) -> list[AbmkitError]:
    """Every rule that names a column which is not there, or holds it against what it can't be.

    `schema` has the columns of the loaded sources with their Narwhals types; `tables` are those
    that `assign` joins.
    """
    problems: list[AbmkitError] = []
    known = dict(schema)
    if has_parents(list(schema)):
        known |= {name: DTYPES[STEP[name]] for name in GROUP_COLUMNS}
    for where, condition in _conditions(config, "before"):
        problems += _problems_of(condition, known, where)
    for rule in config.assign:
        filled = tables[rule.table].column_names if rule.table else [rule.column]
        for name in filled:
            known.setdefault(str(name), nw.String())
    for where, condition in _conditions(config, "after"):
        problems += _problems_of(condition, known, where)
    if any(each.subsidiaries == "expand" for each in config.suppress):
        known["expand_from"] = DTYPES["list"]
    for where, condition in _conditions(config, "excluded"):
        problems += _problems_of(condition, known, where)
    known |= {name: nw.Float64() for name in STEP}
    if config.tier.within is not None:
        problems += _missing([config.tier.within], known, "tier.within")
    problems += _missing(config.tier.rank_by, known, "tier.rank_by")
    parts = [part.strip() for key in config.dedupe.keys for part in key.split("+")]
    return problems + _missing(parts, schema, "dedupe.keys")


def _missing(names: list[str], schema: Mapping[str, Any], where: str) -> list[AbmkitError]:
    return [
        problem
        for name in names
        for problem in _caught(partial(column_in, schema, name, where=where))
    ]


def _problems_of(condition: Condition, schema: Mapping[str, Any], where: str) -> list[AbmkitError]:
    """The problems of a condition, column by column, so that all of them are told."""
    found: list[AbmkitError] = []
    for column, matcher in condition.columns.items():
        one = Condition.model_validate({column: matcher})
        found += _caught(partial(truth, one, schema, date(2000, 1, 1), where=where))
    for part in (*condition.any, *condition.none):
        found += _problems_of(part, schema, where)
    return found


def _caught(act: Callable[[], object]) -> list[AbmkitError]:
    try:
        act()
    except AbmkitError as problem:
        return [problem]
    return []


def _conditions(config: Config, when: str) -> Iterator[tuple[str, Condition]]:
    """The conditions with their places: before anything is assigned, after it, or when excluded."""
    if when == "before":
        for number, rule in enumerate(config.assign, start=1):
            if rule.when is not None and rule.table is None:
                yield f"assign.{number}.when", rule.when
        return
    if when == "after":
        for exclusion in config.exclude.rules:
            yield f"exclude.rules.{exclusion.id}.when", exclusion.when
        return
    for criterion in config.score.criteria:
        for number, band in enumerate(criterion.bands, start=1):
            yield f"score.criteria.{criterion.id}.bands.{number}.when", band.when
    for tier in config.tier.tiers:
        if tier.when is not None:
            yield f"tier.tiers.{tier.id}.when", tier.when


def config_warnings(config: Config) -> list[str]:
    """What is allowed in a config, but hardly meant."""
    said = []
    for criterion in config.score.criteria:
        for later, earlier in unreachable_bands(criterion):
            said.append(
                f"score.criteria.{criterion.id}: band {later + 1} is never reached, "
                f"band {earlier + 1} takes all of it"
            )
    scores = [tier.min_score for tier in config.tier.tiers]
    for upper, lower in zip(config.tier.tiers, config.tier.tiers[1:], strict=False):
        if lower.min_score > upper.min_score and lower.when is None:
            said.append(
                f"tier.tiers.{lower.id}: min_score {lower.min_score:g} is above that of "
                f"{upper.id}, which is tried first"
            )
    if config.sources and not config.score.criteria:
        said.append("score: there are no criteria, so no account has a score")
    if config.sources and not scores:
        said.append("tier: there are no tiers, so no account is on the list")
    return said
