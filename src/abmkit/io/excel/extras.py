"""What stands beside the cells of a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from abmkit.domain.recognition.sheet_layout import Area
from abmkit.domain.values.numbers.formats import shown
from abmkit.io.excel.reach import Reach, closed


@dataclass
class Extras:
    """What stands beside the cells of one sheet."""

    hidden_rows: int = 0
    """Those with cells in them."""
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    """The first and the last of those that stand together, from 0, used or not."""
    never_calculated: int = 0
    """Formulas without a stored result; their cells read as empty."""
    errors: int = 0
    """Cells such as `#N/A` and `#REF!`; they read as empty."""
    merged: list[Area] = field(default_factory=list)
    """Merged areas, where calamine does not give them (OpenDocument)."""

    def notes(self, columns: Iterable[int]) -> Iterator[str]:
        """One sentence for each; `columns` are those of the sheet that are read, from 0."""
        if self.hidden_rows:
            yield f"{_several(self.hidden_rows, 'hidden row')} read like the others"
        hidden = sum(
            any(first <= column <= last for first, last in self.hidden_columns)
            for column in columns
        )
        if hidden:
            yield f"{_several(hidden, 'hidden column')} read like the others"
        if self.never_calculated:
            formulas = _several(self.never_calculated, "formula")
            yield f"{formulas} without a stored result: open the file in Excel and save it again"
        if self.errors:
            yield f"{_several(self.errors, 'cell')} with an error such as #N/A read as unknown"


def _several(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")


class Formatted:
    """The cells of a sheet whose number format keeps digits: its code, by column and row."""

    def __init__(self, codes: Sequence[str] = ()) -> None:
        self._codes = list(codes)
        self._columns: dict[int, bytearray] = {}

    def __bool__(self) -> bool:
        return bool(self._columns)

    def add(self, row: int, column: int, code: int) -> None:
        """Note the code, by its number among the codes, of a cell; rows and columns from 0."""
        marks = self._columns.setdefault(column, bytearray())
        if row >= len(marks):
            marks.extend(bytes(row + 1 - len(marks)))
        marks[row] = code + 1

    def row(self, at: int, values: list[Any], left: int) -> None:
        """Write the numbers of a row, which begins at a column, as their formats show them."""
        for column, marks in self._columns.items():
            code = marks[at] if at < len(marks) else 0
            if code and 0 <= column - left < len(values):
                value = values[column - left]
                if isinstance(value, int | float) and not isinstance(value, bool):
                    text = shown(value, self._codes[code - 1])
                    values[column - left] = value if text is None else text


class Shown:
    """The cells of a sheet of which it is told what they show, by row and column from 0."""

    def __init__(self, texts: dict[tuple[int, int], str]) -> None:
        self._rows: dict[int, list[tuple[int, str]]] = {}
        for (row, column), text in texts.items():
            self._rows.setdefault(row, []).append((column, text))

    def __bool__(self) -> bool:
        return bool(self._rows)

    def row(self, at: int, values: list[Any], left: int) -> None:
        """Write what the cells of a row show, which begins at a column."""
        for column, text in self._rows.get(at, ()):
            if 0 <= column - left < len(values):
                values[column - left] = text


@dataclass
class Look:
    """What is seen of one sheet before calamine reads it."""

    extras: Extras = field(default_factory=Extras)
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    filled: int = 0
    reach: Reach = field(default_factory=Reach)
    formatted: Formatted = field(default_factory=Formatted)
    """The cells whose number format keeps digits, where they are seen already (xlsb)."""
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    """What cells show of a whole number, by row and column, where that is told (OpenDocument)."""

    def finish(self, name: str) -> None:
        """Count what is hidden, and see whether cells stand too far apart.

        Raises InputError where cells are scattered all over the sheet.
        """
        self.extras.hidden_rows += len(self.hidden & self.rows)
        self.reach = closed(self.rows, self.columns, self.filled, name)
