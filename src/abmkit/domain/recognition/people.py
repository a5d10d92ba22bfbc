"""Lists of people: which column has their e-mail addresses, which their names, and who said no."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import flags, scalar, to_numpy
from abmkit.domain.recognition.content import mailboxes
from abmkit.domain.recognition.header_words import header_of, meaning_of
from abmkit.domain.recognition.plans import Recognition
from abmkit.domain.values.domains import domains
from abmkit.domain.values.names import name_keys
from abmkit.domain.values.unknown import known
from abmkit.domain.values.vocabularies import booleans
from abmkit.schema.answers import AGREES, BEGINS_NO, REFUSES
from abmkit.schema.people import PEOPLE

Flags = npt.NDArray[Any]

_SAID = ("consent", "objection")
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


def _meant(header: Sequence[str]) -> dict[str, str]:
    """What the columns of a list of people are, by their headers alone."""
    meanings = {name: meaning_of(header_of(name), PEOPLE)[0] for name in header}
    return {name: said.column.name for name, said in meanings.items() if said is not None}


def email_column(table: pa.Table) -> str | None:
    """The column of e-mail addresses: by its name, else by what is in it."""
    shares = {name: mailboxes(known(table[name].combine_chunks())) for name in table.column_names}
    meant = _meant(table.column_names)
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
    meant = _meant(header)
    if "company" not in meant.values():
        return []
    return [name for name, column in meant.items() if column == "full_name"]


def person_ids(header: Sequence[str]) -> list[str]:
    """The columns that have ids of records of which each is a person's, for all that they say."""
    about_people = any(_OF_PEOPLE.search(name) for name in header)
    return [
        name for name in header if about_people and _OF_A_RECORD.fullmatch(header_of(name).words)
    ]


def consent_columns(header: Sequence[str]) -> list[str]:
    """The columns that say whether a person may be written to."""
    return [name for name, column in _meant(header).items() if column in _SAID]


def who_said_no(table: pa.Table, columns: Sequence[str]) -> Flags:
    """Which rows say that the person must not be written to; an empty cell says nothing.

    In a column of objections (opt-outs) every entry but a no is one: a date, a reason.
    """
    said_no = np.zeros(table.num_rows, dtype=bool)
    meant = _meant(columns)
    for name in columns:
        cells = known(table[name].combine_chunks())
        said, _ = booleans.of_known(cells)
        not_so = pc.match_substring_regex(cells, BEGINS_NO)
        if meant.get(name) == "objection":
            still_in = pc.or_(not_so, pc.match_substring_regex(cells, AGREES))
            said_no |= flags(pc.coalesce(said, pc.invert(still_in)))
        else:
            refused = pc.or_(not_so, pc.match_substring_regex(cells, REFUSES))
            said_no |= flags(pc.coalesce(pc.invert(said), refused))
    return said_no


def people(emails: pa.StringArray | None, count: int) -> int:
    """How many people rows are: each address once, and each row without one."""
    if emails is None:
        return count
    given = pc.utf8_lower(pc.utf8_trim_whitespace(known(emails)))
    return int(len(given.drop_null().unique()) + given.null_count)
