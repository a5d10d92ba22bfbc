"""Who takes which slot: accounts of a few classes, and rows of slots that each class may take.

The sets of accounts that all find a slot are a transversal matroid (Edmonds and Fulkerson 1965), so
that letting accounts in one by one, best first, each if those before still find a slot beside it,
gives the best-ranked set that there is, and a class of which one finds none is full for good.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from math import inf


class Matching:
    """So many accounts of each class in so many slots of each row."""

    def __init__(self, edges: Sequence[Sequence[int]], capacities: Sequence[int | None]) -> None:
        """`edges` are per class the rows that it may take, dearest first; a row without a capacity
        has no end."""
        self.edges = edges
        self.free: list[float] = [inf if each is None else each for each in capacities]
        self.held: list[dict[int, int]] = [{} for _ in capacities]
        """Per row how many of which class take a slot of it."""

    def add(self, cls: int, count: int = 1) -> int:
        """Let accounts of a class in; gives how many find a slot, others moved where need be."""
        return self.add_to(self.edges[cls], cls, count)

    def add_to(self, rows: Iterable[int], cls: int, count: int = 1) -> int:
        """Let accounts of a class into some rows."""
        rows, left = list(rows), count
        while left:
            path = self._path(rows)
            if path is None:
                break
            left -= self._moved(path, cls, left)
        return count - left

    def remove(self, cls: int) -> int:
        """Take one of a class out, of the row that is dearest to it last; gives the row."""
        for row in reversed(self.edges[cls]):
            if self.held[row].get(cls):
                self._take(row, cls, 1)
                return row
        raise KeyError(cls)

    def use(self, row: int, cls: int) -> bool:
        """Let one of those of a class that are in have a slot of this row for good; false where
        the others could not all be in then."""
        if not self.held[row].get(cls):
            left = self.remove(cls)
            if not self.add_to([row], cls):
                self.add_to([left], cls)
                return False
        self._take(row, cls, 1)
        self.free[row] -= 1
        return True

    def within_reach(self, cls: int) -> set[int]:
        """The classes of which one could make room for one of this class."""
        rows, found = deque(self.edges[cls]), set[int]()
        seen = set(rows)
        while rows:
            for other in self.held[rows.popleft()]:
                if other not in found:
                    found.add(other)
                    fresh = [row for row in self.edges[other] if row not in seen]
                    seen.update(fresh)
                    rows.extend(fresh)
        return found

    def has_room(self) -> list[bool]:
        """Per class whether one more finds a slot."""
        known: dict[int, int] = {}
        self._tell([row for row, left in enumerate(self.free) if left > 0], 1, known, set())
        return [any(row in known for row in rows) for rows in self.edges]

    def least(self, of: Mapping[int, int]) -> list[int | None]:
        """Per class the least value of a class that could make room for it."""
        known: dict[int, int] = {}
        seen: set[int] = set()
        for cls, value in sorted(of.items(), key=lambda each: each[1]):
            if cls not in seen:
                seen.add(cls)
                self._tell(self._rows_of.get(cls, ()), value, known, seen)
        return [min((known[r] for r in rows if r in known), default=None) for rows in self.edges]

    @cached_property
    def _rows_of(self) -> dict[int, list[int]]:
        """Per class the rows that it has slots of, once all are in."""
        rows: dict[int, list[int]] = {}
        for row, held in enumerate(self.held):
            for cls in held:
                rows.setdefault(cls, []).append(row)
        return rows

    @cached_property
    def _takers(self) -> dict[int, list[int]]:
        """Per row the classes that are in and may take it."""
        takers: dict[int, list[int]] = {}
        for cls in self._rows_of:
            for row in self.edges[cls]:
                takers.setdefault(row, []).append(cls)
        return takers

    def _tell(self, rows: Iterable[int], value: int, known: dict[int, int], seen: set[int]) -> None:
        """Give a value to rows, and to all from which somebody can be moved there; rows that have
        one keep it, and classes that are seen were moved already."""
        waiting = deque(row for row in rows if row not in known)
        known.update(dict.fromkeys(waiting, value))
        while waiting:
            for cls in self._takers.get(waiting.popleft(), ()):
                if cls in seen:
                    continue
                seen.add(cls)
                fresh = [row for row in self._rows_of[cls] if row not in known]
                known.update(dict.fromkeys(fresh, value))
                waiting.extend(fresh)

    def _path(self, rows: Sequence[int]) -> list[tuple[int, int]] | None:
        """From one of the rows to one with a free slot: each row, and the class of it that moves
        on to the next; of the last none, -1."""
        for row in rows:
            if self.free[row] > 0:
                return [(row, -1)]
        came: dict[int, tuple[int, int] | None] = dict.fromkeys(rows)
        waiting = deque(rows)
        while waiting:
            row = waiting.popleft()
            for cls in self.held[row]:
                for other in self.edges[cls]:
                    if other in came:
                        continue
                    came[other] = row, cls
                    if self.free[other] > 0:
                        return self._back(other, came)
                    waiting.append(other)
        return None

    @staticmethod
    def _back(last: int, came: Mapping[int, tuple[int, int] | None]) -> list[tuple[int, int]]:
        path = [(last, -1)]
        while (step := came[path[0][0]]) is not None:
            path.insert(0, step)
        return path

    def _moved(self, path: Sequence[tuple[int, int]], cls: int, most: int) -> int:
        """Let some of a class in along a path; gives how many."""
        count = int(min(most, self.free[path[-1][0]], *(self._of(*step) for step in path)))
        for row, mover in path:
            if mover >= 0:
                self._take(row, mover, count)
            self.held[row][cls] = self.held[row].get(cls, 0) + count
            self.free[row] -= count
            cls = mover
        return count

    def _of(self, row: int, cls: int) -> float:
        return self.held[row][cls] if cls >= 0 else inf

    def _take(self, row: int, cls: int, count: int) -> None:
        self.free[row] += count
        self.held[row][cls] -= count
        if not self.held[row][cls]:
            del self.held[row][cls]
