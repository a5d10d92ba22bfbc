"""The container of an old Excel workbook: a file system in a file (MS-CFB)."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from itertools import islice

_NO_SECTOR = 0xFFFFFFFA
_HEADER = 512
_MINI_STREAM_BELOW = 4_096
_MINI = 64
_STREAMS = ("Workbook", "Book", "WORKBOOK", "BOOK")


class BrokenContainerError(Exception):
    """A container whose lists of sectors cannot be followed."""


class Container:
    """A container's bytes, and where in them its streams stand.

    Raises BrokenContainerError where following its lists would never end, which calamine does not
    notice.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        (shift,) = struct.unpack_from("<H", data, 30)
        if shift not in (9, 12):
            raise BrokenContainerError("its sectors have no known size")
        self._size: int = 1 << shift
        self._most = len(data) // self._size + 1
        fats, directory = struct.unpack_from("<II", data, 44)
        mini_first, mini_count, more, _ = struct.unpack_from("<IIII", data, 60)
        if fats > self._most or mini_count > self._most:
            raise BrokenContainerError("its list of sectors is longer than the file")
        self._fat = self._table(self._fat_sectors(more))
        self._entries = self._directory(directory)
        self._mini_fat = self._table(islice(self._chain(mini_first, self._fat), mini_count))
        root = self._entries.get("Root Entry", next(iter(self._entries.values()), (0, 0)))
        self._mini_places = self._places_of(*root) if mini_count else []

    def workbook(self) -> list[tuple[int, int]] | None:
        """Where the workbook's stream stands: pieces of the file; None where there is none."""
        found = next((self._entries[name] for name in _STREAMS if name in self._entries), None)
        if found is None:
            return None
        start, length = found
        if length >= _MINI_STREAM_BELOW:
            return self._places_of(start, length)
        places = []
        per = self._size // _MINI
        for mini in self._chain(start, self._mini_fat):
            if mini // per >= len(self._mini_places) or length <= 0:
                break
            place = self._mini_places[mini // per][0] + mini % per * _MINI
            places.append((place, min(_MINI, length)))
            length -= _MINI
        return places

    def _places_of(self, start: int, length: int) -> list[tuple[int, int]]:
        places = []
        for sector in self._chain(start, self._fat):
            if length <= 0:
                break
            places.append((self._offset(sector), min(self._size, length)))
            length -= self._size
        return places

    def _offset(self, sector: int) -> int:
        return _HEADER + sector * self._size if self._size == _HEADER else (sector + 1) * self._size

    def _sector(self, sector: int) -> bytes:
        at = self._offset(sector)
        return self.data[at : at + self._size]

    def _table(self, sectors: Iterable[int]) -> list[int]:
        found: list[int] = []
        for sector in sectors:
            data = self._sector(sector)
            found += struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])
        return found

    def _fat_sectors(self, more: int) -> list[int]:
        listed = list(struct.unpack_from("<109I", self.data, 76))
        visited = 0
        while more < _NO_SECTOR:
            data = self._sector(more)
            visited += 1
            if visited > self._most or len(data) < self._size:
                raise BrokenContainerError("its list of sectors runs in a circle")
            *entries, more = struct.unpack(f"<{self._size // 4}I", data)
            listed += entries
        return [sector for sector in listed if sector < _NO_SECTOR]

    def _chain(self, sector: int, table: list[int]) -> list[int]:
        found: list[int] = []
        seen: set[int] = set()
        while sector < len(table):
            if sector in seen:
                raise BrokenContainerError("its list of sectors runs in a circle")
            seen.add(sector)
            found.append(sector)
            sector = table[sector]
        return found

    def _directory(self, start: int) -> dict[str, tuple[int, int]]:
        data = b"".join(map(self._sector, self._chain(start, self._fat)))
        entries: dict[str, tuple[int, int]] = {}
        for at in range(0, len(data) - 127, 128):
            name = data[at : at + 64].decode("utf-16-le", errors="replace").partition("\0")[0]
            first, length = struct.unpack_from("<II", data, at + 116)
            if at == 0:
                name = "Root Entry"
            entries.setdefault(name, (first, length))
        return entries
