"""What stands beside the cells of a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from abmkit.domain.recognition.sheet_layout import Area
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


@dataclass
class Look:
    """What is seen of one sheet before calamine reads it."""

    extras: Extras = field(default_factory=Extras)
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    filled: int = 0
    reach: Reach = field(default_factory=Reach)

    def finish(self, name: str) -> None:
        """Count what is hidden, and see whether cells stand too far apart.

        Raises InputError where cells are scattered all over the sheet.
        """
        self.extras.hidden_rows += len(self.hidden & self.rows)
        self.reach = closed(self.rows, self.columns, self.filled, name)
