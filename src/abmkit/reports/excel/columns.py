"""The columns of the sales workbook: their order, headers, widths and formats for people."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.io.writers.excel import CELL_CHARACTERS, cell_values, characters
from abmkit.schema.accounts import INTERVALS, POINTS_PREFIX, kind_of

NAME, SCORE, TIER, WHY_EXCLUDED = "name", "fit_score", "tier", "exclusions"
_COMPACT = '[>=1000000000]#,##0.0,,,"B";[>=1000000]#,##0.0,,"M";#,##0'
_WIDEST_LIST = 40


@dataclass(frozen=True, slots=True)
class Shown:
    """How a column is shown: its header, its greatest width in characters and its format."""

    column: str
    title: str
    width: float
    format: str = "General"
    wrapped: bool = False
    link: Callable[[str], str | None] | None = None
    number: bool = False


def _clean_link(domain: str) -> str | None:
    """The address of a domain, None for what is not a domain's name."""
    try:
        host = domain.strip().lower().encode("idna").decode()
    except UnicodeError:
        return None
    return f"https://{host}" if _HOST.fullmatch(host) else None


def _page_link(address: str) -> str | None:
    """The address itself where it is one on the web and has nothing odd in it."""
    return address if _ADDRESS.fullmatch(address) and len(address) <= _LONGEST_LINK else None


_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}")
_ADDRESS = re.compile(
    rf"https?://(?:{_LABEL}\.)+{_LABEL}(?::\d+)?(?:/[\w.~!$&()*+,;=:@%/?-]*)?", re.I | re.A
)
# Excel's own limit is 2,083 characters, of which it encodes some.
_LONGEST_LINK = 2_000

_NAME = Shown(NAME, "Name", 46)
_ACCOUNT_ID = Shown("account_id", "Account id", 28)
_FIRST = (
    Shown(TIER, "Tier", 8),
    Shown("tier_rank", "Tier rank", 8, "0"),
    _NAME,
    Shown(SCORE, "Fit score", 11, "0.0"),
    Shown("strategy", "Strategy", 10),
    Shown("territory", "Territory", 18),
    Shown("owner", "Owner", 20),
    Shown("segment", "Segment", 16),
    Shown("country", "Country", 9),
    Shown("region", "Region", 12),
    Shown("city", "City", 20),
    Shown("industry", "Industry", 26),
    Shown("employees", "Employees", 12, "#,##0"),
    Shown("revenue", "Revenue", 12, _COMPACT),
    Shown("domain", "Website", 26, link=_clean_link),
    Shown("relationship", "Relationship", 18),
    Shown("expand_from", "Expand from", _WIDEST_LIST),
    Shown("potential", "Potential", 12, _COMPACT),
    Shown("fit_reasons", "Why this score", 100, wrapped=True),
    Shown("tier_reason", "Why this tier", 34, wrapped=True),
    Shown("points_to_next_tier", "Points to next tier", 11, "0.0"),
    Shown("fit_low", "Score at least", 9, "0.0"),
    Shown("fit_high", "Score at most", 9, "0.0"),
    Shown("fit_known", "Facts known", 9, "0%"),
)
_THEN = (
    Shown("company_type", "Company type", 14),
    Shown("ownership", "Ownership", 12),
    Shown("listed", "Listed", 9),
    Shown("ticker", "Ticker", 10),
    Shown("founded_year", "Founded", 10, "0"),
    Shown("technologies", "Technologies", _WIDEST_LIST),
    Shown("description", "Description", 50),
    Shown("phone", "Phone", 18),
    Shown("linkedin_url", "LinkedIn", 30, link=_page_link),
    Shown("channel_partner", "Channel partner", 20),
    Shown("parent_name", "Parent company", 28),
    Shown("parent_domain", "Parent website", 24, link=_clean_link),
    Shown("ultimate_parent_id", "Group", 28),
    Shown("group_accounts", "Accounts in group", 10, "0"),
    Shown("group_employees", "Employees of group", 12, "#,##0"),
    Shown("group_revenue", "Revenue of group", 12, _COMPACT),
)
_LAST = (
    Shown("employees_min", "Employees from", 12, "#,##0"),
    Shown("employees_max", "Employees to", 12, "#,##0"),
    Shown("revenue_min", "Revenue from", 12, _COMPACT),
    Shown("revenue_max", "Revenue to", 12, _COMPACT),
    Shown("address", "Address", 36),
    Shown("postal_code", "Postal code", 11),
    Shown("website", "Web address", 34, link=_page_link),
    Shown("other_domains", "Other websites", 28),
    Shown("aliases", "Also known as", _WIDEST_LIST),
    Shown("industry_code", "Industry code", 16),
    Shown("as_of", "Known as of", 12, "yyyy-mm-dd"),
    Shown("sources", "Sources", 24),
    Shown("merged_records", "Records merged", 10, "0"),
    Shown("registry_ids", "Registry ids", 28),
    Shown("crm_id", "CRM id", 20),
    Shown("parent_id", "Parent id", 20),
    Shown("parent_account_id", "Parent account id", 28),
    _ACCOUNT_ID,
)
_FIRST_COLUMNS = [each.column for each in _FIRST]
_NOT_SHOWN = {"name_key", "source", "source_row", "excluded", WHY_EXCLUDED}
_NOT_OF_EXCLUDED = {
    *(TIER, "tier_rank", "strategy", "tier_reason", "points_to_next_tier"),
    *("fit_reasons", "fit_low", "fit_high"),
}
_SAME_FOR_ALL = ("sources", "merged_records")
"""Where they have one value throughout, they say nothing."""
_MONEY = ("revenue", "potential", "revenue_min", "revenue_max", "group_revenue")
# A column that only repeats another says nothing to people.
_REPEATS = {f"{base}_{end}": base for base in INTERVALS for end in ("min", "max")} | {
    "website": "domain",
    "fit_low": SCORE,
    "fit_high": SCORE,
}


