"""Inspect: what a file holds, and how each of its columns would be read."""

from __future__ import annotations

from typing import Annotated

from abmkit.commands.verb import Argument, Option, verb
from abmkit.commands.work import Work
from abmkit.places import Place


@verb(reads="any table", config="if there", sections=("sources", "suppress"))
def inspect(
    work: Work,
    files: Annotated[list[Place], Argument("FILE...", "Files, or - for stdin.")],
    *,
    as_json: Annotated[bool, Option("--json", "As JSON.")] = False,
) -> None:
    """Show what a file holds and how each column would be read, and what to paste to change it."""
    import json

    from abmkit.reports.console.inspect import columns_to_paste, inspection_data, inspection_text
    from abmkit.reports.notebook.tables import inspection_tables
    from abmkit.sources.inspection import inspect as inspected

    paths = files if isinstance(files, list | tuple) else [files]
    found = [inspected(path, format=work.format, config=work.project) for path in paths]
    work.output.tables(lambda: inspection_tables(found, work.words))
    if as_json:
        data = [inspection_data(each, work.words) for each in found]
        shown = data[0] if len(data) == 1 else data
        work.output.words(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    for each in found:
        work.output.words(
            f"{inspection_text(each, work.words)}\n\n{columns_to_paste(each, work.words)}"
        )
