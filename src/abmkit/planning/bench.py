"""The bench: the next best accounts, which wait for a place on the list or for a better tier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from abmkit.config.sections.tier import Tiers
from abmkit.domain.arrays import doubles, flags, from_numpy, strings, to_numpy, whole
from abmkit.domain.frames import Frame, collected, column_in, missing_account_id, opened
from abmkit.domain.rules.literals import meaning
from abmkit.domain.rules.pins import Pinned
from abmkit.domain.rules.tiers.capacities import (
    OWNER,
    TERRITORY,
    AccountClass,
    Capacities,
    folded,
)
from abmkit.domain.rules.tiers.placement import NOWHERE, best_first
from abmkit.errors import Message, UsageError, instead
from abmkit.planning.research.rooms import NEVER, NO_SCORE, Rooms
from abmkit.steps.tier import standing
from abmkit.steps.tiers.slots import CLASS, slotted_by
from abmkit.steps.tiers.standing import (
    FREE,
    NUMBER,
    PIN,
    SCORE,
    UNKNOWN_SCORE,
    WITHIN,
    least,
)

FOR, POINTS, WHY = "bench_for", "bench_points", "bench_why"
_TOLD = ("account_id", "name", "domain", "city", "region", "country", TERRITORY, OWNER)
_PLURAL = {TERRITORY: "territories", OWNER: "owners"}
_NEXT = "__next"


@dataclass(frozen=True)
class Asked:
    """Whom to draw from the bench."""

    territory: str | None = None
    owner: str | None = None
    tier: str | None = None
    top: int | None = None
    """At most so many."""


@dataclass(frozen=True)
class Bench:
    """The next best, best first."""

    accounts: pa.Table
    waiting: int
    """How many there are of whom these are the best."""
    tier: str | None
    """The tier that was asked for, as the config has it."""


def bench(
    accounts: Any,
    config: Tiers,
    asked: Asked,
    pinned: Pinned | None = None,
    capacities: Capacities | None = None,
    *,
    as_of: date,
) -> Bench:
    """The accounts that are not excluded and wait: those in no tier, and those that meet a better
    one than theirs but for its room; best first by `rank_by`, then by `account_id`.

    Gives who and where they are, what they are ranked by, `tier`, and `bench_for` (the best tier
    that they meet, or of those that meet none the lowest), `bench_points` (what they lack to be in
    it: to its `min_score`, or to whom they would take the place of; 0 where something else decides
    between them; null where points do not help) and `bench_why` (the reason of their tier). To an
    `owner` belong also those that have none and could be dealt one of the owner's slots.

    Reads `account_id`, `tier` and what `tier` reads. Raises `UsageError` for accounts without
    tiers, and for a territory, an owner or a tier that there is not.
    """
    frame = opened(accounts)
    missing_account_id(frame.columns, "bench")
    there = frame.columns
    if not config.tiers:
        raise UsageError("there are no tiers", where="tier", remedy="add [[tier.tiers]]")
    into = _tier_of(asked.tier, config)
    frame, ranks = standing(accounts, config, pinned, capacities, as_of=as_of)
    listed = frame.filter(nw.col(NUMBER) < len(config.tiers))
    frame = frame.with_columns(_next(frame, config, into, capacities).alias(_NEXT))
    free = frame.filter(nw.col(FREE) & (nw.col(PIN) == NOWHERE))
    frame = free.filter(nw.col(_NEXT) < len(config.tiers))
    for column, text in ((TERRITORY, asked.territory), (OWNER, asked.owner)):
        if text is not None:
            frame = frame.filter(_meant(free, column, text, capacities))
    best = _best(frame, ranks, asked.top)
    told = list(dict.fromkeys([*_TOLD, *config.rank_by, "fit_score", "tier"]))
    columns = [c for name in told if (c := _column(there, name)) is not None]
    why = ["tier_reason"] if "tier_reason" in there else []
    every = [NUMBER, SCORE, WITHIN, PIN, *([CLASS] if capacities is not None else [])]
    allowed = [f"__allowed_{number}" for number in range(len(config.tiers))]
    rows = collected(best.select([*columns, *why, *every, *allowed, *ranks, _NEXT]))
    rows = rows.take(from_numpy(best_first(rows, list(ranks)))).combine_chunks()
    count = int(collected(frame.select(nw.len().alias("count")))["count"][0].as_py())
    members = collected(listed.select(every))
    wanted = to_numpy(whole(rows[_NEXT]).cast(pa.int64()))
    points = _points(rows, members, wanted, config, capacities)
    given = rows.select(columns)
    ids = [each.id for each in config.tiers]
    given = given.append_column(FOR, strings(ids[number] for number in wanted.tolist()))
    given = given.append_column(POINTS, points)
    reasons = whole(rows["tier_reason"]) if why else pa.nulls(rows.num_rows, pa.string())
    tier = None if into is None else ids[into]
    return Bench(given.append_column(WHY, reasons), count, tier)


def _tier_of(text: str | None, config: Tiers) -> int | None:
    if text is None:
        return None
    ids = [each.id for each in config.tiers]
    found = [n for n, each in enumerate(ids) if each.casefold() == text.strip().casefold()]
    if not found:
        what = Message("there is no tier {text!r}", text=text)
        raise UsageError(what, where="--tier", remedy=instead(text, ids, "tiers"))
    return found[0]


def _column(columns: Sequence[str], name: str) -> str | None:
    folded_ = {each.casefold(): each for each in columns}
    return folded_.get(name.casefold())


def _next(frame: Frame, config: Tiers, into: int | None, capacities: Capacities | None) -> nw.Expr:
    """The number of the tier that each waits for; as many as there are where for none. Nobody
    waits for a tier in which there is no slot for him."""
    last = len(config.tiers) - 1
    waits = [nw.col(f"__meets_{n}") & (nw.col(NUMBER) > n) for n in range(len(config.tiers))]
    if capacities is not None:
        texts = whole(collected(frame.select(CLASS).unique())[CLASS]).to_pylist()
        for number, tier in enumerate(config.tiers):
            slots = capacities.of_tier(tier.id)
            shut = [t for t in texts if slots.rows and not slots.open_to(AccountClass.of(t))]
            if shut:
                waits[number] = waits[number] & ~nw.col(CLASS).is_in(shut)
    nothing = nw.lit(len(config.tiers))
    unmet = ~reduce(lambda a, b: a | b, waits) & (nw.col(NUMBER) == len(config.tiers))
    if into is not None:
        here = waits[into] | unmet if into == last else waits[into]
        return nw.when(here).then(nw.lit(into)).otherwise(nothing)
    chosen = nw.when(unmet).then(nw.lit(last))
    for number, each in enumerate(waits):
        chosen = chosen.when(each).then(nw.lit(number))
    return chosen.otherwise(nothing)


def _meant(frame: Frame, column: str, text: str, capacities: Capacities | None) -> nw.Expr:
    """Whose territory or owner is meant. Raises UsageError where nobody's is."""
    there = column_in(frame.columns, column)
    known: list[str] = []
    if there is not None:
        known = whole(collected(frame.select(there).unique())[there]).drop_null().to_pylist()
    wanted = folded(meaning(column, text).value)
    meant = [each for each in known if folded(each) == wanted]
    found = nw.col(there).is_in(meant) if there is not None and meant else None
    if column == OWNER and capacities is not None:
        known += [each.owner for each in capacities.rows if each.owner is not None]
        texts = whole(collected(frame.select(CLASS).unique())[CLASS]).to_pylist()
        dealt = [each for each in texts if _may_get(each, wanted, capacities)]
        if dealt:
            could = nw.col(CLASS).is_in(dealt)
            found = could if found is None else found | could
    if found is None:
        names = sorted({each for each in known if each})
        if wanted in map(folded, names):
            return nw.lit(False)
        if not names:
            raise UsageError("no account's {column} is known", where=f"--{column}", column=column)
        what = Message("there is no {column} {text!r}", column=column, text=text)
        remedy = instead(text, names, _PLURAL[column])
        raise UsageError(what, where=f"--{column}", remedy=remedy)
    return found.fill_null(False)


