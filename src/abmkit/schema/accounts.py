"""Accounts: their columns in order, and what is read of the declarations everywhere.

Every column is optional. Unknown is null; a list is null or has elements.
"""

from __future__ import annotations

from dataclasses import replace

from abmkit.schema.column import Entity
from abmkit.schema.column import Kind as Kind
from abmkit.schema.coverage import COVERAGE
from abmkit.schema.firmographics import FIRMOGRAPHICS, REGISTERED
from abmkit.schema.identifiers import IDENTIFIERS
from abmkit.schema.places import PLACES
from abmkit.schema.steps import STEPS

ACCOUNTS = Entity(
    "accounts",
    (*IDENTIFIERS, *PLACES, *FIRMOGRAPHICS, *COVERAGE),
    called=(
        "company", "organization", "organisation", "account", "business", "firm", "corporate",
        "entity", "企业", "公司", "单位", "机构",
    ),
    beside=REGISTERED,
    steps=STEPS,
)  # fmt: skip

ENTRIES = replace(ACCOUNTS, name="entries", by_record=True)
"""What names accounts that are elsewhere: a file to be matched."""

SUPPRESSED = replace(ENTRIES, name="suppressed", by_reach=True)
"""What names accounts to exclude: a phone does so, too, where nothing else is known."""

CASES = replace(ACCOUNTS, name="cases", unnamed=True)
"""What is known of accounts whose outcome is known; which companies they are is not asked."""

CANONICAL: dict[str, Kind] = ACCOUNTS.kinds
STEP: dict[str, Kind] = ACCOUNTS.step_kinds
GATHERED = ACCOUNTS.those(lambda column: column.gathered)
IDENTITY = ACCOUNTS.identity
INTERVALS = ACCOUNTS.those(lambda column: column.interval)
(POINTS_PREFIX,) = (column.name for column in STEPS if column.family)

kind_of = ACCOUNTS.kind_of
in_order = ACCOUNTS.in_order
