"""The command that makes a clean table of a messy one: convert."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from abmkit.cli import options
from abmkit.cli.tables import check_format, emit, keep
from abmkit.io import diagnostics

if TYPE_CHECKING:
    from abmkit.io.reading import Records


def convert(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A table in any format; - is stdin.")],
    output: options.Output = None,
    rejects: Annotated[
        Path | None,
        typer.Option("--rejects", metavar="FILE", help="Rows not taken: file, line, why, text."),
    ] = None,
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="NAME", help="The sheet of a workbook.")
    ] = None,
    read_as: options.From = None,
    write_as: options.To = None,
) -> None:
    """Make a clean table of any messy one: every cell the text it was, the columns the file has.

    Encoding, delimiter, quotes, header, titles and notes are detected. Where the file names no
    columns, CSV and TSV have no header line either, other formats have column_1, column_2, …
    """
    from abmkit.io.input import EmptyInput
    from abmkit.io.reading import read
    from abmkit.sources.rejects import reject_table, rows_of

    check_format(output, write_as)
    try:
        records = read(file, format=read_as, sheet=sheet)
    except EmptyInput as error:
        diagnostics.warn(str(error))
        _emit_nothing(output, write_as)
        return
    with records, rows_of(records, file) as batches:
        emit(batches, records.schema(), output, write_as, header=records.header_rows > 0)
    keep(reject_table(records), rejects)
    _tell(records, kept=rejects is not None)


def _emit_nothing(output: Path | None, write_as: str | None) -> None:
    import pyarrow as pa

    emit([], pa.schema([]), output, write_as, header=False)


def _tell(records: Records, *, kept: bool) -> None:
    """Say what was not taken as it stood."""
    name = records.name
    if records.header_rows == 0:
        diagnostics.info(f"{name}: no row names the columns")
    for reason, count in records.repaired.most_common():
        lines = ", ".join(str(r.line) for r in records.repairs if r.reason == reason and r.line)
        diagnostics.warn(f"{name}: {count:,} rows repaired, {reason}: line {_shortened(lines)}")
    for said in records.other_tables:
        diagnostics.warn(f"{name}: another table is not read: {said}")
    aside = len(records.preamble) + len(records.footnotes)
    if aside:
        diagnostics.info(f"{name}: {aside} lines above and below the table are notes")
    if records.rejects:
        first = records.rejects[0]
        say = "" if kept else "; keep them with --rejects FILE"
        at = f"line {first.line}: " if first.line else ""
        diagnostics.warn(
            f"{name}: {len(records.rejects):,} rows rejected ({at}{first.reason}){say}"
        )


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:60].rpartition(",")[0] + ", …"
