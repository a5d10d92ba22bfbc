"""The seconds that each part of a command takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from abmkit.commands.work import Work


@dataclass
class Clock:
    """The seconds that each part of a run took."""

    work: Work
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, part: str) -> Iterator[None]:
        """Count the time of a block to a part, and say that it has begun."""
        self.work.diagnostics.progress(f"{part} …")
        started = time.perf_counter()
        yield
        took = self.seconds.get(part, 0.0) + time.perf_counter() - started
        self.seconds[part] = round(took, 3)
