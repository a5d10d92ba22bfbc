"""What tells companies apart: the ids that records have, and the id that follows from them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import only_where, repeated, scalar, strings, to_numpy, where_known, whole

GIVEN = "id:"
ID_COLUMNS = ("account_id", "crm_id", "registry_ids", "domain", "name_key", "country")
"""What ids are made of, and what else people call accounts by."""


def scheme_of(registry_id: str) -> str:
    """The scheme of a registry id: `cik` of `cik:1800`."""
    return registry_id.partition(":")[0]


def contradictory(one: Any, other: Any) -> bool:
    """Whether two sets of registry ids know a scheme in common and no id of it in common."""
    return any(
        not {i for i in one if scheme_of(i) == scheme}
        & {i for i in other if scheme_of(i) == scheme}
        for scheme in {scheme_of(i) for i in one} & {scheme_of(i) for i in other}
    )


def site_labels(sites: pa.StringArray) -> pa.StringArray:
    """What sites are called without their suffix and hyphens: `acme` of acme.com and ac-me.co.uk.

    Sites of one label are no reason for two companies.
    """
    labels = pc.replace_substring_regex(sites, pattern=r"\..*$", replacement="")
    return pc.replace_substring(labels, pattern="-", replacement="")


_LEAST_STEM, _CLASS = 3, 2
"""How many letters a ticker has to which a class of shares adds some, and how many at most."""


def of_one_company(ticker: str, other: str) -> bool:
    """Whether two tickers may be of shares of one company: `BRK.A`, `BRK.B`; `GOOG`, `GOOGL`.

    Both are in capitals; codes of digits have no classes.
    """
    stems = (re.split(r"[.\-/ ]", each)[0] for each in (ticker, other))
    shorter, longer = sorted(stems, key=len)
    if shorter == longer:
        return True
    if longer.isdigit() or len(shorter) < _LEAST_STEM:
        return False
    return longer.startswith(shorter) and len(longer) - len(shorter) <= _CLASS


def identities(records: pa.Table) -> Iterator[pa.StringArray]:
    """Each record's identities as ids, a column per kind, strongest kind first.

    Reads those of `account_id` (where it begins with `id:`), `registry_ids` (its smallest),
    `domain`, and `name_key` with `country`, that are there.
    """
    count = records.num_rows
    columns = {
        name: whole(records[name])
        for name in ID_COLUMNS
        if name in records.column_names and records[name].null_count < count
    }
    if "account_id" in columns:
        given = columns["account_id"]
        yield only_where(pc.starts_with(given, GIVEN), given)
    if "registry_ids" in columns:
        yield smallest_elements(columns["registry_ids"])
    if "domain" in columns:
        yield joined(scalar("domain:"), columns["domain"])
    if "name_key" in columns:
        named = joined(scalar("name:"), columns["name_key"])
        if "country" in columns:
            yield joined(named, scalar("@"), columns["country"])
        yield named


def account_ids(records: pa.Table) -> pa.StringArray:
    """Each record's id, `<kind>:<value>` of its strongest identity; null without any."""
    strongest = next(identities(records), None)
    if strongest is None:
        return repeated(None, records.num_rows)
    open_ = pc.is_null(strongest)
    columns = [name for name in ID_COLUMNS if name in records.column_names]
    weaker = [*identities(records.select(columns).filter(open_))]
    return pc.replace_with_mask(strongest, open_, pc.coalesce(*weaker)) if weaker else strongest


def joined(*parts: pa.StringArray) -> pa.StringArray:
    """The texts of each row joined, null where one of them is."""
    return pc.binary_join_element_wise(*parts, strings([""])[0])


def smallest_elements(values: pa.ListArray) -> pa.StringArray:
    """The smallest element of each list, null for a null list."""
    elements = pc.list_flatten(values)
    rows = to_numpy(pc.list_parent_indices(values))
    by_value = to_numpy(pc.sort_indices(elements))
    by_row = by_value[np.argsort(rows[by_value], kind="stable")]
    known, first = np.unique(rows[by_row], return_index=True)
    smallest = np.full(len(values), -1, dtype="int64")
    smallest[known] = by_row[first]
    return elements.take(where_known(smallest))
