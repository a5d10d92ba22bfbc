"""What a match says in sum: how many people and companies are on the list, and who has nobody."""

from __future__ import annotations

import textwrap
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import from_flags, from_numpy, numbered
from abmkit.domain.recognition.people import people
from abmkit.sources.matching import Matched

Flags = npt.NDArray[Any]

_LABELS = {
    "on_list": "On the list",
    "target_market": "In the market, not on the list",
    "excluded": "Excluded",
    "review": "To be checked",
    "none": "Not found",
}
_NAMED = 10


@dataclass(frozen=True)
class Count:
    """Some of the rows."""

    label: str
    rows: int
    people: int
    companies: int


@dataclass(frozen=True)
class Reach:
    """How far into a tier or territory of the list the file reaches."""

    label: str
    accounts: int
    """Accounts of the list."""
    reached: int
    """Of these, accounts with somebody in the file."""
    people: int


@dataclass(frozen=True)
class MatchSummary:
    """A match in numbers."""

    rows: int
    people: int
    held_back: int
    rejected: int
    found: tuple[Count, ...]
    tiers: tuple[Reach, ...]
    territories: tuple[Reach, ...]
    accounts: int
    """Accounts of the list."""
    nobody: tuple[dict[str, str | None], ...]
    """Those with nobody in the file: account_id, name, tier, owner, territory."""
    by_email: bool
    """Whether people were told apart by their e-mail addresses; else each row is one."""

    def data(self) -> dict[str, Any]:
        """The summary as JSON has it."""
        return asdict(self)


def match_summary(matched: Matched) -> MatchSummary:
    """The summary of a match."""
    table = matched.table
    emails = table[matched.email].combine_chunks() if matched.email is not None else None
    status = np.array(table["match_status"].to_pylist(), dtype=object)
    if matched.whole_run:
        of_run = np.array(table["match_list_status"].to_pylist(), dtype=object)
        status = np.where(status == "matched", of_run, status)
    else:
        status = np.where(status == "matched", "on_list", status)
    ids = table["match_account_id"].combine_chunks()
    found = [
        Count(_LABELS[name], int(at.sum()), _people(emails, at), _distinct(ids, at))
        for name in _LABELS
        if (at := status == name).any() or name in ("on_list", "none")
    ]
    listed = matched.accounts
    if matched.whole_run:
        tiered = "tier" in listed.column_names
        listed = listed.filter(pc.is_valid(listed["tier"])) if tiered else listed.slice(0, 0)
    listed = listed.take(_first_of_each(listed["account_id"].combine_chunks()))
    on_list = status == "on_list"
    reached = set(ids.filter(_mask(on_list)).to_pylist())
    nobody = [
        {name: row.get(name) for name in ("account_id", "name", "tier", "owner", "territory")}
        for row in listed.to_pylist()
        if row["account_id"] not in reached
    ]
    return MatchSummary(
        table.num_rows,
        people(emails, table.num_rows),
        matched.held_back,
        matched.rejects.num_rows,
        tuple(found),
        _reach(table, listed, "tier", on_list, emails),
        _reach(table, listed, "territory", on_list, emails),
        listed.num_rows,
        tuple(nobody),
        emails is not None,
    )


def _first_of_each(ids: pa.StringArray) -> pa.Array:

    return from_numpy(np.sort(np.unique(numbered(ids), return_index=True)[1]))


def _reach(
    table: pa.Table, listed: pa.Table, column: str, on_list: Flags, emails: pa.StringArray | None
) -> tuple[Reach, ...]:

    if column not in listed.column_names:
        return ()
    of_account = listed[column].to_pylist()
    of_row = np.array(table[f"match_{column}"].to_pylist(), dtype=object)
    ids = table["match_account_id"].combine_chunks()
    labels = sorted({label for label in of_account if label is not None})
    rows = []
    for label in [*labels, *([None] if None in of_account and labels else [])]:
        at = on_list & (of_row == label)
        reached, accounts = _distinct(ids, at), of_account.count(label)
        rows.append(Reach(label or "(none)", accounts, reached, _people(emails, at)))
    return tuple(rows)


def _people(emails: pa.StringArray | None, at: Flags) -> int:
    count = int(at.sum())
    return people(None if emails is None else emails.filter(_mask(at)), count)


def _distinct(ids: pa.StringArray, at: Flags) -> int:
    return len(ids.filter(_mask(at)).drop_null().unique())


def _mask(at: Flags) -> pa.BooleanArray:
    return from_flags(at.astype(bool))


def summary_text(summary: MatchSummary) -> str:
    """The summary for a terminal of 80 columns."""
    held = f", {summary.held_back:,} held back who said no" if summary.held_back else ""
    lost = f", {summary.rejected:,} that do not fit the header" if summary.rejected else ""
    told = summary.by_email
    who = f", {summary.people:,} people" if told else ""
    lines = [f"{summary.rows:,} rows{who}{held}{lost}", ""]
    lines.append(f"{'':<32}{'rows':>8}{'people' if told else '':>8}{'companies':>11}".rstrip())
    lines += [
        f"{each.label:<32}{each.rows:>8,}{_number(each.people, told):>8}"
        f"{_number(each.companies, each.companies > 0):>11}".rstrip()
        for each in summary.found
    ]
    for title, reaches in (("Tier", summary.tiers), ("Territory", summary.territories)):
        if reaches:
            lines += ["", f"{title:<32}{'people' if told else 'rows':>8}{'accounts reached':>27}"]
            lines += [
                f"{_cut(each.label):<32}{each.people:>8,}{each.reached:>13,} of {each.accounts:,}"
                for each in reaches
            ]
    if summary.accounts:
        lines += ["", *_filled(_nobody(summary))]
    return "\n".join(lines)


def _nobody(summary: MatchSummary) -> str:
    if not summary.nobody:
        return "Every account of the list has somebody."
    some = [str(each["name"] or each["account_id"]) for each in summary.nobody[:_NAMED]]
    more = ", …" if len(summary.nobody) > _NAMED else ""
    count = f"{len(summary.nobody):,} of the list's {summary.accounts:,} accounts have nobody"
    return f"{count}: {', '.join(some)}{more}"


def _number(count: int, told: bool) -> str:
    return f"{count:,}" if told else ""


def _cut(text: str) -> str:
    return text if len(text) <= 30 else text[:29] + "…"


def _filled(text: str) -> list[str]:

    return textwrap.wrap(text, 80)
