"""Runs on Spark against runs on DuckDB, value for value."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from projects import CONFIG, TABLES_ALONE, project
from pyarrow import parquet

import abmkit
from abmkit.commands.lists import run as running
from abmkit.config.loading import load_project
from abmkit.engines.engine import engine as engine_of
from abmkit.errors import InputError
from abmkit.sources.cluster.loading import loaded_on_cluster
from abmkit.sources.loading import load_sources

TODAY = date(2026, 7, 1)
IN_ORDER = {
    "target-accounts": [],
    "accounts": ["account_id"],
    "excluded": ["account_id"],
    "members": ["source", "source_row"],
    "ledger": ["kind", "key"],
}
"""The tables of a run, and what those are sorted by whose order is not promised."""
TEXTS = ("target-accounts.csv", "review.csv", "rejects.csv")


def table(path: Path) -> pa.Table:
    """A Parquet file or folder of them, with lists as they are whoever wrote them."""
    read = parquet.read_table(path)
    plain = pa.list_(pa.string())
    types = [plain if pa.types.is_list(field.type) else field.type for field in read.schema]
    return read.cast(pa.schema(list(zip(read.schema.names, types, strict=True))))


def same_runs(one: Path, other: Path) -> None:
    """Whether two folders hold the same run."""
    for name, by in IN_ORDER.items():
        left, right = (table(folder / f"{name}.parquet") for folder in (one, other))
        if by:
            keys = [(key, "ascending") for key in by]
            left, right = left.sort_by(keys), right.sort_by(keys)
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


def test_a_run_on_spark_is_the_run_on_duckdb_and_stays_where_the_next_one_fails(
    spark, config, tmp_path, monkeypatch
) -> None:
    for engine in ("duckdb", "spark"):
        abmkit.run(config, output=tmp_path / engine, engine=engine, as_of=TODAY)
    same_runs(tmp_path / "duckdb", tmp_path / "spark")
    folder = tmp_path / "spark"
    assert json.loads((folder / "run.json").read_text("utf-8"))["engine"] == "spark"
    before = {path.name: path.resolve() for path in folder.iterdir()}

    def failed(*_: Any) -> Any:
        raise OSError("no space left")

    monkeypatch.setattr(running, "_scored", failed)
    with pytest.raises(OSError, match="no space left"):
        abmkit.run(config, output=folder, engine="spark", as_of=TODAY)
    assert {path.name: path.resolve() for path in folder.iterdir()} == before
    assert not list((folder / "runs").glob(".*"))
    assert parquet.read_table(folder / "accounts.parquet").num_rows


def test_a_run_without_keys_keeps_its_rows_where_they_are(spark, tmp_path) -> None:
    """Canonical Parquet that Spark reads itself, with nothing merged."""
    folder = tmp_path / "accounts"
    folder.mkdir()
    for part in range(2):
        rows = range(part * 40, part * 40 + 40)
        table = pa.table(
            {
                "account_id": [f"id:{row:03}" if row % 9 else None for row in rows],
                "name": [f"Company {row}" for row in rows],
                "name_key": [f"company {row % 30}" for row in rows],
                "country": [["US", "DE", None][row % 3] for row in rows],
                "domain": [f"c{row}.com" if row % 4 else None for row in rows],
                "employees": [row * 7 if row % 5 else None for row in rows],
            }
        )
        parquet.write_table(table, folder / f"part {part}.parquet")
    config = tmp_path / "abmkit.toml"
    sources = '[[sources]]\nname = "all"\npath = "accounts"\ncanonical = true\n'
    rules = CONFIG[CONFIG.index("[[assign]]") :]
    config.write_text(f"version = 1\n{sources}[dedupe]\nkeys = []\n{rules}{TABLES_ALONE}", "utf-8")
    for engine in ("duckdb", "spark"):
        abmkit.run(config, output=tmp_path / engine, engine=engine, as_of=TODAY)
    same_runs(tmp_path / "duckdb", tmp_path / "spark")
    assert (tmp_path / "spark" / "ledger.parquet").is_dir()
