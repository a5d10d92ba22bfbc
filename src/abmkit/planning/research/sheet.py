"""What is to be looked up as a table to fill in, which is a source when it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from abmkit.config.project import Config
from abmkit.config.sections.sources import ColumnMapping
from abmkit.domain.arrays import doubles, from_numpy, places_of, repeated, strings, whole
from abmkit.domain.facts import Fact, fact
from abmkit.domain.frames import collected, opened, those
from abmkit.domain.rules.scorecards import cards
from abmkit.planning.research.lookups import Lookups

PREFIX = "research_"
TOLD = tuple(
    PREFIX + name for name in ("field", "why", "tier", "best", "worst", "chance", "change")
)
"""What is said of each field to look up; no column of a source."""
_WHO = ("crm_id", "ticker", "registry_ids", "name", "domain", "country")


def who_columns(config: Config, columns: Sequence[str]) -> list[str]:
    """The columns by which an account is told from others, and found again when it is read."""
    keys = [name for key in config.dedupe.keys for name in key.split("+")]
    wanted = [*dict.fromkeys((*_WHO, *keys))]
    return [
        "account_id",
        *(n for n in wanted if n in columns and n not in ("account_id", "name_key")),
    ]


def sheet(found: Lookups, accounts: Any, config: Config, why: Mapping[str, str]) -> pa.Table:
    """A row for each field to look up: who the account is, what is said of the field, and a column
    to fill in for each of the fields.

    `why` says for each field what it decides. Tiers are by their ids, none is null;
    `research_chance`
    is between 0 and 1, `research_change` in tiers, above 0 where a rise is expected.
    """
    frame = opened(accounts)
    who = who_columns(config, frame.columns)
    rows = those(frame.select(who), "account_id", found.account_id.unique())
    known = collected(rows)
    place = from_numpy(places_of(found.account_id, whole(known["account_id"])))
    columns = {name: whole(known[name]).take(place) for name in who}
    ids = [*(each.id for each in config.tier.tiers), None]
    told = [
        strings(found.field),
        strings(why[name] for name in found.field),
        *(strings(ids[n] for n in each.tolist()) for each in (found.tier, found.best, found.worst)),
        doubles(found.chance.round(3).tolist()),
        doubles(found.change.round(3).tolist()),
    ]
    columns |= dict(zip(TOLD, told, strict=True))
    for name in dict.fromkeys(found.field):
        columns.setdefault(name, repeated(None, len(found.field)))
    return pa.Table.from_arrays(list(columns.values()), names=list(columns))


def decided_by(config: Config, field: str) -> list[Fact]:
    """What a field decides on: criteria, segments, conditions of tiers, exclusion rules."""
    found = [
        fact("research.criterion", criterion=each.id, best=each.best)
        if card.when is None
        else fact("research.of_card", criterion=each.id, best=each.best, card=card.id)
        for card in cards(config.score)
        for each in card.criteria
        if field in each.columns
    ]
    found += [
        fact("research.segment", segment=each.id)
        for each in config.score.segments
        if field in each.when.column_names()
    ]
    found += [
        fact("research.condition", tier=each.id)
        for each in config.tier.tiers
        if each.when is not None and field in each.when.column_names()
    ]
    return found + [
        fact("research.rule", rule=each.id)
        for each in config.exclude.rules
        if field in each.when.column_names()
    ]


def as_source(name: str, path: str, fields: Sequence[str], config: Config) -> dict[str, Any]:
    """The `[[sources]]` by which the table is read when it is filled in."""
    typed = {}
    for source in config.sources:
        for column, mapping in source.columns.items():
            if column in fields and isinstance(mapping, ColumnMapping) and mapping.type:
                typed[column] = {"from": column, "type": mapping.type}
    table: dict[str, Any] = {"name": name, "path": path, "ignore": list(TOLD)}
    return table | ({"columns": typed} if typed else {})
