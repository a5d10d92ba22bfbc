"""The columns of the workbook's accounts: their order, headers, widths and formats for people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from abmkit.config.sections.exclude import CHURN
from abmkit.domain.recognition.personal import names_people
from abmkit.domain.rules.codes import STAYS
from abmkit.io.writers.excel import CELL_CHARACTERS, cell_values, characters
from abmkit.reports.excel.survey import SCORE, Survey
from abmkit.reports.excel.why import CODES
from abmkit.reports.words import Words
from abmkit.schema.accounts import ACCOUNTS, kind_of

(POINTS,) = (column for column in ACCOUNTS.steps if column.family)
NAME, TIER, OWNER, WHY_EXCLUDED, CHANGE = "name", "tier", "owner", "exclusions", "change"
WHY, UNKNOWN, PLACE = "__why", "__unknown", "__place"
"""What is put together for a rep."""
STATUS, NEXT, DATE, NOTE, KEPT, MARK = "status", "next_step", "date", "note", "kept_tier", "mark"
TO_FILL = (STATUS, NEXT, DATE, NOTE, KEPT)
"""What a rep fills in, beside the owner."""
CHURN_REASON = "churn_reason"
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
    fill: bool = False
    """Whether it is the reader's to fill in."""
    folded: bool = False
    """Whether it is grouped, and folded away."""
    hidden: bool = False


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


def clean_link(domain: str) -> str | None:
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
# Excel's own limit is 2,079 characters, of which it encodes some.
_LONGEST_LINK = 2_000

_MONEY = {column.name for column in (*ACCOUNTS.columns, *ACCOUNTS.steps) if column.money}
_COUNT, _SCORE, _MONEY_FORMAT = "#,##0", "0.0", "money"
_NAME, _ACCOUNT_ID = _shown(NAME, 40), _shown("account_id", 28)
_READ_FIRST = (
    _shown(TIER, 7), _NAME, _shown(OWNER, 20), Shown(WHY, WHY, 56, wrapped=True),
    Shown(UNKNOWN, UNKNOWN, 30, wrapped=True), _shown("domain", 26, link=clean_link),
    Shown(PLACE, PLACE, 26), _shown("employees", 14, _COUNT), _shown("revenue", 14, _MONEY_FORMAT),
)  # fmt: skip
"""What a rep reads, in this order, of every account."""
_FILLED_IN = (
    Shown(STATUS, STATUS, 16, fill=True), Shown(NEXT, NEXT, 26, fill=True),
    Shown(DATE, DATE, 12, "yyyy-mm-dd", fill=True), Shown(NOTE, NOTE, 36, wrapped=True, fill=True),
    Shown(KEPT, KEPT, 10, fill=True),
)  # fmt: skip
_WORKED_HOW = (
    _shown("strategy", 10), _shown("cluster", 30), _shown("territory", 18), _shown("segment", 16),
    _shown("industry", 26), _shown("relationship", 18), _shown("expand_from", _WIDEST_LIST),
    _shown("potential", 12, _MONEY_FORMAT),
)  # fmt: skip
_SCORE_FIRST = (_shown("tier_rank", 8, "0"), _shown(SCORE, 11, _SCORE), _shown("fit_card", 14))
_SCORE_THEN = (
    _shown("fit_low", 9, _SCORE), _shown("fit_high", 9, _SCORE), _shown("fit_known", 9, "0%"),
    _shown("tier_reason", 44), _shown("points_to_next_tier", 11, _SCORE),
    _shown("tier_at_best", 12), _shown("change", 10), _shown("previous_tier", 9),
    _shown("tier_since", 12, "yyyy-mm-dd"), _shown("change_reason", 40),
    _shown("churn_probability", 12, "0%"), _shown("cluster_shares", 44),
)  # fmt: skip
_FOLDED_FIRST = (
    _shown("fit_reasons", 80), _shown("country", 9), _shown("region", 12), _shown("city", 20),
    _shown("address", 36), _shown("postal_code", 11), _shown("company_type", 14),
    _shown("ownership", 12), _shown("listed", 9), _shown("ticker", 10),
    _shown("founded_year", 10, "0"), _shown("technologies", _WIDEST_LIST),
    _shown("description", 50), _shown("phone", 18), _shown("website", 34, link=_page_link),
    _shown("linkedin_url", 30, link=_page_link), _shown("other_domains", 28),
    _shown("aliases", _WIDEST_LIST), _shown("channel_partner", 20), _shown("parent_name", 28),
    _shown("parent_domain", 24, link=clean_link), _shown("ultimate_parent_id", 28),
    _shown("group_accounts", 10, "0"), _shown("group_employees", 12, _COUNT),
    _shown("group_revenue", 12, _MONEY_FORMAT), _shown("employees_min", 12, _COUNT),
    _shown("employees_max", 12, _COUNT), _shown("revenue_min", 12, _MONEY_FORMAT),
    _shown("revenue_max", 12, _MONEY_FORMAT), _shown("industry_code", 16),
)  # fmt: skip
_FOLDED_LAST = (
    _shown("as_of", 12, "yyyy-mm-dd"), _shown("sources", 24), _shown("merged_records", 10, "0"),
    _shown("registry_ids", 28), _shown("crm_id", 20), _shown("parent_id", 20),
    _shown("parent_account_id", 28),
)  # fmt: skip
_PLACED = {
    each.column
    for part in (_READ_FIRST, _WORKED_HOW, _SCORE_FIRST, _SCORE_THEN, _FOLDED_FIRST, _FOLDED_LAST)
    for each in part
}
_NOT_PLACED = tuple(
    _shown(column.name, 30)
    for column in ACCOUNTS.columns
    if column.label and column.name not in {*_PLACED, "account_id"}
)
_EXCLUDED = (
    _NAME, _shown(WHY_EXCLUDED, 52, wrapped=True), _shown(SCORE, 11, _SCORE), _shown(OWNER, 20),
    Shown(PLACE, PLACE, 26), _shown("industry", 26), _shown("employees", 14, _COUNT),
    _shown("revenue", 14, _MONEY_FORMAT), _shown("domain", 26, link=clean_link),
    _shown("relationship", 18), _shown("churn_probability", 12, "0%"), _ACCOUNT_ID,
)  # fmt: skip
_OURS = {WHY, UNKNOWN, PLACE, *TO_FILL}


