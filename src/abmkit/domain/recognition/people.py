"""Lists of people: which column has their e-mail addresses, which their names, and who said no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import flags
from abmkit.domain.recognition.content import mailboxes
from abmkit.domain.recognition.header_words import header_of, meaning_of
from abmkit.domain.values.domains import domains
from abmkit.domain.values.unknown import known
from abmkit.domain.values.vocabularies import booleans
from abmkit.schema.answers import AGREES, BEGINS_NO, REFUSES
from abmkit.schema.people import PEOPLE

Flags = npt.NDArray[Any]

_SAID = ("consent", "objection")


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


def person_columns(header: Sequence[str]) -> list[str]:
    """The columns that have people's names, since another one has their companies'."""
    meant = _meant(header)
    if "company" not in meant.values():
        return []
    return [name for name, column in meant.items() if column == "full_name"]


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
