"""Lists of people: which column has their e-mail addresses, which their names, and who said no."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import as_strings, dates, places_of, scalar, to_numpy, whole
from abmkit.domain.recognition.content import mailboxes
from abmkit.domain.recognition.header_words import header_of, meaning_of
from abmkit.domain.recognition.personal import answer_shown, names_people
from abmkit.domain.recognition.plans import Asked, Mapped, Recognition
from abmkit.domain.values.domains import domains
from abmkit.domain.values.names import name_keys
from abmkit.domain.values.permissions import (
    days_said,
    distinct_said,
    ends_consent,
    purposes_of,
    takes_back,
)
from abmkit.domain.values.unknown import known
from abmkit.schema.column import Column
from abmkit.schema.people import PEOPLE
from abmkit.schema.permissions import ANY, OF_THE_ADDRESS, WITHOUT_MAIL

Flags = npt.NDArray[Any]

_SAMPLES = 3
_WITHOUT_MAIL = re.compile(WITHOUT_MAIL, re.IGNORECASE)
_OF_THE_ADDRESS = re.compile(OF_THE_ADDRESS, re.IGNORECASE)
_LOOKS_AFTER = re.compile(
    r"\bowner|(?:sales|account)[ _-]*(?:rep|manager|exec)|\b(?:reps?|csm|sdr|bdr)\b|created"
    r"|modified|updated|assigned|submitted|entered[ _]by|agent|broker|referr"
    r"|销售|跟进|创建|业务员|客户经理|所有者",
    re.IGNORECASE,
)
"""Headers of those who look after a company, and are not it."""
_OF_PEOPLE = re.compile(
    r"(?:first|last|family|given)[ _-]*name|surname|job[ _-]*title|姓名|职位|职务", re.IGNORECASE
)
_OF_PERSONS = ("email", "phone", "contact", "role")
_SOME_ADDRESSES = 0.02
_OF_A_RECORD = re.compile(r"(?:hub ?spot (?:record )?|hs (?:object )?|record )id")
"""Headers that HubSpot has for the ids of companies and of people alike."""
# A domain of so many names, and of so many of the rows that name one, is whose list it is.
_MANY, _OF_ALL = 5, 0.3


def _meant(header: Sequence[str]) -> dict[str, Column]:
    """What the columns of a list of people are, by their headers alone."""
    meanings = {name: _meaning(name) for name in header}
    return {name: column for name, column in meanings.items() if column is not None}


@lru_cache(maxsize=10_000)
def _meaning(name: str) -> Column | None:
    meaning, _ = meaning_of(header_of(name), PEOPLE)
    return None if meaning is None else meaning.column


def _named(header: Sequence[str]) -> dict[str, str]:
    return {name: column.name for name, column in _meant(header).items()}


def told_of_people(header: str) -> str | None:
    """What a column is in a list of people, by its header alone."""
    column = _meaning(header)
    return None if column is None else column.name


def email_column(table: pa.Table) -> str | None:
    """The column of e-mail addresses: by its name, else by what is in it."""
    shares = {name: mailboxes(known(table[name].combine_chunks())) for name in table.column_names}
    meant = _named(table.column_names)
    named: list[str] = [
        name for name in table.column_names if meant.get(name) == "email" and shares[name] > 0
    ]
    if named:
        # Of a work and a private address, the first says more of a company.
        return max(named, key=lambda name: (_share_of_sites(table[name]), shares[name]))
    best: str | None = max(shares, key=lambda name: shares[name], default=None)
    (look,) = PEOPLE.by_name["email"].told
    return best if best is not None and shares[best] >= look.share else None


def _share_of_sites(values: pa.ChunkedArray) -> float:
    sites = domains(values.combine_chunks())
    return 1.0 - int(sites.null_count) / max(len(sites), 1)


def companies_email_column(
    table: pa.Table, taken: Collection[str | None], recognitions: Sequence[Recognition]
) -> str | None:
    """The column of e-mail addresses at which a table's companies are reached.

    One that is taken for something else is none, nor is one of people who look after companies:
    its header says so, or one domain is that of many companies of different names.
    """
    used = {found.column for found in recognitions if found.used}
    free = [
        name
        for name in table.column_names
        if name not in taken and name not in used and not _LOOKS_AFTER.search(name)
    ]
    email = email_column(table.select(free)) if free else None
    if email is None or table.schema.get_field_index(email) < 0:
        return None
    sites = domains(table[email].combine_chunks())
    named = [f.column for f in recognitions if f.canonical == "name" and f.used]
    if not named or not len(sites.drop_null()):
        return email
    keys = name_keys(table[named[0]].combine_chunks())
    most = pc.value_counts(sites.drop_null())
    counts = to_numpy(most.field("counts"))
    largest = most.field("values")[int(counts.argmax())]
    of_largest = keys.filter(pc.fill_null(pc.equal(sites, largest), scalar(False)))
    share = counts.max() / counts.sum()
    many = len(of_largest.drop_null().unique()) >= _MANY
    return None if many and share >= _OF_ALL else email


def person_columns(header: Sequence[str]) -> list[str]:
    """The columns that have people's names, since another one has their companies'."""
    meant = _named(header)
    if "company" not in meant.values():
        return []
    return [name for name, column in meant.items() if column == "full_name"]


def person_ids(header: Sequence[str]) -> list[str]:
    """The columns that have ids of records of which each is a person's, for all that they say."""
    about_people = any(_OF_PEOPLE.search(name) for name in header)
    return [
        name for name in header if about_people and _OF_A_RECORD.fullmatch(header_of(name).words)
    ]


