"""What a table's columns hold, found out before any is written, and the table read once more."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.schema.accounts import ACCOUNTS

SCORE = "fit_score"
_SAME_FOR_ALL = ("sources", "merged_records")
"""Where they have one value throughout, they say nothing."""
# A column that only repeats another says nothing to people.
_REPEATS = {column.name: column.end_of for column in ACCOUNTS.columns if column.end_of} | {
    "website": "domain",
    "fit_low": SCORE,
    "fit_high": SCORE,
}


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
        if self.schema is None or column not in self.schema.names:
            return False
        kind = self.schema.field(column).type
        return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))

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
