"""Similar: which accounts of a market resemble some companies, such as the best customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from abmkit.domain.arrays import (
    flags,
    from_numpy,
    int64s,
    lists,
    order_of,
    strings,
    whole,
)
from abmkit.domain.frames import (
    Frame,
    attached,
    check_unique,
    collected,
    missing_account_id,
    opened,
    without,
)
from abmkit.domain.lookalikes.fields import fields_of
from abmkit.domain.lookalikes.nearest import alike_by, nearest
from abmkit.domain.lookalikes.ratios import Compared
from abmkit.domain.lookalikes.weighing import weights
from abmkit.domain.rules.codes import SEPARATOR
from abmkit.errors import InputError
from abmkit.schema.accounts import in_order
from abmkit.steps.similar.customers import Customers, companies_of

Floats = npt.NDArray[Any]
Ints = npt.NDArray[Any]

ADDED = ("similarity", "similar_to", "similar_by")
BETWEEN = "="
"""Between a field and how many times as frequent its value is, in `similar_by`."""
_BESIDE = ("account_id", "name", "excluded")
_PLACE = "__place"
_MOST_TO_WEIGH = 100_000
"""Fields are weighed against so many accounts of the market at most."""
_LEAST = 2
_NOTHING = 0.5
"""The similarity of an account that is neither like the companies nor unlike them."""


@dataclass(frozen=True)
class Tells:
    """How much one field tells the companies from their market."""

    field: str
    times: float
    """How many times as frequent a company's value is among them, as the others foretell it: the
    geometric mean, with the weight that the field has beside the others."""


@dataclass(frozen=True)
class Lookalikes:
    """Accounts that resemble companies, and what they are found by."""

    accounts: Any
    """The most similar accounts, best first."""
    tells: tuple[Tells, ...]
    """What tells the companies from their market, most first."""
    companies: int
    """How many companies there are of which something is known."""
    alike: int
    """How many accounts are more like them than like the market."""
    excluded: int
    """How many accounts are not looked at because they are excluded."""
    given: int
    """How many accounts are given."""
    unknown: int
    """How many entries of the companies' list count for nothing, being unknown."""
    by_chance: bool
    """Whether as much could be told of any companies, being so few."""


def similar(accounts: Any, customers: Customers, *, top: int | None = None) -> Lookalikes:
    """The accounts that most resemble some companies, best first, without these companies.

    Adds `similarity` (0–1, four decimals: the share of companies among accounts like this one, were
    there as many of them as of the market; 0.5 where nothing is known), `similar_to` (list: the
    names of the companies it resembles most) and `similar_by` (text, `;`-joined: the fields that
    say most for it, each as `field=times` as frequent among the companies as in the market, which
    `abmkit.reports.console.similar` puts in words).

    Reads what is known of size, industry, place, kind, technologies and description, and sources'
    own columns with numbers or few labels. What is unknown says nothing. Accounts that are
    `excluded` are none to find. With `top` only so many.

    Raises `UsageError` without `account_id`, `InputError` where one stands there twice, and where
    next to nothing is known of the companies.
    """
    frame = without(opened(accounts), ADDED)
    missing_account_id(frame.columns, "similar")
    check_unique(frame.filter(~nw.col("account_id").is_null()))
    market = _narrow(frame)
    fields = fields_of(market.schema)
    companies, weight, taken, unknown = companies_of(market, fields, customers)
    if companies.num_rows < _LEAST:
        raise InputError(
            "{known} of {customers} customers have fields that the accounts have, too",
            remedy="name {least} at least that are among the accounts",
            known=companies.num_rows,
            customers=customers.entries.num_rows,
            least=_LEAST,
        )
    compared = [f for each in fields if (f := each.compare(market, companies, weight)) is not None]
    if not compared:
        raise InputError("nothing is known of the accounts but who they are")
    rest = ~taken & flags(whole(market["account_id"]).is_valid())
    counted = weights(compared, _spread(market, np.flatnonzero(rest)), weight)
    score = sum((w * f.log_ratio for w, f in zip(counted, compared, strict=True)), np.zeros(1))
    similarity = (1 / (1 + np.exp(-score))).round(4)
    gains = counted * [np.average(each.left_out, weights=weight) for each in compared]
    excluded = _excluded(market)
    may = rest & ~excluded
    chosen = _best(market, score, may, top)
    table = _told(market, companies, compared, counted, gains, similarity, chosen)
    return Lookalikes(
        _with(frame, table),
        _tells(compared, gains),
        companies.num_rows,
        int(np.count_nonzero(similarity[may] > _NOTHING)),
        int(np.count_nonzero(excluded & rest)),
        len(chosen),
        unknown,
        float(gains.sum() * weight.sum()) < len(compared),
    )


