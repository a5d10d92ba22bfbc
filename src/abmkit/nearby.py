"""What may be meant by the name of a file that is not there."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from pathlib import Path

from abmkit.errors import Message

_CLOSE = 0.6
_MOST_NAMED = 4


def nearby(path: Path, suffixes: Iterable[str] = ()) -> Message:
    """What to try instead of a file that is not there: the nearest one, else those there are.

    `suffixes` are those that are looked at; all where none is given.
    """
    folder = path.parent
    if not folder.is_dir():
        close = _nearest(folder.name, _names(folder.parent, folders=True))
        if close is None:
            return Message("there is no folder {folder}", folder=folder)
        near = str(folder.parent / close)
        return Message(
            "there is no folder {folder}; did you mean {near!r}?", folder=folder, near=near
        )
    wanted = {suffix.lower() for suffix in suffixes}
    names = [n for n in _names(folder) if not wanted or Path(n).suffix.lower() in wanted]
    close = _nearest(path.name, names)
    if close is not None:
        return Message("did you mean {near!r}?", near=str(folder / close))
    if not names:
        return Message("there is none in its folder") if wanted else Message("its folder is empty")
    shown = names[:_MOST_NAMED] + (["…"] if len(names) > _MOST_NAMED else [])
    return Message("its folder has {shown}", shown=shown)


def _names(folder: Path, *, folders: bool = False) -> list[str]:
    """The files of a folder, or the folders in it, but for hidden ones."""
    try:
        entries = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
        return sorted(e.name for e in entries if (e.is_dir() if folders else e.is_file()))
    except OSError:
        return []


def _nearest(name: str, names: Iterable[str]) -> str | None:
    """The name that is nearest, told by what stands before its suffix, then by the suffix."""

    def likeness(other: str) -> tuple[float, float]:
        one, two = Path(name), Path(other)
        stems = SequenceMatcher(None, one.stem.casefold(), two.stem.casefold()).ratio()
        return stems, SequenceMatcher(None, one.suffix.casefold(), two.suffix.casefold()).ratio()

    best = max(names, key=likeness, default=None)
    return best if best is not None and likeness(best)[0] >= _CLOSE else None
