"""A cluster that loses an executor in the middle of a run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from projects import TABLES_ALONE, project
from test_runs import same_runs

import abmkit

DAY = "2026-07-01"


def below(process: int) -> Iterator[int]:
    """The processes that a process has started, and theirs."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text("utf-8").rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if parent == process:
            yield int(folder.name)
            yield from below(int(folder.name))


def executors(process: int) -> list[int]:
    """Those of them that are executors."""
    found = []
    for each in below(process):
        try:
            command = Path(f"/proc/{each}/cmdline").read_text("utf-8")
        except OSError:
            continue
        if "CoarseGrainedExecutorBackend" in command:
            found.append(each)
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc")
def test_a_run_that_loses_an_executor_ends_right_or_with_an_error(tmp_path) -> None:
    config, out = project(tmp_path / "it", rows=60), tmp_path / "out"
    config.write_text(config.read_text("utf-8") + TABLES_ALONE, "utf-8")
    command = [sys.executable, "-m", "abmkit", "run", str(config), "-o", str(out)]
    # Two executors, of one core and 1 GiB each.
    cluster = {**os.environ, "MASTER": "local-cluster[2,1,1024]", "PYSPARK_PYTHON": sys.executable}
    run = subprocess.Popen(
        [*command, "--engine", "spark", "--as-of", DAY],
        env=cluster,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    killed = None
    while run.poll() is None and killed is None:
        # Tiers are made, and files begin to be written.
        if list((out / "runs").glob(".*Z.part")) and (found := executors(run.pid)):
            killed = found[0]
            os.kill(killed, signal.SIGKILL)
        time.sleep(0.1)
    said = run.communicate()[0].decode()
    assert killed is not None, said
    if run.returncode == 0:
        abmkit.run(config, output=tmp_path / "whole", as_of=DAY)
        same_runs(tmp_path / "whole", out)
    else:
        assert not list(out.glob("*.*")), said
        assert not list((out / "runs").iterdir()), said
