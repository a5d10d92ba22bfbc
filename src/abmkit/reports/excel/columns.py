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

from abmkit.config.sections.exclude import CHURN
from abmkit.io.writers.excel import CELL_CHARACTERS, cell_values, characters
from abmkit.schema.accounts import ACCOUNTS, kind_of

(POINTS,) = (column for column in ACCOUNTS.steps if column.family)
NAME, SCORE, TIER, WHY_EXCLUDED = "name", "fit_score", "tier", "exclusions"
CHURN_PROBABILITY, CHURN_REASON = "churn_probability", "churn_reason"
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


def _shown(
    column: str,
    width: float,
    format: str = "General",
    wrapped: bool = False,
    link: Callable[[str], str | None] | None = None,
) -> Shown:
    """A declared column under its label."""
    declared = ACCOUNTS.column(column)
    assert declared is not None
    return Shown(column, declared.label, width, format, wrapped, link)


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

_NAME = _shown(NAME, 46)
_ACCOUNT_ID = _shown("account_id", 28)
_FIRST = (
    _shown(TIER, 8),
    _shown("tier_rank", 8, "0"),
    _NAME,
    _shown(SCORE, 11, "0.0"),
    _shown("fit_card", 14),
    _shown("strategy", 10),
    _shown("cluster", 30),
    _shown("territory", 18),
    _shown("owner", 20),
    _shown("segment", 16),
    _shown("country", 9),
    _shown("region", 12),
    _shown("city", 20),
    _shown("industry", 26),
    _shown("employees", 12, "#,##0"),
    _shown("revenue", 12, _COMPACT),
    _shown("domain", 26, link=_clean_link),
    _shown("relationship", 18),
    _shown("expand_from", _WIDEST_LIST),
    _shown("potential", 12, _COMPACT),
    _shown("fit_reasons", 100, wrapped=True),
    _shown("tier_reason", 34, wrapped=True),
    _shown("cluster_shares", 44, wrapped=True),
    _shown("points_to_next_tier", 11, "0.0"),
    _shown("tier_at_best", 12),
    _shown("change", 9),
    _shown("previous_tier", 8),
    _shown("tier_since", 12, "yyyy-mm-dd"),
    _shown("change_reason", 34, wrapped=True),
    _shown("fit_low", 9, "0.0"),
    _shown("fit_high", 9, "0.0"),
    _shown("fit_known", 9, "0%"),
    _shown(CHURN_PROBABILITY, 12, "0%"),
)
_THEN = (
    _shown("company_type", 14),
    _shown("ownership", 12),
    _shown("listed", 9),
    _shown("ticker", 10),
    _shown("founded_year", 10, "0"),
    _shown("technologies", _WIDEST_LIST),
    _shown("description", 50),
    _shown("phone", 18),
    _shown("linkedin_url", 30, link=_page_link),
    _shown("channel_partner", 20),
    _shown("parent_name", 28),
    _shown("parent_domain", 24, link=_clean_link),
    _shown("ultimate_parent_id", 28),
    _shown("group_accounts", 10, "0"),
    _shown("group_employees", 12, "#,##0"),
    _shown("group_revenue", 12, _COMPACT),
)
_LAST = (
    _shown("employees_min", 12, "#,##0"),
    _shown("employees_max", 12, "#,##0"),
    _shown("revenue_min", 12, _COMPACT),
    _shown("revenue_max", 12, _COMPACT),
    _shown("address", 36),
    _shown("postal_code", 11),
    _shown("website", 34, link=_page_link),
    _shown("other_domains", 28),
    _shown("aliases", _WIDEST_LIST),
    _shown("industry_code", 16),
    _shown("as_of", 12, "yyyy-mm-dd"),
    _shown("sources", 24),
    _shown("merged_records", 10, "0"),
    _shown("registry_ids", 28),
    _shown("crm_id", 20),
    _shown("parent_id", 20),
    _shown("parent_account_id", 28),
    _ACCOUNT_ID,
)
_FIRST_COLUMNS = [each.column for each in _FIRST]
_PLACED = {each.column for each in (*_FIRST, *_THEN, *_LAST)}
_NOT_PLACED = tuple(
    _shown(column.name, 30)
    for column in ACCOUNTS.columns
    if column.label and column.name not in _PLACED
)
_NOT_OF_EXCLUDED = {
    *(TIER, "tier_rank", "strategy", "tier_reason", "points_to_next_tier", "tier_at_best"),
    *("fit_reasons", "fit_low", "fit_high", "cluster", "cluster_shares"),
    *("change", "previous_tier", "tier_since", "change_reason"),
}
_SAME_FOR_ALL = ("sources", "merged_records")
"""Where they have one value throughout, they say nothing."""
_MONEY = {column.name for column in (*ACCOUNTS.columns, *ACCOUNTS.steps) if column.money}
# A column that only repeats another says nothing to people.
_REPEATS = {column.name: column.end_of for column in ACCOUNTS.columns if column.end_of} | {
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
    why = _shown(WHY_EXCLUDED, 52)
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
    there = [column for column in columns if _is_for_people(column)]
    points = [
        Shown(c, f"{POINTS.label}{c.removeprefix(POINTS.name)}", 10, "0.0")
        for c in there
        if ACCOUNTS.column(c) is POINTS
    ]
    own = [Shown(c, c, 30) for c in there if ACCOUNTS.column(c) is None]
    placed = (*_FIRST, *points, *_THEN, *_NOT_PLACED, *own, *_LAST)
    return [each for each in placed if each.column in set(there)]


def _is_for_people(column: str) -> bool:
    declared = ACCOUNTS.column(column)
    return column != WHY_EXCLUDED and (declared is None or declared.label != "")


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


def people_values(each: Shown, rows: pa.RecordBatch, reasons: Mapping[str, str]) -> list[Any]:
    """A column's values for a sheet: lists as text, flags as words, long text marked where cut."""
    values = rows.column(each.column)
    if pa.types.is_boolean(values.type):
        return [None if v is None else ("yes" if v else "no") for v in values.to_pylist()]
    if each.column == WHY_EXCLUDED and pa.types.is_list(values.type):
        told = [
            _joined(own.get(i) or reasons.get(i, i) for i in v or ())
            for v, own in zip(values.to_pylist(), _own_reasons(rows), strict=True)
        ]
    elif pa.types.is_list(values.type) and pa.types.is_string(values.type.value_type):
        told = [_joined(i for i in v or () if i) for v in values.to_pylist()]
    else:
        told = cell_values(values)
    return [_fitting(v) if isinstance(v, str) and len(v) > _SURELY_FITS else v for v in told]


_SURELY_FITS = CELL_CHARACTERS // 2
_CUT = " … (cut: longer than a cell of Excel)"


def _own_reasons(rows: pa.RecordBatch) -> Iterable[Mapping[str, str | None]]:
    """The reasons that are not the same for all that are excluded, of each row."""
    if CHURN_REASON not in rows.schema.names:
        return ({} for _ in range(rows.num_rows))
    return ({CHURN: text} for text in rows.column(CHURN_REASON).to_pylist())


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
