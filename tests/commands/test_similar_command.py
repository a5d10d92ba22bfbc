"""`abmkit similar` as its users run it: their customers and a run's folder in, a table out."""

from __future__ import annotations

import csv
import io
import shutil
import warnings
from pathlib import Path

import pytest

import abmkit
import shell
from abmkit.cli.main import run_command

SECTORS = ("Software", "Retail", "Energy", "Banks")
CONFIG = """\
version = 1
name = "lookalikes"
[[sources]]
name = "market"
path = "market.csv"
[[suppress]]
name = "customers"
path = "customers.csv"
reason = "Already a customer"
[[exclude.rules]]
id = "far"
reason = "Too far"
when = { country = "CN" }
[[tier.tiers]]
id = "A"
"""


def command(*arguments: str, cwd: Path, stdin: bytes = b"") -> tuple[list[dict[str, str]], str]:
    """The rows that a command gives, and what it says."""
    done = shell.abmkit(*arguments, cwd=cwd, stdin=stdin)
    said = done.stderr.decode()
    assert done.returncode == 0, said
    return list(csv.DictReader(io.StringIO(done.stdout.decode()))), said


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a run: 20 of its 50 companies of software are customers."""
    folder = tmp_path_factory.mktemp("similar")
    lines = ["Company,Website,Industry,Employees,Country"]
    sold = ["Company,Revenue per year"]
    for n in range(200):
        country = ("US", "DE", "CN")[n % 3]
        lines.append(f"Company {n},c{n}.com,{SECTORS[n % 4]},{10 * (1 + n * 7 % 101)},{country}")
        if n % 4 == 0 and n < 80:
            sold.append(f"Company {n} Inc.,{1000 * (1 + n)}")
    (folder / "market.csv").write_text("\n".join(lines), encoding="utf-8")
    (folder / "customers.csv").write_text("\n".join(sold), encoding="utf-8")
    (folder / "abmkit.toml").write_text(CONFIG, encoding="utf-8")
    command("run", "--as-of", "2026-01-01", cwd=folder)
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_without_input_it_reads_the_newest_run(project: Path) -> None:
    rows, said = command("similar", "customers.csv", "-n", "10", cwd=project)
    assert {row["industry"] for row in rows} == {"Software"}
    assert {row["country"] for row in rows} == {"US", "DE"}
    names = {row["name"] for row in rows}
    customers = {f"Company {n}" for n in range(0, 80, 4)}
    assert len(names) == 10
    assert not names & customers
    assert all(set(row["similar_to"].split(";")) <= customers for row in rows)
    assert all(row["similar_by"].startswith("Industry ") for row in rows)
    assert said == ""


def test_a_file_and_stdin_give_what_the_run_gives(project: Path) -> None:
    of_run, _ = command("similar", "customers.csv", cwd=project)
    of_file, _ = command("similar", "customers.csv", "out/accounts.parquet", cwd=project)
    piped = (project / "out" / "accounts.parquet").read_bytes()
    of_stdin, _ = command(
        "similar", "customers.csv", "-", "--from", "parquet", cwd=project, stdin=piped
    )
    of_folder, _ = command("similar", "customers.csv", "out", cwd=project)
    assert of_run == of_file == of_stdin == of_folder != []


def test_where_there_is_no_run_it_says_so(project: Path) -> None:
    shutil.rmtree(project / "out")
    done = shell.abmkit("similar", "customers.csv", cwd=project)
    assert done.returncode == 3
    assert done.stderr.decode().startswith("error: out: there is no run in this folder")


def test_zero_gives_all_that_are_no_customers_and_not_excluded(project: Path) -> None:
    rows, _ = command("similar", "customers.csv", "--top", "0", cwd=project)
    free = [n for n in range(200) if n % 3 != 2 and not (n % 4 == 0 and n < 80)]
    assert {row["name"] for row in rows} == {f"Company {n}" for n in free}
    order = [float(row["similarity"]) for row in rows]
    assert order == sorted(order, reverse=True)


def test_a_customer_that_is_no_account_and_one_without_weight_are_told(project: Path) -> None:
    text = "Company,Worth\nCompany 0,5\nCompany 4,\nCompany 8,7\nNobody Known Ltd,3\n"
    (project / "best.csv").write_text(text, encoding="utf-8")
    _, said = command("similar", "best.csv", "--weight", "Worth", cwd=project)
    assert "1 of 4 are not among the accounts" in said
    assert "Nobody Known Ltd" in said
    assert "nothing is known of 1 of 4" in said
    assert "1 have no 'Worth'" in said
    assert "could be chance" in said


@pytest.mark.parametrize(
    ("column", "code", "what"),
    [
        ("Wort", 2, "no column 'Wort'"),
        ("Debt", 3, "a weight is below 0"),
        ("None", 3, "no customer has a weight"),
    ],
)
def test_weights_that_are_none_are_refused(
    project: Path, column: str, code: int, what: str
) -> None:
    text = "Company,Worth,Debt,None\nCompany 0,5,1,\nCompany 4,2,-3,\n"
    (project / "best.csv").write_text(text, encoding="utf-8")
    done = shell.abmkit("similar", "best.csv", "--weight", column, cwd=project)
    assert done.returncode == code
    assert what in done.stderr.decode()


def test_a_notebook_gives_frames_of_both(project: Path) -> None:
    import pandas as pd

    accounts = pd.read_parquet(project / "out" / "accounts.parquet", dtype_backend="pyarrow")
    customers = pd.read_csv(project / "customers.csv", dtype=str)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = abmkit.similar(accounts, customers, top=10)
    rows, _ = command("similar", "customers.csv", "-n", "10", cwd=project)
    assert list(found["account_id"]) == [row["account_id"] for row in rows]
    assert list(found["similar_by"]) == [row["similar_by"] for row in rows]


def test_accounts_that_nothing_has_loaded_are_refused_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "customers.csv").write_text("name\nA\nB\n", encoding="utf-8")
    (tmp_path / "raw.csv").write_text("name,employees\nA,1\nB,2\nC,3\n", encoding="utf-8")
    arguments = ["similar", str(tmp_path / "customers.csv"), str(tmp_path / "raw.csv")]
    assert run_command(arguments) == 2
    assert "similar needs the column account_id; run `abmkit load` first" in capsys.readouterr().err
