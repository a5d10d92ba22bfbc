"""Lists of people: which column has their e-mail addresses, and who said no."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from abmkit.domain.arrays import flags
from abmkit.domain.dates import booleans
from abmkit.domain.unknown import known

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

    Flags = npt.NDArray[Any]

_EMAIL = re.compile(r"e-?mail(?!.*(?:opt|consent|status|domain))|邮箱|郵箱|邮件地址|电子邮", re.I)
_MAILBOX = r"^\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$"
_CONSENT = re.compile(r"consent|opt(?:ed)?[ _-]?in\b|gdpr|同意|允许联系|授权联系", re.I)
_OBJECTION = re.compile(
    r"opt(?:ed)?[ _-]?out|unsubscribe|do[ _-]?not[ _-]?(?:e-?mail|contact|call)|退订|拒绝联系", re.I
)
_MOSTLY = 0.6


def email_column(table: pa.Table) -> str | None:
    """The column of e-mail addresses: by its name, else by what is in it."""
    shares = {name: _share_of_mailboxes(table[name]) for name in table.column_names}
    named: list[str] = [
        name for name in table.column_names if _EMAIL.search(name) and shares[name] > 0
    ]
    if named:
        return max(named, key=lambda name: shares[name])
    best: str | None = max(shares, key=lambda name: shares[name], default=None)
    return best if best is not None and shares[best] >= _MOSTLY else None


def _share_of_mailboxes(values: pa.ChunkedArray) -> float:
    import pyarrow.compute as pc

    cells = known(values.combine_chunks())
    filled = len(cells) - cells.null_count
    if not filled:
        return 0.0
    return float((pc.sum(pc.match_substring_regex(cells, _MAILBOX)).as_py() or 0) / filled)


def consent_columns(header: Sequence[str]) -> list[str]:
    """The columns that say whether a person may be written to."""
    return [name for name in header if _CONSENT.search(name) or _OBJECTION.search(name)]


def who_said_no(table: pa.Table, columns: Sequence[str]) -> Flags:
    """Which rows say that the person must not be written to; an empty cell says nothing."""
    import numpy as np
    import pyarrow.compute as pc

    said_no = np.zeros(table.num_rows, dtype=bool)
    for name in columns:
        said, _ = booleans(known(table[name].combine_chunks()))
        objection = _OBJECTION.search(name) is not None
        said_no |= flags(said if objection else pc.invert(said))
    return said_no


def people(emails: pa.StringArray | None, count: int) -> int:
    """How many people rows are: each address once, and each row without one."""
    import pyarrow.compute as pc

    if emails is None:
        return count
    given = pc.utf8_lower(pc.utf8_trim_whitespace(known(emails)))
    return int(len(given.drop_null().unique()) + given.null_count)
