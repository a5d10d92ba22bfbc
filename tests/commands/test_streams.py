"""Streams that are closed, full or left alone, and files that a failed command leaves alone."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from shell import abmkit

LIST = "Company Name,Website,x\nAcme,acme.com,1\nBolt,bolt.com,2\n"
HOLES = "Company Name,Website,x\nAcme,acme.com,1\n,,5\nN/A,-,6\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "list.csv").write_text(LIST)
    (tmp_path / "holes.csv").write_text(HOLES)
    return tmp_path


def shell(folder: Path, line: str) -> tuple[int, str, str]:
    """What a line of shell gives, with `abmkit` in it: its exit code, stdout and stderr."""
    if not set(line) & set("|<>&;$"):
        alone = abmkit(*shlex.split(line)[1:], cwd=folder)
        return alone.returncode, alone.stdout.decode(), alone.stderr.decode()
    environment = {k: v for k, v in os.environ.items() if k != "ABMKIT_CONFIG"}
    done = subprocess.run(
        ["bash", "-c", f'set -o pipefail; abmkit() {{ "{sys.executable}" -m abmkit "$@"; }}; {line}'],
        capture_output=True, text=True, check=False, cwd=folder, env=environment, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


TABLE = "load list.csv"
WORDS = "inspect list.csv"
BESIDE = "match list.csv --list list.csv -o out.csv"


@pytest.mark.parametrize("command", [TABLE, WORDS, BESIDE, "schema", "--help", "load --help"])
def test_a_pipe_nobody_reads_is_no_failure(folder: Path, command: str) -> None:
    code, _, said = shell(folder, f"abmkit {command} | true")
    assert (code, said) == (0, "")


@pytest.mark.parametrize("command", ["load list.csv -o out.csv", BESIDE, "init --from list.csv"])
def test_a_closed_stdout_that_is_not_needed_is_not_missed(folder: Path, command: str) -> None:
    code, _, said = shell(folder, f"abmkit {command} >&-")
    assert (code, said) == (0, "")
    assert (folder / "out.csv").exists() or (folder / "abmkit.toml").exists()


@pytest.mark.parametrize("command", [TABLE, WORDS, "schema", "--help"])
def test_a_closed_stdout_that_is_needed_is_one_line(folder: Path, command: str) -> None:
    code, _, said = shell(folder, f"abmkit {command} >&-")
    assert (code, said) == (2, "error: stdout: is closed; name a file with -o, or open it\n")


@pytest.mark.parametrize("command", [TABLE, WORDS, "schema", f"{TABLE} --to parquet", "--help"])
def test_a_full_disk_is_no_fault(folder: Path, command: str) -> None:
    code, _, said = shell(folder, f"abmkit {command} >/dev/full")
    assert code == 2
    assert said == "error: stdout: no room left to write; free space or write elsewhere\n"


def test_a_full_device_is_named(folder: Path) -> None:
    code, _, said = shell(folder, f"abmkit {TABLE} --to csv -o /dev/full")
    assert code == 2
    assert said == "error: /dev/full: no room left to write; free space or write elsewhere\n"


@pytest.mark.parametrize("closed", ["2>&-", "2>/dev/full", "2>&- <&-"])
def test_a_closed_stderr_changes_nothing(folder: Path, closed: str) -> None:
    expected = shell(folder, f"abmkit {TABLE}")[1]
    assert shell(folder, f"abmkit {TABLE} {closed}")[:2] == (0, expected)
    assert shell(folder, f"abmkit load nowhere.csv {closed}")[:2] == (3, "")


def test_a_closed_stdin_is_told(folder: Path) -> None:
    code, _, said = shell(folder, "abmkit load - <&-")
    assert (code, said) == (
        3, "error: stdin: is closed; name a file, or pipe a table in\n",
    )  # fmt: skip


KEPT = "yesterday's"


@pytest.mark.parametrize("name", ["out.csv", "out.parquet", "out.xlsx"])
def test_a_guard_that_fails_writes_nothing(folder: Path, name: str) -> None:
    for file in (name, "rejects.csv"):
        (folder / file).write_text(KEPT)
    command = f"abmkit load holes.csv --max-rejects 1 -o {name} --rejects rejects.csv"
    code, out, said = shell(folder, command)
    assert (code, out) == (3, "")
    assert "2 of 3 rows rejected, more than --max-rejects 1" in said
    assert [(folder / file).read_text() for file in (name, "rejects.csv")] == [KEPT, KEPT]
    assert not list(folder.glob(".*"))
    assert shell(folder, command.replace("rejects 1", "rejects 2"))[0] == 0
    assert (folder / "rejects.csv").read_text("utf-8-sig").count("\n") == 3
    assert (folder / name).stat().st_size > len(KEPT)


def test_a_guard_that_fails_hands_nothing_to_the_next_step(folder: Path) -> None:
    (folder / "out.csv").write_text(KEPT)
    code, _, _ = shell(folder, "abmkit load holes.csv --max-rejects 1 | abmkit dedupe -o out.csv")
    assert code == 3
    assert (folder / "out.csv").read_text() == KEPT
    code, out, _ = shell(folder, "abmkit load holes.csv --max-rejects 2")
    assert (code, out) == shell(folder, "abmkit load holes.csv")[:2]


@pytest.mark.parametrize(
    "command",
    [
        "abmkit dedupe in.csv --members side.csv --pairs side.parquet -o nowhere/out.csv",
        "abmkit match list.csv --list list.csv -o out.csv --summary nowhere/x.json",
        "abmkit convert holes.csv -o out.csv --rejects nowhere/x.csv",
        "abmkit exclude in.csv -c e.toml --excluded side.csv -o nowhere/x.csv",
    ],
)
def test_what_fails_at_last_has_replaced_nothing(folder: Path, command: str) -> None:
    assert shell(folder, "abmkit load list.csv -o in.csv")[0] == 0
    (folder / "e.toml").write_text("version = 1\n")
    sides = ["out.csv", "side.csv", "side.parquet"]
    for file in sides:
        (folder / file).write_text(KEPT)
    code, _, said = shell(folder, command)
    assert code == 2, said
    assert [(folder / file).read_text() for file in sides] == [KEPT] * 3
    assert not list(folder.glob(".*"))


def test_csv_in_files_is_guarded_and_stdout_is_raw(folder: Path) -> None:
    (folder / "bad.csv").write_text(
        'Company Name,Website,=note\n@At Ltd,at.com,"=1+1"\nB,b.com,-\n'
    )
    _, raw, _ = shell(folder, "abmkit load bad.csv")
    assert "domain:at.com,@At Ltd,at" in raw
    assert "=1+1" in raw
    assert "'" not in raw
    assert shell(folder, "abmkit load bad.csv -o safe.csv")[0] == 0
    safe = (folder / "safe.csv").read_text("utf-8")
    assert safe[0] == "\ufeff"
    assert safe[1:] == raw.replace("=note", "'=note").replace(",@At", ",'@At").replace(
        "=1+", "'=1+"
    )
    assert shell(folder, "abmkit load bad.csv -o raw.csv --raw-csv")[0] == 0
    assert (folder / "raw.csv").read_text("utf-8") == raw
    assert shell(folder, "abmkit dedupe safe.csv")[1] == shell(folder, "abmkit dedupe raw.csv")[1]
    # Every cell the text it was.
    assert shell(folder, "abmkit convert bad.csv -o same.csv")[0] == 0
    assert "\n@At Ltd,at.com,=1+1\n" in (folder / "same.csv").read_text("utf-8")


def test_a_runs_csv_is_guarded_unless_the_config_or_the_line_says_raw(folder: Path) -> None:
    (folder / "bad.csv").write_text("Company Name,Website\n@At Ltd,at.com\n,\n=1+1,\n")
    config = '[[sources]]\nname = "s"\npath = "bad.csv"\n[[tier.tiers]]\nid = "A"\n'
    (folder / "abmkit.toml").write_text(f"version = 1\n{config}")
    assert shell(folder, "abmkit run -o out")[0] == 0
    safe = (folder / "out" / "target-accounts.csv").read_text("utf-8")
    assert safe.startswith("\ufeffaccount_id")
    assert ",'@At Ltd," in safe
    assert shell(folder, "abmkit run -o out --raw-csv")[0] == 0
    raw = (folder / "out" / "target-accounts.csv").read_text("utf-8")
    assert raw.startswith("account_id")
    assert ",@At Ltd," in raw
    (folder / "abmkit.toml").write_text(f"version = 1\n{config}[output]\nraw_csv = true\n")
    assert shell(folder, "abmkit run -o out")[0] == 0
    assert (folder / "out" / "target-accounts.csv").read_text("utf-8") == raw
