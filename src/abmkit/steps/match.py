"""Match: people or companies against a list of accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.config.sections.dedupe import Dedupe
from abmkit.domain.arrays import bools, from_numpy, repeated, strings, where_known
from abmkit.domain.companies.listed import NOBODY, on_list

ACCOUNT = ("account_id", "name")
"""What says which account a record is."""
SHOWN = ("tier", "owner", "territory")
"""What else is given of it."""
PREFIX = "match_"


def match(
    records: pa.Table,
    accounts: pa.Table,
    config: Dedupe | None = None,
    *,
    sites: Sequence[str] = ("domain",),
    whole_run: bool = False,
) -> pa.Table:
    """What each record is on a list of accounts: a row for each, in their order.

    `records` has canonical columns, and in `sites` those that may hold its company's domain;
    `accounts` has `account_id`, canonical columns, and perhaps `tier`, `owner`, `territory`,
    `excluded`, `exclusions`. Gives `match_status` (`matched`, `review`, `none`),
    `match_account_id`, `match_name`, `match_probability`, `match_evidence`, `match_tier`,
    `match_owner`, `match_territory`; for a `whole_run` also `match_list_status` (`on_list`,
    `target_market`, `excluded`, `unknown`) and `match_exclusions`. What is of a company is null
    where the status is `none`.
    """
    config = config or Dedupe()
    matches = on_list(records, accounts, review=config.review, sites=sites)
    sure, maybe = matches.probability >= config.same, matches.probability >= config.review
    status = np.where(sure, "matched", np.where(maybe, "review", "none"))
    account = np.where(maybe, matches.account, NOBODY)
    count = records.num_rows
    columns: dict[str, Any] = {"status": strings(status.tolist())}
    rows = where_known(account)

    def of_account(name: str) -> pa.Array:
        if name not in accounts.column_names:
            return repeated(None, count)
        return accounts[name].combine_chunks().take(rows)

    columns |= {name: of_account(name) for name in ACCOUNT}
    columns["probability"] = from_numpy(np.round(matches.probability, 4))
    columns["evidence"] = matches.evidence
    columns |= {name: of_account(name) for name in SHOWN}
    if whole_run:
        listed = pc.is_valid(columns["tier"])
        excluded = pc.fill_null(of_account("excluded"), bools([False])[0])
        known = pc.is_valid(columns["account_id"])
        columns["list_status"] = _first_true(
            count, (listed, "on_list"), (excluded, "excluded"), (known, "target_market")
        )
        columns["exclusions"] = of_account("exclusions")
    return pa.Table.from_arrays(list(columns.values()), names=[PREFIX + name for name in columns])


def _first_true(count: int, *cases: tuple[pa.BooleanArray, str]) -> pa.StringArray:
    """The text of the first case that holds for each row."""
    texts = repeated("unknown", count)
    for holds, text in reversed(cases):
        texts = pc.if_else(holds, repeated(text, count), texts)
    return texts
