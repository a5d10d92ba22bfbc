"""Which tiers the rules of one run give to the accounts of another, on whatever day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa
from pydantic import ValidationError

from abmkit.config.project import Config
from abmkit.config.sections.score import Score
from abmkit.domain.frames import Frame, Once, collected, opened, those
from abmkit.domain.rules.asked import columns_deciding
from abmkit.domain.rules.pins import Pin, Pinned
from abmkit.domain.rules.tiers.capacities import Capacities, Slots
from abmkit.domain.rules.tiers.stability import Previous
from abmkit.engines.engine import Engine
from abmkit.runs.reading import ACCOUNTS, let_go, read_record
from abmkit.schema.accounts import CANONICAL, STEP
from abmkit.steps.exclude import exclude
from abmkit.steps.score import score
from abmkit.steps.suppression import Suppressed
from abmkit.steps.tier import tier
from abmkit.steps.tiers.slots import without_dealt_owners


@dataclass(frozen=True)
class Listing:
    """Accounts with their tiers, and what made them, as far as that is known."""

    accounts: Any
    """A frame: all accounts of a run, or a list."""
    as_of: date | None = None
    config: Config | None = None
    """None where it is not known: of a list, or of a run that did not keep it."""
    pins: Mapping[str, Pin] | None = None
    """The pins that were followed, by account."""
    run: str | None = None
    before: str | None = None
    """The run that it held still from."""
    gone: tuple[str, ...] = ()
    """Columns that its accounts had, and have no more since it is kept compact."""
    capacities: Capacities | None = None
    """The slots of tiers, where a table had them."""

    def has_data_of(self, other: Listing) -> bool:
        """Whether it is of the same accounts as another."""
        return self.run is not None and self.run == other.run


def listing_of_run(folder: Path, engine: Engine) -> Listing:
    """The run in a folder. Raises InputError where there is none."""
    record = read_record(folder)
    accounts = engine.from_parquet([folder / ACCOUNTS])
    lacking = let_go(folder, record)
    return listing_recorded(record, accounts, lacking.columns if lacking else ())


def listing_recorded(record: dict[str, Any], accounts: Any, gone: tuple[str, ...] = ()) -> Listing:
    """The accounts of a run, with what its record says of how they came about; `gone` are the
    columns that they have no more."""
    config = config_of(record)
    try:
        pins = {each["account_id"]: _pin(each) for each in record["pins"]["accounts"]}
    except (KeyError, TypeError, ValueError):
        config, pins = None, None
    try:
        slots = None if config is None else _slots(record, config)
    except (KeyError, TypeError, ValueError):
        config, slots = None, None
    try:
        day = date.fromisoformat(record["as_of"])
    except (KeyError, TypeError, ValueError):
        day = None
    before = record.get("before")
    came = before.get("run") if isinstance(before, dict) else None
    return Listing(accounts, day, config, pins, record.get("run"), came, gone, slots)


def slots_recorded(capacities: Capacities | None) -> list[dict[str, Any]] | None:
    """The slots of tiers as a record has them."""
    if capacities is None:
        return None
    return [{k: v for k, v in asdict(each).items() if v is not None} for each in capacities.rows]


def _slots(recorded: Mapping[str, Any], config: Config) -> Capacities | None:
    """The slots of a run. Raises KeyError, TypeError or ValueError where they are not on record."""
    if config.tier.capacities is None:
        return None
    nothing = {"capacity": None, "territory": None, "owner": None}
    rows = [Slots(**{**nothing, **each}) for each in recorded["capacities"]]
    return Capacities.of(config.tier.capacities, rows)


def config_of(record: Mapping[str, Any]) -> Config | None:
    """The config of a run, with the scorecard of churn that it had; None where its record has none
    that is one today."""
    try:
        recorded = record["config"]
        config = Config.model_validate(recorded["values"])
        if config.exclude.churn is None:
            return config
        return config.with_churn_card(Score.model_validate(recorded["churn"]))
    except (KeyError, TypeError, ValueError, ValidationError):
        return None


def _pin(recorded: Mapping[str, Any]) -> Pin:
    until = recorded["until"]
    return Pin(
        recorded["account"],
        recorded["tier"],
        recorded["by"],
        recorded["why"],
        date.fromisoformat(until) if until else None,
        recorded["override"],
    )


@dataclass(frozen=True)
class Given:
    """What rules are applied to, beside accounts."""

    day: date
    pins: Mapping[str, Pin]
    lists: Mapping[str, Sequence[str]]
    """By suppression list that counts the accounts that are on it."""
    previous: Previous
    capacities: Capacities | None = None


def tiers_by(accounts: Any, config: Config, given: Given, once: Once) -> pa.Table:
    """`account_id` and `tier` of the accounts that the rules of a config put into one."""
    done = opened(tiered_by(accounts, config, given, once))
    return collected(done.filter(~nw.col("tier").is_null()).select("account_id", "tier"))


def tiered_by(accounts: Any, config: Config, given: Given, once: Once) -> Any:
    """The accounts with what the rules of a config make of them, reasons in codes.

    What the rules name and the accounts do not have is unknown, and so is an owner whom they were
    dealt: rules deal anew, and the list of before says whom they had.
    """
    frame = with_absent(without_dealt_owners(opened(accounts)), config)
    on: dict[str, tuple[str, ...]] = {}
    for name, ids in given.lists.items():
        for account_id in ids:
            on[account_id] = (*on.get(account_id, ()), name)
    flagged = exclude(
        nw.to_native(frame), config.exclude, as_of=given.day, suppressed=Suppressed(on, (), {}),
        ordered=False,
    )  # fmt: skip
    scored = score(flagged, config.score, as_of=given.day)
    pins = {account: pin for account, pin in given.pins.items() if _counts(pin, config, given.day)}
    return tier(
        scored, config.tier, Pinned(pins, ()), given.previous, as_of=given.day,
        capacities=given.capacities, ordered=False, sound=True, once=once,
    )  # fmt: skip


def with_absent(frame: Frame, config: Config) -> Frame:
    """The frame with what the rules of a config name and it does not have, unknown."""
    there = {name.casefold() for name in frame.columns}
    absent = {
        name.casefold(): name
        for name in columns_deciding(config)
        if name.casefold() not in there and name not in CANONICAL and name not in STEP
    }
    nothing = nw.lit(None).cast(nw.String)
    return frame.with_columns(nothing.alias(name) for name in absent.values())


def _counts(pin: Pin, config: Config, day: date) -> bool:
    known = {each.id for each in config.tier.tiers}
    return pin.tier in known and (pin.until is None or day <= pin.until)


def given_to(rules: Listing, data: Listing, other: Listing, day: date, was: Previous) -> Given:
    """What the rules of a run are applied to on the accounts of one: its lists and pins, where
    both runs have them, else those of the run that has them."""
    config, its = rules.config, data.config
    assert config is not None
    assert data.as_of is not None
    counting = [each for each in config.suppress if each.counts_on(day)]
    told = {
        each.name
        for each in (its.suppress if its is not None else [])
        if each.counts_on(data.as_of)
    }
    lists = {
        each.name: on_list((data if each.name in told else other).accounts, each.name)
        for each in counting
    }
    same_pins = its is not None and its.tier.pins == config.tier.pins
    pins = (data.pins if same_pins else rules.pins) or {}
    if same_pins:
        ended = {i: p for i, p in (other.pins or {}).items() if p.until and day <= p.until}
        pins = {**ended, **pins}
    return Given(day, pins, lists, was, rules.capacities)


def on_list(accounts: Any, name: str) -> Sequence[str]:
    """The accounts of a run that are on a suppression list."""
    frame = opened(accounts)
    if "exclusions" not in frame.columns:
        return ()
    on = frame.filter(nw.col("exclusions").list.contains(name).fill_null(False))
    ids: list[str] = collected(on.select("account_id"))["account_id"].to_pylist()
    return sorted(ids)


def only(table: pa.Table, ids: pa.StringArray) -> dict[str, str]:
    """The tier of those accounts that are among some."""
    rows = collected(those(opened(table), "account_id", ids))
    return dict(zip(*(rows[name].to_pylist() for name in ("account_id", "tier")), strict=True))
