"""Lists of people: which column has their e-mail addresses, which their names, and who said no."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import as_strings, places_of, scalar, to_numpy, whole
from abmkit.domain.recognition.content import mailboxes
from abmkit.domain.recognition.header_words import header_of, meaning_of
from abmkit.domain.recognition.personal import answer_shown
from abmkit.domain.recognition.plans import Asked, Mapped, Recognition
from abmkit.domain.values.domains import domains
from abmkit.domain.values.names import name_keys
from abmkit.domain.values.permissions import distinct_said
from abmkit.domain.values.unknown import known
from abmkit.schema.column import Column
from abmkit.schema.people import PEOPLE
from abmkit.schema.permissions import OF_THE_ADDRESS, WITHOUT_MAIL

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


@dataclass(frozen=True)
class Permission:
    """Who must not be contacted, and what was not understood of it."""

    refused: Flags
    """(n_rows,) where a column says no or what nobody understands, or one of consent nothing."""
    silent: Flags
    """(n_rows,) where that is only so because one of consent says nothing."""
    unclear: tuple[Unclear, ...] = ()
    unanswered: tuple[Unclear, ...] = ()
    """Columns of consent in which rows have nothing."""
    agreed: Flags | None = None
    """(n_rows,) where a column of consent says yes; None where no column asks for it."""


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


def permission(table: pa.Table, asked: Sequence[Asked]) -> Permission:
    """Which rows say that somebody must not be contacted, or not that they may.

    Consent is a clear yes: a row without one is held back, also where a column has none at all;
    of several columns of consent one may say it.
    Of objections an empty cell says nothing. What is not understood is no yes, and is named.
    """
    refused, agreed = np.zeros((2, table.num_rows), dtype=bool)
    unclear, empty = [], {}
    for each in asked:
        cells = as_strings(whole(table[each.column]))
        trimmed = pc.utf8_trim_whitespace(cells)
        distinct, meant = distinct_said(trimmed, each.answers, each.column)
        place = places_of(trimmed, distinct)
        no, dim, silent, yes = (
            np.array([*(said in what for said in meant), None in what], dtype=bool)[place]
            for what in (("not", "unclear"), ("unclear",), (None,), ("may",))
        )
        refused |= no
        if dim.any():
            samples = [
                t for t, m in zip(distinct.to_pylist(), meant, strict=True) if m == "unclear"
            ]
            shown = tuple(answer_shown(text) for text in samples[:_SAMPLES])
            unclear.append(Unclear(each.column, int(dim.sum()), shown))
        if each.answers == "consent" and not _OF_THE_ADDRESS.search(each.column):
            agreed |= yes
            empty[each.column] = silent
    mute = np.any([*empty.values(), np.zeros_like(agreed)], axis=0) & ~agreed
    unanswered = [
        Unclear(column, int(rows.sum()), ())
        for column, silent in empty.items()
        if (rows := silent & mute).any()
    ]
    return Permission(
        refused | mute, mute & ~refused, tuple(unclear), tuple(unanswered),
        agreed & ~refused if empty else None,
    )  # fmt: skip


def people(emails: pa.StringArray | None, count: int) -> int:
    """How many people rows are: each address once, and each row without one."""
    if emails is None:
        return count
    given = pc.utf8_lower(pc.utf8_trim_whitespace(known(emails)))
    return int(len(given.drop_null().unique()) + given.null_count)
