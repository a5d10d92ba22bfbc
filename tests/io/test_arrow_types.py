"""Columns of every Arrow type: read as text, or left out and told."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import ipc, parquet

from abmkit.cli.main import run_command
from abmkit.errors import InputError
from abmkit.io.reading import read
from abmkit.sources.canonical import read_accounts

NAMES = ["Acme Foods", "Beta Foods", "Gamma Foods"]
BYTES = [b"\xff\xfe", b"abcd", None]
NO_TEXT = {
    "binary": pa.array(BYTES),
    "large": pa.array(BYTES, pa.large_binary()),
    "fixed": pa.array([b"\xff\xfe", b"ab", None], pa.binary(2)),
    "view": pa.array(BYTES, pa.binary_view()),
    "list of bytes": pa.array([[b"\xff"], None, []]),
    "category of bytes": pa.array(BYTES).dictionary_encode(),
    "interval": pa.array([(1, 2, 3), None, (0, 0, 1)], pa.month_day_nano_interval()),
}
AS_TEXT = {
    "text bytes": (pa.array(["é".encode(), b"b", None]), ["é", "b", None]),
    "decimal": (pa.array([Decimal("1.50"), None, Decimal(2)]), ["1.5", None, "2"]),
    "half": (pa.array([1.5, None, 2.0]).cast(pa.float16()), ["1.5", None, "2"]),
    "time": (pa.array([time(1, 2, 3), None, time(0)], pa.time64("ns")), ["01:02:03", None, "00:00:00"]),
    "duration": (pa.array([timedelta(seconds=5), None, timedelta(0)]), ["5000000", None, "0"]),
    "moment": (pa.array([datetime(2020, 1, 1, 3), None, datetime(2020, 1, 1)], pa.timestamp("ns")),
               ["2020-01-01T03:00:00", None, "2020-01-01"]),
    "day": (pa.array([date(2020, 1, 1), None, date(1, 1, 1)], pa.date64()), ["2020-01-01", None, "0001-01-01"]),
    "struct": (pa.array([{"a": 1}, None, {"a": None}]), ['{"a":1}', None, '{"a":null}']),
    "map": (pa.array([[("k", "v")], None, []], pa.map_(pa.string(), pa.string())), ['[["k","v"]]', None, "[]"]),
    "fixed list": (pa.array([[1, 2], None, [3, 4]], pa.list_(pa.int32(), 2)), ["1;2", None, "3;4"]),
    "list view": (pa.array([["a"], None, ["b"]], pa.list_view(pa.string())), ["a", None, "b"]),
    "list of category": (
        pa.ListArray.from_arrays(pa.array([0, 2, 2, 3], pa.int32()), pa.array(["a", "b", "a"]).dictionary_encode()),
        ["a;b", None, "a"],
    ),
    "category": (pa.array(["a", None, "a"]).dictionary_encode(), ["a", None, "a"]),
    "runs": (pa.RunEndEncodedArray.from_arrays(pa.array([2, 3], pa.int32()), pa.array(["a", "b"])), ["a", "a", "b"]),
    "nothing": (pa.nulls(3), [None] * 3),
}  # fmt: skip


def written(path: Path, name: str, values: pa.Array) -> Path:
    """A file of a name and one more column; of what Parquet has no type for, as Arrow."""
    table = pa.table({"name": pa.array(NAMES), name: values})
    if path.suffix == ".parquet":
        parquet.write_table(table, path)
    elif path.suffix == ".arrows":
        with ipc.new_stream(path, table.schema) as stream:
            stream.write_table(table)
    else:
        with ipc.new_file(path, table.schema) as file:
            file.write_table(table)
    return path


@pytest.mark.parametrize("suffix", [".parquet", ".arrow", ".arrows"])
@pytest.mark.parametrize("kind", NO_TEXT)
def test_what_is_no_text_is_left_out_and_told(tmp_path, kind, suffix) -> None:
    if suffix == ".parquet" and kind == "interval":
        return
    path = written(tmp_path / f"x{suffix}", kind, NO_TEXT[kind])
    records = read(path)
    assert records.table().to_pydict() == {"name": NAMES}
    assert (records.left_out, kind in records.notes[0]) == ([kind], True)
    accounts = read_accounts(path)
    assert pa.Table.from_batches(list(accounts.batches)).to_pydict() == {"name": NAMES}
    assert accounts.left_out == [kind]


@pytest.mark.parametrize("suffix", [".parquet", ".arrow", ".arrows"])
@pytest.mark.parametrize("kind", AS_TEXT)
def test_every_other_type_is_read(tmp_path, kind, suffix) -> None:
    values, texts = AS_TEXT[kind]
    if suffix == ".parquet" and kind == "runs":
        return
    path = written(tmp_path / f"x{suffix}", kind, values)
    records = read(path)
    assert records.table()[kind].to_pylist() == texts
    assert records.left_out == []
    accounts = read_accounts(path)
    assert pa.Table.from_batches(list(accounts.batches)).num_rows == 3


def test_commands_say_what_they_leave_out_unless_it_is_ignored(
    tmp_path, capsys, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    table = pa.table({"Company Name": NAMES, "geo": BYTES, "account_id": ["a", "b", "c"]})
    parquet.write_table(table, "x.parquet")
    for command in (["load", "x.parquet"], ["convert", "x.parquet"], ["dedupe", "x.parquet"]):
        assert run_command(command) == 0
        said = capsys.readouterr()
        assert "geo" not in said.out
        assert said.err.count("not read, for there are bytes in it that are no text: geo") == 1
    config = 'version = 1\n[[sources]]\nname = "x"\npath = "x.parquet"\nignore = ["Geo"]\n'
    (tmp_path / "abmkit.toml").write_text(config)
    assert run_command(["load"]) == 0
    assert capsys.readouterr().err == ""
    assert run_command(["inspect", "x.parquet"]) == 0


def piped(table: pa.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a table on stdin as an Arrow stream."""
    sink = io.BytesIO()
    with ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    stdin = io.BufferedReader(io.BytesIO(sink.getvalue()))
    monkeypatch.setattr("abmkit.io.input.stdin_binary", lambda: stdin)


