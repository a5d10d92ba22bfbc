from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import narwhals as nw
import pyarrow as pa
import pytest

from abmkit.engines.batches import batches_of
from abmkit.engines.engine import ENGINES, engine
from abmkit.errors import InputError, UsageError
from abmkit.io.formats import FORMATS
from abmkit.io.writing import write
from frames import why_no_spark


def collected(held, frame) -> pa.Table:
    schema, batches = held.batches(frame)
    return pa.Table.from_batches(list(batches), schema)


@pytest.fixture(params=ENGINES)
def held(request):
    if request.param == "spark" and (why := why_no_spark()):
        pytest.skip(why)
    with engine(request.param) as opened:
        yield opened


def test_a_frame_gives_back_its_rows(held, accounts_table):
    frames = [
        held.frame(accounts_table.to_batches(2), accounts_table.schema),
        held.from_table(accounts_table),
        held.spool(held.from_table(accounts_table)),
    ]
    for frame in frames:
        for _ in range(2):
            back = collected(held, frame)
            assert back.schema == accounts_table.schema
            assert back.to_pydict() == accounts_table.to_pydict()


def test_a_frame_of_no_rows_keeps_its_columns(held, accounts_table):
    frame = held.frame([], accounts_table.schema)
    assert collected(held, frame).schema == accounts_table.schema


def test_parquet_files_are_one_frame_whatever_their_names(held, accounts_table, tmp_path):
    paths = [tmp_path / "a[1].parquet", tmp_path / "b*?.parquet"]
    for path in paths:
        write([accounts_table], accounts_table.schema, path)
    assert collected(held, held.from_parquet(paths)).num_rows == 8


def test_frames_of_one_engine_join_and_are_read_while_others_run(held, accounts_table):
    left = nw.from_native(held.frame([accounts_table], accounts_table.schema))
    right = nw.from_native(held.from_table(accounts_table)).select("account_id", n="name")
    joined = left.join(right, on="account_id", how="left").with_columns(
        twice=nw.col("employees") * 2
    )
    schema, batches = held.batches(held.spool(joined.to_native()))
    collected(held, left.to_native())
    assert sum(batch.num_rows for batch in batches) == 4
    assert schema.field("twice").type == pa.int64()


def test_the_order_of_rows_is_kept_through_a_spool():
    numbers = pa.table({"source_row": pa.array(range(500_000), pa.int64())})
    with engine("duckdb", threads=2) as held:
        frame = held.spool(nw.from_native(held.from_table(numbers)).to_native())
        assert collected(held, frame).equals(numbers)


def test_an_error_in_the_rows_keeps_its_kind(held, accounts_table):
    def rows():
        yield from accounts_table.to_batches()
        raise InputError("broken")

    with pytest.raises(InputError, match="broken"):
        held.frame(rows(), accounts_table.schema)


def test_wide_numbers_of_duckdb_come_in_the_types_of_abmkit():
    with engine("duckdb") as held:
        frame = held.connection.sql(
            "select 5::hugeint as a, 1.5::decimal(10,2) as b, sum(1) as c, 'x'::enum('x') as d,"
            " 'nan'::double as e, 7::tinyint as f, 2::hugeint as employees"
        )
        assert collected(held, frame).to_pylist() == [
            {"a": 5, "b": 1.5, "c": 1, "d": "x", "e": None, "f": 7, "employees": 2}
        ]


