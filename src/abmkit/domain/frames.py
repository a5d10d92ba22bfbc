"""What every step does with its frame, whatever the engine: open it, look, attach, give it back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa
from narwhals.exceptions import DuplicateError

from abmkit.domain.arrays import dates, from_numpy, known_elements, lists, strings, whole
from abmkit.domain.cells import objects_to_text
from abmkit.domain.kinds import arrow_type
from abmkit.errors import ColumnError, InputError, UsageError
from abmkit.schema.accounts import CANONICAL, Kind, kind_of

Frame = nw.DataFrame[Any] | nw.LazyFrame[Any]

DTYPES: dict[Kind, Any] = {
    "string": nw.String,
    "list": nw.List(nw.String),
    "int64": nw.Int64,
    "double": nw.Float64,
    "bool": nw.Boolean,
    "date": nw.Date,
}
"""The types of the kinds of columns, as every engine has them."""
Once = Callable[[Any], Any]
"""Computes an engine's frame once for several that read it."""
_VIEWS = count()
_ROW = "__row"
_STAND_IN = "\u2060abmkit:"
"""What is put before a name that no column may have while steps work: DuckDB's binding takes `*`
for all columns, and steps call columns of their own `__…`."""


def framed(native: Any) -> Frame:
    """The Narwhals frame of what a step or an engine made itself."""
    frame: Frame = nw.from_native(native)
    return frame


def opened(native: Any) -> Frame:
    """The Narwhals frame of a pandas, Polars, Arrow, DuckDB or Spark table.

    Columns of a pandas frame that hold Python objects (lists, dates, flags with gaps) become Arrow
    columns in the frame that is given back; the caller's own frame stays as it is.

    A column that a step could take for something else goes by another name until `named_back`.

    Raises `UsageError` for anything else, for columns told apart only by case or by nothing, and
    for names that are no text.
    """
    try:
        frame = framed(native)
        names = frame.columns
    except TypeError:
        raise UsageError(
            "a {kind} is no table",
            remedy="give a pandas or Polars frame, an Arrow table, a DuckDB relation or a Spark "
            "DataFrame",
            kind=type(native).__name__,
        ) from None
    except DuplicateError:
        spelled = Counter(getattr(native, "column_names", None) or native.columns)
        name, count = spelled.most_common(1)[0]
        alike = "{count} columns are called {name!r}"
        raise UsageError(alike, remedy="rename them", count=count, name=name) from None
    folded: dict[str, str] = {}
    for name in names:
        if not isinstance(name, str):
            what = "the column name {name!r} is no text"
            raise UsageError(what, remedy="give the columns names", name=name)
        if folded.setdefault(name.casefold(), name) != name:
            raise UsageError(
                "columns {other!r} and {name!r} differ only in case",
                remedy="rename one of them",
                other=folded[name.casefold()],
                name=name,
            )
    frame = _standing_in(frame, names)
    frame = _without_objects(frame) if frame.implementation.is_pandas() else frame
    return _without_untyped(frame)


def _standing_in(frame: Frame, names: Sequence[str]) -> Frame:
    """The frame with other names for columns that a step could take for something else."""
    renamed = {name: stand_in(name) for name in names if stand_in(name) != name}
    if not renamed:
        return frame
    if frame.implementation.is_duckdb():
        return framed(_renamed_in_sql(nw.to_native(frame), renamed))
    return frame.rename(renamed)


def _renamed_in_sql(relation: Any, renamed: Mapping[str, str]) -> Any:
    columns = ", ".join(f"{quoted(old)} AS {quoted(new)}" for old, new in renamed.items())
    return relation.project(f"* RENAME ({columns})")


def quoted(name: str) -> str:
    """A column in SQL."""
    return '"' + name.replace('"', '""') + '"'


def stand_in(name: str) -> str:
    """The name by which steps know a column."""
    return _STAND_IN + name if name == "*" or name.startswith("__") else name


