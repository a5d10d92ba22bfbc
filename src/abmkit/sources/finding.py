"""Which source of a config a file is, and what a file is called that is none of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from abmkit.config.loading import Project
from abmkit.config.sections.sources import Source
from abmkit.errors import InputError
from abmkit.io.reading import expand

STDIN = "-"


def source_of(path: Path | str, project: Project) -> Source | None:
    """The source or suppression list of a project that a file belongs to; None where none is."""
    if str(path) == STDIN:
        return None
    wanted = Path(path).resolve()
    for source in (*project.config.sources, *project.config.suppress):
        try:
            files = expand(source.paths(), project.folder)
        except InputError:
            continue
        if any(file.resolve() == wanted for file in files):
            return source
    return None


def named_source(path: Path | str, otherwise: str = "input", **settings: Any) -> Source:
    """A source for a file of which a config says nothing, named after it."""
    if str(path) == STDIN:
        return Source(name="stdin", path=STDIN, **settings)
    path = Path(path).expanduser()
    name = "-".join(path.name.split(".")[0].split()) or otherwise
    return Source(name=name, path=str(path.resolve()), **settings)


def sources_of(files: Sequence[Path | str], project: Project) -> list[Source]:
    """Each file as the config's source that it belongs to, else as one named after it."""
    sources: dict[str, Source] = {}
    for file in files:
        source = named_source(file)
        known = source_of(Path(file).expanduser(), project) if source.path != STDIN else None
        name = known.name if known else source.name
        while name in sources:
            name += "-2"
        place = {"name": name, "path": source.path}
        sources[name] = (known or source).model_copy(update=place)
    return list(sources.values())
