"""What holds on to files or memory until it is closed."""

from __future__ import annotations

from types import TracebackType
from typing import Self


class Closing:
    """Something that is closed when a `with` block ends."""

    def close(self) -> None:
        """Let go of what is held on to."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
