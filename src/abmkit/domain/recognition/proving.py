"""What a sample of a source proves about how its columns are to be read."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from abmkit.domain.arrays import distinct
from abmkit.domain.recognition.plans import AMOUNTS, Mapped, Own, Plan
from abmkit.domain.values.dates import order_of
from abmkit.domain.values.domains import further_domains
from abmkit.domain.values.names import inverted_names
from abmkit.domain.values.numbers.proofs import (
    Proofs,
    point_of,
    ranges_of,
    stock_zeros_lost,
)
from abmkit.domain.values.registry import ein_zeros_lost
from abmkit.domain.values.unknown import known


def proven(plan: Plan, sample: pa.Table) -> Plan:
    """The plan with what a sample of its source proves; the more rows, the surer."""
    proofs = {}
    columns: list[Mapped | Own] = [*plan.mapped, *plan.own]
    for each in columns:
        if each.column is not None and each.column in sample.column_names:
            found = _proofs(each, known(sample.column(each.column)))
            if found != Proofs():
                proofs[each.column] = found
    return replace(plan, proofs=proofs)


def _proofs(each: Mapped | Own, cells: pa.StringArray) -> Proofs:

    target = each.target if isinstance(each, Mapped) else each.type
    if target in AMOUNTS or target in ("number", "integer"):
        return Proofs(point=point_of(cells))
    if target.startswith("employees"):
        return Proofs(point=point_of(cells), ranges=ranges_of(cells))
    if target in ("date", "as_of"):
        return Proofs(order=order_of(distinct(cells)))
    if target == "name":
        inverted = inverted_names(cells)
        return Proofs(inverted=True) if inverted.null_count < len(inverted) else Proofs()
    if target in ("domain", "website"):
        further = further_domains.of_known(cells)
        return Proofs(several=True) if further.null_count < len(further) else Proofs()
    if target == "registry_ids" and isinstance(each, Mapped) and each.scheme == "ein":
        return Proofs(zeros_lost=ein_zeros_lost(distinct(cells)))
    if target == "ticker":
        return Proofs(zeros_lost=stock_zeros_lost(distinct(cells)))
    return Proofs()
