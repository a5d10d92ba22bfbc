"""What commands say on stdout beside data: plain text, the same to a terminal and to a file."""

from __future__ import annotations

import sys

from abmkit.io import diagnostics


def say(text: str, *, aside: bool = False) -> None:
    """Print a text to stdout; `aside`, where stdout carries data, to a watched stderr."""
    diagnostics.current().done()
    if aside and not diagnostics.current().interactive:
        return
    print(text, file=sys.stderr if aside else sys.stdout)
