"""What one command writes the next reads: every format, through files and streams, any cell."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abmkit.cli.main import run_command
from abmkit.domain.kinds import arrow_type
from abmkit.io.writing import write
from abmkit.schema.accounts import kind_of
from abmkit.sources.canonical import read_accounts
from shell import abmkit

HOSTILE = [
    "00123", "NA", "N/A", "null", "None", "nan", "true", "1e5", "1,234", "9" * 40, "-5", "+5", "0",
    ";", "\\;", "a;b", "a\\", "\\", "a\nb", "a\r\nb", '"', 'a"b', "'", "'x", "'=x", "''", "=1+1",
    "+1-1", "-x", "@x", "＝1", "＋x", "😀", "ａＢ", "公司", "a,b", "a\tb", "2024-02-29",
    "29/02/2024", "#N/A", " x ", "x" * 500, "é", "_x000D_", "[1]", "{a}", "%s", "<b>&", "\ufeffx",
]  # fmt: skip
LOOSE = st.text(st.sampled_from("'=+-@;\\\",\t\n 01aé公😀＝"), min_size=1, max_size=6)
cells = st.sampled_from(HOSTILE) | LOOSE
rows = st.fixed_dictionaries(
    {
        "name": cells | st.none(),
        "aliases": st.lists(cells, min_size=1, max_size=3) | st.none(),
        "employees": st.integers(-(2**53), 2**53) | st.none(),
        "revenue": st.floats(allow_nan=False, allow_infinity=False) | st.none(),
        "listed": st.booleans() | st.none(),
        "as_of": st.dates(date(1, 1, 1)) | st.none(),
        "exclusions": st.lists(cells, min_size=1, max_size=2) | st.none(),
        "fit_score": st.integers(0, 10_000).map(lambda hundredths: hundredths / 100) | st.none(),
        "own": cells | st.none(),
        "=own": cells | st.none(),
    }
)


def table_of(records: list[dict[str, object]]) -> pa.Table:
    """Accounts of their types; an id keeps a row of unknowns from being blank."""
    columns = {"account_id": pa.array([f"id:{at}" for at in range(len(records))])}
    for name in records[0]:
        kind = kind_of(name) or "string"
        columns[name] = pa.array([each[name] for each in records], arrow_type(kind))
    return pa.table(columns)


def read_back(path: Path) -> pa.Table:
    accounts = read_accounts(path)
    return pa.Table.from_batches(list(accounts.batches), accounts.schema)


@pytest.mark.parametrize("guarded", [True, False])
@pytest.mark.parametrize("name", ["x.csv", "x.tsv", "x.jsonl", "x.parquet", "x.arrow", "x.csv.gz"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(records=st.lists(rows, min_size=1, max_size=4))
def test_accounts_come_back_as_they_were(tmp_path, name, guarded, records) -> None:
    table = table_of(records)
    write([table], table.schema, tmp_path / name, guarded=guarded)
    assert read_back(tmp_path / name).to_pylist() == table.to_pylist()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(texts=st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=6))
def test_text_comes_back_from_a_workbook(tmp_path, texts) -> None:
    names = [f"id:{at}" for at in range(len(texts))]
    table = pa.table({"account_id": names, "name": texts, "own": texts[::-1]})
    write([table], table.schema, tmp_path / "x.xlsx")
    assert read_back(tmp_path / "x.xlsx").to_pylist() == table.to_pylist()


CONFIG = """version = 1
[[score.criteria]]
id = "c"
bands = [{ when = { own = { known = true } }, points = 1 }]
[[tier.tiers]]
id = "A"
"""


def test_every_step_reads_what_the_one_before_wrote(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("abmkit.toml").write_text(CONFIG)
    hostile = [text for text in HOSTILE if text.strip() == text]
    names = [f"Firm {at}" for at in range(len(hostile))]
    table = pa.table({"Company Name": names, "own": hostile})
    write([table], table.schema, Path("in.parquet"))
    assert run_command(["load", "in.parquet", "-o", "wanted.parquet"]) == 0
    # What load takes for unknown is unknown from then on.
    wanted = {row["name"]: row["own"] for row in read_back(Path("wanted.parquet")).to_pylist()}
    assert sum(text is not None for text in wanted.values()) > 35
    for suffix in ("csv", "tsv", "jsonl", "arrow", "xlsx"):
        before = "in.parquet"
        for step in ("load", "dedupe", "score", "tier"):
            assert run_command([step, before, "-o", f"{step}.{suffix}"]) == 0
            before = f"{step}.{suffix}"
            found = {row["name"]: row["own"] for row in read_back(Path(before)).to_pylist()}
            assert found == wanted, before


@pytest.mark.parametrize("format", ["csv", "tsv", "jsonl", "arrow", "parquet"])
def test_a_pipe_hands_on_every_cell(tmp_path: Path, format: str) -> None:
    (tmp_path / "abmkit.toml").write_text(CONFIG)
    texts = [text for text in HOSTILE if text.strip() == text]
    table = pa.table({"account_id": [f"id:{at}" for at in range(len(texts))], "own": texts})
    data = io.BytesIO()
    write([table], table.schema, data, format)
    for step in ("score", "tier"):
        done = abmkit(step, "--from", format, "--to", format, stdin=data.getvalue(), cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        data = io.BytesIO(done.stdout)
    path = tmp_path / f"out.{format}"
    path.write_bytes(data.getvalue())
    found = {row["account_id"]: row["own"] for row in read_back(path).to_pylist()}
    assert found == dict(zip(table["account_id"].to_pylist(), texts, strict=True))
