"""What people typed into a workbook: found by the titles of its columns, wherever these stand.

Rows may be sorted, filtered, removed and added, and sheets copied or renamed: what counts is the
account that a row names in its hidden column, and which of its cells are not as they were given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from abmkit.domain.facts import Fact, fact
from abmkit.domain.values.dates import exact_date
from abmkit.errors import InputError
from abmkit.io.excel.calamine import CalamineBook
from abmkit.io.formats import format_of
from abmkit.io.opening import open_input
from abmkit.places import Place
from abmkit.sources.notes.kept import TYPED, sign_of

ACCOUNT, NAME, MARK = "account_id", "name", "mark"
LEFT, RIGHT, DECISION, BY, WHY = "left", "right", "decision", "by", "why"
_HEADERS_WITHIN = 30
"""A sheet's header is looked for in so many rows: somebody may have put a title above it."""
_FORMATS = ("xlsx", "ods", "xlsb")
_FIRST_DAY, _FIRST_SERIAL, _LAST_SERIAL = date(1899, 12, 30), 36_526, 73_050
"""Excel counts days from the first; numbers from 2000 to 2099 can be days."""
_FEW = 3


@dataclass(frozen=True)
class Row:
    """A row of an account: what its cells hold now, and how they were given."""

    account_id: str
    name: str | None
    where: str
    cells: Mapping[str, str | None]
    """By the names in `TYPED`, those whose column is there and that could be read."""
    signs: Mapping[str, str] | None
    """How they were given; None where that was lost."""


@dataclass(frozen=True)
class Choice:
    """That two companies are one, or not."""

    left: str
    right: str
    verdict: str
    by: str | None
    why: str | None


@dataclass
class Typed:
    """All that a workbook says, and what of it could not be read, the worst first."""

    rows: list[Row] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    sheets: int = 0
    """How many of them a run wrote to be filled in."""
    lost: list[Fact] = field(default_factory=list)


@dataclass(frozen=True)
class Reading:
    """How a workbook is to be read."""

    titles: Mapping[str, str]
    """What columns are called, in any language and lower case, and which they are."""
    shown: Mapping[str, str]
    """What they are called in the language of whom is told."""
    statuses: Mapping[str, str]
    """What a status may be called, in lower case, and what it is kept as."""
    choices: Sequence[str]
    """The statuses in the language of whom is told."""
    tiers: Mapping[str, str]
    """The tiers, in lower case, as the config has them."""
    verdicts: Mapping[str, str]


def read_typed(place: Place, how: Reading) -> Typed:
    """What people typed into a workbook.

    Raises InputError for what is no workbook, or none that a run wrote.
    """
    format = format_of(place)
    if format not in _FORMATS:
        raise InputError(
            "is no workbook", where=str(place), remedy="name an .xlsx or .ods file that a run wrote"
        )
    book = CalamineBook(open_input(place), format)
    found, faults = Typed(), _Faults()
    for entry in book.entries:
        _read_sheet(entry.name, _rows(book, entry.name), how, found, faults)
    if not found.sheets:
        raise InputError(
            "has no sheet of accounts that a run wrote",
            where=str(place),
            remedy="is it the workbook of a run? its column of account ids must be there",
        )
    found.lost = faults.told(how)
    return found


def _rows(book: CalamineBook, name: str) -> Callable[[], Iterator[Sequence[Any]]]:
    return lambda: book.cells(name).rows()


class _Faults:
    """What could not be read, each kind with where that was."""

    def __init__(self) -> None:
        self._by_kind: dict[str, list[tuple[str, str]]] = {}

    def add(self, kind: str, where: str, what: str = "") -> None:
        self._by_kind.setdefault(kind, []).append((where, what))

    def told(self, how: Reading) -> list[Fact]:
        """A fact a kind, the worst first."""
        given = {
            "statuses": list(how.choices),
            "tiers": list(how.tiers.values()),
        }
        return [
            fact(
                f"notes.{kind}",
                count=len(those),
                where=[where for where, _ in those[:_FEW]],
                samples=list(dict.fromkeys(what for _, what in those if what))[:_FEW],
                more=fact("list.and_more") if len(those) > _FEW else "",
                **given,
            )
            for kind in _WORST_FIRST
            if (those := self._by_kind.get(kind))
        ]


_WORST_FIRST = (
    "no_accounts", "unknown", "no_account", "no_marks", "no_column", "replaced", "disputed",
    "no_date", "no_status", "no_such_tier", "no_verdict", "owner_stays",
)  # fmt: skip


def worst_first(lost: Sequence[Fact]) -> list[Fact]:
    """What could not be read or kept, in order of harm: whole sheets, accounts, columns, cells."""
    return sorted(lost, key=lambda each: _WORST_FIRST.index(each.code.removeprefix("notes.")))


