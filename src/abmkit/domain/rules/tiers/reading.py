"""The table of capacities as it is written: its headers, and its cells row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa

from abmkit.config.sections.tier import Tiers
from abmkit.domain.arrays import strings
from abmkit.domain.recognition.parsers import OWN_PARSERS
from abmkit.domain.rules.literals import meaning
from abmkit.domain.rules.tiers.capacities import KEYS, OWNER, TERRITORY, Capacities, Slots
from abmkit.domain.values.unknown import known
from abmkit.errors import ColumnError, InputError, Message, Problems, instead
from abmkit.schema.accounts import ACCOUNTS

_TIER, _CAPACITY = "tier", "capacity"
_NEEDED = {
    _TIER: ("tier", "客户分级", "分级", "级别"),
    _CAPACITY: ("capacity", "slots", "容量", "名额"),
}
"""What the table must have, by the names that it may have."""


def capacities_of(cells: pa.Table, table: str, tiers: Tiers, where: str) -> Capacities:
    """The slots in a table of text cells, which the config calls `table`.

    Raises ColumnError where it says no tier or no capacity, InputError with all cells that cannot
    be read, tiers that there are not, and rows that stand there twice.
    """
    columns = _columns(cells, where)
    texts = {name: strings(_trimmed(cells, column)) for name, column in columns.items()}
    counts, unreadable = OWN_PARSERS["integer"](texts[_CAPACITY])
    keys = {name: known(texts[name], na=True).to_pylist() for name in KEYS if name in texts}
    ids = {each.id.casefold(): each.id for each in tiers.tiers}
    problems = Problems()
    rows: dict[tuple[str, str | None, str | None], Slots] = {}
    written = zip(*(texts[name].to_pylist() for name in (_TIER, _CAPACITY)), strict=True)
    for at, (tier, capacity) in enumerate(written):
        given = {name: values[at] for name, values in keys.items()}
        if not any((tier, capacity, *given.values())):
            continue
        here = Message("{path}: row {row}", path=where, row=at + 1)
        with problems.caught():
            slots = Slots(
                _tier(tier, ids, here),
                _count(capacity, counts[at].as_py(), unreadable[at].as_py(), here),
                _read(TERRITORY, given.get(TERRITORY)),
                _read(OWNER, given.get(OWNER)),
                at + 1,
            )
            key = slots.tier, *slots.key
            if key in rows:
                told = [text for text in (slots.tier, *given.values()) if text]
                before = rows[key].row
                raise InputError(
                    "{told} stands there twice",
                    where=here,
                    remedy="see row {before}: keep one",
                    told=told,
                    before=before,
                )
            rows[key] = slots
    problems.told()
    if not rows:
        raise InputError(
            "there is no row that says a capacity", where=where, remedy="write one a tier at least"
        )
    unread = tuple(name for name in cells.column_names if name not in columns.values())
    return Capacities.of(table, rows.values(), unread)


def _columns(cells: pa.Table, where: str) -> Mapping[str, str]:
    """What there is of tier, capacity, territory and owner, by the table's own names."""
    called = {name: set(names) for name, names in _NEEDED.items()}
    for key in KEYS:
        column = ACCOUNTS.by_name[key]
        others = column.headers.split(",")
        called[key] = {key, column.chinese, *(name.strip() for name in others)}
    found: dict[str, str] = {}
    for name in cells.column_names:
        plain = name.strip().casefold().replace("_", " ")
        for key, names in called.items():
            if plain in names:
                found.setdefault(key, name)
    for name in _NEEDED:
        if name not in found:
            raise ColumnError(name, cells.column_names, where=where)
    return found


def _trimmed(cells: pa.Table, column: str) -> Iterator[str]:
    for text in cells[column].to_pylist():
        yield (text or "").strip()


def _tier(text: str, ids: Mapping[str, str], where: str) -> str:
    if text.casefold() in ids:
        return ids[text.casefold()]
    what = Message("there is no tier {text!r}", text=text) if text else "no tier"
    raise InputError(what, where=where, remedy=instead(text, ids.values(), "tiers"))


def _count(text: str, count: int | None, unreadable: bool, where: str) -> int | None:
    if not text:
        return None
    if unreadable or count is None or count < 0:
        raise InputError(
            "capacity {text!r} is no count",
            where=where,
            remedy="write it like 20, or leave it empty for no limit",
            text=text,
        )
    return count


def _read(column: str, text: str | None) -> str | None:
    return meaning(column, text).value if text else None
