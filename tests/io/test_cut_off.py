"""Files of which only the beginning is there are called that, and nothing is left behind."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import ipc, parquet

from abmkit.errors import InputError
from abmkit.io.reading import read
from abmkit.io.writing import write

ROWS = [f"Firm {at * 7919 % 10007} of {at}" for at in range(3_000)]
TABLE = pa.table({"name": ROWS})


def whole(path: Path) -> Path:
    """A file with a table in it, in the format of its name."""
    text = ("name\n" + "\n".join(ROWS)).encode()
    if path.name == "x.csv.gz":
        path.write_bytes(gzip.compress(text))
    elif path.name == "x.csv.zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.csv", text)
    elif path.suffix == ".json":
        path.write_text(json.dumps(TABLE.to_pylist()))
    elif path.suffix == ".parquet":
        parquet.write_table(TABLE, path)
    elif path.suffix == ".feather":
        with ipc.new_file(path, TABLE.schema) as file:
            file.write_table(TABLE)
    else:
        write([TABLE], TABLE.schema, path)
    return path


NAMES = [
    "x.xlsx",
    "x.parquet",
    "x.arrow",
    "x.feather",
    "x.csv.gz",
    "x.csv.zip",
    "x.csv.zst",
    "x.json",
]


@pytest.mark.parametrize("kept", [0.5, 0.9, 0.999])
@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_is_cut_off_is_called_that(tmp_path: Path, name: str, kept: float) -> None:
    path = whole(tmp_path / name)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    packed = path.suffix[1:] if path.suffix in (".gz", ".zst") else ""
    packed = f"the {packed} file is damaged: it " if packed else ""
    with pytest.raises(InputError) as caught:
        read(path).table()
    assert str(caught.value) == (
        f"{path}: {packed}is cut off: its end is missing, as after a download or a copy that was "
        "interrupted; get a fresh copy of the file"
    )


def test_a_stream_without_its_end_is_cut_off(tmp_path: Path) -> None:
    # As a step leaves it that is killed between two batches.
    path = tmp_path / "x.arrow"
    with ipc.new_stream(path, TABLE.schema) as file:
        file.write_table(TABLE, max_chunksize=1_000)
    whole_stream = path.read_bytes()
    assert read(path).table().num_rows == len(ROWS)
    path.write_bytes(whole_stream[:-8])
    assert ipc.open_stream(path).read_all().num_rows == len(ROWS)
    with pytest.raises(InputError, match="is cut off"):
        read(path).table()


@pytest.mark.parametrize("name", NAMES)
def test_a_whole_file_is_read(tmp_path: Path, name: str) -> None:
    assert read(whole(tmp_path / name)).table().num_rows == len(ROWS)


def test_broken_json_is_not_called_cut_off(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('[{"name": "a"},\n{"name": b}]')
    with pytest.raises(InputError, match="is broken JSON"):
        read(tmp_path / "x.json")


def test_what_was_spooled_is_gone_when_another_source_fails(tmp_path: Path) -> None:
    config = "version = 1\n" + "".join(
        f'[[sources]]\nname = "{name}"\npath = "{path}"\n'
        for name, path in (("a", "-"), ("b", "nowhere.csv"))
    )
    (tmp_path / "abmkit.toml").write_text(config)
    spool = tmp_path / "spool"
    spool.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "abmkit", "load", "-c", "abmkit.toml"],
        input=whole(tmp_path / "x.parquet").read_bytes(), cwd=tmp_path, capture_output=True,
        env={**os.environ, "TMPDIR": str(spool)}, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert b"nowhere.csv" in done.stderr
    assert list(spool.iterdir()) == []
