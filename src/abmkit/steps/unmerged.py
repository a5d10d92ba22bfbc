"""Records of which each is a company as it is: nothing is merged, so nothing is compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import flags, from_flags, strings, whole
from abmkit.domain.companies.ids import TELLING, base_ids, company_ids
from abmkit.domain.companies.keys import ACCOUNT, KEY
from abmkit.domain.companies.ledger import COLUMNS, Settled, no_changes
from abmkit.domain.companies.rows import ADDED, check_told_apart, in_record_order
from abmkit.domain.companies.survivorship import OTHERS, RECORD
from abmkit.domain.frames import Frame, attached, collected, is_spark, like, with_split, without
from abmkit.domain.identity import GIVEN
from abmkit.schema.accounts import in_order

_NAMED, _CAME_WITH, _HOLDERS, _SHARED = "__named", "__came_with", "__holders", "__shared"
_KEYED = ("registry_ids", "domain", "other_domains", "name_key")
"""What keys are made of, beside ids that were given."""


@dataclass(frozen=True)
class Unmerged:
    """The records as companies, as frames of their engine."""

    accounts: Frame
    members: Frame
    """As `Deduped.members`."""
    ids: Frame
    """Each company's `account_id`, with what its keys are made of."""


def unmerged(frame: Frame) -> Unmerged:
    """Each record as a company of its own, with an `account_id` that no other one has.

    Reads `account_id`, `source`, `source_row`, and where two records have one id
    what tells them apart. Lazy frames stay lazy. Raises InputError where two of one id have one
    `source` and `source_row`.
    """
    frame = _told_apart(frame.with_columns(nw.col("account_id").alias(_CAME_WITH)))
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
    accounts = without(_with_nothing(own, others), (_NAMED, _CAME_WITH, *RECORD))
    members = _with_nothing(frame.select(["account_id", *RECORD]), ("fields", "overruled"))
    members = members.with_columns(nw.lit(None).cast(nw.String).alias("evidence"))
    return Unmerged(accounts.select(in_order(accounts.columns)), members, frame)


def _with_nothing(frame: Frame, lists: Sequence[str]) -> Frame:
    """The frame with columns of lists that are all unknown."""
    frame = frame.with_columns(nw.lit(None).cast(nw.String).alias(name) for name in lists)
    for name in lists:
        frame = with_split(frame, name)
    return frame


def _told_apart(frame: Frame) -> Frame:
    """The frame with ids that no two records share: all but one of several get a number."""
    ids = frame.select("account_id").group_by("account_id").agg(nw.len().alias("__records"))
    named = nw.col("account_id")
    unclear = collected(ids.filter((nw.col("__records") > 1) | named.is_null()))
    if not unclear.num_rows:
        return frame
    narrow = frame.select([name for name in frame.columns if name in (*TELLING, *RECORD)])
    # What has no id gets one that another may have.
    nameless = in_record_order(collected(narrow.filter(named.is_null())))
    made = base_ids(nameless, np.arange(nameless.num_rows))
    again = pa.concat_arrays([whole(unclear["account_id"]), made]).unique().drop_null()
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
    return frame.with_columns(own).drop(_NAMED)


def first_ledger(companies: Unmerged, as_of: date) -> Settled:
    """The ledger where there was none: each company's id, and the keys that it alone has."""
    ids = companies.ids
    (count,) = collected(ids.select(nw.len().alias("count")))["count"].to_pylist()
    counts = {"kept": 0, "new": int(count), "merged": 0, "split": 0}
    rows = [_rows(ids, ACCOUNT, nw.col("account_id"), as_of)]
    keys = _keys(ids)
    held = keys.group_by(KEY).agg(nw.len().alias(_HOLDERS))
    several = nw.col(_HOLDERS) > 1
    if is_spark(ids):
        # However many are shared, they stay where they are.
        some = True
        marked = keys.join(held.select(KEY, several.alias(_SHARED)), on=KEY, how="inner")  # type: ignore[arg-type]
    else:
        shared = collected(held.filter(several).select(KEY))
        some = bool(shared.num_rows)
        marked = _marked(keys, shared)
    own = marked.filter(~nw.col(_SHARED))
    rows.append(_rows(own, KEY, nw.col(KEY), as_of))
    places = _places(ids, marked, alike=some)
    if places is not None:
        rows.append(_rows(places, KEY, nw.col("account_id"), as_of))
    return Settled(None, nw.to_native(_every(rows)), no_changes(as_of), counts)


