"""What holds tiers still: the list of before, and which of many moves are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.config.figures import most_of
from abmkit.config.sections.tier import Stability, Tiers
from abmkit.domain.arrays import (
    dates,
    firsts,
    flags,
    from_flags,
    from_numpy,
    numbered,
    places_of,
    strings,
    to_numpy,
    where_known,
    whole,
)
from abmkit.domain.frames import collected, missing_account_id, opened
from abmkit.domain.rules.tiers.moves import Moves
from abmkit.domain.rules.tiers.placement import (
    NOWHERE,
    Before,
    Capacity,
    Ints,
    Placement,
    placed,
    placement_of,
)
from abmkit.errors import UsageError

_EPOCH = date(1970, 1, 1).toordinal()
COLUMNS: dict[str, Any] = {
    "account_id": nw.String, "tier": nw.String, "tier_since": nw.Date, "fit_score": nw.Float64,
    "owner": nw.String,
}  # fmt: skip
"""What is read of a list of before."""


@dataclass(frozen=True)
class Previous:
    """The list of before: who was in which tier, since when, and with what score."""

    accounts: pa.Table
    """`account_id`, `tier`, `tier_since` (date), `fit_score`, `owner`: of who was in a tier."""
    called: Mapping[str, str] = field(default_factory=dict)
    """Of accounts that have another id now, the id that they had."""

    @classmethod
    def of(cls, accounts: Any, day: date | None = None) -> Previous:
        """The list in a frame, of all accounts or those in a tier.

        Whose `tier_since` it does not say was in it on the `day` that the list is of. Raises
        `UsageError` where it has no `account_id` or no `tier`.
        """
        frame = opened(accounts)
        missing_account_id(frame.columns, "a list of before")
        if "tier" not in frame.columns:
            raise UsageError(
                "a list of before needs the column tier", remedy="name a list that tier gave"
            )
        nothing = nw.lit(None)
        columns = [
            (nw.col(name) if name in frame.columns else nothing).cast(dtype).alias(name)
            for name, dtype in COLUMNS.items()
        ]
        known = ~(nw.col("tier").is_null() | nw.col("account_id").is_null())
        listed = collected(frame.filter(known).select(columns))
        if day is not None:
            since = pc.coalesce(whole(listed["tier_since"]), dates([day])[0])
            at = list(COLUMNS).index("tier_since")
            listed = listed.set_column(at, "tier_since", since)
        return cls(listed)

    def __len__(self) -> int:
        return int(pc.count_distinct(self.accounts["account_id"]).as_py())

    def renamed(self, now: Mapping[str, str]) -> Previous:
        """The same list by other ids, those that accounts have `now`."""
        if not now:
            return self
        at = self.accounts.column_names.index("account_id")
        ids = strings([now.get(i, i) for i in self.accounts["account_id"].to_pylist()])
        called = {then: before for before, then in now.items()}
        return Previous(self.accounts.set_column(at, "account_id", ids), called)

    def each_once(self, tiers: Sequence[str]) -> pa.Table:
        """Each account once, with the `number` of its tier, as many as there are for another one.

        Of one that stands there twice, as it was two, what the better of them was.
        """
        place = places_of(whole(self.accounts["tier"]), strings(tiers))
        number = from_numpy(np.where(place < 0, len(tiers), place))
        rows = self.accounts.append_column("number", number)
        keys = [(name, "ascending") for name in ("account_id", "number", "tier_since")]
        rows = rows.take(pc.sort_indices(rows, sort_keys=keys)).combine_chunks()
        first = firsts(numbered(whole(rows["account_id"])))
        return rows.take(from_numpy(np.flatnonzero(first))).combine_chunks()

    def owners(self, ids: pa.StringArray) -> tuple[pa.StringArray, pa.StringArray]:
        """Who owned each of some accounts, and in which tier; null where nobody did, or it was on
        no list."""
        rows = self.each_once(())
        at = where_known(places_of(ids, whole(rows["account_id"])))
        return whole(rows["owner"]).take(at), whole(rows["tier"]).take(at)

    def table(self, config: Tiers, as_of: date, names: Sequence[str]) -> pa.Table:
        """A row per account: id, number of its tier, tier, since when, hundredths of its score, and
        whether it is too soon to leave; `names` are those of the columns."""
        tiers = [each.id for each in config.tiers]
        rows = self.each_once(tiers)
        since, scores = whole(rows["tier_since"]), whole(rows["fit_score"])
        age = as_of.toordinal() - _EPOCH - to_numpy(since.cast(pa.int32()))
        days = config.stability.min_days if config.stability else 0
        stays = flags(since.is_valid()) & (age < days)
        stays &= to_numpy(whole(rows["number"])) < len(tiers)
        known = flags(scores.is_valid()) & np.isfinite(to_numpy(scores))
        hundredths = np.round(np.where(known, to_numpy(scores), NOWHERE / 100) * 100)
        return pa.Table.from_arrays(
            [
                *(whole(rows[name]) for name in ("account_id", "number", "tier", "tier_since")),
                from_numpy(hundredths.astype("int64")),
                from_flags(stays),
            ],
            names=list(names),
        )


def limit_of(stability: Stability | None, previous: Previous | None) -> Limit | None:
    """How many accounts of a list of before may move; None for any number."""
    if stability is None or stability.max_moves is None or not previous:
        return None
    return Limit(int(most_of(stability.max_moves, len(previous))), len(previous))


@dataclass(frozen=True)
class Limit:
    """How many accounts may move, of those that were on the list."""

    most: int
    listed: int
    """How many were on it."""

    def left(self, before: Before, pinned: Ints) -> int:
        """How many may move by their score once those have that move in any case: who is gone or
        excluded, and so no candidate, and who is pinned."""
        gone = self.listed - int((before.tier != NOWHERE).sum())
        return self.most - gone - int(((pinned != NOWHERE) & (pinned != before.tier)).sum())


def placed_with_moves(
    order: Ints,
    within: Ints,
    score: Ints,
    meets: Sequence[Ints],
    pinned: Ints,
    capacities: Sequence[Capacity],
    before: Before | None,
    asks: Sequence[int],
    limit: Limit | None,
) -> tuple[Placement, Ints]:
    """The candidates in tiers as `placed` has them, as far as the moves that are allowed lead
    there; and whom that leaves waiting where they were.

    `asks` are the least hundredths of each tier. Among the candidates are all that were in a tier
    and are not excluded. Who finds no room where he was moves in any case.
    """
    wanted = placed(order, within, score, meets, pinned, capacities, before)
    nobody = np.zeros(len(order), dtype=bool)
    if before is None or limit is None:
        return wanted, nobody
    free, left = pinned == NOWHERE, limit.left(before, pinned)
    if int((free & (wanted.tier != before.tier)).sum()) <= left:
        return wanted, nobody
    everybody = replace(before, stays=np.ones(len(order), dtype=bool))
    stay = [
        (before.tier == number) | ((before.tier != NOWHERE) & (before.tier < number) & may_enter)
        for number, may_enter in enumerate(meets)
    ]
    at_home = placed(order, within, score, stay, pinned, capacities, everybody).tier
    left -= int((free & (at_home != before.tier)).sum())
    moves = Moves(order, within, at_home, wanted.tier, pinned, capacities)
    asked = np.array([*asks, 0])
    rises = (wanted.tier != NOWHERE) & ((at_home == NOWHERE) | (wanted.tier < at_home))
    falls = ~rises & ~_chosen(meets, at_home)
    gain = np.where(rises, score - asked[wanted.tier], asked[at_home] - score)
    first = order[((rises | falls) & free & (wanted.tier != at_home))[order]]
    tier = moves.made(first[np.argsort(-gain[first], kind="stable")], left)
    return placement_of(tier, order, within, capacities, wanted.last), tier != wanted.tier


def _chosen(meets: Sequence[Ints], tier: Ints) -> Ints:
    """Whether each meets the tier that it is in."""
    at = [(tier == number) & may_enter for number, may_enter in enumerate(meets)]
    return reduce(np.logical_or, at, np.zeros(len(tier), dtype=bool))