def own_name(name: str) -> str:
    """The name that a column has outside of steps."""
    bare = name.removeprefix(_STAND_IN)
    return bare if stand_in(bare) == name else name


def named_back(native: Any) -> Any:
    """A step's frame with the names that the columns of its input had."""
    try:
        frame = framed(native)
    except TypeError:
        return native
    renamed = {name: own_name(name) for name in frame.columns if own_name(name) != name}
    if not renamed:
        return native
    if frame.implementation.is_duckdb():
        return _renamed_in_sql(native, renamed)
    return nw.to_native(frame.rename(renamed))


def _without_objects(frame: Frame) -> Frame:
    native = nw.to_native(frame)
    schema = frame.collect_schema()
    unfit = [n for n, t in schema.items() if t == nw.Object or _is_empty(native[n], kind_of(n), t)]
    arrays = {name: _as_arrow(native[name], name) for name in unfit}
    readable = {name: array for name, array in arrays.items() if array is not None}
    if not readable:
        return frame
    import pandas as pd

    native = native.copy(deep=False)
    for name, array in readable.items():
        column = pd.arrays.ArrowExtensionArray(pa.chunked_array([array]))
        native[name] = pd.Series(column, index=native.index)
    return framed(native)


def _is_empty(values: Any, kind: Kind | None, dtype: nw.dtypes.DType) -> bool:
    """Whether a column of nulls has the type that pandas gives those, not its own."""
    guessed = dtype.is_float() or dtype == nw.String
    return kind is not None and guessed and dtype != DTYPES[kind] and bool(values.isna().all())


def _as_arrow(values: Any, name: str) -> pa.Array | None:
    """A column of Python objects as Arrow has it; None where it holds what does not fit."""
    kind = kind_of(name)
    if kind == "date":
        return dates([v if isinstance(v, date) and v == v else None for v in values])
    if kind == "list":
        several = (isinstance(v, Iterable) and not isinstance(v, str) for v in values)
        return lists([*v] if is_list else None for v, is_list in zip(values, several, strict=True))
    try:
        array = pa.array(values, arrow_type(kind) if kind else None, from_pandas=True)
    except (pa.ArrowException, OverflowError, UnicodeEncodeError):
        # Of mixed types, as `read_excel` gives them: as text, as in the file.
        return None if kind else _as_texts(values)
    if not fits(values, array):
        return None if kind else _as_texts(values)
    return array.cast(pa.string()) if pa.types.is_null(array.type) else array


def fits(values: Any, array: pa.Array) -> bool:
    """Whether an array is what the Python values of a pandas column are.

    Arrow takes numbers among dates for days since 1970, and cuts a moment among days.
    """
    if values.dtype != object or not pa.types.is_temporal(array.type):
        return True
    found = {type(value) for value in values.dropna()}
    return not any(issubclass(kind, int | float) for kind in found) and len(found) < 2


def _as_texts(values: Any) -> pa.Array | None:
    try:
        return objects_to_text(values)
    except UnicodeDecodeError:
        return None


def _without_untyped(frame: Frame) -> Frame:
    """The frame with canonical columns that have only nulls, and so no type, in their own."""
    schema = frame.collect_schema()
    kinds = {name: kind_of(name) for name, dtype in schema.items() if dtype == nw.Unknown}
    typed = [nw.col(name).cast(DTYPES[kind]) for name, kind in kinds.items() if kind is not None]
    return frame.with_columns(typed) if typed else frame