def _read_sheet(
    name: str,
    rows: Callable[[], Iterator[Sequence[Any]]],
    how: Reading,
    found: Typed,
    faults: _Faults,
) -> None:
    columns, at = _header(rows(), how)
    if {LEFT, RIGHT, DECISION} <= set(columns):
        found.sheets += 1
        for number, row in _below(rows(), at):
            _choice(row, columns, f"{name}!{number}", how, found, faults)
        return
    typed = [each for each in TYPED if each in columns]
    if ACCOUNT not in columns:
        # Another sheet may have a word or two of these; ours has most of them.
        if len(typed) > len(TYPED) // 2:
            faults.add("no_accounts", name)
        return
    if not typed or (len(typed) == 1 and MARK not in columns):
        return
    found.sheets += 1
    for each in TYPED:
        if each not in columns:
            faults.add("no_column", name, how.shown[each])
    if MARK not in columns:
        faults.add("no_marks", name)
    for number, row in _below(rows(), at):
        _account(row, columns, f"{name}!{number}", how, found, faults)


def _header(rows: Iterator[Sequence[Any]], how: Reading) -> tuple[dict[str, int], int]:
    """The columns by what they are, and the number of the header's row, from 0."""
    best: tuple[dict[str, int], int] = ({}, 0)
    for number, row in enumerate(rows):
        if number >= _HEADERS_WITHIN:
            break
        columns: dict[str, int] = {}
        for place, value in enumerate(row):
            if isinstance(value, str) and (what := how.titles.get(_folded(value))):
                columns.setdefault(what, place)
        if len(columns) > len(best[0]):
            best = columns, number
    return best


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _below(rows: Iterator[Sequence[Any]], at: int) -> Iterator[tuple[int, Sequence[Any]]]:
    """The rows beneath the header that hold something, with their numbers as Excel has them."""
    for number, row in enumerate(rows, start=1):
        if number > at + 1 and any(value not in ("", None) for value in row):
            yield number, row


def _account(
    row: Sequence[Any],
    columns: Mapping[str, int],
    where: str,
    how: Reading,
    found: Typed,
    faults: _Faults,
) -> None:
    texts = {each: row[columns[each]] for each in columns if columns[each] < len(row)}
    account, name = _text(texts.get(ACCOUNT)), _text(texts.get(NAME))
    signs = _signs(_text(texts.get(MARK)), MARK in columns)
    cells: dict[str, str | None] = {}
    for each in TYPED:
        if each in texts:
            read = _READ[each](texts[each], how)
            if isinstance(read, _Unread):
                # What is as it was given is nobody's slip: it is not among the choices any more.
                if signs is None or sign_of(read.text) != signs[each]:
                    faults.add(read.kind, where, read.text)
            else:
                cells[each] = read
    if account is None:
        if any(value is not None for value in cells.values()):
            faults.add("no_account", where, name or "")
        return
    found.rows.append(Row(account, name, where, cells, signs))


def _signs(mark: str | None, there: bool) -> dict[str, str] | None:
    """How each cell was given; None where that was lost."""
    parts = (mark or "").split(".")
    if not there or len(parts) != len(TYPED):
        return None
    return dict(zip(TYPED, parts, strict=True))


@dataclass(frozen=True)
class _Unread:
    kind: str
    text: str


def _text(value: Any) -> str | None:
    """A cell as text; a number as people write it."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = value.date().isoformat() if value.time() == value.time().min else value.isoformat()
    text = "" if value is None else str(value).replace("\r\n", "\n").replace("\r", "\n").strip()
    return text or None


def _plain(value: Any, _how: Reading) -> str | None:
    return _text(value)


def _day(value: Any, _how: Reading) -> str | _Unread | None:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = _text(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if _FIRST_SERIAL <= value <= _LAST_SERIAL:
            return (_FIRST_DAY + timedelta(days=int(value))).isoformat()
        return _Unread("no_date", text or "")
    if text is None:
        return None
    read = exact_date(text)
    return _Unread("no_date", text) if read is None else read.isoformat()


def _status(value: Any, how: Reading) -> str | _Unread | None:
    text = _text(value)
    if text is None:
        return None
    return how.statuses.get(_folded(text)) or _Unread("no_status", text)


def _tier(value: Any, how: Reading) -> str | _Unread | None:
    text = _text(value)
    if text is None:
        return None
    return how.tiers.get(_folded(text)) or _Unread("no_such_tier", text)


_READ: Mapping[str, Callable[[Any, Reading], str | _Unread | None]] = {
    "status": _status,
    "next_step": _plain,
    "date": _day,
    "note": _plain,
    "owner": _plain,
    "tier": _tier,
}


def _choice(
    row: Sequence[Any],
    columns: Mapping[str, int],
    where: str,
    how: Reading,
    found: Typed,
    faults: _Faults,
) -> None:
    texts = {each: _text(row[at]) for each, at in columns.items() if at < len(row)}
    said, left, right = texts.get(DECISION), texts.get(LEFT), texts.get(RIGHT)
    if said is None:
        return
    verdict = how.verdicts.get(_folded(said))
    if verdict is None or left is None or right is None:
        faults.add("no_verdict", where, said)
        return
    found.choices.append(Choice(left, right, verdict, texts.get(BY), texts.get(WHY)))
