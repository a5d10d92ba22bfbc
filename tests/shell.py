"""Commands as tests give them: in this process, which has imported what they need, or in another."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

from abmkit.cli.main import run_command


def process(
    *arguments: str | Path, stdin: bytes = b"", cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    """A command as a process of its own."""
    environment = {k: v for k, v in os.environ.items() if k != "ABMKIT_CONFIG"}
    return subprocess.run(
        [sys.executable, "-m", "abmkit", *map(str, arguments)],
        input=stdin, capture_output=True, cwd=cwd, env=environment, timeout=120, check=False,
    )  # fmt: skip


def abmkit(
    *arguments: str | Path, stdin: bytes = b"", cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    """A command in this process: what a process of its own gives, but for what it has to import."""
    line = [*map(str, arguments)]
    given, out, said = (io.TextIOWrapper(io.BytesIO(data), "utf-8") for data in (stdin, b"", b""))
    with pytest.MonkeyPatch.context() as patch, contextlib.chdir(cwd or Path.cwd()):
        patch.delenv("ABMKIT_CONFIG", raising=False)
        for name, stream in (("stdin", given), ("stdout", out), ("stderr", said)):
            patch.setattr(sys, name, stream)
        code = run_command(line)
        for stream in (out, said):
            stream.flush()
    return subprocess.CompletedProcess(
        line,
        code,
        cast(io.BytesIO, out.buffer).getvalue(),
        cast(io.BytesIO, said.buffer).getvalue(),
    )
