"""The rows that a run's workbook is made of: drawn from the engine when the workbook asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from abmkit.commands.steps.tier import slots_of
from abmkit.commands.work import Work

if TYPE_CHECKING:
    from abmkit.domain.rules.pins import Pinned
    from abmkit.runs.result import Rows
    from abmkit.runs.sheets import Bench, Sheets

MOST_LOOKED_UP = 100_000
"""So many companies can be looked up in a workbook: it stays one that opens at once and can be
sent, at some 10 MB and 10 seconds."""
MOST_DRAWN = 1_000_000
"""Of so many accounts those are drawn who are next in line."""
_NEXT_IN_LINE = 200
_NUMBER, _TOLD = "__tier_number", "__reasons_told"
_LOOKED_UP = (
    "account_id", "name", "aliases", "ticker", "domain", "city", "region", "country", "tier",
    "owner", "excluded", "exclusions", "churn_reason", "fit_score", "tier_reason",
)  # fmt: skip
_MOST_NAMED = 3


def sheets_of(work: Work, accounts: Any, listed: Any, pinned: Pinned, market: int) -> Sheets | None:
    """What a run's workbook is made of; None where none is asked for.

    `accounts` are all of the run, so many as `market`, `listed` those of the list.
    """
    from abmkit.domain.frames import opened
    from abmkit.runs.sheets import Sheets

    if "xlsx" not in work.config.output.formats:
        return None
    notes = work.lists.notes
    drawn = bool(work.config.tier.tiers) and market <= MOST_DRAWN
    return Sheets(
        _rows(work, lambda: _by_owner(work, listed)),
        notes.by_account if notes else {},
        (lambda: _bench(work, accounts, pinned)) if drawn else None,
        bool(work.config.tier.tiers) and not drawn,
        _rows(work, lambda: _best_first(work, accounts)) if market <= MOST_LOOKED_UP else None,
        _held_back(work, opened(listed).columns),
    )


def _held_back(work: Work, columns: list[str]) -> tuple[str, ...]:
    """The columns about people that the workbook does not show; said."""
    from abmkit.reports.excel.columns import about_people

    if work.config.output.personal:
        return ()
    held = about_people(columns)
    if held:
        more = work.words("list.and_more") if len(held) > _MOST_NAMED else ""
        told = {"count": len(held), "columns": held[:_MOST_NAMED], "more": more}
        work.warn(work.words("notes.people_held", **told))
    return tuple(held)


def _rows(work: Work, frame: Any) -> Rows:
    from abmkit.runs.result import Rows

    return Rows(lambda: work.engine.batches(frame()))


def _by_owner(work: Work, listed: Any) -> Any:
    """The list as it is worked, with each criterion's points and what decided on them."""
    import narwhals as nw

    from abmkit.domain.frames import opened, stand_in
    from abmkit.reports.excel.why import CODES
    from abmkit.steps.score import score

    frame = opened(listed).rename({"fit_reasons": _TOLD})
    again = score(
        nw.to_native(frame), work.config.score, as_of=work.as_of, points=True, reasons=True
    )
    frame = opened(again)
    names = frame.columns
    frame = frame.rename({"fit_reasons": CODES, stand_in(_TOLD): "fit_reasons"})
    number = nw.when(nw.col("tier").is_null()).then(nw.lit(-1))
    for place, each in enumerate(work.config.tier.tiers):
        number = number.when(nw.col("tier") == each.id).then(nw.lit(place))
    frame = frame.with_columns(number.otherwise(nw.lit(-1)).alias(_NUMBER))
    by = [*(["owner"] if "owner" in names else []), _NUMBER, "tier_rank", "account_id"]
    return nw.to_native(frame.sort(*by, nulls_last=False).drop(_NUMBER))


def _best_first(work: Work, accounts: Any) -> Any:
    """All companies, narrow: the list, then the others, the best of each first."""
    import narwhals as nw

    from abmkit.domain.frames import opened

    frame = opened(accounts)
    frame = frame.select([name for name in _LOOKED_UP if name in frame.columns])
    off = nw.col("tier").is_null().cast(nw.Int64).alias(_NUMBER)
    frame = frame.with_columns(off)
    by = [_NUMBER, "fit_score", "account_id"]
    frame = frame.sort(*by, descending=[False, True, False], nulls_last=True)
    return nw.to_native(frame.drop(_NUMBER))


def _bench(work: Work, accounts: Any, pinned: Pinned) -> Bench:
    """The best of those who just missed."""
    from abmkit.planning.bench import Asked, bench
    from abmkit.runs.sheets import Bench

    asked = Asked(top=_NEXT_IN_LINE)
    found = bench(accounts, work.config.tier, asked, pinned, slots_of(work), as_of=work.as_of)
    return Bench(found.accounts, found.waiting)
