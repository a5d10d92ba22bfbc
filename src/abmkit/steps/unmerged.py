"""Records of which each is a company as it is: nothing is merged, so nothing is compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import flags, from_flags, strings, whole
from abmkit.domain.companies.ids import TELLING, base_ids, company_ids
from abmkit.domain.companies.ledger import Ledger, Settled
from abmkit.domain.companies.rows import ADDED, check_told_apart, in_record_order
from abmkit.domain.companies.survivorship import OTHERS, RECORD
from abmkit.domain.frames import (
    Frame,
    Once,
    as_it_is,
    attached,
    collected,
    with_split,
    without,
)
from abmkit.schema.accounts import in_order
from abmkit.steps.known_ids import CAME_WITH, by_ledger

_NAMED = "__named"


@dataclass(frozen=True)
class Unmerged:
    """The records as companies, as frames of their engine."""

    accounts: Frame
    members: Frame
    """As `Deduped.members`."""
    settled: Settled | None
    """The ledger of ids from now on; None where none was given."""


def unmerged(frame: Frame, ledger: Ledger | None = None, once: Once = as_it_is) -> Unmerged:
    """Each record as a company of its own, with the `account_id` that it has by the ledger, else
    one that no other has.

    Reads `account_id`, `source`, `source_row`, what keys are made of, and where two records have
    one id what tells them apart. Lazy frames stay lazy. Raises InputError where two of one id have
    one `source` and `source_row`.
    """
    frame, alike = _told_apart(frame.with_columns(nw.col("account_id").alias(CAME_WITH)))
    settled = None
    if ledger is not None:
        frame, settled = by_ledger(frame, alike, ledger, once)
    counts = nw.col(ADDED[0]).fill_null(1) if ADDED[0] in frame.columns else nw.lit(1)
    own = with_split(frame.with_columns(nw.col("source").alias(_NAMED)), _NAMED)
    sources = nw.col(_NAMED)
    if ADDED[1] in frame.columns:
        sources = nw.when(~nw.col(ADDED[1]).is_null()).then(nw.col(ADDED[1])).otherwise(sources)
    others = [
        name for column, name in OTHERS.items()
        if column in frame.columns and name not in frame.columns
    ]  # fmt: skip
    own = own.with_columns(counts.cast(nw.Int64).alias(ADDED[0]), sources.alias(ADDED[1]))
    accounts = without(_with_nothing(own, others), (_NAMED, CAME_WITH, *RECORD))
    members = _with_nothing(frame.select(["account_id", *RECORD]), ("fields", "overruled"))
    members = members.with_columns(nw.lit(None).cast(nw.String).alias("evidence"))
    return Unmerged(accounts.select(in_order(accounts.columns)), members, settled)


def _with_nothing(frame: Frame, lists: Sequence[str]) -> Frame:
    """The frame with columns of lists that are all unknown."""
    frame = frame.with_columns(nw.lit(None).cast(nw.String).alias(name) for name in lists)
    for name in lists:
        frame = with_split(frame, name)
    return frame


def _told_apart(frame: Frame) -> tuple[Frame, pa.StringArray]:
    """The frame with ids that no two records share: all but one of several get a number; and the
    ids that several came with."""
    ids = frame.select("account_id").group_by("account_id").agg(nw.len().alias("__records"))
    named = nw.col("account_id")
    unclear = collected(ids.filter((nw.col("__records") > 1) | named.is_null()))
    if not unclear.num_rows:
        return frame, strings([])
    narrow = frame.select([name for name in frame.columns if name in (*TELLING, *RECORD)])
    # What has no id gets one that another may have.
    nameless = in_record_order(collected(narrow.filter(named.is_null())))
    made = base_ids(nameless, np.arange(nameless.num_rows))
    several = pa.concat_arrays([whole(unclear["account_id"]), made])
    again: pa.StringArray = several.unique().drop_null()
    numbered = named.str.contains("~", literal=True).fill_null(True)
    marked = attached(
        narrow,
        pa.Table.from_arrays([again, again], names=["account_id", _NAMED]),
        "account_id",
        ordered=False,
    )
    some = marked.filter(numbered | ~nw.col(_NAMED).is_null()).drop(_NAMED)
    records = in_record_order(collected(some))
    check_told_apart(records)
    new = company_ids(records, np.arange(records.num_rows))
    changed = from_flags(~flags(pc.equal(new, whole(records["account_id"]))))
    table = pa.Table.from_arrays(
        [*(whole(records[column]) for column in RECORD), new], names=[*RECORD, _NAMED]
    ).filter(changed)
    frame = attached(frame, table, RECORD, ordered=False)
    own = nw.coalesce(_NAMED, "account_id").alias("account_id")
    return frame.with_columns(own).drop(_NAMED), again
