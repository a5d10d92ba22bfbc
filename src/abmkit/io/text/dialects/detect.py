"""Which dialect a text was written in, by how regular its rows become under each.

The measure follows the data consistency of van den Burg, Nazábal and Sutton, "Wrangling Messy CSV
Files by Detecting Row and Type Patterns" (2019): rows of one width whose columns hold one kind of
value. To it comes how many quotes stand where quotes belong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from abmkit.io.text.dialects.cell_kinds import TYPED, kind
from abmkit.io.text.dialects.dialect import MOST_LINES, Dialect, split, unquoted
from abmkit.io.text.dialects.lines import logical

# How likely a character is to be a delimiter before anything is read.
_DELIMITERS = {
    ",": 1.0, ";": 1.0, "\t": 1.0, "|": 1.0, "\x01": 1.0, "\x1f": 1.0, "\x1e": 0.9, "¦": 0.9,
    "§": 0.9, "^": 0.8, "~": 0.8, "，": 0.7, "；": 0.7, "、": 0.5, ":": 0.5, "#": 0.5, "*": 0.5,
    "!": 0.5, "$": 0.4, "&": 0.4, "=": 0.4, "/": 0.3, "@": 0.3, "_": 0.3, "-": 0.2, " ": 0.75,
}  # fmt: skip
_PARTS = frozenset("|;,:~^#<>§¦")
_SCORED_RECORDS = 150
_LEAST = 0.12
_TRUSTED = 0.8
_UNLIKELY = 0.15
_LONGEST_DELIMITER = 4
_OTHER_QUOTES = ("'", "`")
_LEAST_QUOTED = 2


def detect(
    lines: Sequence[str],
    *,
    delimiter: str | None = None,
    quote: str | None = None,
    escape: str | None = None,
    likely: str = ",",
) -> Dialect:
    """The dialect of lines without their line breaks; what is given stays as given.

    Where no delimiter makes the rows regular, the likely one.
    """
    filled = [line for line in lines if line.strip()]
    text = "\n".join(filled)
    if quote is None and (sure := _by_quoted_columns(filled, delimiter, likely)) is not None:
        return _with_escape(filled, sure) if escape is None else replace(sure, escape=escape)
    if delimiter is None and quote is None and escape is None and _strict(lines, likely):
        return Dialect(likely)
    best, best_score = Dialect(delimiter or likely, quote if quote is not None else '"'), 0.0
    quotes = [quote] if quote is not None else _quotes(text)
    delimiters = [delimiter] if delimiter else [d for d in _DELIMITERS if d in text]
    for each in delimiters:
        for mark in quotes:
            if mark == each:
                continue
            found, score = _scored(filled, Dialect(each, mark, escape or ""), delimiter is None)
            score *= _DELIMITERS.get(each, 1.0)
            if each == likely:
                score *= 1.05
            if score > best_score:
                best, best_score = found, score
    if delimiter is None and best_score < _LEAST:
        # One column: whatever stands in it, no delimiter does.
        unused = (mark for mark in (likely, "\t", "|", "\x1f", "\x1e") if mark not in text)
        best = Dialect(next(unused, likely), '"' if quote is None else quote)
    if escape is None and best.quote and "\\" + best.quote in text:
        best = _with_escape(filled, best)
    elif escape is not None:
        best = Dialect(best.delimiter, best.quote, "" if escape == best.quote else escape)
    return best


def _by_quoted_columns(lines: Sequence[str], delimiter: str | None, likely: str) -> Dialect | None:
    """The dialect with other quotes than the usual where these stand around all of a column."""
    best, most = None, 0
    text = "\n".join(lines[:_SCORED_RECORDS])
    for mark in _OTHER_QUOTES:
        if text.count(mark) < 2 * _LEAST_QUOTED:
            continue
        for each in [delimiter] if delimiter else dict.fromkeys((likely, ",", ";", "\t", "|")):
            dialect = Dialect(each, mark)
            rows, quality = _rows(lines, dialect)
            width = Counter(len(row) for row in rows).most_common(1)[0][0]
            regular = [row for row in rows if len(row) == width]
            if len(regular) < 0.9 * len(rows) or quality < 0.9:
                continue
            columns = zip(*(regular[1:] or regular), strict=True)
            whole = sum(_is_quoted_column(column, mark) for column in columns)
            if whole and width > most:
                best, most = dialect, width
    return best


def _is_quoted_column(cells: Sequence[str], mark: str) -> bool:
    filled = [text for cell in cells if (text := cell.strip()) and text != "NULL"]
    quoted = sum(len(text) > 1 and text[0] == text[-1] == mark for text in filled)
    return quoted >= max(_LEAST_QUOTED, 0.9 * len(filled))


def _strict(lines: Sequence[str], likely: str) -> bool:
    """Whether the likely dialect gives rows of one width without any fault, and no other does."""

    def width(mark: str) -> int:
        if mark not in lines[0]:
            return 0
        records = logical([f"{line}\n" for line in lines], Dialect(mark), complete=True)
        widths = {len(record.raw) if record.clean else 0 for record in records if record.text}
        return widths.pop() if len(widths) == 1 else 0

    own = width(likely) if lines else 0
    if own < 2 or _padded(lines[0], likely):
        return False
    return all(width(mark) < own for mark in (",", ";", "\t", "|") if mark != likely)


def _padded(line: str, mark: str) -> bool:
    """Whether something follows every delimiter that may belong to it."""
    after = {part[:1] for part in line.split(mark)[1:]}
    return len(after) == 1 and not (next(iter(after)).isalnum() or after <= {'"', ""})


def _quotes(text: str) -> list[str]:
    """The double quote, and others that stand at the ends of words more often than it does."""
    found = ['"']
    usual = text.count('"')
    for mark in ("'", "`", "”", "|", "~"):
        if text.count(mark) > max(3, 2 * usual):
            found.append(mark)
    if "“" in text and "”" in text:
        found.append("“”"[0])
    return found


def _scored(lines: Sequence[str], dialect: Dialect, extend: bool) -> tuple[Dialect, float]:
    rows, quality = _rows(lines, dialect)
    widths = Counter(len(row) for row in rows)
    width, _ = max(widths.items(), key=lambda item: (item[1] * min(item[0], 2), item[0]))
    if extend and width > 1:
        longer = _longer(dialect.delimiter, [row for row in rows if len(row) == width])
        if longer != dialect.delimiter:
            return _scored(lines, Dialect(longer, dialect.quote, dialect.escape), True)
    regular = [row for row in rows if len(row) == width]
    near = sum(1 for row in rows if len(row) != width and abs(len(row) - width) <= 1)
    share = (len(regular) + 0.3 * near) / len(rows)
    if dialect.delimiter == " ":
        # Words within a cell are rarely quoted where spaces separate cells: rows only grow by them.
        more = sum(1 for row in rows if len(row) > width)
        share = max(share, (len(regular) + 0.5 * more) / len(rows))
    if width > 1 and not _certain(dialect.delimiter, regular, len(regular) / len(rows), dialect):
        share *= _UNLIKELY
    score = share * (width - 1) / width * _typed(regular, dialect) * quality
    return dialect, score


def _certain(mark: str, regular: Sequence[Sequence[str]], share: float, dialect: Dialect) -> bool:
    """Whether a delimiter that names and texts hold, too, separates more than words."""
    typed = 0
    for column in zip(*regular[1:] or regular, strict=True):
        kinds = Counter(kind(unquoted(raw, dialect)) for raw in column)
        typed += sum(kinds[name] for name in TYPED) >= 0.8 * len(column)
    quoted = sum(_is_quoted_column(column, '"') for column in zip(*regular, strict=True))
    if quoted > 1 and share >= 0.6:
        return True
    if _DELIMITERS.get(mark, 1.0) >= _TRUSTED:
        return share >= 0.6 or typed > 0 or len(regular[0]) > 2
    return typed >= 2


def _rows(lines: Sequence[str], dialect: Dialect) -> tuple[list[list[str]], float]:
    """The raw rows, and the share of quotes that stand where quotes belong."""
    rows: list[list[str]] = []
    stray = quotes = 0
    at = 0
    while at < len(lines) and len(rows) < _SCORED_RECORDS:
        found = split(lines[at], dialect)
        used = 1
        if found.open:
            joined = lines[at]
            for more in lines[at + 1 : at + MOST_LINES // 4]:
                used += 1
                joined += "\n" + more
                if dialect.quote in more:
                    again = split(joined, dialect)
                    if not again.open:
                        break
            else:
                again, used = found, 1
                stray += 1
            if again.stray > found.stray:
                again, used = found, 1
                stray += 1
            found = again
        stray += found.stray
        if dialect.quote:
            quotes += sum(line.count(dialect.quote) for line in lines[at : at + used])
        rows.append(found.cells)
        at += used
    if not stray:
        return rows, 1.0
    return rows, max(1.0 - stray / max(quotes, 1), 1.0 - 2 * stray / len(rows), 0.05)


def _typed(rows: Sequence[Sequence[str]], dialect: Dialect) -> float:
    """How far the columns hold one kind of value each, 0.3 to 1."""
    if not rows:
        return 0.3
    total = 0.0
    for column in zip(*rows[1:] or rows, strict=True):
        kinds = Counter(kind(unquoted(raw, dialect)) for raw in column)
        empty = kinds.pop("empty", 0)
        filled = len(column) - empty
        if not filled:
            total += 0.6
            continue
        name, most = kinds.most_common(1)[0]
        alike = most / filled
        if name in TYPED:
            total += 0.4 + 0.6 * alike
        else:
            total += 0.75 if name in ("word", "text", "code") else 0.6
    return total / len(rows[0])


def _longer(delimiter: str, rows: Sequence[Sequence[str]]) -> str:
    """The delimiter with the characters that stand beside it every time."""
    if len(delimiter) >= _LONGEST_DELIMITER or len(rows) < 2:
        return delimiter
    # Every value of one column may begin with the same mark, those of several hardly.
    several = len(rows[0]) > 2

    def belongs(marks: set[str]) -> bool:
        mark = next(iter(marks))
        return len(marks) == 1 and (
            mark in (" ", "\t")
            or (mark != "" and mark in delimiter)
            or (several and mark in _PARTS)
        )

    after = {cell[:1] for row in rows for cell in row[1:]}
    if belongs(after):
        return delimiter + after.pop()
    before = {cell[-1:] for row in rows for cell in row[:-1]}
    if belongs(before):
        return before.pop() + delimiter
    doubled = len(rows[0]) % 2 == 1 and len(rows[0]) > 2
    if (
        doubled
        and not any(cell for row in rows for cell in row[1::2])
        and any(cell for row in rows for cell in row[2::2])
    ):
        return delimiter * 2
    return delimiter


def _with_escape(lines: Sequence[str], dialect: Dialect) -> Dialect:
    """The dialect with a backslash as escape where that leaves fewer quotes astray."""
    escaped = Dialect(dialect.delimiter, dialect.quote, "\\")
    sample = [line for line in lines if dialect.quote in line][:_SCORED_RECORDS]

    def astray(tried: Dialect) -> int:
        return sum(found.stray + found.open for line in sample for found in [split(line, tried)])

    return escaped if astray(escaped) < astray(dialect) else dialect