def test_temporary_files_go_with_the_engine(accounts_table, tmp_path, monkeypatch):
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with engine("duckdb") as held:
        held.frame([accounts_table], accounts_table.schema)
        assert list(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []


def test_an_engine_or_limit_that_makes_no_sense_is_refused():
    with pytest.raises(UsageError, match=r"no engine 'duck'; did you mean 'duckdb'\?"):
        engine("duck")
    for limit in ("lots", "-1", ""):
        with pytest.raises(
            UsageError, match=f"--memory-limit: '{limit}' is not an amount of memory"
        ):
            engine("duckdb", memory_limit=limit)
    with pytest.raises(UsageError, match="--threads"):
        engine("duckdb", threads=0)


def test_a_table_beyond_the_memory_allowed_says_so():
    with engine("duckdb", memory_limit="20MB") as held:
        frame = held.connection.sql("select list(i order by random()) from range(20000000) t(i)")
        with pytest.raises(Exception, match="raise --memory-limit"):
            held.spool(frame)


def test_frames_of_notebooks_come_in_the_types_of_abmkit(accounts_table):
    import numpy as np
    import pandas as pd
    import polars as pl

    wanted = {"employees": [5, None], "registry_ids": [["a"], None], "own": [None, 2.5]}
    values = {"employees": [5.0, np.nan], "registry_ids": [["a"], None], "own": [np.nan, 2.5]}
    frames = [
        pd.DataFrame(values, index=[7, 9]),
        pl.DataFrame({"employees": [5, None], "registry_ids": [["a"], None], "own": [None, 2.5]}),
        pl.LazyFrame(wanted),
        pa.table(wanted),
    ]
    for frame in frames:
        schema, batches = batches_of(frame)
        assert pa.Table.from_batches(list(batches), schema).to_pydict() == wanted
        assert schema.field("registry_ids").type == pa.list_(pa.string())
    with pytest.raises(InputError, match="mixes types"):
        batches_of(pd.DataFrame({"a": [1, "x"]}))
    with pytest.raises(UsageError, match="a str is not a frame"):
        batches_of("text")


WITHOUT_PANDAS = """
import sys
from abmkit.sources.canonical import read_accounts
from abmkit.engines.engine import engine
from abmkit.io.streams import end_process, stdout_binary
from abmkit.io.writing import write
import narwhals as nw

def main():
    accounts = read_accounts(sys.argv[1])
    with engine("duckdb") as held:
        frame = nw.from_native(held.frame(accounts.batches, accounts.schema))
        frame = held.spool(frame.with_columns(more=nw.col("employees") + 1).to_native())
        schema, batches = held.batches(frame)
        write(batches, schema, stdout_binary(), sys.argv[2])

main()
assert "pandas" not in sys.modules, "pandas was imported"
end_process(0)
"""


@pytest.mark.parametrize("format", ["csv", "tsv", "jsonl", "parquet", "arrow", "xlsx"])
def test_a_step_on_duckdb_never_imports_pandas_and_ends_quietly(
    tmp_path: Path, accounts_table, format
):
    path = tmp_path / f"x.{format}"
    write([accounts_table], accounts_table.schema, path)
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PANDAS, str(path), format], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout


ONE_FORMAT = """
import sys
from pathlib import Path
from abmkit.io.reading import read
from abmkit.io.writing import write

records = read(sys.argv[1])
write(records.batches(), records.schema(), Path(sys.argv[2]))
others = ("openpyxl", "python_calamine", "abmkit.io.excel", "abmkit.io.json", *sys.argv[3:])
loaded = [name for name in sys.modules if name.startswith(others)]
assert not loaded, loaded
"""


@pytest.mark.parametrize(
    ("format", "others"),
    [("csv", ("abmkit.io.columnar",)), ("parquet", ("abmkit.io.text.delimited",))],
)
def test_reading_and_writing_one_format_loads_no_other(
    tmp_path: Path, accounts_table: pa.Table, format: str, others: tuple[str, ...]
) -> None:
    path = tmp_path / f"x.{format}"
    write([accounts_table], accounts_table.schema, path)
    made = str(tmp_path / f"y.{format}")
    subprocess.run([sys.executable, "-c", ONE_FORMAT, str(path), made, *others], check=True)


def test_every_format_has_the_reader_and_the_writer_that_it_names() -> None:
    for entry in FORMATS.values():
        assert entry.reads is None or callable(entry.reader())
        assert entry.writes is None or callable(entry.writer())


def test_the_modules_of_io_import_nothing_heavy():
    code = (
        "import sys, abmkit.io.reading, abmkit.io.writing, abmkit.engines.engine, abmkit.sources.canonical\n"
        "heavy = {'pandas', 'duckdb', 'openpyxl', 'python_calamine', 'typer', 'rich', 'scipy',"
        " 'phonenumbers', 'pycountry'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
