"""What is not believed, and what should protect and does not, in words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from abmkit.reports.words import Words
from abmkit.schema.accounts import SUPPRESSED

if TYPE_CHECKING:
    from abmkit.domain.companies.trust.values import NotBelieved
    from abmkit.sources.lists import Lists
    from abmkit.sources.loading import SourceReport
    from abmkit.steps.suppression import Suppressed

_MOST_NAMED = 5
_ROWS = 5


def doubts(not_believed: Sequence[NotBelieved], words: Words) -> Iterator[str]:
    """Values that companies share and none is known by, those of most companies first."""
    for each in not_believed[:_MOST_NAMED]:
        yield words("keys.shared", key=each.key, value=each.value, count=each.count)
    rest = not_believed[_MOST_NAMED:]
    if rest:
        keys = list(dict.fromkeys(each.key for each in rest))
        companies = sum(each.count for each in rest)
        yield words("keys.shared_more", keys=keys, count=len(rest), companies=companies)


def list_warnings(lists: Lists, as_of: date, words: Words) -> Iterator[str]:
    """Suppression lists, and rows of them, that exclude nobody as they are."""
    rejects = lists.suppression_rejects or [None] * len(lists.suppression)
    for each, report, rejected in zip(
        lists.suppression, lists.suppression_reports, rejects, strict=True
    ):
        read, entries = report.total("read"), each.entries.num_rows
        if rejected is not None and rejected.num_rows:
            why = list(_why_rejected(rejected, words))
            yield words(
                "suppression.rejected", list=each.name, count=rejected.num_rows, read=read, why=why
            )
        if not entries and report.total("filtered"):
            yield words("suppression.filtered", list=each.name, read=read)
        elif not entries and not report.total("rejected"):
            yield words("suppression.empty", list=each.name)
        elif not each.counts_on(as_of):
            yield words("suppression.expired", list=each.name, until=each.until, entries=entries)


def _why_rejected(rejected: pa.Table, words: Words) -> Iterator[str]:
    """The rows of each reason: where they are, and nothing that they say."""
    reasons = defaultdict(list)
    for row in rejected.select(["row", "reason"]).to_pylist():
        reason = re.sub(r"^line \d+: ", "", row["reason"])
        reasons[reason].append(row["row"])
    for reason, rows in reasons.items():
        numbers = [str(row) for row in rows[:_ROWS] if row is not None]
        more = words("list.and_more") if len(rows) > _ROWS else ""
        yield words("suppression.why", rows=len(rows), numbers=numbers, more=more, reason=reason)


def found_warnings(
    lists: Lists, suppressed: Suppressed, as_of: date, words: Words, *, some: bool
) -> Iterator[str]:
    """Lists of which no entry is an account; with `some` also those of which some are none."""
    for each, report in zip(lists.suppression, lists.suppression_reports, strict=True):
        entries, found = each.entries.num_rows, suppressed.found.get(each.name, 0)
        if not entries or not each.counts_on(as_of) or found == entries:
            continue
        if found and some:
            missing = entries - found
            yield words("suppression.some_found", list=each.name, missing=missing, entries=entries)
        if not found:
            columns = _keys(report)
            yield words(
                "suppression.none_found",
                list=each.name, entries=entries, columns=columns, count=len(columns),
            )  # fmt: skip


def _keys(report: SourceReport) -> list[str]:
    """The columns that an entry is found by."""
    if report.plan is None:
        return ["account_id"]
    by = {*SUPPRESSED.telling, "other_domains"}
    columns = [m.column for m in report.plan.mapped if m.target in by and m.column is not None]
    return [*map(repr, columns), *([repr(report.plan.email)] if report.plan.email else [])]


def unguarded_warnings(counts: Mapping[str, int], words: Words) -> Iterator[str]:
    """Accounts that are no targets, and that no rule excludes."""
    of_kinds = {name: count for name, count in counts.items() if name != "do_not_contact"}
    if refused := counts.get("do_not_contact"):
        yield words("protect.do_not_contact", count=refused)
    if of_kinds:
        yield words(
            "protect.relationships",
            what=[words(f"protect.{name}", count=count) for name, count in of_kinds.items()],
            values=[f'"{name}"' for name in of_kinds],
        )