def list_columns(
    survey: Survey, words: Words, currency: str | None = None, *, personal: bool = False
) -> list[Shown]:
    """The columns of the target-account list: what is read, what is filled in, the score taken
    apart, and folded away all else."""
    told = [c for c in survey.told if _is_for_people(c)]
    if not personal:
        told = without_people(told)
    points = [
        Shown(c, f"{POINTS.label}{c.removeprefix(POINTS.name)}", 10, _SCORE)
        for c in told
        if ACCOUNTS.column(c) is POINTS
    ]
    own = [Shown(c, _own_title(c, words), 30) for c in told if ACCOUNTS.column(c) is None]
    there = {*told, WHY, UNKNOWN, PLACE}
    # The owner is filled in, too, where nobody has one yet.
    first = [each for each in _READ_FIRST if each.column in there or each.column == OWNER]
    first = [replace(each, fill=True) if each.column == OWNER else each for each in first]
    seen = (*_WORKED_HOW, *_SCORE_FIRST, *points, *_SCORE_THEN)
    folded = (*_FOLDED_FIRST, *_NOT_PLACED, *own, *_FOLDED_LAST)
    columns = [
        *first,
        *_FILLED_IN,
        *(each for each in seen if each.column in there),
        *(replace(each, folded=True) for each in folded if each.column in there),
        replace(_ACCOUNT_ID, folded=True),
        Shown(MARK, MARK, 10, hidden=True),
    ]
    return [_sized(each, survey, words, currency) for each in columns]


def _own_title(column: str, words: Words) -> str:
    """What a source's own column is called: never as one that is a rep's to fill in."""
    ours = {words(title).casefold() for title in _TITLES.values()}
    return words("workbook.of_source", column=column) if column.casefold() in ours else column


def excluded_columns(survey: Survey, words: Words, currency: str | None = None) -> list[Shown]:
    """The columns of excluded accounts: who, why, what fit they would have, and who they are."""
    there = {*survey.told, PLACE} if survey.rows else set()
    columns = [each for each in _EXCLUDED if each.column in there]
    return [_sized(each, survey, words, currency) for each in columns]


def about_people(columns: Iterable[str]) -> list[str]:
    """The columns of sources that are about people."""
    return [c for c in columns if ACCOUNTS.column(c) is None and names_people(c)]


