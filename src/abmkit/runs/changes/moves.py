"""The moves from one list to another, each with what caused it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.config.project import Config
from abmkit.domain.arrays import (
    flags,
    from_flags,
    from_numpy,
    places_of,
    strings,
    where_known,
    whole,
)
from abmkit.domain.facts import Fact, fact
from abmkit.domain.frames import Once, collected, column_in, opened, those
from abmkit.domain.rules.asked import columns_deciding
from abmkit.domain.rules.codes import DOWN, ENTERED, LEFT, MOVED, UP
from abmkit.domain.rules.tiers.stability import Previous
from abmkit.errors import AbmkitError
from abmkit.runs.changes.replay import Listing, given_to, only, tiers_by
from abmkit.schema.accounts import CANONICAL

WAITED, DATA, TIME, CONFIG, BETWEEN = "waited", "data", "time", "config", "between"
CAUSES = (DATA, TIME, CONFIG, WAITED, BETWEEN)
"""What made accounts move: a move that the run before left waiting; other accounts and values; the
day; other rules; and what runs in between did."""
CHANGES = (ENTERED, UP, DOWN, MOVED, LEFT)
_RULES = ("suppress", "exclude", "score", "tier")
"""The sections that are applied to accounts as a run has them."""
_UPSTREAM = ("sources", "dedupe", "assign", "industry", "currency", "rates")
TOLD = (
    "account_id",
    "name",
    "tier",
    "fit_score",
    "excluded",
    "exclusions",
    "tier_reason",
    "change_reason",
)
"""What is read of accounts that moved, beside what the rules read."""
_MOST_VALUES = 3


@dataclass(frozen=True)
class Move:
    """An account whose tier is another one now."""

    account_id: str
    name: str | None
    change: str
    """`entered`, `left`, `up`, `down`, or `moved` where tiers have no order."""
    before: str | None
    now: str | None
    causes: tuple[str, ...]
    """All that moved it, in order; none where that is not known."""
    why: tuple[Fact | str, ...]
    score_before: float | None
    score: float | None


@dataclass(frozen=True)
class Changes:
    """What changed from one list to another."""

    moves: tuple[Move, ...]
    """By kind, the best first."""
    listed_before: int
    listed: int
    day_before: date | None
    day: date | None
    settings: tuple[tuple[str, Any, Any], ...] = ()
    """The rules that have changed: key, value before, value now."""
    doubts: tuple[Fact, ...] = ()
    """What of the causes is not as it seems."""

    @property
    def kinds(self) -> dict[str, int]:
        """How many moves there are of each kind."""
        found = Counter(move.change for move in self.moves)
        return {kind: found[kind] for kind in CHANGES if found[kind]}

    @property
    def causes(self) -> dict[tuple[str, ...], int]:
        """How many moves each cause, or several together, made: all of them, each once."""
        return dict(Counter(move.causes for move in self.moves).most_common())


def changes_between(old: Listing, new: Listing, was: Previous, once: Once) -> Changes:
    """What changed from one listing to another, and why; `was` is the list of the one, by the ids
    that accounts have in the other."""
    tiers = _tiers(new, old)
    listed_before = was.each_once(list(tiers))
    listed = opened(new.accounts).filter(~nw.col("tier").is_null())
    listed = collected(listed.select("account_id", "tier"))
    before, now = _different(listed_before, listed)
    moved = sorted(before.keys() | now.keys())
    counts = listed_before.num_rows, listed.num_rows, old.as_of, new.as_of
    if not moved:
        return Changes((), *counts, _settings(old, new))
    not_kept = {name.casefold() for name in (*old.gone, *new.gone)}
    decide = _columns_read(new.config or old.config)
    read = [name for name in decide if name.casefold() not in not_kept]
    those_now = _rows(new, moved, read)
    at_first = _rows(old, [was.called.get(i, i) for i in moved], read)
    doubts = list(_doubts(old, new))
    if lost := [name for name in decide if name not in read]:
        doubts.append(fact("moves.not_kept", columns=lost))
    causes = None
    try:
        causes = _causes(old, new, was, strings(moved), before, now, once)
    except AbmkitError as error:
        # What only explains a run does not stop it.
        doubts = [fact("moves.not_applied", error=str(error))]
    # What a run says of changes is of those since the run before.
    reason = "change_reason" if _follows(old, new) else "tier_reason"
    gone = "move.gone" if new.config is not None else "move.not_listed"
    moves = []
    for account_id in moved:
        row, first = those_now.get(account_id), at_first.get(was.called.get(account_id, account_id))
        stands = before.get(account_id), now.get(account_id)
        made = _move(account_id, *stands, tiers, row, first, reason, gone)
        cause = causes.get(account_id, ()) if causes is not None else ()
        values = _values(first, row, read) if DATA in cause or causes is None else ()
        moves.append(replace(made, causes=cause, why=(*made.why, *values)))
    moves.sort(key=lambda m: (CHANGES.index(m.change), -(m.score or 0), m.account_id))
    return Changes(tuple(moves), *counts, _settings(old, new), tuple(doubts))


def _tiers(new: Listing, old: Listing) -> dict[str, int]:
    """The order of tiers: that of the rules, else in which they stand on the lists."""
    config = new.config or old.config
    if config is not None:
        return {each.id: number for number, each in enumerate(config.tier.tiers)}
    ids: dict[str, int] = {}
    for listing in (new, old):
        frame = opened(listing.accounts).filter(~nw.col("tier").is_null()).select("tier")
        for each in pc.unique(collected(frame)["tier"]).to_pylist():
            ids.setdefault(each, len(ids))
    return ids


def _different(before: pa.Table, now: pa.Table) -> tuple[dict[str, str], dict[str, str]]:
    """The tier before and the tier now of those of whom they differ."""
    ids, ids_now = whole(before["account_id"]), whole(now["account_id"])
    at = places_of(ids_now, ids)
    there = whole(before["tier"]).take(where_known(at))
    came = ~flags(pc.equal(there, whole(now["tier"])))
    found = places_of(ids, ids_now.filter(from_flags(~came)))
    went = before.filter(from_flags(found < 0))
    return tuple(  # type: ignore[return-value]
        dict(zip(*(rows[n].to_pylist() for n in ("account_id", "tier")), strict=True))
        for rows in (went, now.filter(from_flags(came)))
    )


def _rows(listing: Listing, ids: Sequence[str], read: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What a listing says of some accounts."""
    frame = opened(listing.accounts)
    names = [column_in(frame.columns, each) for each in read if _is_there(frame.columns, each)]
    told = [name for name in TOLD if name in frame.columns]
    columns = list(dict.fromkeys([*told, *(name for name in names if name is not None)]))
    wanted = strings(sorted(set(ids)))
    if frame.implementation.is_pyarrow():
        # Arrow's joins take no list columns.
        table = nw.to_native(frame.select(columns))
        at = places_of(wanted, whole(table["account_id"]))
        rows = table.take(from_numpy(at[at >= 0]))
    else:
        rows = collected(those(frame.select(columns), "account_id", wanted))
    return {row["account_id"]: row for row in rows.to_pylist()}


