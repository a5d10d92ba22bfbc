"""Which unknown fields are worth looking up: those that could change an account's tier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from abmkit.config.project import Config
from abmkit.config.sections.tier import Tiers
from abmkit.domain.arrays import from_numpy, order_of
from abmkit.domain.frames import collected, column_in, missing_account_id, opened
from abmkit.domain.rules.scorecards import FULL, Card, cards
from abmkit.domain.rules.tiers.capacities import Capacities
from abmkit.errors import UsageError
from abmkit.planning.research.chances import chances, of_accounts
from abmkit.planning.research.outcomes import (
    TRUE,
    Field,
    deciders_of,
    field_of,
    flag_columns,
    open_columns,
)
from abmkit.planning.research.rooms import NO_SCORE, Rooms, least_of
from abmkit.planning.research.standing import (
    GROUPS,
    WITHIN,
    Standing,
    allowed_by,
    card_of,
    points_of,
    rooms_of,
    score_of,
    standing_of,
)
from abmkit.schema.accounts import STEP
from abmkit.steps.tiers.slots import CLASS, class_of

Floats = npt.NDArray[Any]
Flags = npt.NDArray[Any]
Ints = npt.NDArray[Any]

_CELLS = 2_000_000
"""Outcomes of so many accounts times outcomes are looked at at a time."""
_NEEDED = ("account_id", "tier", "tier_reason", "fit_score")


@dataclass(frozen=True)
class Lookups:
    """Fields of accounts, one of one account each, those that are expected to change most first."""

    account_id: pa.StringArray
    field: list[str]
    tier: Ints
    """The tier that the account is in, by number; as many as there are tiers for none."""
    best: Ints
    """The best that it could reach, were the field known."""
    worst: Ints
    """The worst."""
    chance: Floats
    """How likely it is that the tier changes."""
    change: Floats
    """By how many tiers it is expected to rise; below 0, to fall."""
    moves: Floats
    """By how many tiers it is expected to move, up or down: what they are ordered by."""
    accounts: int
    """How many accounts could change their tier, were all of their fields known one by one."""


def worth_looking_up(
    accounts: Any,
    config: Config,
    *,
    as_of: date,
    top: int | None = None,
    capacities: Capacities | None = None,
) -> Lookups:
    """The fields worth looking up of tiered accounts; with `top` only so many.

    For each account and each column that a criterion, an exclusion rule or the condition of a
    segment or a tier reads and that is unknown (or a range) of it: the best and the worst tier that
    it could be in, were this field known and all else as it is, and how likely it is to change.
    Full tiers admit whoever passes the last one they have admitted; excluded and pinned accounts
    stay. A field that cannot change the tier is not given. How likely it is to come out in each way
    is how often it does among the accounts that tell, of the same industry and country where there
    are enough.

    Of a tier that has slots in a table of `capacities`, an account has those for its territory and
    its owner as they are: that another territory or owner had others is left aside.

    Reads `account_id`, `tier`, `tier_reason` (in codes), `fit_score`, `excluded` as `score` and
    `tier` give them, and the columns that conditions name. Raises `UsageError` where they are not
    tiered.
    """
    frame = opened(accounts)
    missing_account_id(frame.columns, "research")
    for name in _NEEDED:
        if name not in frame.columns:
            raise UsageError(
                "research needs the column {name}", remedy="run `abmkit tier` first", name=name
            )
    schema = dict(frame.collect_schema())
    deciders = deciders_of(config)
    names = _fields(list(dict.fromkeys(c for each in deciders for c in each.columns)))
    beside = [c for c in (*_NEEDED, "excluded", *GROUPS) if c in frame.columns]
    within = nw.lit("")
    if config.tier.within is not None:
        column = column_in(frame.columns, config.tier.within)
        within = nw.lit("") if column is None else nw.col(column).cast(nw.String).fill_null("")
    columns = [
        *flag_columns(config, deciders, schema, as_of), *open_columns(names, schema),
        within.alias(WITHIN),
        *([] if capacities is None else [class_of(frame.columns, capacities).alias(CLASS)]),
    ]  # fmt: skip
    flagged = frame.with_columns(columns)
    made = [name for name in flagged.columns if name.startswith("__")]
    table = collected(flagged.select([*beside, *made])).combine_chunks()
    by_cards = cards(config.score)
    seen = standing_of(table, config, by_cards, deciders, capacities)
    rooms = rooms_of(seen, config, deciders)
    found = []
    for name in names:
        field = field_of(name, deciders, table)
        found.append(_looked_up(field, seen, rooms, config, by_cards))
    return _best(found, names, seen, top)


def _fields(columns: Sequence[str]) -> list[str]:
    """The columns that a person could look up."""
    return [name for name in columns if name.casefold() not in (*STEP, "as_of")]


@dataclass(frozen=True)
class _Found:
    """What was found out of one field: a row for each account that it could move."""

    rows: Ints
    best: Ints
    worst: Ints
    chance: Floats
    change: Floats
    moves: Floats


def _looked_up(
    field: Field, seen: Standing, rooms: Rooms, config: Config, made: Sequence[Card]
) -> _Found:
    """What a field could change."""
    rows = np.flatnonzero(field.concerned & ~seen.stays)
    levels = {"industry": seen.countries, "country": seen.levels[:1]}.get(field.name, seen.levels)
    told = np.flatnonzero(field.told)
    found = chances(_outcomes(field, told), told, len(field.combined), levels)
    parts = []
    size = max(1, _CELLS // len(field.combined))
    for start in range(0, len(rows), size):
        some = rows[start : start + size]
        may = np.ones((len(some), len(field.combined)), dtype=bool)
        for number, possible in enumerate(field.possible):
            may &= possible[some][:, field.combined[:, number]]
        likely = np.where(may, of_accounts(found, levels, some), 0)
        likely /= np.maximum(likely.sum(axis=1, keepdims=True), 1e-300)
        parts.append(_moved(_Turn(field, seen, rooms, config, made, some), may, likely))
    return _Found(*(np.concatenate(each) for each in zip(*parts, strict=True))) if parts else _NONE


_NONE = _Found(*(np.zeros(0, dtype="int64") for _ in range(3)), *(np.zeros(0) for _ in range(3)))


def _outcomes(field: Field, rows: Ints) -> Ints:
    """The number of the combination that has come about for each of some accounts."""
    keys, radix = np.zeros(len(rows), dtype="int64"), 1
    combined = np.zeros(len(field.combined), dtype="int64")
    for number, possible in enumerate(field.possible):
        keys += possible[rows, :-1].argmax(axis=1) * radix
        combined += field.combined[:, number] * radix
        radix *= possible.shape[1]
    order = np.argsort(combined)
    chosen: Ints = order[np.searchsorted(combined[order], keys)]
    return chosen


@dataclass(frozen=True)
class _Turn:
    """Some accounts, and how a field may turn out for them."""

    field: Field
    seen: Standing
    rooms: Rooms
    config: Config
    cards: Sequence[Card]
    rows: Ints

    def scores(self) -> tuple[Ints, Ints]:
        """The score in hundredths and the hundredths that are known, (n_rows, n_outcomes)."""
        shape = (len(self.rows), len(self.field.combined))
        card = self._card(shape)
        earned, scale, known = (np.zeros(shape, dtype="int64") for _ in range(3))
        for number in range(len(self.cards)):
            counts = card == number
            if counts.any():
                values = zip((earned, scale, known), self._by_card(number, shape), strict=True)
                for of_all, of_card in values:
                    np.copyto(of_all, of_card, where=counts)
        return score_of(earned, scale), known

    def _card(self, shape: tuple[int, int]) -> Ints:
        """Which card counts."""
        held = {e.number: self.seen.held(e)[self.rows][:, None] for e in self.seen.segments}
        for place, decider in enumerate(self.field.deciders):
            if decider.kind == "segment":
                held[decider.number] = (self.field.combined[:, place] == TRUE)[None, :]
        return card_of(self.cards, held, shape)

    def _by_card(self, number: int, shape: tuple[int, int]) -> tuple[Ints, Ints, Ints]:
        """What a card earns, what that is rescaled to, and what is known of it."""
        of = self.seen.by_card[number]
        earned, scale, known = (
            np.repeat(each[self.rows][:, None], shape[1], axis=1)
            for each in (of.earned, of.scale, of.known)
        )
        asked = {e.number: n for n, e in enumerate(self.field.deciders) if e.kind == "criterion"}
        for criterion in self.cards[number].criteria:
            if criterion.asked not in asked:
                continue
            place = asked[criterion.asked]
            decider = self.field.deciders[place]
            points, open_ = points_of(decider, criterion, self.seen.table)
            points, open_ = points[self.rows][:, None], open_[self.rows][:, None]
            outcome = self.field.combined[:, place]
            still = open_ & (outcome == decider.bands + 1)[None, :]
            worth = np.array([*(p for _, p in criterion.bands), 0, 0], dtype="int64")
            decided = open_ & ~still
            earned += np.where(decided, worth[outcome][None, :] - points, 0)
            known += np.where(decided, criterion.best, 0)
            scale += np.where(decided & (criterion.missing is None), criterion.best, 0)
        return earned, scale, known

    def allowed(self, known: Ints) -> list[Flags]:
        """Where each tier asks for no more than there is."""
        found = []
        for number, each in enumerate(self.config.tier.tiers):
            may = known / FULL >= each.min_known
            for decider in self.seen.conditions:
                if decider.number == number:
                    may &= self.seen.held(decider)[self.rows][:, None]
            for place, decider in enumerate(self.field.deciders):
                if decider.kind == "tier" and decider.number == number:
                    may = known / FULL >= each.min_known
                    may &= (self.field.combined[:, place] == TRUE)[None, :]
            found.append(may)
        return found

    def excluded(self) -> Flags:
        """Where a rule would exclude."""
        out = np.zeros(len(self.field.combined), dtype=bool)
        for place, decider in enumerate(self.field.deciders):
            if decider.kind == "rule":
                out |= self.field.combined[:, place] == TRUE
        return out


def _moved(turn: _Turn, may: Flags, likely: Floats) -> tuple[Any, ...]:
    """The accounts that could move, and how: the values of a `_Found`."""
    seen, tiers, rows = turn.seen, turn.config.tier, turn.rows
    now = seen.tier[rows]
    score, known = turn.scores()
    allowed, excluded = turn.allowed(known), turn.excluded()
    before = [each[rows] for each in allowed_by(seen, tiers, seen.conditions)]
    same = (score == seen.score[rows][:, None]) & ~excluded[None, :]
    for one, other in zip(allowed, before, strict=True):
        same &= one == other[:, None]
    moves_place = tiers.within is not None and turn.field.name == tiers.within
    ranked = turn.field.name in tiers.rank_by
    places = range(seen.places) if moves_place else [None]
    best, worst = np.full(len(rows), len(tiers.tiers)), np.zeros(len(rows), dtype="int64")
    chance, change, moves = (np.zeros(len(rows)) for _ in range(3))
    counts = np.bincount(seen.place, minlength=seen.places)
    for place in places:
        needed = [_needed(turn, number, place) for number in range(len(tiers.tiers))]
        high, low = (
            _tiers(score, allowed, excluded, [each[side] for each in needed], tiers)
            for side in (0, 1)
        )
        stays = same & (place is None)
        if not ranked:
            high, low = (np.where(stays, now[:, None], each) for each in (high, low))
        expected = np.where(stays, now[:, None], low)
        best = np.minimum(best, np.where(may, high, len(tiers.tiers)).min(axis=1))
        worst = np.maximum(worst, np.where(may, low, 0).max(axis=1))
        share = 1.0 if place is None else counts[place] / counts.sum()
        away = now[:, None] - expected
        chance += share * (likely * (away != 0)).sum(axis=1)
        change += share * (likely * away).sum(axis=1)
        moves += share * (likely * np.abs(away)).sum(axis=1)
    kept = (best < now) | (worst > now)
    return tuple(each[kept] for each in (rows, best, worst, chance, change, moves))


def _needed(turn: _Turn, number: int, place: int | None) -> tuple[Ints, Ints]:
    rows, seen = turn.rows, turn.seen
    if place is None or number in seen.slotted:
        places = seen.places_in(number)[rows]
        return turn.rooms.needed(number, places, seen.tier[rows], np.zeros(len(rows), bool))
    there = np.full(len(rows), place)
    _, must = turn.rooms.needed(number, there, seen.tier[rows], np.ones(len(rows), bool))
    # A place that nobody is in yet has all the room; where it was, it may stay.
    return np.full(len(rows), NO_SCORE), must


def _tiers(
    score: Ints, allowed: Sequence[Flags], excluded: Flags, needed: Sequence[Ints], tiers: Tiers
) -> Ints:
    """The first tier that each outcome reaches; as many as there are for none."""
    found = np.full(score.shape, len(tiers.tiers))
    least = least_of(tiers)
    for number in reversed(range(len(tiers.tiers))):
        enters = allowed[number] & (score >= np.maximum(needed[number][:, None], least[number]))
        found = np.where(enters, number, found)
    return np.where(excluded[None, :], len(tiers.tiers), found)


def _best(
    found: Sequence[_Found], names: Sequence[str], seen: Standing, top: int | None
) -> Lookups:
    """The fields of all accounts, those that move most first."""
    rows = np.concatenate([each.rows for each in found]) if found else np.zeros(0, dtype="int64")
    place = np.repeat(np.arange(len(found)), [len(each.rows) for each in found])
    values = {
        name: np.concatenate([getattr(each, name) for each in found]) if found else np.zeros(0)
        for name in ("best", "worst", "chance", "change", "moves")
    }
    by_name = np.argsort(np.argsort(np.array(names, dtype=object), kind="stable"))
    order = np.lexsort(
        (
            by_name[place] if len(names) else place,
            order_of(seen.ids)[rows],
            -seen.score[rows],
            -values["chance"].round(9),
            -values["moves"].round(9),
        )
    )[:top]
    return Lookups(
        seen.ids.take(from_numpy(rows[order])),
        [names[at] for at in place[order].tolist()],
        seen.tier[rows[order]],
        values["best"][order].astype("int64"),
        values["worst"][order].astype("int64"),
        values["chance"][order],
        values["change"][order],
        values["moves"][order],
        len(np.unique(rows)),
    )