def _may_get(text: str, owner: str | None, capacities: Capacities) -> bool:
    """Whether accounts of a class have no owner and could be dealt this one."""
    each = AccountClass.of(text)
    if each.owner is not None or OWNER not in capacities.keys:
        return False
    slots = map(capacities.of_tier, capacities.tiers)
    return any(s.rows[row].key[1] == owner for s in slots for row in s.open_to(each))


def _best(frame: Frame, ranks: dict[str, nw.Expr], top: int | None) -> Frame:
    """The best of the accounts, with what they are ranked by."""
    frame = frame.with_columns(each.alias(name) for name, each in ranks.items())
    descending = [*(True for _ in ranks), False]
    frame = frame.sort(*ranks, "account_id", descending=descending, nulls_last=True)
    return frame if top is None else frame.head(top)


def _points(
    rows: pa.Table,
    members: pa.Table,
    wanted: Any,
    config: Tiers,
    capacities: Capacities | None,
) -> pa.Array:
    """What each lacks to be in the tier that it waits for."""
    both = pa.concat_tables([members, rows.select(members.column_names)]).combine_chunks()
    outside = len(config.tiers)
    tier = to_numpy(whole(both[NUMBER]).cast(pa.int64())).copy()
    tier[members.num_rows :] = outside
    score = to_numpy(whole(both[SCORE]))
    place = to_numpy(whole(both[WITHIN]).dictionary_encode().indices).astype("int64")
    slotted = slotted_by(both, config, capacities)
    nobody = [np.zeros(len(tier), dtype=bool)] * outside
    pinned = to_numpy(whole(both[PIN])) != NOWHERE
    rooms = Rooms.of(config, tier, place, slotted, score, nobody, pinned)
    needed = np.full(rows.num_rows, NEVER)
    for number, each in enumerate(config.tiers):
        here = wanted == number
        at = (slotted[number].of if number in slotted else place)[members.num_rows :]
        allowed = flags(rows[f"__allowed_{number}"])
        last = rooms.last[number][at]
        asked = np.maximum(last, max(least(each), 0))
        # Where places do not go by points, points do not help in a full tier.
        asked = np.where((last > NO_SCORE) & ~np.array(rooms.by_score), NEVER, asked)
        needed[here & allowed] = asked[here & allowed]
    own = score[members.num_rows :]
    helps = (needed < NEVER) & (own != UNKNOWN_SCORE)
    lacking = np.maximum(needed - own, 0).tolist()
    return doubles([n / 100 if h else None for n, h in zip(lacking, helps.tolist(), strict=True)])
