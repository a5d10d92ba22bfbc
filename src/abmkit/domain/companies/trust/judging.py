"""Judging: whether the records that share one value are one company's, as far as names tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from abmkit.domain.companies.trust.likeness import (
    Name,
    bears_label,
    bears_name,
    spelled_alike,
    unlike,
)

FEW = 20
"""Up to how many names are each compared with all others; of more the shares decide."""
_SAMPLE = 8
"""How many of more names a holder of a page is held against."""
_OTHERS = 1 / 3
"""The share of names beside the most frequent one that a company's own may have: former names,
trade names, brands."""


@dataclass(frozen=True)
class Holder:
    """A name that a value is given with, and the page that the link beside it names."""

    name: Name
    page: str = ""


def strangers(holders: Sequence[Holder], label: str | None, need: int) -> list[bool]:
    """Which of a value's holders it does not identify.

    `label` is what a site is called, None for what is no site. A page on a site is no identity
    for whom the page names and the site does not, nor for whose name is unlike the others'. Of
    the rest `need` and one unlike names make the value nobody's, but for those that bear its label.
    """
    owns = [label is not None and bears_label(holder.name, label) for holder in holders]
    others = _some_of({holder.name for holder in holders})
    visits = [
        bool(holder.page) and not owning and _visits(holder, others)
        for holder, owning in zip(holders, owns, strict=True)
    ]
    rest = [at for at, visiting in enumerate(visits) if not visiting]
    names = list(dict.fromkeys(holders[at].name for at in rest))
    own = {holders[at].name for at in rest if owns[at]}
    if _are_many(names, own, need):
        return [not owning for owning in owns]
    return visits


def _some_of(names: set[Name]) -> list[Name]:
    """Few enough of the names to hold each name against, taken evenly from all in their order."""
    in_order = sorted(names, key=lambda name: (name.letters, name.words))
    if len(in_order) <= FEW:
        return in_order
    return in_order[:: len(in_order) // _SAMPLE][:_SAMPLE]


def _visits(holder: Holder, names: Sequence[Name]) -> bool:
    """Whether a holder's page is on a site of others, of which these are some."""
    own, page = holder.name, holder.page
    others = [name for name in names if name != own]
    if not others:
        return False
    if bears_name(page, own) and not all(spelled_alike(own, other) for other in others):
        return True
    return 2 * sum(unlike(own, other) for other in others) >= len(others)


def _are_many(names: Sequence[Name], own: set[Name], need: int) -> bool:
    """Whether names are of many companies: too many that are unlike the most frequent one."""
    if len(names) <= need:
        return False
    cores = Counter(name.core for name in names)
    most = min(cores, key=lambda core: (-cores[core], core))
    inside = own or {name for name in names if name.core == most}
    cores_of_own = {name.core for name in own}
    inside = inside | {name for name in names if name.core in cores_of_own}
    outside = [name for name in names if name not in inside]
    if len(names) <= FEW:
        outside = [name for name in outside if all(unlike(name, each) for each in inside)]
        parts = _unlike_parts(outside)
    else:
        parts = len({name.core for name in outside})
    return parts >= need and len(outside) > _OTHERS * len(names)


def _unlike_parts(names: Sequence[Name]) -> int:
    """How many of the names are unlike one another."""
    parts: list[list[Name]] = []
    for name in sorted(names, key=lambda name: (name.letters, name.words)):
        near = [part for part in parts if any(not unlike(name, each) for each in part)]
        parts = [part for part in parts if part not in near]
        parts.append([name, *(each for part in near for each in part)])
    return len(parts)