def list_columns(survey: Survey, currency: str | None = None) -> list[Shown]:
    """The columns of the target-account list, in the order people read them."""
    return _sized(_ordered(survey.told), survey, currency)


def excluded_columns(survey: Survey, currency: str | None = None) -> list[Shown]:
    """The columns of excluded accounts: who, why, what fit they would have, and who they are."""
    told = survey.told
    why = Shown(WHY_EXCLUDED, "Why excluded", 52)
    rest = [each for each in _FIRST if each.column not in {NAME, *_NOT_OF_EXCLUDED}]
    columns = [_NAME, why, *rest, _ACCOUNT_ID]
    return _sized([each for each in columns if each.column in told], survey, currency)


def printed(columns: Sequence[Shown]) -> int:
    """How many columns, from the left, go on paper: wider pages cannot be read."""
    on_paper = {each.column for each in _FIRST[: _FIRST_COLUMNS.index("domain") + 1]}
    on_paper.add(WHY_EXCLUDED)
    return max(
        (n for n, each in enumerate(columns, 1) if each.column in on_paper), default=len(columns)
    )


def _ordered(columns: Iterable[str]) -> list[Shown]:
    there = [column for column in columns if column not in _NOT_SHOWN]
    placed = {each.column for each in (*_FIRST, *_THEN, *_LAST)}
    points = [
        Shown(c, f"Points: {c.removeprefix(POINTS_PREFIX)}", 10, "0.0")
        for c in there
        if c not in placed and c.startswith(POINTS_PREFIX) and kind_of(c)
    ]
    special = placed | {each.column for each in points}
    own = [Shown(c, c, 30) for c in there if c not in special]
    return [each for each in (*_FIRST, *points, *_THEN, *own, *_LAST) if each.column in set(there)]


def _sized(columns: Sequence[Shown], survey: Survey, currency: str | None) -> list[Shown]:
    """The columns with the widths their values ask for, and money with its currency."""
    sized = []
    for each in columns:
        title = each.title
        if currency and each.column in _MONEY:
            title = f"{title} ({currency})"
        longest_word = max(len(word) for word in title.split() or [""])
        # The filter's arrow takes room in the header.
        least = max(longest_word + 4, 7)
        wanted = survey.widths.get(each.column, 0) + 3
        if each.column == NAME:
            # In bold.
            wanted *= 1.1
        fixed = each.format != "General" or each.wrapped or each.column == WHY_EXCLUDED
        kept = each.width if fixed else min(wanted, each.width)
        number = survey.is_number(each.column)
        if kind_of(each.column) is None and number:
            kept = 12
        sized.append(replace(each, title=title, width=max(kept, least), number=number))
    return sized


