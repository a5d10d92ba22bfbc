"""Rows that don't fit their table, read as the cells they most likely were.

A row may be one quoted cell, have a delimiter too few or too many, a quote where none belongs, or
another delimiter than its table. All ways to cut it into the table's columns are weighed against
what the columns hold elsewhere, by dynamic programming over the places where it can be cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from abmkit.io.text.dialects.cell_kinds import TYPED, Profile, kind
from abmkit.io.text.dialects.dialect import Dialect, is_quoted, separators, split, unquoted

# What each kind of fault costs, on the scale of `Profile.odds_against`.
_STRAY_QUOTE = 4.0
_LONE_QUOTE = 1.0
_QUOTE_AT_DELIMITER = 5.0
_DELIMITER_IN_CELL = 13.0
_DELIMITER_IN_WORDS = 4.0
_SPACE_IN_CELL = 0.3
_EXTRA_DELIMITER = 4.0
_MISSING_DELIMITER = 5.0
_MISSING_END = 4.0
_OTHER_DELIMITER = 6.0
# What tells a text of several lines from rows that two stray quotes ran together: that they pair,
# a line that is no row, lines where one kind of value stands, delimiters that are no punctuation.
# Balanced on 600 tables with such quotes and 600 with texts of as many delimiters as columns.
_STRAYS_PAIR = 4.0
_NO_ROW = 16.0
_LINES_IN_TYPED = 5.0
_INNER = {",": 1.5, " ": 0.5}
_RARE_INNER = 2.5
_MOST_SHOWN = 12
MOST_DOUBT = 12.5
"""Beyond this a repair is a guess: of 300 rows broken on purpose, the right repairs stayed below
12, the wrong ones above 13."""
_OTHERS = (",", ";", "\t", "|", " ")
_MOST_PIECES = 400
_MOST_JOINED = 12
_BOUNDARY = re.compile(
    r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|(?<=[a-z])(?=[A-Z])|(?<=\d)(?=[$€£¥￥])"
    r"|(?<=[^\W\d_])(?=https?://|www\.)|(?<=[.!?)%])(?=\w)"
)
_SHORT = 48
_NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Repaired:
    """The cells a row most likely had, what was done, and how doubtful it is (0 and up)."""

    cells: list[str]
    reason: str
    doubt: float


class Repairer:
    """Cuts odd lines of one table into its columns."""

    def __init__(self, dialect: Dialect, columns: Sequence[Profile]) -> None:
        self.dialect = dialect
        self.columns = columns
        # What a usual row costs: only what goes beyond it is doubt.
        self._usual = sum(column.usual_odds for column in columns)

    def repair(self, line: str) -> Repaired | None:
        """The most likely cells of a line; None where it cannot be cut into the columns."""
        wrapped = self._wrapped(line)
        if wrapped is not None:
            return Repaired(wrapped, "a row in quotes", 0.0)
        own = _Cutting(line, self.dialect, self.columns).best()
        best, cost, reason = None, _NEVER, ""
        if own is not None:
            cost, best, reason = own
        mark = self.dialect.delimiter
        # The table's own delimiter separates enough cells: no other is likely.
        enough = line.count(mark) >= len(self.columns) - 2 and mark != " "
        for other in () if enough else _OTHERS:
            if other == mark or line.count(other) < len(self.columns) - 1:
                continue
            dialect = Dialect(other, self.dialect.quote, self.dialect.escape)
            found = _Cutting(line, dialect, self.columns).best()
            if found is not None and found[0] + _OTHER_DELIMITER < cost:
                cost, best = found[0] + _OTHER_DELIMITER, found[1]
                reason = f"separated by {other!r}"
        if best is None:
            return None
        return Repaired(best, reason, max(cost - self._usual, 0.0))

    def _wrapped(self, line: str) -> list[str] | None:
        """The cells of a row that was written as one quoted cell; None for any other line."""
        whole = split(line, self.dialect)
        if len(whole.cells) != 1 or not is_quoted(whole.cells[0], self.dialect):
            return None
        inner = split(unquoted(whole.cells[0], self.dialect), self.dialect)
        fits = len(inner.cells) == len(self.columns) > 1 and not inner.open and not inner.stray
        return [unquoted(cell, self.dialect) for cell in inner.cells] if fits else None

    def apart(self, lines: Sequence[str], cells: Sequence[str]) -> bool:
        """Whether lines are rows themselves rather than the one record that has these raw cells.

        Whichever reading suits the columns better. The two stray quotes of the rows count once, as
        a pair, and not by where they stand.
        """
        mark = self.dialect.delimiter
        together = -self._usual
        alone = _STRAYS_PAIR - 2 * _STRAY_QUOTE
        for cell, column in zip(cells, self.columns, strict=False):
            text = unquoted(cell, self.dialect)
            together += column.odds_against(text, is_quoted(cell, self.dialect))
            if "\n" in text or "\r" in text:
                inner = sum(separators(part, mark) for part in text.splitlines())
                inner -= text.count(mark + " ")
                # More than the lines would need as rows is no sign of rows.
                inner = min(inner, len(lines) * (len(self.columns) - 1))
                together += _INNER.get(mark, _RARE_INNER) * inner
                together += column.odds_against_lines
                if column.main() in TYPED:
                    together += _LINES_IN_TYPED
        shown = lines if len(lines) <= _MOST_SHOWN else [*lines[: _MOST_SHOWN - 1], lines[-1]]
        likely = False
        for line in shown:
            if alone >= together:
                return False
            found = self.repair(line)
            if found is None:
                alone += _NO_ROW
                continue
            likely = likely or found.doubt <= MOST_DOUBT
            in_words = sum(cell.startswith(" ") for cell in found.cells[1:])
            alone += min(found.doubt + _DELIMITER_IN_WORDS * in_words, _NO_ROW)
        return likely and alone < together


_Step = tuple[int, int, tuple[str, ...], str]


def _traced(way: Sequence[Sequence[_Step | None]]) -> tuple[list[str], str]:
    """The cells and what was done, on the cheapest way back from the end."""
    cells: list[str] = []
    reasons: list[str] = []
    at, column = len(way) - 1, len(way[0]) - 1
    while at or column:
        step = way[at][column]
        assert step is not None
        at, column, taken, what = step
        cells[:0] = taken
        if what and what not in reasons:
            reasons.insert(0, what)
    return cells, ", ".join(reasons) or "quotes astray"


class _Cutting:
    """One line under one delimiter: its pieces, and the cheapest way to make them the columns."""

    def __init__(self, line: str, dialect: Dialect, columns: Sequence[Profile]) -> None:
        self.line = line
        self.dialect = dialect
        self.columns = columns
        self.pieces = _pieces(line, dialect, len(columns))
        self._quoting = lru_cache(maxsize=None)(self._quoting_cost)

    def best(self) -> tuple[float, list[str], str] | None:
        """The least cost with its cells and what was done, None where there is no way."""
        count, width = len(self.pieces), len(self.columns)
        if count > _MOST_PIECES or width < 2:
            return None
        cost = [[_NEVER] * (width + 1) for _ in range(count + 1)]
        way: list[list[_Step | None]] = [[None] * (width + 1) for _ in range(count + 1)]
        cost[0][0] = 0.0

        def better(
            at: int, column: int, total: float, source: tuple[int, int], cells: tuple[str, ...],
            what: str,
        ) -> None:  # fmt: skip
            if total < cost[at][column]:
                cost[at][column] = total
                way[at][column] = (*source, cells, what)

        # Pieces end at delimiters within quotes, too: only cells tell whether one is missing.
        strict = split(self.line, self.dialect)
        few = len(strict.cells) < width or strict.stray > 0 or count < width
        for at in range(count):
            ends = self._ends(at)
            for column in range(width + 1):
                so_far = cost[at][column]
                if so_far == _NEVER:
                    continue
                for end, next_column, more, fit, cells, what in self._steps(at, column, ends, few):
                    better(end, next_column, so_far + more + fit, (at, column), cells, what)
        for column in range(width):
            if cost[count][column] < _NEVER:
                total = cost[count][column] + _MISSING_END
                rest = ("",) * (width - column)
                total += sum(self._fit(at, "", "") for at in range(column, width))
                better(count, width, total, (count, column), rest, "cells missing at the end")
        if cost[count][width] == _NEVER:
            return None
        return cost[count][width], *_traced(way)

    def _steps(
        self, at: int, column: int, ends: Sequence[tuple[int, str]], few: bool
    ) -> Iterator[tuple[int, int, float, float, tuple[str, ...], str]]:
        """What may be made of the pieces from one on: where that ends, what it costs, its cells."""
        count, width = len(self.pieces), len(self.columns)
        if count > width and not self.pieces[at].strip():
            yield at + 1, column, _EXTRA_DELIMITER, 0.0, (), "a delimiter too many"
        if column == width:
            return
        for end, raw in ends:
            quoting, what = self._quoting(raw, end - at)
            text = unquoted(raw, self.dialect)
            yield end, column + 1, quoting, self._fit(column, text, raw), (text,), what
            halved = self._halved(raw, column) if few and column + 2 <= width else None
            if halved is not None:
                yield end, column + 2, halved[0], 0.0, halved[1], "a delimiter too few"

    def _fit(self, column: int, text: str, raw: str) -> float:
        mark = self.dialect.quote
        bare = text.strip(mark) if mark and mark in text else text
        return self.columns[column].odds_against(bare, is_quoted(raw, self.dialect))

    def _ends(self, at: int) -> list[tuple[int, str]]:
        """The pieces that a cell beginning here may go on to, with its raw text."""
        found = []
        quote = self.dialect.quote
        first = self.pieces[at].lstrip(" ")
        quoted = bool(quote) and first.startswith(quote)
        raw = ""
        for end in range(at + 1, len(self.pieces) + 1):
            piece = self.pieces[end - 1]
            raw = piece if end == at + 1 else raw + self.dialect.delimiter + piece
            near = end - at <= _MOST_JOINED
            if near or (quoted and piece.rstrip(" ").endswith(quote)):
                found.append((end, raw))
            elif not quoted:
                break
        return found

    def _quoting_cost(self, raw: str, pieces: int) -> tuple[float, str]:
        """What the quotes and delimiters within a cell cost, and what they are."""
        quote, mark = self.dialect.quote, self.dialect.delimiter
        text = raw.strip(" ")
        if not quote or quote not in text:
            over = self._joining(raw, pieces)
            return over, "a delimiter within a cell" if over else ""
        if len(text) >= 2 and text[0] == quote and text[-1] == quote:
            inner = (
                text[1:-1].replace(self.dialect.escape + quote, "")
                if self.dialect.escape
                else (text[1:-1].replace(quote * 2, ""))
            )
            lone = inner.count(quote)
            if not lone:
                return 0.0, ""
            beside = inner.count(mark + quote) + inner.count(quote + mark)
            cost = _LONE_QUOTE * lone + _QUOTE_AT_DELIMITER * beside
            return cost + (_STRAY_QUOTE if inner.startswith(quote) else 0.0), "a stray quote"
        over = self._joining(raw, pieces)
        return over + _STRAY_QUOTE * min(text.count(quote), 4), "a stray quote"

    def _joining(self, raw: str, pieces: int) -> float:
        """What the delimiters within a cell without quotes cost."""
        mark = self.dialect.delimiter
        if mark == " " or pieces == 1:
            return _SPACE_IN_CELL * (pieces - 1)
        in_words = min(raw.count(mark + " "), pieces - 1)
        return _DELIMITER_IN_WORDS * in_words + _DELIMITER_IN_CELL * (pieces - 1 - in_words)

    def _halved(self, raw: str, column: int) -> tuple[float, tuple[str, ...]] | None:
        """A cell that is two whose delimiter is missing, cut where both suit their columns best."""
        best: tuple[float, tuple[str, ...]] | None = None
        for at in _cuts(raw, self.dialect.quote):
            left, right = raw[:at], raw[at:]
            pieces = left.count(self.dialect.delimiter), right.count(self.dialect.delimiter)
            cost = _MISSING_DELIMITER
            texts = []
            for part, inside, place in ((left, pieces[0], column), (right, pieces[1], column + 1)):
                text = unquoted(part, self.dialect)
                cost += self._quoting(part, inside + 1)[0] + self._fit(place, text, part)
                texts.append(text)
            if best is None or cost < best[0]:
                best = (cost, tuple(texts))
        return best


def _pieces(line: str, dialect: Dialect, width: int) -> list[str]:
    """The line cut at every delimiter, or, where those are many, only outside of whole quotes."""
    pieces = line.split(dialect.delimiter)
    if len(pieces) <= 4 * width + 40 or not dialect.quote:
        return pieces
    found = split(line, dialect)
    return pieces if found.open else found.cells


def _cuts(raw: str, quote: str) -> list[int]:
    """The places within a text where two values may have run together."""
    size = len(raw)
    if quote and quote in raw:
        places = {at for at in range(1, size) if raw[at] == quote or raw[at - 1] == quote}
        if len(places) > 60:
            return []
        if not raw.lstrip().startswith(quote):
            first = raw.find(quote)
            places |= {m.start() for m in _BOUNDARY.finditer(raw[:first])}
        return sorted(places)
    if size <= _SHORT:
        return list(range(1, size))
    return [match.start() for match in _BOUNDARY.finditer(raw)][:60]


def header_profile(names: Sequence[str]) -> list[Profile]:
    """Profiles by which a header's cells are told: words, of a usual length, hardly ever empty."""
    words = [(name, False) for name in names if kind(name) != "empty"] or [("name", False)]
    return [Profile(words) for _ in names]
