"""Trees that are joined one by one: which things are connected, as connections turn up."""

from __future__ import annotations

from collections.abc import Iterator


class Forest:
    """Numbers, each a tree by itself until it is joined to another."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def root(self, member: int) -> int:
        """The lowest of all that the member has been joined to."""
        parent = self._parent
        while (above := parent.get(member, member)) != member:
            parent[member] = member = parent.get(above, above)
        return member

    def join(self, one: int, other: int) -> None:
        """Make one tree of two."""
        low, high = sorted((self.root(one), self.root(other)))
        self._parent[high] = low

    def roots(self) -> Iterator[tuple[int, int]]:
        """What has been joined to a lower root, with that root."""
        return ((member, self.root(member)) for member in list(self._parent))
