"""The seconds that each part of a command takes, and what is said while it lasts."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from abmkit.commands.work import Work


@dataclass
class Clock:
    """The seconds that each part of a run took."""

    work: Work
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, part: str) -> Iterator[None]:
        """Count the time of a block to a part, and say that it has begun, and how long it may
        take by what it took in the run before."""
        self.work.progress(part.split()[0], self._expected.get(part), self._later(part))
        started = time.perf_counter()
        yield
        took = self.seconds.get(part, 0.0) + time.perf_counter() - started
        self.seconds[part] = round(took, 3)

    def _later(self, part: str) -> float:
        """What the parts after this one took in the run before."""
        parts = [*self._expected]
        after = parts[parts.index(part) + 1 :] if part in parts else []
        return sum(self._expected[each] for each in after if each not in self.seconds)

    @cached_property
    def _expected(self) -> dict[str, float]:
        """The seconds of each part in the run before, in order; none where nobody watches."""
        folder = self.work.project.resolve(self.work.config.output.dir)
        if not self.work.diagnostics.interactive or not isinstance(folder, Path):
            return {}
        from abmkit.runs.folder import RECORD

        try:
            seconds = json.loads((folder / RECORD).read_text(encoding="utf-8"))["seconds"]
            return {str(part): float(took) for part, took in seconds.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}
