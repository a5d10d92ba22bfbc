"""Which industry codes of one scheme are which of another: crosswalks, with ISIC as the hub.

NAICS 2012 and 2017 go to ISIC Rev. 4 by the tables of the US Census Bureau, ISIC Rev. 4 to Rev. 3.1
by that of the United Nations. NACE shares the numbers of ISIC. GB/T 4754 and SIC go by division,
which abmkit read off their lists.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from abmkit.domain.data import rows
from abmkit.domain.values.industries.codes import titles
from abmkit.domain.values.industries.sections import SECTIONS, prefixes_under, split_code
from abmkit.errors import UsageError

HUBS = ("isic", "nace")
"""The international schemes: a condition under their branches holds for other schemes' codes."""
_MOSTLY = 0.9
_TARGETS = ("isic", "nace", "isic31", "naics", "naics2012", "gbt4754", "sic")


@dataclass(frozen=True)
class Branch:
    """The codes that lie under another."""

    prefixes: tuple[str, ...]
    """What codes of its own scheme begin with."""
    also: tuple[str, ...] = ()
    """Codes of other schemes that lie under it wholly."""
    partly: tuple[str, ...] = ()
    """Codes of other schemes that lie under it in part, so that nobody can tell."""


@cache
def branch(code: str) -> Branch:
    """What lies under `scheme:code`.

    Under a code of ISIC or NACE lie those codes of the other schemes, too, whose every ISIC code
    does; a broad one, such as `naics:31-33`, where nine in ten of its codes do. Raises `UsageError`
    for a section that its scheme does not have.
    """
    prefixes = tuple(prefixes_under(code))
    scheme, _ = split_code(code)
    if scheme not in HUBS:
        return Branch(prefixes)
    asked = [prefix.partition(":")[2] for prefix in prefixes]
    also, partly = [], []
    for other in ("isic", "nace", "naics", "gbt4754", "sic"):
        if other == scheme:
            continue
        lying = {value: _under(_in_isic(other, value), asked) for value in _finest(other)}
        for value in titles(other):
            lies = lying[value] if value in lying else _mostly(lying, other, value)
            if lies is None:
                partly.append(f"{other}:{value}")
            elif lies:
                also.append(f"{other}:{value}")
    return Branch(prefixes, tuple(also), tuple(partly))


def _under(targets: frozenset[str], asked: list[str]) -> bool | None:
    """Whether ISIC codes lie under these; None where some do, or could."""
    verdicts = set()
    for target in targets:
        if target.startswith(tuple(asked)):
            verdicts.add(True)
        elif any(prefix.startswith(target) for prefix in asked):
            return None
        else:
            verdicts.add(False)
    return None if len(verdicts) == 2 else verdicts == {True}


@cache
def _finest(scheme: str) -> tuple[str, ...]:
    """The codes of a scheme that have none below them."""
    broader = {code[:-1] for code in titles(scheme)}
    return tuple(code for code in titles(scheme) if code.isdigit() and code not in broader)


def _mostly(lying: Mapping[str, bool | None], scheme: str, code: str) -> bool | None:
    """Whether the codes below a broad one lie under another; None where they are divided."""
    below = tuple(prefix.partition(":")[2] for prefix in prefixes_under(f"{scheme}:{code}"))
    verdicts = [lies for value, lies in lying.items() if value.startswith(below)]
    if not verdicts:
        return False
    if verdicts.count(True) >= _MOSTLY * len(verdicts):
        return True
    return False if verdicts.count(False) >= _MOSTLY * len(verdicts) else None


@cache
def _pairs() -> dict[tuple[str, str], dict[str, set[str]]]:
    """Targets by code, for each pair of schemes that a table joins."""
    pairs: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in rows("industry_crosswalk.csv.gz"):
        (scheme, code), (other, target) = (row[end].split(":") for end in ("from", "to"))
        pairs[scheme, other][code].add(target)
    return pairs


@cache
def _by_prefix(scheme: str) -> Mapping[str, frozenset[str]]:
    """ISIC codes of each code in the scheme's table and of all its broader ones."""
    by_prefix: dict[str, set[str]] = defaultdict(set)
    for code, targets in _pairs()[scheme, "isic"].items():
        for end in range(2, len(code) + 1):
            by_prefix[code[:end]] |= targets
    return {code: frozenset(targets) for code, targets in by_prefix.items()}


@cache
def _in_isic(scheme: str, value: str) -> frozenset[str]:
    """The codes of ISIC Rev. 4 that a code overlaps; empty where nobody knows."""
    if (span := SECTIONS[scheme].get(value)) is not None:
        divisions = [f"{number:02d}" for number in range(span[0], span[1] + 1)]
        if scheme in HUBS:
            return frozenset(division for division in divisions if division in titles("isic"))
        return frozenset().union(*(_in_isic(scheme, division) for division in divisions))
    listed = titles("isic") if scheme in HUBS else _by_prefix(scheme)
    while len(value) >= 2:
        if value in listed:
            return frozenset([value]) if scheme in HUBS else _by_prefix(scheme)[value]
        value = value[:-1]
    return frozenset()


def crosswalk(code: str, to: str) -> tuple[str, ...]:
    """The codes of another scheme that mean the same as `scheme:code` or overlap it, sorted.

    `to` is `isic`, `nace` or `isic31`, `naics` (2012 and 2017), `gbt4754` or `sic`; `naics2012`
    takes codes of NAICS 2017. A broad code has the targets of all codes below it; GB/T 4754 and SIC
    have two-digit targets. Empty where no table says. Raises `UsageError` for an unknown scheme.
    """
    scheme, value = split_code(code)
    if scheme not in SECTIONS or to not in _TARGETS:
        wrong = to if scheme in SECTIONS else scheme
        raise UsageError(
            "no crosswalk knows {wrong!r}",
            remedy="schemes are {targets}",
            wrong=wrong,
            targets=", ".join(_TARGETS),
        )
    value = prefixes_under(f"{scheme}:{value}")[0].partition(":")[2]
    if to == scheme:
        return (f"{scheme}:{value}",)
    if to == "naics2012":
        return _named(to, _older_naics(value)) if scheme == "naics" else ()
    hub = _in_isic(scheme, value) if scheme != "isic31" else _backwards("isic", "isic31", [value])
    if to == "isic":
        return _named(to, hub)
    if to == "nace":
        return _named(to, {_nearest(value, "nace") for value in hub})
    if to == "isic31":
        onward = _pairs()["isic", "isic31"]
        below = [code for code in onward if code.startswith(tuple(hub))]
        return _named(to, {target for code in below for target in onward[code]})
    return _named(to, _backwards(to, "isic", hub))


def _nearest(value: str, scheme: str) -> str:
    while value not in titles(scheme) and len(value) > 2:
        value = value[:-1]
    return value


def _named(scheme: str, values: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{scheme}:{value}" for value in sorted(values))


def _backwards(scheme: str, to: str, targets: Iterable[str]) -> frozenset[str]:
    """The codes of a table whose targets overlap these."""
    wanted = tuple(targets)
    return frozenset(
        code
        for code, theirs in _pairs()[scheme, to].items()
        if any(t.startswith(w) or w.startswith(t) for t in theirs for w in wanted)
    )


def _older_naics(value: str) -> frozenset[str]:
    changed = _pairs()["naics", "naics2012"]
    below = [code for code in titles("naics") if len(code) == 6 and code.startswith(value)]
    older = {code: changed.get(code, {code}) for code in below}
    return frozenset(target for targets in older.values() for target in targets)
