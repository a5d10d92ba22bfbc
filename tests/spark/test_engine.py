"""The engine itself: whose session it works in, what it refuses, what it writes."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from abmkit.engines import spark as module
from abmkit.engines.engine import engine as engine_of
from abmkit.errors import OutputError, UsageError
from abmkit.io.atomic import replacing_folder
from abmkit.io.columnar import InPlace
from abmkit.io.input import Input
from abmkit.steps import dedupe as deduping

TABLE = pa.table(
    {"account_id": ["a", "b"], "revenue": [1.5, float("nan")], "technologies": [["x"], []]}
)


def test_it_works_in_the_session_that_is_there_and_leaves_its_settings(spark) -> None:
    spark.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    with engine_of("spark") as engine:
        assert engine.session.sparkContext is spark.sparkContext
        assert engine.session.conf.get("spark.sql.session.timeZone") == "UTC"
    assert spark.conf.get("spark.sql.session.timeZone") == "Asia/Tokyo"
    assert spark.range(2).count() == 2


@pytest.mark.parametrize("limit", [{"threads": 1}, {"memory_limit": "1GB"}])
def test_limits_are_the_clusters_own(spark, limit) -> None:
    with pytest.raises(UsageError, match="the cluster has its own limit"):
        engine_of("spark", **limit)


def test_files_are_read_where_they_lie_and_their_rows_are_numbered(spark, tmp_path) -> None:
    files = []
    for number, name in enumerate(["one.parquet", "two files.parquet"]):
        parquet.write_table(TABLE, tmp_path / name)
        lying = InPlace.of(Input(tmp_path / name))
        files.append(replace(lying, source="crm", first_row=1 + 2 * number))
    names = [*TABLE.schema, pa.field("city", pa.string()), pa.field("source", pa.string())]
    schema = pa.schema([*names, pa.field("source_row", pa.int64())])
    with engine_of("spark") as engine:
        _, batches = engine.batches(engine.in_place(files, schema))
        rows = pa.Table.from_batches(list(batches)).sort_by("source_row").to_pylist()
    assert [row["source_row"] for row in rows] == [1, 2, 3, 4]
    assert {row["source"] for row in rows} == {"crm"}
    assert [row["revenue"] for row in rows] == [1.5, None, 1.5, None]
    assert [row["technologies"] for row in rows] == [["x"], None, ["x"], None]
    assert {row["city"] for row in rows} == {None}


def test_more_rows_than_a_driver_takes_are_refused_in_one_line(spark, monkeypatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 1)
    with engine_of("spark") as engine, pytest.raises(UsageError, match="2 rows are more than"):
        engine.batches(engine.from_table(TABLE))


def test_more_records_than_a_driver_compares_are_refused_in_one_line(spark, monkeypatch) -> None:
    monkeypatch.setattr(deduping, "MOST_ON_DRIVER", 1)
    records = pa.table({"name": ["A", "B"], "source": ["x", "x"], "source_row": [1, 2]})
    with pytest.raises(UsageError, match="2 records are more than the 1"):
        deduping.dedupe(spark.createDataFrame(records))


def test_what_fails_to_be_written_leaves_nothing(spark, tmp_path) -> None:
    with engine_of("spark") as engine:
        broken = engine.from_table(TABLE).selectExpr("raise_error('no')")
        with pytest.raises(Exception, match="no"):
            engine.store(broken, tmp_path / "out.parquet")
    assert not list(tmp_path.iterdir())


def test_a_folder_takes_the_place_of_one_that_spark_wrote_and_of_nothing_else(tmp_path) -> None:
    target = tmp_path / "accounts.parquet"
    for text in ("old", "new"):
        with replacing_folder(target) as folder:
            folder.mkdir()
            (folder / "part.parquet").write_text(text, "utf-8")
    assert (target / "part.parquet").read_text("utf-8") == "new"
    (target / "notes.txt").touch()
    with pytest.raises(OutputError, match="is there already"), replacing_folder(target):
        pass
    assert [each.name for each in tmp_path.iterdir()] == ["accounts.parquet"]


def test_a_step_reads_and_writes_folders_of_parquet_files(spark, tmp_path) -> None:
    """A command of its own: the session that it makes is gone with it."""
    source, target = tmp_path / "accounts", tmp_path / "scored.parquet"
    source.mkdir()
    for number in range(2):
        parquet.write_table(TABLE.slice(number, 1), source / f"part-{number}.parquet")
    config = tmp_path / "abmkit.toml"
    config.write_text(
        'version = 1\n[[score.criteria]]\nid = "size"\n'
        "bands = [{ when = { revenue = { above = 1 } }, points = 5 }]\n",
        "utf-8",
    )
    command = [sys.executable, "-m", "abmkit", "score", str(source), "-c", str(config)]
    done = subprocess.run(
        [*command, "--from", "parquet", "--engine", "spark", "-o", str(target), "--threads", "1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    scores = dict(
        zip(
            *(parquet.read_table(target)[c].to_pylist() for c in ("account_id", "fit_score")),
            strict=True,
        )
    )
    assert scores == {"a": 100.0, "b": 50.0}
    assert Path(target).is_dir()
