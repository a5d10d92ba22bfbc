"""Runs on Spark against runs on DuckDB, value for value."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from projects import project
from pyarrow import parquet

import abmkit
from abmkit.commands.lists import run as running
from abmkit.config.loading import load_project
from abmkit.engines.engine import engine as engine_of
from abmkit.errors import InputError
from abmkit.sources.cluster.loading import loaded_on_cluster
from abmkit.sources.loading import load_sources

TODAY = date(2026, 7, 1)
ORDERED = ("target-accounts", "members")
TEXTS = ("target-accounts.csv", "review.csv", "rejects.csv")


def table(path: Path) -> pa.Table:
    """A Parquet file or folder of them, with lists as they are whoever wrote them."""
    read = parquet.read_table(path)
    plain = pa.list_(pa.string())
    types = [plain if pa.types.is_list(field.type) else field.type for field in read.schema]
    return read.cast(pa.schema(list(zip(read.schema.names, types, strict=True))))


def same_runs(one: Path, other: Path) -> None:
    """Whether two folders hold the same run."""
    for name in ("accounts", "excluded", "ledger", *ORDERED):
        left, right = (table(folder / f"{name}.parquet") for folder in (one, other))
        if name not in ORDERED:
            key = "key" if name == "ledger" else "account_id"
            left, right = (each.sort_by([(key, "ascending")]) for each in (left, right))
        assert left.equals(right), name
    for name in TEXTS:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("project") / "it")


def test_rows_are_loaded_by_executors_as_by_one_process(spark, config) -> None:
    found = load_project(config)
    here, there = (load_sources(found, found.config.sources, as_of=TODAY) for _ in range(2))
    expected = here.table()
    with engine_of("spark") as engine:
        schema, batches = engine.batches(loaded_on_cluster(there, engine))
        told = pa.Table.from_batches(list(batches), schema)
    in_order = [("source", "ascending"), ("source_row", "ascending")]
    assert told.sort_by(in_order).equals(expected.sort_by(in_order))
    assert there.rejects.table().equals(here.rejects.table())
    for one, other in zip(here.reports, there.reports, strict=True):
        assert one.files == other.files
        assert one.issues == other.issues
        assert one.quality == other.quality


def test_a_file_that_cannot_be_read_is_the_error_it_is_elsewhere(spark, config, tmp_path) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(config.parent, folder)
    found = load_project(folder / "abmkit.toml")
    loaded = load_sources(found, found.config.sources, as_of=TODAY)
    (folder / "crm" / "part-2.csv").unlink()
    with engine_of("spark") as engine, pytest.raises(InputError, match="no such file"):
        loaded_on_cluster(loaded, engine)


def test_a_run_on_spark_is_the_run_on_duckdb(spark, config, tmp_path) -> None:
    for engine in ("duckdb", "spark"):
        abmkit.run(config, output=tmp_path / engine, engine=engine, as_of=TODAY)
    same_runs(tmp_path / "duckdb", tmp_path / "spark")
    record = json.loads((tmp_path / "spark" / "run.json").read_text("utf-8"))
    assert record["engine"] == "spark"


def test_a_run_that_fails_leaves_the_list_that_was_there(spark, config, tmp_path, monkeypatch):
    folder = tmp_path / "out"
    abmkit.run(config, output=folder, engine="spark", as_of=TODAY)
    before = {path.name: path.resolve() for path in folder.iterdir()}

    def failed(*_: Any) -> Any:
        raise OSError("no space left")

    monkeypatch.setattr(running, "_written", failed)
    with pytest.raises(OSError, match="no space left"):
        abmkit.run(config, output=folder, engine="spark", as_of=TODAY)
    assert {path.name: path.resolve() for path in folder.iterdir()} == before
    assert not list((folder / "runs").glob(".*"))
    assert parquet.read_table(folder / "accounts.parquet").num_rows
