"""What clusters are called, and what their members share, in words."""

from __future__ import annotations

from math import isinf

from abmkit.domain.clusters.shares import Shared
from abmkit.domain.clusters.values import Band, Value
from abmkit.reports.numbers import YEARS
from abmkit.reports.words import Words
from abmkit.steps.tiers.clusters import Cluster, Clustered

_WHOLE = ("employees", "founded_year")
"""Numbers that are counted: the last of a band is one less than the first of the next."""


def cluster_texts(found: Clustered, words: Words) -> list[tuple[str, str | None]]:
    """Each cluster's name, told apart from all others, and what its members share."""
    taken: set[str] = set()
    texts = []
    for each in found.clusters:
        name, count = _name(each, words), each.number
        called = name
        while count > 1 or called.casefold() in taken:
            called = words("cluster.numbered", name=name, number=max(count, 2))
            if called.casefold() not in taken:
                break
            count = max(count, 2) + 1
        taken.add(called.casefold())
        shares = [_shared(share, words) for share in each.shares]
        texts.append((called, words("reason.separator").join(shares) or None))
    return texts


def _name(cluster: Cluster, words: Words) -> str:
    named = [(column, (value,)) for column, value in [cluster.within or ("", "")] if column]
    parts = [_part(column, values, words) for column, values in (*named, *cluster.parts)]
    return words("list.dot").join(parts)


def _part(column: str, values: tuple[Value | None, ...], words: Words) -> str:
    if not values:
        return words("cluster.mixed", column=words.within(column))
    return words("list.comma").join(_named(column, each, words) for each in values)


def _named(column: str, value: Value | None, words: Words) -> str:
    """A value that stands by itself."""
    if value is None:
        return words("cluster.unknown", column=words.within(column))
    if isinstance(value, str):
        return words.cell(column, value)
    return words("value.of", column=words.within(column), value=_value(column, value, words))


def _shared(each: Shared, words: Words) -> str:
    value = _value(each.column, each.value, words)
    return words(
        "cluster.share",
        column=words.within(each.column), value=value, share=each.share, of_list=each.of_list,
    )  # fmt: skip


def _value(column: str, value: Value, words: Words) -> str:
    if isinstance(value, bool | str):
        return words.cell(column, value)
    return _band(column, value, words)


def _band(column: str, band: Band, words: Words) -> str:
    def text(value: float) -> str:
        return str(int(value)) if column in YEARS else words.number(value)

    if band.least < 0:
        return words("cluster.under", most=text(band.most))
    if isinf(band.most):
        return words("value.from", least=text(band.least))
    last = band.most - 1 if column in _WHOLE else band.most
    return words("value.range", least=text(band.least), most=text(last))
