"""Tables of text cells: places opened as their source says, and small files read at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa

from abmkit.config.sections.sources import Source
from abmkit.domain.cells import to_text
from abmkit.errors import ColumnError
from abmkit.io.reading import Records, TextSettings, expand, read
from abmkit.io.records import unique_names
from abmkit.io.text.guards import Guards, header_without_guards, unguarded_table
from abmkit.places import Place
from abmkit.schema.accounts import in_order

Cells: TypeAlias = Place | str | pa.Table
"""Where a source's cells are: at a place, in stdin (`-`), or in a table of texts."""
PLANNING_ROWS = 1_000
"""The rows that decide what a source's columns become, for a load as for an inspection."""


def open_source(
    place: Cells, source: Source, format: str | None = None
) -> tuple[Records, pa.Table, Iterator[pa.Table]]:
    """A place as its source says it was written: the table, its first batch, and all batches.

    Raises InputError where it cannot be read.
    """
    if isinstance(place, pa.Table):
        records = _records_of(place, source.name)
    else:
        settings = TextSettings(**source.text_settings())
        records = read(place, format=format, sheet=source.sheet, text=settings)
    batches = records.batches()
    first = next(batches, None)
    if first is None:
        return records, pa.Table.from_batches([], records.schema()), iter(())

    # What `convert` keeps as it is written, a load reads as it was meant.
    records.header = unique_names(header_without_guards(records.header))
    guards = Guards(first)

    def every() -> Iterator[pa.Table]:
        for table in guards.off(chain([first], batches)):
            yield table.rename_columns(records.header)

    every_table = every()
    first = next(every_table)
    return records, first, chain([first], every_table)


def without_unread(source: Source, records: Records) -> tuple[Source, list[str]]:
    """A source that ignores nothing which is not read anyway, and what it does not ignore of it."""
    unread = {name.casefold(): name for name in records.left_out}
    ignored = {name.casefold() for name in source.ignore}
    if not unread:
        return source, []
    kept = [name for name in source.ignore if name.casefold() not in unread]
    left_out = [name for folded, name in unread.items() if folded not in ignored]
    return source.model_copy(update={"ignore": kept}), left_out


def read_table(path: Place, needed: Sequence[str] = ()) -> pa.Table:
    """A whole file as text cells; with `needed`, names in lower case, those are there.

    Raises InputError where it cannot be read, ColumnError for a needed column that is not there.
    """
    if isinstance(path, Path):
        (path,) = expand([str(path)], Path())
    table = unguarded_table(read(path).table())
    if not needed:
        return table
    folded = [name.casefold() for name in table.column_names]
    for name in needed:
        if name not in folded:
            raise ColumnError(name, table.column_names, where=str(path))
    return table.rename_columns(folded)


def _records_of(table: pa.Table, name: str) -> Records:
    """A table of texts that is no file, as one that is read."""
    return Records(name, "table", list(table.column_names), lambda _: iter([table]))


def common_schema(schemas: Sequence[pa.Schema]) -> pa.Schema:
    """All columns, told apart without regard to case; text where sources differ in the type."""
    types: dict[str, pa.DataType] = {}
    spelled: dict[str, str] = {}
    for schema in schemas:
        for column in schema:
            name = spelled.setdefault(column.name.casefold(), column.name)
            known = types.setdefault(name, column.type)
            if known != column.type:
                types[name] = pa.string()
    return pa.schema([(name, types[name]) for name in in_order(list(types))])


def aligned(accounts: pa.Table, schema: pa.Schema) -> pa.Table:
    """Rows with the columns of a common schema, those that they lack as null."""
    spelled = {name.casefold(): name for name in accounts.column_names}
    columns = []
    for column in schema:
        name = spelled.get(column.name.casefold())
        if name is None:
            columns.append(pa.nulls(accounts.num_rows, column.type))
        elif accounts[name].type != column.type:
            columns.append(to_text(accounts[name]))
        else:
            columns.append(accounts[name])
    return pa.Table.from_arrays(columns, schema=schema)
