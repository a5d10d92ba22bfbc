"""What a sample of a source proves about how its columns are to be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import distinct, strings
from abmkit.domain.recognition.plans import Mapped, Own, Plan, Proofs
from abmkit.domain.values.dates import order_of
from abmkit.domain.values.domains import further_domains
from abmkit.domain.values.ids import has_fractions, whole_numbers
from abmkit.domain.values.names import inverted_names
from abmkit.domain.values.numbers.damage import zeros_lost
from abmkit.domain.values.numbers.proofs import point_of, ranges_of
from abmkit.domain.values.registry import ein_zeros_lost
from abmkit.domain.values.unknown import known


def proven(plan: Plan, sample: pa.Table) -> Plan:
    """The plan with what a sample of its source proves; the more rows, the surer."""
    proofs = {}
    columns: list[Mapped | Own] = [*plan.mapped, *plan.own]
    # Asked of the table each time, its names take as long as there are columns.
    places = {name: at for at, name in enumerate(sample.column_names)}
    for each in columns:
        if each.column is not None and each.column in places:
            prove = PROOFS.get(_reader(each, plan))
            cells = sample.column(places[each.column])
            found = prove(known(cells)) if prove else Proofs()
            found = replace(found, na=_has_na(cells.slice(0, _FEW), each, plan))
            if found != Proofs():
                proofs[each.column] = found
    return replace(plan, proofs=proofs)


_FEW = 500
# How codes of countries and provinces are written, and names of sales regions.
_CODES = r"^[A-Z]{2}$"
_SHORT = r"^(?:[A-Z&/ -]{2,6}|EMEA|APAC|LATAM|AMER(?:ICAS)?|(?i:europe|asia(?: pacific)?))$"
_NUMBERS = r"^[^\p{L}]*\d"
_TOLD_BY = {"country": _CODES, "region": _SHORT}


def _has_na(cells: pa.ChunkedArray, each: Mapped | Own, plan: Plan) -> bool:
    """Whether `NA` is a value in a column of codes, of short labels, or of any text of its own."""
    if isinstance(each, Own):
        if each.type != "text":
            return False
        least, pattern = 0.5, _NUMBERS
    else:
        declared = plan.entity.by_name[each.target]
        if declared.name not in ("territory", "segment") and declared.reader not in _TOLD_BY:
            return False
        least, pattern = 0.8, _TOLD_BY.get(declared.reader, _SHORT)
    given = known(cells).drop_null()
    if not len(given):
        return False
    share = _matching(tuple(given.to_pylist()), pattern)
    return share < least if isinstance(each, Own) else share >= least


@lru_cache(maxsize=10_000)
def _matching(texts: tuple[str, ...], pattern: str) -> float:
    """The share of texts that match; in a wide table many columns are alike."""
    found = pc.match_substring_regex(strings(list(texts)), pattern)
    return (pc.sum(found).as_py() or 0) / len(texts)


def _reader(each: Mapped | Own, plan: Plan) -> str:
    if isinstance(each, Own):
        return each.type
    reader = plan.entity.by_name[each.target].reader
    return f"{reader}:{each.scheme}" if f"{reader}:{each.scheme}" in PROOFS else reader


def _point(cells: pa.StringArray) -> Proofs:
    return Proofs(point=point_of(cells))


def _order(cells: pa.StringArray) -> Proofs:
    return Proofs(order=order_of(distinct(cells)))


def _inverted(cells: pa.StringArray) -> Proofs:
    inverted = inverted_names(cells)
    return Proofs(inverted=inverted.null_count < len(inverted))


def _fractions(cells: pa.StringArray) -> Proofs:
    return Proofs(fractions=has_fractions(cells))


def _several(cells: pa.StringArray) -> Proofs:
    further = further_domains.of_known(cells)
    return Proofs(several=further.null_count < len(further))


def _stock_zeros_lost(cells: pa.StringArray) -> Proofs:
    """Whether Chinese stock codes of six digits have lost their zeros (`000001` is 1).

    Codes that begin with zeros begin with two of them, so that none of five digits was one of six.
    """
    codes, whole = distinct(cells), distinct(whole_numbers(cells))
    # What went through a float has lost its zeros, whatever stands beside it.
    floats = [code.partition(".")[0] for code in codes if code not in set(whole)]
    codes = floats or whole
    return Proofs(zeros_lost=zeros_lost(codes, 6, [1, 2, 3, 4]) if codes else None)


PROOFS: dict[str, Callable[[pa.StringArray], Proofs]] = {
    "amount": lambda cells: Proofs(point=point_of(cells), ranges=ranges_of(cells, whole=False)),
    "number": _point,
    "integer": _point,
    "count": lambda cells: Proofs(point=point_of(cells), ranges=ranges_of(cells)),
    "date": _order,
    "given_id": _fractions,
    "id": _fractions,
    "name": _inverted,
    "domain": _several,
    "website": _several,
    "registry_id:ein": lambda cells: Proofs(
        zeros_lost=ein_zeros_lost(distinct(whole_numbers(cells)))
    ),
    "ticker": _stock_zeros_lost,
}
"""What can be proven for each reader, of one scheme after a colon, or type of own column."""
