"""What may be meant by the name of a file that is not there."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from pathlib import Path

_CLOSE = 0.6
_MOST_NAMED = 4


def nearby(path: Path, suffixes: Iterable[str] = ()) -> str:
    """What to try instead of a file that is not there: the nearest one, else those there are.

    `suffixes` are those that are looked at; all where none is given.
    """
    folder = path.parent
    if not folder.is_dir():
        close = _nearest(folder.name, _names(folder.parent, folders=True))
        near = f"; did you mean {str(folder.parent / close)!r}?" if close else ""
        return f"there is no folder {folder}{near}"
    wanted = {suffix.lower() for suffix in suffixes}
    names = [n for n in _names(folder) if not wanted or Path(n).suffix.lower() in wanted]
    close = _nearest(path.name, names)
    if close is not None:
        return f"did you mean {str(folder / close)!r}?"
    if not names:
        return "there is none in its folder" if wanted else "its folder is empty"
    shown = ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
    return f"its folder has {shown}"


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