def _narrow(frame: Frame) -> pa.Table:
    """What is compared of accounts, and who they are."""
    schema = nw.Schema(frame.collect_schema())
    wanted = {column for field in fields_of(schema.to_arrow()) for column in field.columns}
    table = collected(frame.select([c for c in frame.columns if c in wanted or c in _BESIDE]))
    return table.combine_chunks()


def _excluded(market: pa.Table) -> Floats:
    if "excluded" not in market.column_names:
        return np.zeros(market.num_rows, dtype=bool)
    return flags(whole(market["excluded"]))


def _spread(market: pa.Table, rows: Ints) -> Ints:
    """Some of the accounts, spread over their ids, where there are very many."""
    if len(rows) <= _MOST_TO_WEIGH:
        return rows
    place = order_of(whole(market["account_id"]))
    ordered = np.empty(len(place), dtype="int64")
    ordered[place] = np.arange(len(place))
    ordered = ordered[np.isin(ordered, rows)]
    chosen: Ints = ordered[:: -(-len(ordered) // _MOST_TO_WEIGH)]
    return chosen


def _best(market: pa.Table, score: Floats, may: Floats, top: int | None) -> Ints:
    """The accounts with the highest scores, of those that may be given, best first."""
    rows = np.flatnonzero(may)
    rounded = score[rows].round(9)
    if top is not None and len(rows) > top:
        least = np.partition(rounded, len(rounded) - top)[len(rounded) - top] if top else np.inf
        rows, rounded = rows[rounded >= least], rounded[rounded >= least]
    ids = whole(market["account_id"]).take(from_numpy(rows))
    best: Ints = rows[np.lexsort((order_of(ids), -rounded))]
    return best[:top]


def _told(
    market: pa.Table,
    companies: pa.Table,
    fields: Sequence[Compared],
    counted: Floats,
    gains: Floats,
    similarity: Floats,
    rows: Ints,
) -> pa.Table:
    """What is said of the chosen accounts: a row each, best first."""
    named = "name" if "name" in companies.column_names else "account_id"
    names = [name or "" for name in companies[named].to_pylist()]
    by = (
        SEPARATOR.join(f"{_code(name)}{BETWEEN}{times:.1f}" for name, times in each) or None
        for each in alike_by(fields, counted, rows)
    )
    return pa.Table.from_arrays(
        [
            whole(market["account_id"]).take(from_numpy(rows)),
            from_numpy(similarity[rows]),
            lists(nearest(fields, gains, rows, names)),
            strings(by),
            int64s(range(len(rows))),
        ],
        names=["account_id", *ADDED, _PLACE],
    )


def _code(name: str) -> str:
    return name.replace("%", "%25").replace(SEPARATOR, "%3B")


def _with(frame: Frame, table: pa.Table) -> Any:
    """The chosen accounts with what is said of them, in its order."""
    own = frame.columns
    marked = attached(frame, table, "account_id", ordered=False)
    best = marked.filter(~nw.col(_PLACE).is_null()).sort(_PLACE)
    return nw.to_native(nw.maybe_reset_index(best.select(in_order([*own, *ADDED]))))


def _tells(fields: Sequence[Compared], gains: Floats) -> tuple[Tells, ...]:
    order = np.argsort(-gains, kind="stable").tolist()
    return tuple(Tells(fields[at].name, float(np.exp(gains[at]))) for at in order if gains[at] > 0)
