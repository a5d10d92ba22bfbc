from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
from datetime import datetime

import pytest

from abmkit.errors import OutputError
from abmkit.io.atomic import replacing
from abmkit.io.diagnostics import Diagnostics


def test_a_file_appears_whole(tmp_path):
    target = tmp_path / "x.csv"
    target.write_text("old")
    with replacing(target) as file:
        file.write(b"new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["x.csv"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "x.csv"
    target.write_text("old")

    def fail():
        with replacing(target) as file:
            file.write(b"new")
            raise ValueError

    with pytest.raises(ValueError):
        fail()
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["x.csv"]


def test_permissions_and_links_are_kept(tmp_path):
    target, link = tmp_path / "x.csv", tmp_path / "link.csv"
    target.touch(mode=0o640)
    target.chmod(0o640)
    link.symlink_to(target)
    with replacing(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_place_that_cannot_be_written_says_why(tmp_path):
    with pytest.raises(OutputError, match=r"there is no folder .*nowhere; create it: mkdir -p"):
        replacing(tmp_path / "nowhere" / "x.csv").__enter__()
    with pytest.raises(OutputError, match="is a folder"):
        replacing(tmp_path).__enter__()
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="is not a folder"):
        replacing(tmp_path / "file" / "x.csv").__enter__()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_says_so(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="cannot write in the folder"):
        replacing(tmp_path / "x.csv").__enter__()


def test_a_device_is_written_to():
    with replacing(__import__("pathlib").Path("/dev/null")) as file:
        file.write(b"x")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def said(diagnostics: Diagnostics) -> str:
    diagnostics.progress("half done")
    diagnostics.info("12 rows", rows=12)
    diagnostics.warn("odd", column="名")
    diagnostics.error("broken")
    assert isinstance(diagnostics.stream, io.StringIO)
    return diagnostics.stream.getvalue()


def test_progress_is_for_terminals_only():
    assert said(Diagnostics(stream=io.StringIO())) == "warning: odd\nerror: broken\n"
    assert said(Diagnostics(stream=io.StringIO(), forced=True)).startswith("\r\x1b[Khalf done")
    assert said(Diagnostics(stream=Terminal())) == (
        "\r\x1b[Khalf done\r\x1b[K12 rows\nwarning: odd\nerror: broken\n"
    )


def test_warnings_wait_and_come_once_and_by_harm():
    stream = io.StringIO()
    diagnostics = Diagnostics(stream=stream)
    diagnostics.warn("a label is new")
    diagnostics.warn("somebody is written to", harm=2)
    diagnostics.warn("a label is new")
    assert stream.getvalue() == ""
    diagnostics.tell()
    diagnostics.warn("a row is lost", harm=1)
    diagnostics.tell()
    assert stream.getvalue().splitlines() == [
        "warning: somebody is written to",
        "warning: a label is new",
        "warning: a row is lost",
    ]
    assert diagnostics.warnings == ["somebody is written to", "a row is lost", "a label is new"]


def test_quiet_leaves_errors_and_remembers_warnings():
    diagnostics = Diagnostics(stream=Terminal(), quiet=True)
    assert said(diagnostics) == "error: broken\n"
    assert diagnostics.warnings == ["odd"]


def test_a_log_in_json_is_one_object_a_line():
    lines = said(Diagnostics(stream=Terminal(), log_format="json")).splitlines()
    entries = [json.loads(line) for line in lines]
    assert all(datetime.fromisoformat(each.pop("time")).tzinfo for each in entries)
    assert entries == [
        {"level": "info", "message": "12 rows", "rows": 12},
        {"level": "warning", "message": "odd", "column": "名"},
        {"level": "error", "message": "broken"},
    ]


HEAD = """
import sys
from abmkit.domain.arrays import strings
from abmkit.io.streams import closed_pipe_ends_silently, stdout_binary
from abmkit.io.writing import write
import pyarrow as pa
table = pa.Table.from_arrays([strings(["some text"] * 1_000_000)], names=["a"])
with closed_pipe_ends_silently():
    write([table], table.schema, stdout_binary(), sys.argv[1])
"""


@pytest.mark.parametrize("format", ["csv", "jsonl", "arrow", "xlsx"])
def test_a_closed_pipe_ends_silently(format):
    code = HEAD.replace("1_000_000", "20_000") if format == "xlsx" else HEAD
    with subprocess.Popen(
        [sys.executable, "-c", code, format], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
