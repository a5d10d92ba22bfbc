"""Convert: any messy table to a clean one."""

from __future__ import annotations

from typing import Annotated

from abmkit.commands.steps.load import Rejects
from abmkit.commands.verb import Argument, Option, verb
from abmkit.commands.work import Work
from abmkit.places import Place


@verb(reads="any table", gives="table", config="none", faithful=True, threads=True)
def convert(
    work: Work,
    file: Annotated[Place, Argument("FILE", "A table in any format; - is stdin.")],
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
    from abmkit.reports.convert import conversion_notes, conversion_warnings
    from abmkit.sources.rejects import reject_table, rows_of

    try:
        records = read(file, format=work.format, sheet=sheet)
    except EmptyInput as error:
        work.warn(work.told(error))
        work.output.rows(pa.schema([]), [], header=False)
        return
    with records, rows_of(records, file) as batches:
        header = (records.written or True) if records.header_rows else False
        work.output.rows(records.schema(), batches, header=header)
    work.keep(reject_table(records), rejects)
    for note in conversion_notes(records, work.words):
        work.diagnostics.info(note)
    kept, as_written = rejects is not None, work.output.takes_names_twice
    asked = sheet is not None
    work.warn(
        conversion_warnings(records, work.words, kept=kept, as_written=as_written, asked=asked)
    )