@dataclass
class Survey:
    """What a table's columns hold: those that tell people something, and how wide they run."""

    schema: pa.Schema | None = None
    rows: int = 0
    known: set[str] = field(default_factory=set)
    differing: set[str] = field(default_factory=set)
    widths: dict[str, float] = field(default_factory=dict)
    _same: dict[str, str] = field(default_factory=dict)

    @property
    def told(self) -> list[str]:
        """The columns that have a value and do not only repeat another."""
        return [
            name
            for name in (self.schema.names if self.schema is not None else [])
            if name in self.known
            and (_REPEATS.get(name) not in self.known or name in self.differing)
            and (name not in _SAME_FOR_ALL or name in self.differing)
        ]

    def is_number(self, column: str) -> bool:
        """Whether the column holds numbers."""
        kind = self.schema.field(column).type if self.schema is not None else None
        return kind is not None and (pa.types.is_integer(kind) or pa.types.is_floating(kind))

    def see(self, batch: pa.RecordBatch) -> None:
        """Take in one more batch."""
        self.schema = self.schema or batch.schema
        first = self.rows == 0
        self.rows += batch.num_rows
        for name, values in zip(batch.schema.names, batch.columns, strict=True):
            if values.null_count < len(values):
                self.known.add(name)
                if first or name not in self.widths:
                    self.widths[name] = _usual_width(values)
        for name in _SAME_FOR_ALL:
            if name in batch.schema.names and name not in self.differing:
                told = {str(value) for value in batch.column(name).to_pylist()}
                if len(told | {self._same.setdefault(name, next(iter(told), ""))}) > 1:
                    self.differing.add(name)
        there = set(batch.schema.names) - self.differing
        for name, base in _REPEATS.items():
            if {name, base} <= there and _differs(batch.column(name), batch.column(base), name):
                self.differing.add(name)


def _differs(values: pa.Array, base: pa.Array, name: str) -> bool:

    if values.null_count == len(values):
        return False
    if name == "website":
        values = pc.replace_substring_regex(values, r"^(?i:https?://)?(?i:www\.)?|/+$", "")
    known = pc.is_valid(values)
    same = pc.equal(values, base)
    return bool(known.true_count > pc.and_kleene(known, same).true_count)


def _usual_width(values: pa.Array) -> float:
    """The width that 19 values in 20 need; a Chinese character takes two."""
    texts = [_shown_text(v) for v in values.slice(0, 5_000).to_pylist() if v is not None]
    widths = sorted(text_width(text) for text in texts)
    return widths[int(len(widths) * 0.95)] if widths else 0


def _shown_text(value: Any) -> str:
    return "; ".join(str(v) for v in value) if isinstance(value, list) else str(value)


def text_width(text: str) -> float:
    """How many digits wide a text is in a proportional font, about."""
    return len(text) if text.isascii() else (len(text) + len(text.encode("utf-8"))) / 2


def people_values(each: Shown, values: pa.Array, reasons: Mapping[str, str]) -> list[Any]:
    """A column's values for a sheet: lists as text, flags as words, long text marked where cut."""
    if pa.types.is_boolean(values.type):
        return [None if v is None else ("yes" if v else "no") for v in values.to_pylist()]
    if each.column == WHY_EXCLUDED and pa.types.is_list(values.type):
        told = [_joined(reasons.get(i, i) for i in v or ()) for v in values.to_pylist()]
    elif pa.types.is_list(values.type) and pa.types.is_string(values.type.value_type):
        told = [_joined(i for i in v or () if i) for v in values.to_pylist()]
    else:
        told = cell_values(values)
    return [_fitting(v) if isinstance(v, str) and len(v) > _SURELY_FITS else v for v in told]


_SURELY_FITS = CELL_CHARACTERS // 2
_CUT = " … (cut: longer than a cell of Excel)"


def _joined(items: Iterable[str]) -> str | None:
    return "; ".join(dict.fromkeys(items)) or None


def _fitting(text: str) -> str:
    if characters(text) <= CELL_CHARACTERS:
        return text
    return text[: _SURELY_FITS - len(_CUT)] + _CUT


@dataclass(frozen=True)
class Kept:
    """A table that can be read again, and what its columns hold."""

    survey: Survey
    batches: Callable[[], Iterator[pa.RecordBatch]]


@contextmanager
def kept(rows: pa.Table | Iterable[pa.RecordBatch]) -> Iterator[Kept]:
    """The rows surveyed and at hand once more; those that come once wait in a file of our own."""
    survey = Survey()
    if isinstance(rows, pa.Table):
        survey.schema = rows.schema
        for batch in rows.to_batches():
            survey.see(batch)
        yield Kept(survey, lambda: iter(rows.to_batches(max_chunksize=_BATCH)))
        return
    with tempfile.TemporaryFile(prefix="abmkit-") as file:
        writer = None
        for batch in rows:
            survey.see(batch)
            writer = writer or pa.ipc.new_stream(file, batch.schema)
            for start in range(0, batch.num_rows, _BATCH):
                writer.write_batch(batch.slice(start, _BATCH))
        if writer is not None:
            writer.close()

        def again() -> Iterator[pa.RecordBatch]:
            if writer is not None:
                file.seek(0)
                yield from pa.ipc.open_stream(file)

        yield Kept(survey, again)


_BATCH = 5_000
