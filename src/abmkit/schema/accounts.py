"""The canonical columns of an account, in order, with their types.

Every column is optional. Unknown is null; a list is null or has elements.
"""

from __future__ import annotations

from typing import Literal

import pyarrow as pa

Kind = Literal["string", "list", "int64", "double", "bool", "date"]

CANONICAL: dict[str, Kind] = {
    "account_id": "string",
    "crm_id": "string",
    "ticker": "string",
    "registry_ids": "list",
    "name": "string",
    "name_key": "string",
    "aliases": "list",
    "domain": "string",
    "website": "string",
    "other_domains": "list",
    "country": "string",
    "region": "string",
    "city": "string",
    "postal_code": "string",
    "address": "string",
    "industry": "string",
    "industry_code": "string",
    "employees": "int64",
    "employees_min": "int64",
    "employees_max": "int64",
    "revenue": "double",
    "revenue_min": "double",
    "revenue_max": "double",
    "founded_year": "int64",
    "company_type": "string",
    "listed": "bool",
    "ownership": "string",
    "potential": "double",
    "technologies": "list",
    "description": "string",
    "phone": "string",
    "linkedin_url": "string",
    "parent_name": "string",
    "parent_domain": "string",
    "parent_id": "string",
    "relationship": "string",
    "territory": "string",
    "owner": "string",
    "segment": "string",
    "channel_partner": "string",
    "as_of": "date",
    "source": "string",
    "source_row": "int64",
}

GATHERED = ("registry_ids", "aliases", "other_domains")
"""Lists that a company has from all its records, and a record from several columns."""

STEP: dict[str, Kind] = {
    "merged_records": "int64",
    "sources": "list",
    "parent_account_id": "string",
    "ultimate_parent_id": "string",
    "group_accounts": "int64",
    "group_employees": "int64",
    "group_revenue": "double",
    "excluded": "bool",
    "exclusions": "list",
    "expand_from": "list",
    "fit_score": "double",
    "fit_low": "double",
    "fit_high": "double",
    "fit_known": "double",
    "fit_reasons": "string",
    "tier": "string",
    "strategy": "string",
    "tier_rank": "int64",
    "tier_reason": "string",
    "points_to_next_tier": "double",
}

POINTS_PREFIX = "points_"
IDENTITY = ("name", "domain", "registry_ids")
INTERVALS = ("employees", "revenue")


def kind_of(column: str) -> Kind | None:
    """The type abmkit gives a column, None for one that is a source's own."""
    known = CANONICAL.get(column) or STEP.get(column)
    if known is None and column.startswith(POINTS_PREFIX) and column not in STEP:
        return "double"
    return known


def arrow_type(kind: Kind) -> pa.DataType:
    """The Arrow type of a kind of column."""
    return {
        "string": pa.string(),
        "list": pa.list_(pa.string()),
        "int64": pa.int64(),
        "double": pa.float64(),
        "bool": pa.bool_(),
        "date": pa.date32(),
    }[kind]


def in_order(columns: list[str]) -> list[str]:
    """Columns sorted canonical first, then the sources' own, then the steps'."""
    steps = [c for c in columns if c not in CANONICAL and kind_of(c) is not None]
    known_steps = [c for c in STEP if c in steps]
    points = [c for c in steps if c not in STEP]
    at = known_steps.index("fit_reasons") if "fit_reasons" in known_steps else None
    if at is None:
        # Points come after what the steps before tier add.
        before_tier = list(STEP)[: list(STEP).index("tier")]
        at = sum(c in before_tier for c in known_steps)
    ordered_steps = known_steps[:at] + points + known_steps[at:]
    own = [c for c in columns if c not in CANONICAL and c not in steps]
    return [c for c in CANONICAL if c in columns] + own + ordered_steps