@dataclass(frozen=True)
class Unclear:
    """Values of such a column that nobody understands, or cells that say nothing."""

    column: str
    rows: int
    samples: tuple[str, ...]
    """Some of them, of those that may be personal the form alone."""


YES, UNASKED = "yes", "unasked"
STATES = (YES, UNASKED, "unanswered", "unclear", "expired", "refused", "withdrawn")
"""What each row says of consent, the stronger no later: a clear yes; nothing, for no column asks;
nothing, where one asks; what nobody understands; a yes that has ended; no; a yes taken back."""
_NUMBER = {state: number for number, state in enumerate(STATES)}


@dataclass(frozen=True)
class Permission:
    """Who must not be contacted, who said yes and to what, and what was not understood of it."""

    state: Flags
    """(n_rows,) the place of each row's state in `STATES`."""
    agreed: Mapping[str, Flags]
    """Per purpose, `any` or one that a header names: (n_rows,) where a column says yes."""
    days: pa.Array
    """(n_rows,) the day that is told with the state."""
    unclear: tuple[Unclear, ...] = ()
    unanswered: tuple[Unclear, ...] = ()
    """Columns of consent in which rows have nothing."""
    asked: bool = True
    """Whether any column says whether somebody may be contacted."""

    @property
    def refused(self) -> Flags:
        """(n_rows,) where somebody may not be contacted, for all that is said."""
        return np.asarray(self.state > _NUMBER[UNASKED])

    @property
    def silent(self) -> Flags:
        """(n_rows,) where that is only so because a column of consent says nothing."""
        return self.is_("unanswered")

    def is_(self, state: str) -> Flags:
        """(n_rows,) where the state is this one."""
        return np.asarray(self.state == _NUMBER[state])

    def agrees(self, purpose: str) -> Flags:
        """(n_rows,) where there is a clear yes to a purpose, by itself or to any."""
        said = [flags for name, flags in self.agreed.items() if name in (purpose, ANY)]
        return np.asarray(np.any([np.zeros(len(self.state), bool), *said], axis=0) & self.is_(YES))


def permission_columns(header: Sequence[str], *, of_companies: bool = False) -> list[Asked]:
    """The columns that say whether a person, or a company, may be contacted."""
    return [
        Asked(name, column.answers)
        for name, column in _meant(header).items()
        if column.answers
        and not (of_companies and (not column.of_companies or _WITHOUT_MAIL.search(name)))
    ]


def companies_asked(
    header: Sequence[str], ignored: Collection[str], mapped: Sequence[Mapped]
) -> tuple[Asked, ...]:
    """The columns of a source that say whether a company may be contacted.

    Not those that are ignored, or mapped to say so.
    """
    told = {*ignored, *(m.column for m in mapped if m.target == "do_not_contact")}
    rest = [name for name in header if name not in told]
    return tuple(permission_columns(rest, of_companies=True))


