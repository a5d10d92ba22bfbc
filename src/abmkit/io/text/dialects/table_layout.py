"""Where the table is in a text: what stands above it, its header, its width."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from abmkit.domain.recognition.header_words import known_header
from abmkit.domain.recognition.tables.header_names import completes, groups
from abmkit.io.text.dialects.cell_kinds import TYPED, Profile, kind, profiles
from abmkit.io.text.dialects.dialect import Dialect, separators
from abmkit.io.text.dialects.header_row import TWO_NAMES, header_cells, is_header, joined
from abmkit.io.text.dialects.lines import Line

_LEAST_ROWS = 3
_MOST_HEADER_ROWS = 3
_MULTITUDE = 3
_MOST_ASTRAY = 2
_PROFILED_ROWS = 400
_PREAMBLE_ROWS = 40
_LONGEST_NAME = 40
# What a column of running numbers is called.
_COUNTS = re.compile(
    r"(?:row|record|line|item|account|company)?[\s_]*(?:#|id|no\.?|nr\.?|number|num|index|idx|key|"
    r"rank|code|pos(?:ition)?|lfd\.?\s?nr\.?|year|employees|count|crm_?id)|序号|編號|编号|排名|名次|"
    r"行号|代码|n|s/?n|sl\.?\s?no\.?",
    re.IGNORECASE,
)


@dataclass
class Layout:
    """A table's place and form in a text of lines."""

    dialect: Dialect
    width: int
    header: list[str]
    header_rows: int
    header_cells: list[list[str]]
    """The cells of each header row, by which the header is known when it comes again."""
    data_line: int
    """The line on which the data begins."""
    columns: list[Profile]
    preamble: list[str] = field(default_factory=list)
    other_tables: list[str] = field(default_factory=list)
    repairs: list[tuple[int, str]] = field(default_factory=list)
    blank: int = 0


@dataclass
class _Run:
    """Records of one width that follow each other, few others between."""

    width: int
    start: int
    end: int
    count: int


def understand(
    records: Sequence[Line],
    dialect: Dialect,
    *,
    header_rows: int | None = None,
    prefers: Callable[[Sequence[str]], bool] = lambda _: False,
) -> Layout | None:
    """The layout of the table that the first records of a text belong to.

    Of several tables the one whose header is preferred, else the longest. None where nothing is
    filled.
    """
    filled = [at for at, record in enumerate(records) if not record.blank]
    if not filled:
        return None
    if header_rows is not None:
        return _given(records, filled[0], header_rows, dialect)
    runs = _runs(records, dialect)
    if not runs:
        runs = [_Run(_widest(records), filled[0], filled[-1] + 1, len(filled))]
    tables = [_table(records, run, dialect) for run in runs]
    sizes = [run.count * run.width for run in runs]
    at = chosen_table(sizes, [table.header for table, _ in tables], prefers)
    layout, start = tables[at]
    for record in records[:start]:
        if record.blank:
            layout.blank += record.lines
    before = [run for run, (_, began) in zip(runs[:at], tables[:at], strict=True)]
    named = 0
    for run, (table, began) in zip(before, tables, strict=False):
        layout.preamble += _texts(records[named:began])
        within = table.header_rows if began >= run.start else 0
        layout.other_tables.append(described(began, records, run.count - within, table.header))
        named = run.end
    layout.preamble += _texts(records[named:start])
    return layout


def described(at: int, records: Sequence[Line], rows: int, names: Sequence[str]) -> str:
    """A table that is not read, in words: its line, its rows, its columns."""
    shown = ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
    return f"line {records[at].number}: {rows:,} rows of {len(names)} columns ({shown})"


def _given(records: Sequence[Line], start: int, header_rows: int, dialect: Dialect) -> Layout:
    """The layout where the user says how many rows the header has."""
    body = records[start + header_rows :]
    widths = [len(r.raw) for r in body if r.clean and not r.blank] or [len(records[start].raw)]
    width = max(set(widths), key=widths.count)
    heads = [header_cells(r, width, dialect)[0] for r in records[start : start + header_rows]]
    return _layout(records, start, heads, width, dialect)