@pytest.mark.parametrize("bytes_are_text", [True, False])
def test_a_stream_of_stdin_may_hold_bytes(
    bytes_are_text: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = pa.array([b"a", b"b", b"c"] if bytes_are_text else BYTES)
    piped(pa.table({"account_id": ["1", "2", "3"], "name": NAMES, "held": held}), monkeypatch)
    accounts = read_accounts("-")
    rows = pa.Table.from_batches(list(accounts.batches), accounts.schema)
    assert rows["name"].to_pylist() == NAMES
    assert accounts.left_out == ([] if bytes_are_text else ["held"])


@pytest.mark.parametrize("format", ["arrow", "parquet"])
def test_a_table_without_columns_is_refused(tmp_path: Path, format: str) -> None:
    path = tmp_path / f"none.{format}"
    if format == "parquet":
        parquet.write_table(pa.table({}), path)
    else:
        with ipc.new_stream(path, pa.schema([])) as writer:
            writer.write_table(pa.table({}))
    with pytest.raises(InputError, match="has no columns"):
        read_accounts(path)


def test_lists_have_no_unknown_elements(tmp_path: Path) -> None:
    path = tmp_path / "lists.parquet"
    parquet.write_table(pa.table({"aliases": [["a", None], [None], [], None, ["b"]]}), path)
    accounts = read_accounts(path)
    rows = pa.Table.from_batches(list(accounts.batches), accounts.schema)
    assert rows["aliases"].to_pylist() == [["a"], None, None, None, ["b"]]


@pytest.mark.parametrize("format", ["arrow", "parquet"])
def test_text_that_is_none_is_damage(tmp_path: Path, format: str) -> None:
    path = tmp_path / f"damaged.{format}"
    table = pa.table({"account_id": ["id:1", "id:2"], "name": ["Acme", "Bolt"]})
    if format == "parquet":
        parquet.write_table(table, path, use_dictionary=False, compression="none")
    else:
        with ipc.new_stream(path, table.schema) as writer:
            writer.write_table(table)
    path.write_bytes(path.read_bytes().replace(b"Bolt", b"B\xff\xfft"))
    with pytest.raises(InputError, match="is damaged"):
        list(read_accounts(path).batches)
