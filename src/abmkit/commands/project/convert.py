"""Convert: any messy table to a clean one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from abmkit.commands.steps.load import Rejects
from abmkit.commands.verb import Argument, Option, verb
from abmkit.commands.work import Work

if TYPE_CHECKING:
    from abmkit.io.records import Records


@verb(reads="any table", gives="table", config="none")
def convert(
    work: Work,
    file: Annotated[str, Argument("FILE", "A table in any format; - is stdin.")],
    *,
    rejects: Rejects = None,
    sheet: Annotated[str | None, Option("--sheet", "The sheet of a workbook.", "NAME")] = None,
) -> None:
    """Make a clean table of any messy one: every cell the text it was, the columns the file has.

    Encoding, delimiter, quotes, header, titles and notes are detected. Where the file names no
    columns, CSV and TSV have no header line either, other formats have column_1, column_2, …
    """
    import pyarrow as pa

    from abmkit.io.input import EmptyInput
    from abmkit.io.reading import read
    from abmkit.sources.rejects import reject_table, rows_of

    try:
        records = read(file, format=work.format, sheet=sheet)
    except EmptyInput as error:
        work.warn(str(error))
        work.output.rows(pa.schema([]), [], header=False)
        return
    with records, rows_of(records, str(file)) as batches:
        work.output.rows(records.schema(), batches, header=records.header_rows > 0)
    work.keep(reject_table(records), rejects)
    _tell(work, records, kept=rejects is not None)


def _tell(work: Work, records: Records, *, kept: bool) -> None:
    """Say what was not taken as it stood."""
    name = records.name
    if records.header_rows == 0:
        work.diagnostics.info(f"{name}: no row names the columns")
    for reason, count in records.repaired.most_common():
        lines = ", ".join(str(r.line) for r in records.repairs if r.reason == reason and r.line)
        work.warn(f"{name}: {count:,} rows repaired, {reason}: line {_shortened(lines)}")
    for table in records.other_tables:
        work.warn(f"{name}: another table is not read: {table}")
    aside = len(records.preamble) + len(records.footnotes)
    if aside:
        work.diagnostics.info(f"{name}: {aside} lines above and below the table are notes")
    if records.rejects:
        first = records.rejects[0]
        where = "" if kept else "; keep them with --rejects FILE"
        at = f"line {first.line}: " if first.line else ""
        count = len(records.rejects)
        work.warn(f"{name}: {count:,} rows rejected ({at}{first.reason}){where}")


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:60].rpartition(",")[0] + ", …"