def _runs(records: Sequence[Line], dialect: Dialect) -> list[_Run]:
    """The tables there may be: runs of records of one width."""
    runs: list[_Run] = []
    for at, record in enumerate(records):
        if record.blank or not record.clean or len(record.raw) < 2:
            continue
        width = len(record.raw)
        if runs and runs[-1].width == width:
            runs[-1].end, runs[-1].count = at + 1, runs[-1].count + 1
            continue
        # A few odd rows do not end a table, of however many widths they are.
        back = len(runs) - 1
        while back > 0 and runs[back].count < _LEAST_ROWS and runs[back].width != width:
            back -= 1
        if back >= 0 and runs[back].width == width:
            del runs[back + 1 :]
        if runs and runs[-1].width == width:
            runs[-1].end, runs[-1].count = at + 1, runs[-1].count + 1
        else:
            runs.append(_Run(width, at, at + 1, 1))
    if not runs:
        return []
    main = _main(records, runs, dialect)
    # Rows of another width are a table of their own only where they begin with names.
    tables = [run for run in runs if run is main or _titled(records, run, main, dialect)]
    for before, run in zip([None, *tables], tables, strict=False):
        since = before.end if before else 0
        run.start = next(at for at in range(since, run.end) if _fits(records[at], run.width))
    return tables


def _main(records: Sequence[Line], runs: list[_Run], dialect: Dialect) -> _Run:
    """The longest run, or one above it that has the header the longest lacks.

    Of a few rows most may be odd: those under a header are its rows, if they are no multitude. The
    one above then takes the place of all runs up to its last row.
    """
    longest = max(runs, key=lambda run: (run.count, run.width))
    first = records[_first_full(records, longest)]
    if not _typed(first, dialect):
        return longest
    above = records[longest.start - 1]
    if longest.start and len(above.raw) > 1 and not _typed(above, dialect):
        # Its header, of another width.
        return longest
    gaps = [at for at, record in enumerate(records) if record.blank]
    begin = max((at for at in gaps if at < longest.start), default=0)
    end = min((at for at in gaps if at > longest.start), default=len(records))
    near = [run for run in runs if begin <= run.start < end]
    for run in reversed(near[: near.index(longest)]):
        alike = [each for each in near[near.index(run) :] if each.width == run.width]
        count = sum(each.count for each in alike)
        whole = _Run(run.width, run.start, alike[-1].end, count)
        few = longest.count < _MULTITUDE * count and abs(longest.width - run.width) <= 1
        if few and _headed(records, whole, dialect):
            last = max(alike[-1], longest, key=runs.index)
            runs[runs.index(run) : runs.index(last) + 1] = [whole]
            return whole
    return longest


def _headed(records: Sequence[Line], run: _Run, dialect: Dialect) -> bool:
    """Whether a run surely begins with a header of its own."""
    start = _first_full(records, run)
    body = [r for r in records[start + 1 : run.end] if _fits(r, run.width)]
    columns = _unquoted_profiles(body, run.width, dialect)
    return is_header(records[start].cells(dialect), columns, sure=True)


def _typed(record: Line, dialect: Dialect) -> bool:
    """Whether a record holds values that no header does."""
    return any(kind(cell) in TYPED for cell in record.cells(dialect))


def _titled(records: Sequence[Line], run: _Run, main: _Run, dialect: Dialect) -> bool:
    if run.count < _LEAST_ROWS or run.width == main.width:
        return False
    first = records[run.start]
    if any(names_columns(each, dialect) for each in (first, *records[: run.start][-1:])):
        return True
    cells = first.cells(dialect)
    if _typed(first, dialect) or 2 * first.filled < run.width:
        return False
    body = [r for r in records[run.start + 1 : run.end] if _fits(r, run.width)]
    columns = profiles([r.evidence(dialect) for r in body[:_PROFILED_ROWS]], run.width)
    gap = run.start > 0 and records[run.start - 1].blank
    return is_header(cells, columns, sure=not gap and run.start > 0)


