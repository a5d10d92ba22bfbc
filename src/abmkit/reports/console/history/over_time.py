"""What `explain --over-time` says: one account, run by run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from abmkit.config.sections.exclude import CHURN
from abmkit.reports.console.width import measure, wrap
from abmkit.reports.words import Words
from abmkit.runs.changes.moves import CHANGES
from abmkit.runs.history.kept import ROLLBACK
from abmkit.runs.history.over_time import OverTime, Then

_DAY, _HANGING = 12, " " * 12


def over_time_text(found: OverTime, words: Words) -> str:
    """An account in each run that is kept, the oldest first, for a terminal of 80 columns."""
    title = words("explain.title", name=found.name or found.account_id, known=found.account_id)
    lines = [wrap(title, hanging="  ", hyphens=True), ""]
    days = {run.id: run.day for run in found.history.runs}
    rollbacks = [each for each in found.history.events if each["what"] == ROLLBACK]
    for then in found.then:
        made = then.run.made.isoformat()
        lines += [_rolled_back(each, days, words) for each in rollbacks if each["when"] < made]
        rollbacks = [each for each in rollbacks if each["when"] >= made]
        lines += _lines(then, found, words)
    lines += [_rolled_back(each, days, words) for each in rollbacks]
    whole = sum(each.run.record is not None and each.run.lacking is None for each in found.then)
    if any(each.run.lacking is not None for each in found.then):
        lines += ["", wrap(words("over_time.records", whole=whole, runs=len(found.then)))]
    return "\n".join(lines)


def _rolled_back(event: Mapping[str, Any], days: Mapping[str, str | None], words: Words) -> str:
    to = str(event["to"])
    day = days.get(to) or to
    return wrap(words("over_time.rolled_back", when=event["when"][:10], day=day))


def _lines(then: Then, found: OverTime, words: Words) -> Iterator[str]:
    day = f"{then.run.day or then.run.made.date().isoformat():<{_DAY}}"
    if then.problem is not None:
        yield _line(day, words("over_time.unread", why=then.problem))
    elif not then.rows:
        yield _line(day, words("over_time.gone"))
    for row in then.rows:
        yield _line(day, words("list.dot").join(_standing(row, then, found, words)))
        day = _HANGING
        for text in _why(row, then, words):
            yield _line(_HANGING, text)


def _line(start: str, text: str) -> str:
    assert measure(start) == _DAY
    return wrap(text, indent=start, hanging=_HANGING, hyphens=True)


def _standing(row: Mapping[str, Any], then: Then, found: OverTime, words: Words) -> Iterator[str]:
    if row.get("tier") is not None:
        place = row.get(then.within) if then.within else None
        where = words("over_time.in", place=place) if place else ""
        yield words("over_time.tier", tier=row["tier"], rank=row.get("tier_rank"), place=where)
    elif row.get("excluded"):
        yield words("over_time.excluded")
    else:
        yield words("over_time.not_listed")
    if row.get("fit_score") is None:
        yield words("over_time.fit_unknown")
    else:
        known = (row.get("fit_known") or 0) * 100
        yield words("over_time.fit", score=row["fit_score"], known=known)
    if row.get("owner"):
        yield words("over_time.owner", owner=row["owner"])
    if row["account_id"] != found.account_id:
        yield words("over_time.as", account_id=row["account_id"])


def _why(row: Mapping[str, Any], then: Then, words: Words) -> Iterator[str]:
    """What excluded it, and what changed, or else why it stands where it stands."""
    if row.get("excluded"):
        reasons = {**(then.reasons or {}), CHURN: row.get("churn_reason") or ""}
        for name in row.get("exclusions") or ():
            yield words("explain.reason", rule=name, reason=reasons.get(name, ""))
    if row.get("change") in CHANGES:
        change = words(f"change.{row['change']}")
        why = row.get("change_reason")
        yield words("over_time.change", change=change, why=why) if why else change
    elif row.get("tier_reason") and not row.get("excluded"):
        yield row["tier_reason"]
