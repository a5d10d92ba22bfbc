"""Union-find: which things are connected, as connections turn up one by one."""

from __future__ import annotations

from collections.abc import Iterator


class DisjointSets:
    """Numbers, each a set by itself until it is united with another; the lowest stands for all."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def find(self, member: int) -> int:
        """The lowest of all that the member is connected to."""
        parent = self._parent
        while (above := parent.get(member, member)) != member:
            parent[member] = member = parent.get(above, above)
        return member

    def union(self, one: int, other: int) -> None:
        """Make one set of two."""
        low, high = sorted((self.find(one), self.find(other)))
        self._parent[high] = low

    def merged(self) -> Iterator[tuple[int, int]]:
        """What has been united with a lower one, with the lowest."""
        return ((member, self.find(member)) for member in list(self._parent))
