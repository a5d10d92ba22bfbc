"""Whole tables of text cells: small files that are read at once, and tables that are no file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from abmkit.errors import ColumnError
from abmkit.io.reading import Records, expand, read


def read_table(path: Path, needed: Sequence[str] = ()) -> pa.Table:
    """A whole file as text cells; with `needed`, names in lower case, those are there.

    Raises InputError where it cannot be read, ColumnError for a needed column that is not there.
    """
    (file,) = expand([str(path)], Path())
    table = read(file).table()
    if not needed:
        return table
    folded = [name.casefold() for name in table.column_names]
    for name in needed:
        if name not in folded:
            raise ColumnError(name, table.column_names, where=str(path))
    return table.rename_columns(folded)


def records_of(table: pa.Table, name: str) -> Records:
    """A table of texts that is no file, as one that is read."""
    return Records(name, "table", list(table.column_names), lambda _: iter([table]))