def names_columns(record: Line, dialect: Dialect) -> bool:
    """Whether a record is the header of some table, by names that recognition knows."""
    cells = {cell.strip() for cell in record.cells(dialect) if cell.strip()}
    known = sum(len(cell) <= _LONGEST_NAME and known_header(cell) for cell in cells)
    return known >= 2 and 2 * known > len(cells)


def _widest(records: Sequence[Line]) -> int:
    return max(len(record.raw) for record in records)


def chosen_table(
    sizes: Sequence[int],
    headers: Sequence[Sequence[str]],
    prefers: Callable[[Sequence[str]], bool],
) -> int:
    """Which of several tables to read: the first large one of those whose header is preferred."""
    if len(sizes) == 1:
        return 0
    preferred = [at for at, header in enumerate(headers) if prefers(header)]
    among = preferred or list(range(len(sizes)))
    most = max(sizes[at] for at in among)
    return next(at for at in among if sizes[at] >= 0.75 * most)


def _table(records: Sequence[Line], run: _Run, dialect: Dialect) -> tuple[Layout, int]:
    """The layout of one run of records, and where it begins: at its header."""
    width = run.width
    start = _first_full(records, run)
    regular = [r for r in records[start : run.end] if _fits(r, width)]
    body = regular[_MOST_HEADER_ROWS:] if len(regular) > 2 * _MOST_HEADER_ROWS else regular[1:]
    columns = _unquoted_profiles(body or regular, width, dialect)
    heads: list[list[str]] = []
    repairs: list[tuple[int, str]] = []
    above = _above(records, start, run, columns, dialect)
    if above is not None:
        at, cells, reason = above
        heads, repairs = [cells], [(records[at].number, reason)] if reason else []
        begin = at
    else:
        begin = start
        at = start - 1
        cells = records[start].cells(dialect)
        upper = _upper(records, start, width, dialect)
        if upper is not None and completes(upper, cells):
            # Years under a group, of which no row alone is a header.
            heads, begin, at = [upper, cells], start - 1, start
        elif records[start].clean and is_header(cells, columns):
            heads, at = [cells], start
    following = at + 1
    while heads and len(heads) < _MOST_HEADER_ROWS and following < run.end - 1:
        record = records[following]
        if not _fits(record, width):
            break
        cells = record.cells(dialect)
        again = cells == heads[0] or is_header(cells, columns, sure=True)
        under = groups(heads[-1], cells) and sum(map(known_header, cells)) > 1
        # The same columns' names in another language, or as a system calls them.
        names = all(map(str.strip, cells)) and names_columns(record, dialect)
        if not again and not under and not names and not completes(heads[-1], cells):
            break
        heads.append(cells)
        following += 1
    while heads and above is None and len(heads) < _MOST_HEADER_ROWS:
        upper = _upper(records, begin, width, dialect)
        if upper is None or not (completes(upper, heads[0]) or groups(upper, heads[0])):
            break
        heads.insert(0, upper)
        begin -= 1
    layout = _layout(records, begin, heads, width, dialect)
    layout.repairs = repairs
    return layout, begin


def _upper(records: Sequence[Line], at: int, width: int, dialect: Dialect) -> list[str] | None:
    """The cells of the record above one where it has as many."""
    if at == 0 or not _fits(records[at - 1], width):
        return None
    return records[at - 1].cells(dialect)


def _layout(
    records: Sequence[Line], begin: int, heads: list[list[str]], width: int, dialect: Dialect
) -> Layout:
    after = begin + len(heads)
    learned = _evidence([r for r in records[after:] if _fits(r, width)], dialect)
    last = records[after - 1] if heads else records[begin]
    data_line = last.number + last.lines if heads else last.number
    return Layout(
        dialect, width, joined(heads, width), len(heads), heads, data_line,
        profiles(learned, width),
    )  # fmt: skip


def _evidence(records: Sequence[Line], dialect: Dialect) -> list[list[tuple[str, bool]]]:
    """What columns are learned from: the records beyond doubt, all where none is."""
    sure = [record for record in records if not record.doubtful]
    return [record.evidence(dialect) for record in (sure or records)[:_PROFILED_ROWS]]