def without_people(columns: Iterable[str]) -> list[str]:
    """The columns that are not about people."""
    columns = list(columns)
    people = {*about_people(columns)}
    return [each for each in columns if each not in people]


def _is_for_people(column: str) -> bool:
    declared = ACCOUNTS.column(column)
    if column in (WHY_EXCLUDED, CODES):
        return False
    return declared is None or declared.label != ""


def _sized(each: Shown, survey: Survey, words: Words, currency: str | None) -> Shown:
    """A column with its title, the width that its values ask for, and money with its currency."""
    title = title_of(each, words)
    if currency and each.column in _MONEY:
        title = words("workbook.in_currency", title=title, currency=currency)
    longest_word = max((len(word) for word in title.split()), default=0)
    # The filter's arrow takes room in the header.
    least = max(longest_word + 4, 7)
    wanted = survey.widths.get(each.column, 0) + 3
    if each.column == NAME:
        # In bold.
        wanted *= 1.1
    fixed = each.format != "General" or each.wrapped or each.column in _OURS or each.fill
    kept = each.width if fixed else min(wanted, each.width)
    number = survey.is_number(each.column)
    if kind_of(each.column) is None and number:
        kept = 12
    format = words("workbook.money") if each.format == _MONEY_FORMAT else each.format
    return replace(each, title=title, width=max(kept, least), number=number, format=format)


def title_of(each: Shown, words: Words) -> str:
    """What a column is called."""
    if each.column in _TITLES:
        return str(words(_TITLES[each.column]))
    return each.title if ACCOUNTS.column(each.column) is None else words.label(each.column)


_TITLES = {
    WHY: "workbook.why", UNKNOWN: "workbook.unknown", PLACE: "workbook.place",
    STATUS: "workbook.status", NEXT: "workbook.next_step", DATE: "workbook.date",
    NOTE: "workbook.note", KEPT: "workbook.kept", MARK: "workbook.mark", OWNER: "workbook.owner",
    "account_id": "workbook.account_id", NAME: "workbook.name", TIER: "workbook.tier",
    "domain": "workbook.site", "points_to_next_tier": "workbook.to_next",
}  # fmt: skip
"""Columns that are read again, or that a rep calls otherwise."""


def people_values(
    each: Shown, rows: pa.RecordBatch, reasons: Mapping[str, str], words: Words
) -> list[Any]:
    """A column's values for a sheet: lists as text, flags and codes as words, long text marked
    where it was cut."""
    values = rows.column(each.column)
    if pa.types.is_boolean(values.type):
        yes, no = words("value.yes"), words("value.no")
        return [None if v is None else (yes if v else no) for v in values.to_pylist()]
    if each.column == CHANGE:
        # Of who stays nothing is to be said.
        return [
            None if v in (None, STAYS) else words(f"change.{v}").capitalize()
            for v in values.to_pylist()
        ]
    if each.column == WHY_EXCLUDED and pa.types.is_list(values.type):
        told = [
            _joined((own.get(i) or reasons.get(i, i) for i in v or ()), words)
            for v, own in zip(values.to_pylist(), _own_reasons(rows), strict=True)
        ]
    elif pa.types.is_list(values.type) and pa.types.is_string(values.type.value_type):
        told = [_joined((i for i in v or () if i), words) for v in values.to_pylist()]
    else:
        codes = words.forms.codes(each.column)
        told = [codes.get(v, v) if codes else v for v in cell_values(values)]
    return [fitting(v, words) if isinstance(v, str) and len(v) > _SURELY_FITS else v for v in told]


_SURELY_FITS = CELL_CHARACTERS // 2


def _own_reasons(rows: pa.RecordBatch) -> Iterable[Mapping[str, str | None]]:
    """The reasons that are not the same for all that are excluded, of each row."""
    if CHURN_REASON not in rows.schema.names:
        return ({} for _ in range(rows.num_rows))
    return ({CHURN: text} for text in rows.column(CHURN_REASON).to_pylist())


def _joined(items: Iterable[str], words: Words) -> str | None:
    return words("list.semicolon").join(dict.fromkeys(items)) or None


def fitting(text: str, words: Words) -> str:
    """A text that a cell can hold, marked where it was cut."""
    if characters(text) <= CELL_CHARACTERS:
        return text
    cut = words("workbook.cut")
    return f"{text[: _SURELY_FITS - len(cut)]}{cut}"