def in_arrow(frame: Frame) -> pa.Table:
    """A frame's rows as an Arrow table in whatever types they have.

    Raises `InputError` for a pandas column that mixes types.
    """
    if isinstance(frame, nw.LazyFrame):
        return frame.collect(backend="pyarrow").to_native()
    if not frame.implementation.is_pandas():
        return frame.to_arrow()
    try:
        return pa.Table.from_pandas(nw.to_native(frame), preserve_index=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        # What the cell holds may be of a person: it is not told.
        match = re.search("for column (.*) with type", str(error.args[-1]))
        what = "column {name!r} mixes types" if match else "a column mixes types"
        raise InputError(what, remedy="give it one type", name=match and match[1]) from error


def collected(frame: Frame) -> pa.Table:
    """A frame's rows as an Arrow table, with strings and lists in their plain types.

    Nothing in abmkit's lists is unknown: two unknown ids are not one id. Raises `InputError` for a
    pandas column that mixes types.
    """
    table = in_arrow(frame)
    fields = [pa.field(f.name, _plain(f.type)) for f in table.schema]
    table = table.select(table.column_names).cast(pa.schema(fields)).combine_chunks()
    return _without_unknown_elements(table)


def _without_unknown_elements(table: pa.Table) -> pa.Table:
    for place, field in enumerate(table.schema):
        if kind_of(field.name) == "list" and pa.types.is_list(field.type):
            values = whole(table[field.name])
            if values.values.null_count:
                table = table.set_column(place, field.name, known_elements(values))
    return table


def _plain(type_: pa.DataType) -> pa.DataType:
    if pa.types.is_large_string(type_) or pa.types.is_string_view(type_):
        return pa.string()
    if pa.types.is_dictionary(type_) or pa.types.is_null(type_):
        return pa.string()
    if pa.types.is_list(type_) or pa.types.is_large_list(type_):
        return pa.list_(_plain(type_.value_type))
    return type_


def is_spark(frame: Frame) -> bool:
    """Whether a frame's rows are Spark's."""
    return frame.implementation.is_spark_like() and not frame.implementation.is_sqlframe()


def like(frame: Frame, table: pa.Table) -> Frame:
    """An Arrow table as a frame of the same engine as another, so that the two can be joined."""
    implementation = frame.implementation
    if implementation.is_duckdb():
        # DuckDB finds the variable by its name, and reads it in the relation's own connection.
        arrow_table = table  # noqa: F841
        view = f"abmkit_{next(_VIEWS)}"
        return framed(nw.to_native(frame).query(view, "SELECT * FROM arrow_table"))
    if is_spark(frame):
        return framed(nw.to_native(frame).sparkSession.createDataFrame(table))
    if implementation.is_pandas():
        import pandas as pd

        return framed(table.to_pandas(types_mapper=pd.ArrowDtype))
    small: Frame = nw.from_arrow(table, backend=implementation)
    return small.lazy() if isinstance(frame, nw.LazyFrame) else small


def as_it_is(native: Any) -> Any:
    """The `Once` of frames that are computed as often as they are read."""
    return native


def once_computed(frame: Frame, once: Once) -> Frame:
    """A frame that several read."""
    return framed(once(nw.to_native(frame)))


def those(frame: Frame, column: str, texts: pa.StringArray) -> Frame:
    """The rows whose column is one of the texts."""
    if not len(texts):
        return frame.head(0)
    table = pa.Table.from_arrays([texts], names=[column])
    return frame.join(like(frame, table), on=column, how="semi")  # type: ignore[arg-type]


def others(frame: Frame, column: str, texts: pa.StringArray) -> Frame:
    """The rows whose column is none of the texts."""
    if not len(texts):
        return frame
    table = pa.Table.from_arrays([texts], names=[column])
    return frame.join(like(frame, table), on=column, how="anti")  # type: ignore[arg-type]


def rows_with(frame: Frame, column: str, texts: set[str]) -> list[dict[str, Any]]:
    """The rows whose column is one of the texts."""
    if not texts:
        return []
    if frame.implementation.is_pyarrow():
        # Arrow's joins take no list columns.
        hits = frame.filter(nw.col(column).is_in(sorted(texts)))
    else:
        hits = those(frame, column, strings(sorted(texts)))
    rows: list[dict[str, Any]] = collected(hits).to_pylist()
    return rows


def attached(
    frame: Frame, table: pa.Table, on: str | Sequence[str], *, ordered: bool = True
) -> Frame:
    """The frame with a narrow table's columns joined to it, in the frame's own order if `ordered`.

    The table has each key at most once, so that rows are neither lost nor doubled. A null is no
    key: it finds nothing.
    """
    keys = [on] if isinstance(on, str) else list(on)
    if frame.implementation.is_pyarrow():
        return framed(_arrow_attached(nw.to_native(frame), table, keys))
    right = like(frame, table)
    if ordered and frame.implementation.is_polars():
        native, other = nw.to_native(frame), nw.to_native(right)
        return framed(native.join(other, on=keys, how="left", maintain_order="left"))
    if ordered and frame.implementation.is_duckdb():
        numbered = framed(nw.to_native(frame).project(f"*, row_number() OVER () AS {_ROW}"))
        return numbered.join(right, on=keys, how="left").sort(_ROW).drop(_ROW)  # type: ignore[arg-type]
    return frame.join(right, on=keys, how="left")  # type: ignore[arg-type]


def _arrow_attached(frame: pa.Table, table: pa.Table, keys: list[str]) -> pa.Table:
    """The same for Arrow tables, whose joins take no list columns and keep no order."""
    if not frame.num_rows:  # A join of Arrow's imports pandas.
        return pa.table(
            dict(zip(frame.column_names, frame.columns, strict=True))
            | {n: table[n].slice(0, 0) for n in table.column_names if n not in keys}
        )
    left = frame.select(keys).append_column("__left", from_numpy(np.arange(frame.num_rows)))
    right = table.select(keys).cast(frame.select(keys).schema)
    right = right.append_column("__right", from_numpy(np.arange(table.num_rows)))
    joined = left.join(right, keys=keys, join_type="left outer").sort_by("__left")
    rows = joined["__right"].combine_chunks()
    for name in table.column_names:
        if name not in keys:
            values: pa.ChunkedArray = table[name].combine_chunks().take(rows)
            frame = frame.append_column(name, values)
    return frame


def with_split(frame: Frame, column: str) -> Frame:
    """The frame with a column of `;`-joined texts as a list column."""
    if frame.implementation.is_pandas():
        # Splitting gives lists only where the text is in an Arrow array.
        text = nw.maybe_convert_dtypes(frame.select(column), dtype_backend="pyarrow")
        frame = frame.with_columns(text[column])
    return frame.with_columns(nw.col(column).str.split(";"))


def without(frame: Frame, names: Iterable[str]) -> Frame:
    """The frame less those of the named columns that it has."""
    present = [name for name in names if name in frame.columns]
    return frame.drop(present) if present else frame


def column_in(columns: Iterable[str], name: str, *, where: str | None = None) -> str | None:
    """The column as the data spells it; None where a canonical column is simply unknown.

    Raises `ColumnError` for a name that is neither canonical nor in the data.
    """
    names = list(columns)
    for candidate in names:
        if own_name(candidate) == name or own_name(candidate).casefold() == name.casefold():
            return candidate
    if name.casefold() in CANONICAL:
        return None
    raise ColumnError(name, map(own_name, names), where=where, possible=CANONICAL)


def missing_account_id(columns: Iterable[str], step: str) -> None:
    """Raise `UsageError` where a step that tells accounts apart by their id gets none."""
    if "account_id" not in columns:
        remedy = "run `abmkit load` first: it names each"
        raise UsageError("{step} needs the column account_id", remedy=remedy, step=step)


def check_unique(frame: Frame) -> None:
    """Raise `InputError` where an `account_id` stands there twice."""
    ids = frame.select("account_id").group_by("account_id").agg(nw.len().alias("__records"))
    twice = collected(ids.filter(nw.col("__records") > 1).head(1))
    if twice.num_rows:
        raise InputError(
            "account_id {account_id!r} stands there twice",
            remedy="run `abmkit dedupe` first",
            account_id=twice["account_id"][0].as_py(),
        )