def _unquoted_profiles(records: Sequence[Line], width: int, dialect: Dialect) -> list[Profile]:
    """What columns hold where a stray quote in a value makes no other kind of it."""
    quote = dialect.quote or '"'
    rows = _evidence(records, dialect)
    return profiles(
        [[(text.replace(quote, ""), said) for text, said in row] for row in rows], width
    )


def _fits(record: Line, width: int) -> bool:
    return record.clean and len(record.raw) == width and not record.blank


def _first_full(records: Sequence[Line], run: _Run) -> int:
    """The first record that fills at least half of the columns: titles fill one or two."""
    enough = max(2, (run.width + 1) // 2) if run.width > 2 else 1
    for at in range(run.start, min(run.end, run.start + _PREAMBLE_ROWS)):
        said = records[at].raw[0].strip(' "') if records[at].raw else ""
        form = said.endswith((":", "："))
        if _fits(records[at], run.width) and records[at].filled >= enough and not form:
            return at
    return run.start


def _above(
    records: Sequence[Line], start: int, run: _Run, columns: Sequence[Profile], dialect: Dialect
) -> tuple[int, list[str], str] | None:
    """A header that differs from its rows in width, above them; None where there is none.

    Odd rows may stand between, no more than there are regular ones.
    """
    width = run.width
    if start == 0 or is_header(records[start].cells(dialect), columns, sure=True):
        return None
    if names_columns(records[start], dialect):
        return None
    valued = not is_header(records[start].cells(dialect), columns)
    for at in range(start - 1, max(start - 2 - min(run.count, _PREAMBLE_ROWS), -1), -1):
        record = records[at]
        if record.blank or _fits(record, width):
            return None
        marks = separators(record.text, dialect.delimiter)
        close = abs(len(record.raw) - width) <= 1 or (valued and marks == width - 1)
        near = at == start - 1
        if near and _names_rows(record, records[start : run.end], width, dialect):
            return at, ["", *record.cells(dialect)], ""
        if near or (close and not _typed(record, dialect)):
            cells, reason = header_cells(record, width, dialect)
            # Where nothing tells names from values, rows that could be a header themselves decide.
            if reason and is_header(cells, columns, sure=not (near and close)):
                return at, cells, f"header: {reason}"
        if abs(marks + 1 - width) > min(_MOST_ASTRAY, (width - 1) // 2):
            # No row of this table.
            return None
    return None


def _names_rows(header: Line, rows: Sequence[Line], width: int, dialect: Dialect) -> bool:
    """Whether rows begin with a name of their own, over which the header has none, as R writes.

    Then all have it and no two the same, and their last cell is filled as well.
    """
    cells = header.cells(dialect)
    if not header.clean or len(cells) != width - 1 or width < 3:
        return False
    if any(not cell.strip() or kind(cell) in TYPED for cell in cells):
        return False
    body = [row.cells(dialect) for row in rows if _fits(row, width)][:_PROFILED_ROWS]
    names = [row[0].strip() for row in body]
    if not all(names) or len(set(names)) < len(names):
        return False
    if not all(row[-1].strip() for row in body[:1]) or 2 * sum(
        bool(row[-1].strip()) for row in body
    ) < len(body):
        return False
    named = known_header(cells[0])
    if all(name.isdecimal() and len(name) < 10 for name in names):
        numbers = [int(name) for name in names]
        # What R writes with blanks between may be some rows of many, in any order.
        in_order = dialect.delimiter == " " or numbers == sorted(numbers)
        return in_order and _COUNTS.fullmatch(cells[0].strip()) is None
    if dialect.delimiter != " " and (named or dialect.delimiter != "\t"):
        # Else a name is missing at the end, where these may be codes.
        return named and len(names) > 1 and all(kind(name) == "code" for name in names)
    return not any(TWO_NAMES.search(cell) for cell in cells)


def _texts(records: Sequence[Line]) -> list[str]:
    return [record.text for record in records if not record.blank]
