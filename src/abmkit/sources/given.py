"""Frames that a notebook gives, as the file would be that they were read from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from abmkit.domain.cells import objects_to_text
from abmkit.domain.facts import Fact, fact
from abmkit.domain.frames import collected, fits, opened
from abmkit.domain.kinds import may_be_no_text
from abmkit.io.records import unique_names

_PANDAS = "pandas"


def rows_given(native: Any, *, renamed: bool = True) -> tuple[pa.Table, list[Fact]]:
    """The rows of a frame, and what of it is not read.

    Where they are `renamed`, its columns get names that tell them apart: of several parts joined,
    no text as text, a second one of a name with a number, as in a file. Cells of mixed types are
    written as text, too; columns of bytes that are no text are left out, and so is an index.
    Raises UsageError for no frame.
    """
    frame = _renamed(native) if renamed else native
    left_out: list[str] = []
    if _is_pandas(frame) and frame.columns.is_unique:
        frame, left_out = _fitting(frame)
    told = list(_doubts(native))
    if left_out:
        told.append(fact("load.left_out", source="the frame", columns=left_out))
    return collected(opened(frame)), told


def _fitting(frame: Any) -> tuple[Any, list[str]]:
    """A pandas frame whose columns Arrow has a type for, others as text, and those left out."""
    unread = []
    for name in list(frame.columns):
        values = frame[name]
        try:
            array = pa.array(values, from_pandas=True)
            if not may_be_no_text(array.type) and fits(values, array):
                continue
        except (pa.ArrowException, OverflowError, UnicodeEncodeError):
            pass
        try:
            texts = objects_to_text(values.tolist())
        except UnicodeDecodeError:
            unread.append(name)
            frame = frame.drop(columns=name)
            continue
        frame = frame.assign(**{name: texts.to_pylist()})
    return frame, unread


def bare(native: Any) -> Any:
    """A frame of the same kind without its columns, where they could be in the way."""
    if _is_pandas(native):
        return native.iloc[:0, :0]
    return native.select([]) if isinstance(native, pa.Table) else native


def _doubts(native: Any) -> Iterator[Fact]:
    """What of a frame is not read: an index that says something."""
    if not _is_pandas(native):
        return
    index = native.index
    names = [str(name) for name in index.names if name is not None]
    texts = index.dtype == object or str(index.dtype).startswith(("str", "category"))
    if names or texts:
        yield fact("frame.index", names=names or ["without a name"])


def _is_pandas(native: Any) -> bool:
    return type(native).__module__.split(".")[0] == _PANDAS and hasattr(native, "columns")


def _renamed(native: Any) -> Any:
    if isinstance(native, pa.Table):
        names = unique_names(native.column_names)
        return native if names == native.column_names else native.rename_columns(names)
    if not _is_pandas(native):
        return native
    given = list(native.columns)
    names = unique_names([_name(each) for each in given])
    if names == given:
        return native
    renamed = native.copy(deep=False)
    renamed.columns = names
    return renamed


def _name(given: Any) -> str:
    if isinstance(given, tuple):
        parts = [_name(part) for part in given]
        return " ".join(dict.fromkeys(part for part in parts if part))
    if given is None or given != given:
        return ""
    return str(given)