def _every(frames: Sequence[Frame]) -> Frame:
    """The rows of several frames of one engine."""
    return nw.concat(list(frames))  # type: ignore[type-var]


def _rows(frame: Frame, kind: str, key: nw.Expr, as_of: date) -> Frame:
    """Rows of a ledger for the accounts of a frame."""
    nobody = nw.lit(None)
    columns = (
        nw.lit(kind),
        key,
        nw.col("account_id"),
        nw.lit(as_of),
        nobody.cast(nw.String),
        nobody.cast(nw.Date),
    )
    return frame.select(column.alias(name) for column, name in zip(columns, COLUMNS, strict=True))


def _keys(ids: Frame) -> Frame:
    """Every key of every company, as `keys_of` tells them, once each, with its `account_id`."""
    owner, there = nw.col("account_id"), set(ids.columns)
    given = nw.col(_CAME_WITH)
    found = [ids.filter(given.str.starts_with(GIVEN)).select(given.alias(KEY), owner)]
    texts = []
    if "domain" in there:
        domain = nw.col("domain").str.to_lowercase()
        texts.append(nw.concat_str(nw.lit("domain:"), domain))
    if "name_key" in there:
        name = nw.concat_str(nw.lit("name:"), nw.col("name_key"))
        texts.append(name)
        if "country" in there:
            texts.append(nw.concat_str(name, nw.lit("@"), nw.col("country")))
    for text in texts:
        found.append(ids.select(text.alias(KEY), owner).filter(~nw.col(KEY).is_null()))
    lists = [name for name in ("registry_ids", "other_domains") if name in there]
    for column in lists:
        before = "domain:" if column == "other_domains" else ""
        some = ids.filter(~nw.col(column).is_null()).select(owner, nw.col(column).alias(KEY))
        text = nw.concat_str(nw.lit(before), nw.col(KEY))
        found.append(some.explode(KEY).select(text.alias(KEY), owner))
    # Only in lists may a company have the same key once more.
    return _every(found).unique() if lists else _every(found)


def _marked(keys: Frame, shared: pa.Table) -> Frame:
    """The keys with whether several companies have them, so that they are nobody's."""
    if not shared.num_rows:
        return keys.with_columns(nw.lit(False).alias(_SHARED))
    mark = shared.append_column(_SHARED, from_flags(np.ones(shared.num_rows, dtype=bool)))
    return attached(keys, mark, KEY, ordered=False).with_columns(nw.col(_SHARED).fill_null(False))


def _places(ids: Frame, marked: Frame, *, alike: bool) -> Frame | None:
    """The companies that have no key alone: their ids, numbered as they are, lead back to them.

    `marked` are the keys, `alike` whether some of them are shared.
    """
    columns = [name for name in ids.columns if name in _KEYED]
    none = [nw.col(name).is_null() for name in columns]
    bare = ~nw.col(_CAME_WITH).str.starts_with(GIVEN)
    found = ids.filter(reduce(lambda a, b: a & b, none, bare)).select("account_id")
    if is_spark(ids):
        of = marked.group_by("account_id").agg(nw.col(_SHARED).min())
        every = _every([found, of.filter(nw.col(_SHARED)).select("account_id")])
        held = marked.filter(~nw.col(_SHARED)).select(nw.col(KEY).alias("account_id"))
        return every.join(held, on="account_id", how="anti")  # type: ignore[arg-type]
    names = set(collected(found)["account_id"].to_pylist())
    if alike:
        of = marked.group_by("account_id").agg(nw.col(_SHARED).min())
        found = of.filter(nw.col(_SHARED)).select("account_id")
        names.update(collected(found)["account_id"].to_pylist())
    if not names:
        return None
    texts = strings(sorted(names))
    held = marked.filter(~nw.col(_SHARED)).select(KEY)
    table = pa.Table.from_arrays([texts, texts], names=[KEY, _NAMED])
    taken = attached(held, table, KEY, ordered=False).filter(~nw.col(_NAMED).is_null())
    names -= set(collected(taken.select(_NAMED))[_NAMED].to_pylist())
    return like(ids, pa.Table.from_arrays([strings(sorted(names))], names=["account_id"]))
