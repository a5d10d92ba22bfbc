"""What `match` says in sum, for a screen and as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from abmkit.domain.arrays import strings, whole
from abmkit.domain.recognition.people import Permission
from abmkit.planning.reach import MatchSummary, Reach
from abmkit.reports.console.width import fit, pad, wrap
from abmkit.reports.words import Words
from abmkit.steps.match import PREFIX

_LABEL, _ROWS, _COMPANIES, _REACHED = 32, 8, 11, 27
_NAMED = 10


def evidence_in_words(table: pa.Table, words: Words) -> pa.Table:
    """The rows with what speaks for each match as the language says it."""
    name = f"{PREFIX}evidence"
    coded = whole(table[name]).dictionary_encode()
    told = strings(words.found(text) for text in coded.dictionary.to_pylist())
    at = table.column_names.index(name)
    return table.set_column(at, name, told.take(coded.indices))


def match_data(summary: MatchSummary, words: Words) -> dict[str, Any]:
    """The summary as JSON has it."""
    data = asdict(summary)
    data["found"] = [
        {"label": words(f"match.{each.pop('status')}"), **each} for each in data["found"]
    ]
    for name, reaches in (("tiers", summary.tiers), ("territories", summary.territories)):
        data[name] = [{**asdict(each), "label": _label(each, words)} for each in reaches]
    return data


def match_text(summary: MatchSummary, words: Words) -> str:
    """The summary for a terminal of 80 columns."""
    lines = [wrap(_rows(summary, words)), "", *_found(summary, words)]
    for title, reaches in (("tier", summary.tiers), ("territory", summary.territories)):
        if reaches:
            lines += ["", *_reached(title, reaches, summary.by_email, words)]
    if summary.accounts:
        lines += ["", wrap(_nobody(summary, words), hyphens=True)]
    return "\n".join(lines)


def permission_warnings(found: Permission, words: Words) -> Iterator[str]:
    """What was not understood, or not said, of who may be written to."""
    for each in found.unclear:
        samples = list(map(repr, each.samples))
        yield words("match.unclear", column=each.column, rows=each.rows, samples=samples)
    for each in found.unanswered:
        every = len(found.refused) == each.rows
        code = "match.never_answered" if every else "match.unanswered"
        yield words(code, column=each.column, rows=each.rows)


def _rows(summary: MatchSummary, words: Words) -> str:
    people = words("match.with_people", count=summary.people) if summary.by_email else ""
    said_no = summary.held_back - summary.unanswered
    held = words("match.held_back", count=said_no) if said_no else ""
    if summary.unanswered:
        held += words("match.held_back_unanswered", count=summary.unanswered)
    lost = words("match.lost", count=summary.rejected) if summary.rejected else ""
    return words("match.rows", rows=summary.rows, people=people, held_back=held, lost=lost)


def _found(summary: MatchSummary, words: Words) -> Iterator[str]:
    people = words("match.column_people") if summary.by_email else ""
    yield _count_line("", words("match.column_rows"), people, words("match.column_companies"))
    for each in summary.found:
        yield _count_line(
            words(f"match.{each.status}"),
            f"{each.rows:,}",
            f"{each.people:,}" if summary.by_email else "",
            f"{each.companies:,}" if each.companies else "",
        )


def _count_line(label: str, rows: str, people: str, companies: str) -> str:
    counts = [pad(text, _ROWS, right=True) for text in (rows, people)]
    return "".join([pad(label, _LABEL), *counts, pad(companies, _COMPANIES, right=True)]).rstrip()


def _reached(title: str, reaches: tuple[Reach, ...], by_email: bool, words: Words) -> Iterator[str]:
    """Per tier or territory, how many people are of how many of its accounts."""
    people = words("match.column_people" if by_email else "match.column_rows")
    head = pad(words(f"match.{title}"), _LABEL) + pad(people, _ROWS, right=True)
    yield head + pad(words("match.column_reached"), _REACHED, right=True)
    for each in reaches:
        label = pad(fit(_label(each, words), _LABEL - 2), _LABEL)
        reached = words("match.reached", reached=f"{each.reached:>13,}", accounts=each.accounts)
        yield f"{label}{each.people:>{_ROWS},}{reached}"


def _label(each: Reach, words: Words) -> str:
    return each.label or words("match.no_label")


def _nobody(summary: MatchSummary, words: Words) -> str:
    if not summary.nobody:
        return words("match.everybody")
    return words(
        "match.nobody",
        count=len(summary.nobody),
        accounts=summary.accounts,
        names=[str(each["name"] or each["account_id"]) for each in summary.nobody[:_NAMED]],
        more=words("list.and_more") if len(summary.nobody) > _NAMED else "",
    )