def _is_there(columns: Sequence[str], name: str) -> bool:
    return name.casefold() in {each.casefold() for each in columns} | set(CANONICAL)


def _columns_read(config: Config | None) -> list[str]:
    """The columns that decide on tiers."""
    if config is None:
        return []
    return [name for name in columns_deciding(config) if name not in TOLD]


def _move(
    account_id: str,
    before: str | None,
    now: str | None,
    tiers: Mapping[str, int],
    row: dict[str, Any] | None,
    first: dict[str, Any] | None,
    reason: str,
    gone: str,
) -> Move:
    if before is None:
        change = ENTERED
    elif now is None:
        change = LEFT
    elif before not in tiers or now not in tiers:
        change = MOVED
    else:
        change = UP if tiers[now] < tiers[before] else DOWN
    score_before, score = ((each or {}).get("fit_score") for each in (first, row))
    name = (row or {}).get("name") or (first or {}).get("name")
    why: list[Fact | str] = []
    if row is None:
        why.append(fact(gone))
    elif row.get("excluded") and now is None:
        why.append(fact("move.excluded", exclusions=list(row.get("exclusions") or [])))
    elif first is not None and first.get("excluded") and before is None:
        why.append(fact("move.not_excluded", exclusions=list(first.get("exclusions") or [])))
    elif row.get(reason):
        why.append(row[reason])
    if first is None and before is None and gone == "move.gone":
        why.append(fact("move.new"))
    if score_before is not None and score is not None and score_before != score:
        why.append(fact("move.score", before=score_before, now=score))
    return Move(account_id, name, change, before, now, (), tuple(why), score_before, score)


def _values(
    first: dict[str, Any] | None, row: dict[str, Any] | None, read: Sequence[str]
) -> Iterator[Fact]:
    """The values that rules read and that are others now."""
    if first is None or row is None:
        return
    told = 0
    for name in read:
        before, now = first.get(name), row.get(name)
        if before != now and told < _MOST_VALUES:
            told += 1
            unknown = fact("value.unknown")
            yield fact(
                "move.value",
                column=name,
                before=unknown if before is None else before,
                now=unknown if now is None else now,
            )


# Causes ------------------------------------------------------------------------------------------


