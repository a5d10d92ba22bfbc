"""Which companies an account resembles most, and by what it is alike to all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from abmkit.domain.lookalikes.ratios import Compared, Floats, Ints

_ROWS = 2048
_NAMED = 3
_ALIKE = 1.1
"""A field counts as alike from so many times as frequent on."""


def nearest(
    fields: Sequence[Compared], worth: Floats, rows: Ints, names: Sequence[str]
) -> Iterator[list[str]]:
    """For some accounts, by number, the names of the companies they resemble most, best first.

    Each field counts by its `worth`; of equally near ones the first comes first. A company that is
    no nearer than chance is not named.
    """
    for start in range(0, len(rows), _ROWS):
        some = rows[start : start + _ROWS]
        near = np.zeros((len(some), len(names)))
        for field, counts in zip(fields, worth.tolist(), strict=True):
            if counts > 0:
                near += counts * field.likeness(some)
        for each in near.round(6):
            best = np.argsort(-each, kind="stable")[: _NAMED * 2]
            yield list(dict.fromkeys(names[at] for at in best.tolist() if each[at] > 0))[:_NAMED]


def alike_by(
    fields: Sequence[Compared], weight: Floats, rows: Ints
) -> Iterator[list[tuple[str, float]]]:
    """For some accounts the fields by which they are alike, those that say most first, with how
    many times as frequent the account's value is among the companies."""
    told = np.stack([each.log_ratio[rows] for each in fields], axis=1) * weight
    times = np.exp(told)
    for place, order in enumerate(np.argsort(-told.round(6), axis=1, kind="stable")[:, :_NAMED]):
        yield [
            (fields[at].name, float(times[place, at]))
            for at in order.tolist()
            if times[place, at] >= _ALIKE
        ]
