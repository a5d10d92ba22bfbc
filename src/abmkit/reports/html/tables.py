"""What the page is made of: sections with tables and charts, in words already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """A cell of a table."""

    text: str
    share: float | None = None
    """The length of the bar beside it, 0 to 1."""
    full: bool = False
    """Whether the bar stands for what has no room left."""


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    title: str
    number: bool = False


@dataclass(frozen=True)
class Row:
    """A row of a table; its first cell is its header."""

    cells: tuple[Cell, ...]
    kind: str = ""
    """`stage` for a sum, `part` for what makes it up."""


@dataclass(frozen=True)
class Table:
    """A table, with its name for who does not see the heading above it."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    folded: str = ""
    """What opens it, where it is closed at first."""
    hidden: bool = False
    """Whether its name is only for who does not see the heading."""


@dataclass(frozen=True)
class Chart:
    """A drawing: shapes in a coordinate system of its own, and what it shows, in a sentence."""

    title: str
    width: float
    height: float
    bars: tuple[Bar, ...] = ()
    lines: tuple[Line, ...] = ()
    labels: tuple[Label, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()
    """A class and what it stands for."""


@dataclass(frozen=True)
class Bar:
    """A rectangle, and what it says where somebody points at it."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    says: str = ""


@dataclass(frozen=True)
class Line:
    """A line through points."""

    kind: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Label:
    """A text beside an axis or a line: its `anchor` is `start`, `middle` or `end`."""

    text: str
    x: float
    y: float
    anchor: str = "middle"
    kind: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the page, with the heading by which it is found."""

    id: str
    title: str
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    notes: tuple[str, ...] = ()


def cell(text: str | int | None, share: float | None = None, *, full: bool = False) -> Cell:
    """A cell; counts with their thousands."""
    if text is None:
        return Cell("")
    return Cell(f"{text:,}" if isinstance(text, int) else text, share, full)


def row(*cells: Cell | str | int | None, kind: str = "") -> Row:
    """A row of cells or what is in them."""
    return Row(tuple(c if isinstance(c, Cell) else cell(c) for c in cells), kind)


def columns(*titles: str, numbers_from: int = 1) -> tuple[Column, ...]:
    """Columns of which those from one on hold numbers."""
    return tuple(Column(title, n >= numbers_from) for n, title in enumerate(titles))


def widths(counts: Sequence[int]) -> list[float]:
    """How long a bar is for each count: the greatest fills the cell."""
    most = max(counts, default=0)
    return [count / most if most else 0.0 for count in counts]
