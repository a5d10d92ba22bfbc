"""Lists of people: which column has their e-mail addresses, which their names, and who said no."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import flags
from abmkit.domain.values.dates import booleans
from abmkit.domain.values.domains import domains
from abmkit.domain.values.unknown import known

Flags = npt.NDArray[Any]

_EMAIL = re.compile(r"e-?mail(?!.*(?:opt|consent|status|domain))|邮箱|郵箱|邮件地址|电子邮", re.I)
_MAILBOX = r"^\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$"
_CONSENT = re.compile(r"consent|opt(?:ed)?[ _-]?in\b|gdpr|同意|允许联系|授权联系", re.I)
_OBJECTION = re.compile(
    r"(?:opt(?:ed)?[ _-]?out|unsubscribe|do[ _-]?not[ _-]?(?:e-?mail|contact|call)|退订|拒绝联系)"
    r"(?!.*(?:link|url|链接))",
    re.I,
)
_NOT_SO = r"(?i)^(?:no\b|not\b|never|none\b|不|否|未|没|無|无)"
"""How texts begin that say no in more words than one."""
_REFUSED = r"(?i)^(?:declin|refus|reject|denied|withdr|revok|opt(?:ed)?[ _-]?out|do\b|拒|撤|退订)"
_AGREED = r"(?i)^(?:subscribed|opt(?:ed)?[ _-]?in|active|已订阅|同意)"
_ANY_NAME = re.compile(
    r"(?:full |display |customer |client |user )?name|customer|姓名|名字|名称|客户名称?|用户名称?",
    re.I,
)
"""Headers that are a company's name only where no other column is."""
_COMPANY = re.compile(
    r"(?:(?:associated |current )?company|organi[sz]ation|account|employer|business|firm"
    r"|institution)"
    r"(?: ?name)?|(?:所在|工作|客户)?(?:公司|企业|单位|机构)(?:名称?|全称)?",
    re.I,
)
_MOSTLY = 0.6


def email_column(table: pa.Table) -> str | None:
    """The column of e-mail addresses: by its name, else by what is in it."""
    shares = {name: _share_of_mailboxes(table[name]) for name in table.column_names}
    named: list[str] = [
        name for name in table.column_names if _EMAIL.search(name) and shares[name] > 0
    ]
    if named:
        # Of a work and a private address, the first says more of a company.
        return max(named, key=lambda name: (_share_of_sites(table[name]), shares[name]))
    best: str | None = max(shares, key=lambda name: shares[name], default=None)
    return best if best is not None and shares[best] >= _MOSTLY else None


def _share_of_mailboxes(values: pa.ChunkedArray) -> float:

    cells = known(values.combine_chunks())
    filled = len(cells) - cells.null_count
    if not filled:
        return 0.0
    return float((pc.sum(pc.match_substring_regex(cells, _MAILBOX)).as_py() or 0) / filled)


def _share_of_sites(values: pa.ChunkedArray) -> float:
    sites = domains(values.combine_chunks())
    return 1.0 - int(sites.null_count) / max(len(sites), 1)


def person_columns(header: Sequence[str]) -> list[str]:
    """The columns that have people's names, since another one has their companies'."""
    plain = {name: " ".join(re.split(r"[\s_\-]+", name.strip())) for name in header}
    if not any(_COMPANY.fullmatch(text) for text in plain.values()):
        return []
    return [name for name, text in plain.items() if _ANY_NAME.fullmatch(text)]


def consent_columns(header: Sequence[str]) -> list[str]:
    """The columns that say whether a person may be written to."""
    return [name for name in header if _CONSENT.search(name) or _OBJECTION.search(name)]


def who_said_no(table: pa.Table, columns: Sequence[str]) -> Flags:
    """Which rows say that the person must not be written to; an empty cell says nothing.

    In a column of objections (opt-outs) every entry but a no is one: a date, a reason.
    """
    said_no = np.zeros(table.num_rows, dtype=bool)
    for name in columns:
        cells = known(table[name].combine_chunks())
        said, _ = booleans(cells)
        not_so = pc.match_substring_regex(cells, _NOT_SO)
        if _OBJECTION.search(name) is not None:
            still_in = pc.or_(not_so, pc.match_substring_regex(cells, _AGREED))
            said_no |= flags(pc.coalesce(said, pc.invert(still_in)))
        else:
            refused = pc.or_(not_so, pc.match_substring_regex(cells, _REFUSED))
            said_no |= flags(pc.coalesce(pc.invert(said), refused))
    return said_no


def people(emails: pa.StringArray | None, count: int) -> int:
    """How many people rows are: each address once, and each row without one."""
    if emails is None:
        return count
    given = pc.utf8_lower(pc.utf8_trim_whitespace(known(emails)))
    return int(len(given.drop_null().unique()) + given.null_count)
