"""What most members of a group share, beyond what the whole list shares anyway."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from abmkit.domain.clusters.values import Value, Values

Ints = npt.NDArray[Any]

MOST = 0.6
"""The least share of members, of which at least three, that are most of them."""
BEYOND = 0.2
"""By how much that is more than the share of the list."""
_LEAST, _MOST_TOLD = 3, 5
_IMPLIED = {"country": "region"}
"""What goes without saying where another column is told."""


@dataclass(frozen=True)
class Shared:
    """A value that most members of a group have."""

    column: str
    value: Value
    share: float
    """Of all members: what is unknown of some is not shared by them."""
    of_list: float


def shared(
    group: Ints, sizes: Sequence[int], columns: Iterable[Values], told: Sequence[set[str]]
) -> list[list[Shared]]:
    """What each group shares, what is most its own first.

    `group` is the group of each account on the list, -1 for none; `told` are the columns of which
    each group's name says enough.
    """
    members = np.array(sizes, dtype="int64")
    found: dict[int, list[Shared]] = defaultdict(list)
    for values in columns:
        kinds = len(values.values)
        if not kinds or not values.count:
            continue
        of_list = np.bincount(values.number, minlength=kinds) / values.count
        its = group[values.row]
        keys, counts = np.unique(
            its[its >= 0] * kinds + values.number[its >= 0], return_counts=True
        )
        which, value = keys // kinds, keys % kinds
        share = counts / members[which]
        kept = (share >= MOST) & (counts >= _LEAST) & (share - of_list[value] >= BEYOND)
        for place in np.flatnonzero(kept).tolist():
            if values.column not in told[which[place]]:
                number = int(value[place])
                found[int(which[place])].append(
                    Shared(
                        values.column, values.values[number], float(share[place]),
                        float(of_list[number]),
                    )
                )  # fmt: skip
    return [_most_telling(found[n], told[n]) for n in range(len(sizes))]


def _most_telling(found: Sequence[Shared], told: set[str]) -> list[Shared]:
    named = {*told, *(each.column for each in found)}
    kept = [each for each in found if _IMPLIED.get(each.column) not in named]
    return sorted(kept, key=lambda e: (round(e.of_list - e.share, 9), e.column, str(e.value)))[
        :_MOST_TOLD
    ]