def permission(table: pa.Table, asked: Sequence[Asked], as_of: date | None = None) -> Permission:
    """Which rows say that somebody must not be contacted, or not that they may.

    Consent is a clear yes: a row without one is held back, also where a column has none at all;
    of several columns of consent one may say it. A yes that ended before `as_of` is none.
    Of objections an empty cell says nothing. What is not understood is no yes, and is named.
    """
    said = [_said(table, each, as_of) for each in asked]
    nothing = np.zeros(table.num_rows, dtype=bool)
    consents = [each for each in said if each.of_consent]
    agreed: dict[str, Flags] = {}
    for each in consents:
        for purpose in (ANY,) if each.asked.any_purpose else purposes_of(each.asked.column):
            agreed[purpose] = agreed.get(purpose, nothing) | each.yes
    yes = np.any([nothing, *agreed.values()], axis=0)
    silent = np.any([nothing, *(each.silent for each in consents)], axis=0) & ~yes
    state = np.where(yes, _NUMBER[YES], _NUMBER[UNASKED])
    state = np.where(silent, _NUMBER["unanswered"], state)
    for each in said:
        state = np.maximum(state, each.no)
    days: list[date | None] = [None] * table.num_rows
    for each in said:
        own = np.where(each.no > 0, each.no, np.where(each.yes & each.of_consent, 0, -1))
        for row in np.flatnonzero((own == state) & (each.day >= 0)):
            day = each.days[each.day[row]]
            days[row] = max(day, days[row] or day)
    unclear = [u for each in said if (u := each.unclear) is not None]
    unanswered = [
        Unclear(each.asked.column, int(rows.sum()), ())
        for each in consents
        if (rows := each.silent & ~yes).any()
    ]
    return Permission(state, agreed, dates(days), tuple(unclear), tuple(unanswered), bool(asked))


@dataclass(frozen=True)
class _Said:
    """What one column says of each row."""

    asked: Asked
    of_consent: bool
    """Whether it asks for a yes, so that an empty cell is none."""
    yes: Flags
    silent: Flags
    no: Flags
    """The state that it tells, where that is none to be contacted by; else 0."""
    day: Flags
    """Which of the days it tells; -1 for none."""
    days: list[date]
    unclear: Unclear | None


def _said(table: pa.Table, asked: Asked, as_of: date | None) -> _Said:
    cells = pc.utf8_trim_whitespace(as_strings(whole(table[asked.column])))
    distinct, meant = distinct_said(cells, asked.answers, asked.column)
    texts: list[str] = distinct.to_pylist()
    place = places_of(cells, distinct)
    told = days_said(distinct)
    ends = asked.answers == "consent" and ends_consent(asked.column)
    back = asked.answers == "objection" and takes_back(asked.column)
    no = [
        _no(text, said, ends=told.get(text) if ends else None, back=back, as_of=as_of)
        for text, said in zip(texts, meant, strict=True)
    ]
    dim = [text for text, state in zip(texts, no, strict=True) if state == _NUMBER["unclear"]]
    numbers = np.array([*no, 0])[place]
    yes = np.array([*(m == "may" and not n for m, n in zip(meant, no, strict=True)), False])[place]
    silent = np.array([*(each is None for each in meant), True])[place]
    days = list(told.values())
    day = np.array([*(list(told).index(t) if t in told else -1 for t in texts), -1])[place]
    count = int((numbers == _NUMBER["unclear"]).sum())
    shown = tuple(answer_shown(text) for text in dim[:_SAMPLES])
    unclear = Unclear(asked.column, count, shown) if count else None
    of_consent = asked.answers == "consent" and not _OF_THE_ADDRESS.search(asked.column)
    return _Said(asked, of_consent, yes, silent & of_consent, numbers, day, days, unclear)


def _no(text: str, said: str | None, *, ends: date | None, back: bool, as_of: date | None) -> int:
    """The state that an answer tells, where that is no yes; else 0."""
    if ends is not None and said == "may":
        if as_of is None:
            return _NUMBER["unclear"]
        return _NUMBER["expired"] if ends < as_of else 0
    if said == "unclear":
        return _NUMBER["unclear"]
    if said != "not":
        return 0
    return _NUMBER["withdrawn" if back or takes_back(text) else "refused"]


def personal_columns(table: pa.Table) -> list[str]:
    """The columns that tell of people: by their headers, or by the e-mail addresses in them."""
    meant = _named(table.column_names)
    persons = {*person_columns(table.column_names), *person_ids(table.column_names)}

    def personal(name: str) -> bool:
        if name in persons or meant.get(name) in _OF_PERSONS or _OF_PEOPLE.search(name):
            return True
        if names_people(name):
            return True
        texts = pa.types.is_string(table.schema.field(name).type)
        return texts and mailboxes(known(whole(table[name]))) > _SOME_ADDRESSES

    return [name for name in table.column_names if personal(name)]


def people(emails: pa.StringArray | None, count: int) -> int:
    """How many people rows are: each address once, and each row without one."""
    if emails is None:
        return count
    given = pc.utf8_lower(pc.utf8_trim_whitespace(known(emails)))
    return int(len(given.drop_null().unique()) + given.null_count)
