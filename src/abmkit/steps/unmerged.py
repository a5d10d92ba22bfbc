"""Records of which each is a company as it is: nothing is merged, so nothing is compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import flags, from_flags, strings, whole
from abmkit.domain.companies.ids import TELLING, company_ids
from abmkit.domain.companies.keys import ACCOUNT, KEY
from abmkit.domain.companies.ledger import COLUMNS, Settled, no_changes
from abmkit.domain.companies.rows import ADDED, in_record_order
from abmkit.domain.companies.survivorship import OTHERS, RECORD
from abmkit.domain.frames import Frame, attached, collected, is_spark, like, with_split, without
from abmkit.domain.identity import GIVEN
from abmkit.schema.accounts import in_order

_NAMED, _OWNER, _LAST, _SHARED = "__named", "__owner", "__last", "__shared"
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

    Reads `account_id`, `source`, `source_row`, and where two records have one id what tells them
    apart. Lazy frames stay lazy.
    """
    frame = _told_apart(frame)
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
    accounts = without(_with_nothing(own, others), (_NAMED, *RECORD))
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
    unclear = collected(ids.filter((nw.col("__records") > 1) | nw.col("account_id").is_null()))
    if not unclear.num_rows:
        return frame
    again = strings([text for text in unclear["account_id"].to_pylist() if text is not None])
    of_these = nw.col("account_id").str.contains("~", literal=True) | nw.col("account_id").is_null()
    telling = [name for name in frame.columns if name in (*TELLING, *RECORD)]
    narrow = frame.select(telling)
    marked = attached(
        narrow,
        pa.Table.from_arrays([again, again], names=["account_id", _NAMED]),
        "account_id",
        ordered=False,
    )
    some = marked.filter(of_these.fill_null(True) | ~nw.col(_NAMED).is_null()).drop(_NAMED)
    records = in_record_order(collected(some))
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
    keys = list(_keys(ids))
    owned = None
    if keys:
        held = _every(keys).group_by(KEY)
        owned = held.agg(nw.col(_OWNER).min(), nw.col(_OWNER).max().alias(_LAST))
        own = owned.filter(nw.col(_OWNER) == nw.col(_LAST))
        own = own.select(nw.col(KEY), nw.col(_OWNER).alias("account_id"))
        rows.append(_rows(own, KEY, nw.col(KEY), as_of))
    places = _places(ids, keys, owned)
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


def _keys(ids: Frame) -> Iterator[Frame]:
    """Every key of every company, as `keys_of` tells them, with its `_OWNER`."""
    owner, there = nw.col("account_id").alias(_OWNER), set(ids.columns)
    given = ids.filter(nw.col("account_id").str.starts_with(GIVEN))
    yield given.select(nw.col("account_id").alias(KEY), owner)
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
        yield ids.select(text.alias(KEY), owner).filter(~nw.col(KEY).is_null())
    for column, before in (("registry_ids", ""), ("other_domains", "domain:")):
        if column in there:
            some = ids.filter(~nw.col(column).is_null()).select(owner, nw.col(column).alias(KEY))
            text = nw.concat_str(nw.lit(before), nw.col(KEY))
            yield some.explode(KEY).select(text.alias(KEY), nw.col(_OWNER))


def _places(ids: Frame, keys: Sequence[Frame], owned: Frame | None) -> Frame | None:
    """The companies that have no key alone: their ids, numbered as they are, lead back to them."""
    columns = [name for name in ids.columns if name in _KEYED]
    of = ids.select(["account_id", *columns])
    none = [nw.col(name).is_null() for name in columns] or [nw.lit(True)]
    ids_given = nw.col("account_id").str.starts_with(GIVEN)
    unnamed = of.filter(reduce(lambda a, b: a & b, none, ~ids_given)).select("account_id")
    if is_spark(ids):
        return unnamed if owned is None else _every([unnamed, _all_shared(_every(keys), owned)])
    bare = collected(unnamed)
    names = set(bare["account_id"].to_pylist())
    if owned is not None:
        shared = collected(owned.filter(nw.col(_OWNER) != nw.col(_LAST)).select(KEY))
        if shared.num_rows:
            names |= _without_own(_every(keys), shared)
    if not names:
        return None
    table = pa.Table.from_arrays([strings(sorted(names))], names=["account_id"])
    return like(ids, table)


def _all_shared(keys: Frame, owned: Frame) -> Frame:
    """The companies all of whose keys are shared with others, left on the cluster."""
    shared = (nw.col(_OWNER) != nw.col(_LAST)).alias(_SHARED)
    marked = keys.join(owned.select(KEY, shared), on=KEY, how="inner")  # type: ignore[arg-type]
    of = marked.group_by(_OWNER).agg(nw.col(_SHARED).min())
    return of.filter(nw.col(_SHARED)).select(nw.col(_OWNER).alias("account_id"))


def _without_own(keys: Frame, shared: pa.Table) -> set[str]:
    """The companies all of whose keys are shared with others."""
    mark = shared.append_column(_SHARED, from_flags(np.ones(shared.num_rows, dtype=bool)))
    marked = attached(keys, mark, KEY, ordered=False)
    marked = marked.with_columns(nw.col(_SHARED).fill_null(False))
    of = marked.group_by(_OWNER).agg(nw.col(_SHARED).min())
    return set(collected(of.filter(nw.col(_SHARED)).select(_OWNER))[_OWNER].to_pylist())
