"""Which source of a config a file is, and what a file is called that is none of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from abmkit.config.loading import Project
from abmkit.config.sections.sources import Source
from abmkit.errors import InputError
from abmkit.io.reading import expand
from abmkit.places import Place, Remote, is_url
from abmkit.places import place as place_of

STDIN = "-"


def source_of(path: Place | str, project: Project) -> Source | None:
    """The source or suppression list of a project that a file belongs to; None where none is."""
    if str(path) == STDIN:
        return None
    wanted = place_of(path)
    for source in (*project.config.sources, *project.config.suppress):
        if any(_is_in(wanted, text, project.folder) for text in source.paths()):
            return source
    return None


def _is_in(wanted: Place, text: str, folder: Path) -> bool:
    """Whether a file is one of those that a path of a config means; no store is asked."""
    if isinstance(wanted, Remote):
        return is_url(text) and wanted.is_one_of(Remote(text))
    if is_url(text):
        return False
    try:
        files = expand([text], folder)
    except InputError:
        return False
    return any(isinstance(file, Path) and file.resolve() == wanted.resolve() for file in files)


def named_source(path: Place | str, otherwise: str = "input", **settings: Any) -> Source:
    """A source for a file of which a config says nothing, named after it."""
    if str(path) == STDIN:
        return Source(name="stdin", path=STDIN, **settings)
    path = place_of(path)
    name = re.sub(r"[\s/\\;]+", "-", path.name.split(".")[0].strip()) or otherwise
    if isinstance(path, Remote):
        return Source(name=name, path=path.url, **settings)
    return Source(name=name, path=str(path.expanduser().resolve()), **settings)


def sources_of(files: Sequence[Place | str], project: Project) -> list[Source]:
    """Each file as the config's source that it belongs to, else as one named after it."""
    sources: dict[str, Source] = {}
    for file in files:
        source = named_source(file)
        file = place_of(file)
        file = file.expanduser() if isinstance(file, Path) else file
        known = source_of(file, project) if source.path != STDIN else None
        name = known.name if known else source.name
        while name in sources:
            name += "-2"
        place = {"name": name, "path": source.path}
        sources[name] = (known or source).model_copy(update=place)
    return list(sources.values())
