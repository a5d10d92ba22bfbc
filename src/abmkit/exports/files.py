"""The files of an export: each as large as its target takes, named by the target."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import scalar
from abmkit.errors import InputError
from abmkit.exports.preflight import Part, Preflight, row_bytes
from abmkit.exports.target import Target
from abmkit.io.reading import read

_SHEET_ROWS = 1_048_575


@dataclass(frozen=True)
class ExportFile:
    """A file to be written."""

    name: str
    part: str
    table: pa.Table


def files_of(found: Preflight) -> tuple[ExportFile, ...]:
    """The files of all parts; a part that one file cannot hold goes into several, numbered."""
    return tuple(file for part in found.parts for file in _split(found.target, part))


def _split(target: Target, part: Part) -> Iterator[ExportFile]:
    if not part.table.num_rows:
        return
    stem = f"{target.name}-{part.name}" if part.name else target.name
    ends = _ends(target, part.table)
    for number, (start, end) in enumerate(zip([0, *ends], ends, strict=False), start=1):
        name = f"{stem}-{number}" if len(ends) > 1 else stem
        rows = part.table.slice(start, end - start)
        yield ExportFile(f"{name}.{target.format}", part.name, rows)


def _ends(target: Target, table: pa.Table) -> list[int]:
    """Where each file ends: as late as rows and bytes allow, or where the last would be too small
    for the target, all of one size."""
    most = target.rule("most_rows") or table.num_rows
    if target.format == "xlsx":
        most = min(most, _SHEET_ROWS)
    header = sum(len(name.encode()) + 3 for name in table.column_names) + 3 if target.header else 3
    room = (target.rule("most_bytes") or np.inf) - header
    upto = np.cumsum(row_bytes(table.columns))
    ends, start, before = [], 0, 0
    while start < table.num_rows:
        fitting = int(np.searchsorted(upto, before + room, side="right"))
        start = max(min(start + most, fitting), start + 1)
        before = int(upto[start - 1])
        ends.append(start)
    least = target.rule("fewest_rows") or 0
    if len(ends) > 1 and ends[-1] - ends[-2] < least:
        even = [round(table.num_rows * n / len(ends)) for n in range(1, len(ends) + 1)]
        sizes = np.diff([0, *upto[np.array(even) - 1]])
        return even if (sizes <= room).all() else ends
    return ends


def stale(folder: Path, target: Target, files: tuple[str, ...]) -> list[Path]:
    """Files of an earlier export to this target that this one does not write: with those of now
    they would say something else."""
    ours = re.compile(
        rf"{re.escape(target.name)}(-(update|insert|clear))?(-[0-9]+)?\.{target.format}"
    )
    if not folder.is_dir():
        return []
    return sorted(f for f in folder.iterdir() if ours.fullmatch(f.name) and f.name not in files)


def beside_others(path: Path, target: Target, rows: pa.Table) -> pa.Table:
    """Rows about a target, after those about others that are in the file already."""
    if not path.exists():
        return rows
    try:
        with read(path) as records:
            there = records.table()
    except InputError:
        return rows
    if there.column_names != rows.column_names:
        return rows
    others = there.filter(pc.not_equal(there["target"], scalar(target.name)))
    return pa.concat_tables([others, rows]).combine_chunks()