def _causes(
    old: Listing,
    new: Listing,
    was: Previous,
    moved: pa.StringArray,
    before: Mapping[str, str],
    now: Mapping[str, str],
    once: Once,
) -> dict[str, tuple[str, ...]] | None:
    """What moved each account: the steps from one run to the other at which its tier changes.

    The rules of before are applied to the accounts of before, then to those of now, then on the
    day of now; then come the rules of now. None where a run did not keep its rules.
    """
    if _unknown(old, new):
        return None
    assert old.as_of is not None
    assert new.as_of is not None
    steps = _steps(old, new)
    standing = [before]
    for step in steps[:-1]:
        data = old if step == WAITED else new
        rules = new if step == CONFIG else old
        day = old.as_of if step in (WAITED, DATA) else new.as_of
        other = new if data is old else old
        given = given_to(rules, data, other, day, was)
        assert rules.config is not None
        standing.append(only(tiers_by(data.accounts, rules.config, given, once), moved))
    standing.append(now)
    return {
        account_id: tuple(
            step
            for step, (at_first, then) in zip(steps, pairwise(standing), strict=True)
            if at_first.get(account_id) != then.get(account_id)
        )
        for account_id in moved.to_pylist()
    }


def _unknown(old: Listing, new: Listing) -> bool:
    """Whether it is not known by which rules, and on which day, one of two lists was made."""
    return None in (old.config, new.config, old.as_of, new.as_of)


def _steps(old: Listing, new: Listing) -> list[str]:
    """The steps from one run to the other that can have moved anybody, the last of them made."""
    assert old.config is not None
    assert new.config is not None
    stability = old.config.tier.stability
    steps = [WAITED] if stability is not None and stability.max_moves is not None else []
    if not new.has_data_of(old):
        steps.append(DATA)
    if old.as_of != new.as_of and _tells_time(old):
        steps.append(TIME)
    slots = old.capacities != new.capacities
    if slots or any(getattr(old.config, name) != getattr(new.config, name) for name in _RULES):
        steps.append(CONFIG)
    if new.config.tier.stability is not None and not _follows(old, new):
        steps.append(BETWEEN)
    return steps or [DATA]


def _follows(old: Listing, new: Listing) -> bool:
    """Whether the one was made with the other as the list of before."""
    return new.before is not None and new.before == old.run


def _tells_time(listing: Listing) -> bool:
    """Whether rules say other things on other days."""
    config = listing.config
    assert config is not None
    rules = config.model_dump(include={*_RULES}, mode="json", exclude_none=True)
    days = config.tier.stability.min_days if config.tier.stability else 0
    ends = any(pin.until for pin in (listing.pins or {}).values())
    ends = ends or any(each.until for each in config.suppress)
    return bool(days) or ends or "older_than_days" in str(rules)


def _settings(old: Listing, new: Listing) -> tuple[tuple[str, Any, Any], ...]:
    """The settings of rules that are others now."""
    if old.config is None or new.config is None:
        return ()
    dumped = [
        each.config.model_dump(include={*_RULES}, mode="json", exclude_none=True)
        for each in (old, new)
        if each.config is not None
    ]
    flat = [dict(_flat(each)) for each in dumped]
    for its, each in zip(flat, (old, new), strict=True):
        its |= _slots(each)
    keys = dict.fromkeys([*flat[0], *flat[1]])
    return tuple(
        (key, flat[0].get(key), flat[1].get(key))
        for key in keys
        if flat[0].get(key) != flat[1].get(key)
    )


def _slots(listing: Listing) -> dict[str, Any]:
    """The slots of tiers by whose they are; True for any number."""
    rows = listing.capacities.rows if listing.capacities is not None else ()
    named = ((".".join(filter(None, (r.tier, r.territory, r.owner))), r.capacity) for r in rows)
    return {f"tier.capacities.{name}": True if n is None else n for name, n in named}


def _flat(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """The settings of a config by their place; entries of lists by their name, else by number."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            if name not in ("id", "name") or isinstance(inner, dict):
                yield from _flat(inner, f"{at}.{name}".lstrip("."))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, inner in enumerate(value, start=1):
            name = inner.get("id") or inner.get("name") or number
            yield f"{at}.{name}", True
            yield from _flat(inner, f"{at}.{name}")
    elif at and value != []:
        # What nobody wrote is empty.
        yield at.replace(".columns.", ".").replace(".when.columns", ".when"), value


def _doubts(old: Listing, new: Listing) -> Iterator[Fact]:
    """What of the causes is not as it seems."""
    if _unknown(old, new):
        yield fact("moves.no_rules")
        return
    others = [name for name in _UPSTREAM if getattr(old.config, name) != getattr(new.config, name)]
    if others and not new.has_data_of(old):
        yield fact("moves.upstream", sections=others)
