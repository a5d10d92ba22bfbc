"""The ids that companies have by the ledger, found by the engine, where each record is a company.

Most companies are as they were, or new: their keys lead to their own id and to no other, or to
none. They are not looked at; the others, which are few, are settled together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import from_flags, strings, whole
from abmkit.domain.companies.ids import TELLING
from abmkit.domain.companies.keys import (
    ACCOUNT,
    IS_DOMAIN,
    IS_GIVEN,
    IS_NAME,
    IS_PLACED_NAME,
    IS_REGISTRY_ID,
    KEY,
    NO_ROOT,
    UNLISTED,
    foreign,
)
from abmkit.domain.companies.ledger import COLUMNS, Ledger, Settled, no_changes, settle
from abmkit.domain.companies.rows import in_record_order
from abmkit.domain.companies.survivorship import RECORD
from abmkit.domain.frames import (
    Frame,
    Once,
    attached,
    collected,
    is_spark,
    like,
    once_computed,
    opened,
    others,
    those,
)
from abmkit.domain.identity import GIVEN

CAME_WITH = "__came_with"
"""The id that a record came with, before those of one id were told apart."""
_ID, _OWNER, _ROOT, _RANK = "account_id", "__owner", "__root", "__rank"
_HOLDERS, _SHARED, _TOLD = "__holders", "__shared", "__told"
_ELSEWHERE, _OWN, _REGISTERED = "__elsewhere", "__own", "__registered"
_KEYED = ("registry_ids", "domain", "other_domains", "name_key")
"""What keys are made of, beside ids that were given."""
_LISTS = {"registry_ids": ("", IS_REGISTRY_ID), "other_domains": ("domain:", IS_DOMAIN)}
"""Those of them that are lists: what comes before each text of a key, and the key's rank."""
_NUMBER = "~[0-9]+$"
"""What tells one company from another of its id."""


def by_ledger(
    companies: Frame, alike: pa.StringArray, ledger: Ledger, once: Once
) -> tuple[Frame, Settled]:
    """The companies with the ids that `settle` gives them, and the ledger from now on.

    `companies` have an `account_id` each, `CAME_WITH`, what keys are made of, and `RECORD`;
    `alike` are the ids that several of them came with.
    """
    if ledger.is_empty():
        return companies, _first(companies, ledger.as_of)
    return _later(companies, alike, ledger, once)


# Where there was a ledger -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Before:
    """The ledger until now, as frames of the companies' engine."""

    rows: Frame
    accounts: Frame
    keys: Frame
    merged: pa.Table
    """`_OWNER`, an account that was merged, and `_ROOT`, the one that it is now."""

    @classmethod
    def of(cls, ledger: Ledger, companies: Frame) -> _Before:
        """Those of a ledger. Raises InputError where its rows contradict one another."""
        rows = ledger.rows
        frame = like(companies, rows) if isinstance(rows, pa.Table) else opened(rows)
        accounts, keys = (frame.filter(nw.col("kind") == kind) for kind in (ACCOUNT, KEY))
        merged = accounts.filter(nw.col(KEY) != nw.col(_ID))
        pairs = collected(merged.select(nw.col(KEY).alias(_OWNER), nw.col(_ID).alias(_ROOT)))
        if not isinstance(rows, pa.Table):
            # Of a table that is known already.
            listed = accounts.select(nw.col(KEY).alias(_ID))
            stray = frame.join(listed, on=_ID, how="anti")  # type: ignore[arg-type]
            if collected(stray.head(1)).num_rows:
                raise foreign(UNLISTED)
            if pc.any(pc.is_in(whole(pairs[_ROOT]), whole(pairs[_OWNER]))).as_py():
                raise foreign(NO_ROOT)
        return cls(frame, accounts, keys, pairs)

    def owners(self) -> Frame:
        """Each key with the account that it leads to now, `_ROOT`."""
        owners = self.keys.select(KEY, nw.col(_ID).alias(_OWNER))
        if not self.merged.num_rows:
            return owners.rename({_OWNER: _ROOT})
        found = attached(owners, self.merged, _OWNER, ordered=False)
        return found.select(KEY, nw.coalesce(_ROOT, _OWNER).alias(_ROOT))

    def parted(self, names: pa.StringArray) -> tuple[pa.Table, Frame]:
        """The rows of all accounts that are, mean or are numbered after one of these, and the
        others."""
        bare = nw.col(KEY).str.replace_all(_NUMBER, "").alias(_OWNER)
        numbered = those(self.accounts.with_columns(bare), _OWNER, names).select(_ID)
        roots = _texts(_every([numbered, those(self.accounts, _ID, names).select(_ID)]), _ID)
        meant = _texts(those(self.accounts, _ID, roots), KEY)
        part = collected(those(self.rows, _ID, meant))
        return part.select(list(COLUMNS)), others(self.rows, _ID, meant).select(list(COLUMNS))


def _later(
    companies: Frame, alike: pa.StringArray, ledger: Ledger, once: Once
) -> tuple[Frame, Settled]:
    """The companies with their ids, and the ledger from now on.

    A company is left alone where its id is an account, each of its keys leads there or nowhere,
    the strongest would do alone, and no other company's key leads there; and where none of its
    keys leads anywhere, one is nobody else's, and its id is new.
    """
    before = _Before.of(ledger, companies)
    keys = _keys(companies)
    odd = once_computed(_odd(keys, before), once)
    odd = once_computed(_marked(odd), once)
    judged = once_computed(_judged(keys, odd), once)
    unclear = _unclear(companies, alike, before, odd, judged)
    new = others(judged.filter(_is_new()).select(_ID), _ID, unclear)
    own = others(odd.filter(nw.col(_ROOT).is_null() & ~nw.col(_SHARED)), _ID, unclear)
    more = [
        _rows(new, ACCOUNT, nw.col(_ID), ledger.as_of),
        _rows(own, KEY, nw.col(KEY), ledger.as_of),
    ]
    count, fresh = _count(companies), _count(new)
    records = in_record_order(collected(_narrow(those(companies, _ID, unclear))))
    counts = {"kept": count - fresh - records.num_rows, "new": fresh, "merged": 0, "split": 0}
    if not records.num_rows:
        rows = _every([before.rows.select(list(COLUMNS)), *more])
        return companies, Settled(None, nw.to_native(rows), no_changes(ledger.as_of), counts)
    told, came_with = (whole(records[name]) for name in (_ID, CAME_WITH))
    records = records.drop_columns([CAME_WITH])
    records = records.set_column(records.column_names.index(_ID), _ID, came_with)
    elsewhere = odd.filter(nw.col(_ROOT).is_null() & nw.col(_SHARED))
    shared = _texts(those(elsewhere, _ID, unclear), KEY)
    bare = pc.replace_substring_regex(told, pattern=_NUMBER, replacement="")
    part, rest = before.parted(pa.concat_arrays([unclear, told, came_with, bare]).unique())
    found = settle(records, np.arange(len(told)), Ledger.of(part, ledger.as_of), shared)
    assert found.ids is not None
    rows = _every([rest, like(companies, found.ledger), *more])
    counts = {kind: counts[kind] + found.counts[kind] for kind in counts}
    settled = Settled(None, nw.to_native(rows), found.changes, counts)
    return _renamed(companies, told, found.ids), settled


def _odd(keys: Frame, before: _Before) -> Frame:
    """The keys that lead elsewhere than to their company's own account, or nowhere, once each."""
    found = keys.join(before.owners(), on=KEY, how="left")  # type: ignore[arg-type]
    elsewhere = nw.col(_ROOT).is_null() | (nw.col(_ROOT) != nw.col(_ID))
    return found.filter(elsewhere).select(KEY, _ID, _RANK, _ROOT).unique()


def _marked(odd: Frame) -> Frame:
    """With whether several companies have them."""
    held = odd.select(KEY, _ID).unique().group_by(KEY).agg(nw.len().alias(_HOLDERS))
    found = odd.join(held, on=KEY, how="inner")  # type: ignore[arg-type]
    return found.with_columns((nw.col(_HOLDERS) > 1).alias(_SHARED)).drop(_HOLDERS)


def _judged(keys: Frame, odd: Frame) -> Frame:
    """Of each company with such keys: how many lead `_ELSEWHERE`, are its `_OWN` alone, are
    `_REGISTERED` and known to nobody; and the `_RANK` of the strongest that leads to its account,
    null where none does."""
    unknown = nw.col(_ROOT).is_null()
    flags_ = {
        _ELSEWHERE: ~unknown,
        _OWN: unknown & ~nw.col(_SHARED),
        _REGISTERED: unknown & (nw.col(_RANK) == IS_REGISTRY_ID),
    }
    counted = odd.with_columns(
        nw.when(flag).then(nw.lit(1)).otherwise(nw.lit(0)).alias(name)
        for name, flag in flags_.items()
    )
    found = counted.group_by(_ID).agg(*(nw.col(name).sum() for name in flags_))
    theirs = keys.join(found.select(_ID), on=_ID, how="semi")  # type: ignore[arg-type]
    right = theirs.join(odd.select(_ID, KEY), on=[_ID, KEY], how="anti")  # type: ignore[arg-type]
    strongest = right.group_by(_ID).agg(nw.col(_RANK).min())
    return found.join(strongest, on=_ID, how="left")  # type: ignore[arg-type]


def _is_new() -> nw.Expr:
    alone = nw.col(_RANK).is_null() & (nw.col(_ELSEWHERE) == 0)
    return alone & (nw.col(_OWN) > 0)


def _unclear(
    companies: Frame, alike: pa.StringArray, before: _Before, odd: Frame, judged: Frame
) -> pa.StringArray:
    """The ids of companies that have to be settled together, and of the accounts they lead to."""
    known = ~nw.col(_RANK).is_null()
    doubtful = known & ((nw.col(_REGISTERED) > 0) | (nw.col(_RANK) >= IS_NAME))
    nothing = ~known & (nw.col(_OWN) == 0)
    new = judged.filter(_is_new()).select(_ID)
    given = before.accounts.select(nw.col(KEY).alias(_ID))
    came_with = nw.col(CAME_WITH)
    numbered = came_with.is_null() | (came_with != nw.col(_ID))
    numbered = numbered | came_with.str.contains("~", literal=True)
    parts = [
        judged.filter((nw.col(_ELSEWHERE) > 0) | doubtful | nothing).select(_ID),
        new.join(given, on=_ID, how="semi"),  # type: ignore[arg-type]
        companies.filter(numbered | _keyless(companies)).select(_ID),
        those(companies, CAME_WITH, alike).select(_ID),
        odd.filter(~nw.col(_ROOT).is_null()).select(nw.col(_ROOT).alias(_ID)),
    ]
    found = _texts(_every(parts), _ID)
    # An id may be what a company is known by, in place of a key.
    reached = _texts(those(before.owners(), KEY, found), _ROOT)
    holders = _texts(those(odd, KEY, found), _ID)
    return pa.concat_arrays([found, reached, holders]).unique()


def _narrow(companies: Frame) -> Frame:
    """The columns that companies are settled by."""
    wanted = (*TELLING, *RECORD, *_KEYED, CAME_WITH)
    return companies.select([name for name in companies.columns if name in wanted])


def _renamed(companies: Frame, told: pa.StringArray, ids: pa.StringArray) -> Frame:
    """The companies with other ids for some."""
    changed = pc.not_equal(told, ids)
    table = pa.Table.from_arrays([told, ids], names=[_ID, _TOLD]).filter(changed)
    if not table.num_rows:
        return companies
    frame = attached(companies, table, _ID, ordered=False)
    return frame.with_columns(nw.coalesce(_TOLD, _ID).alias(_ID)).drop(_TOLD)


# Frames and texts --------------------------------------------------------------------------------


def _every(frames: Sequence[Frame]) -> Frame:
    """The rows of several frames of one engine."""
    return nw.concat(list(frames))  # type: ignore[type-var]


def _count(frame: Frame) -> int:
    (count,) = collected(frame.select(nw.len().alias("count")))["count"].to_pylist()
    return int(count)


def _texts(frame: Frame, column: str) -> pa.StringArray:
    """The texts of a column, once each."""
    return whole(collected(frame.select(column).unique())[column])


# Where there was none ----------------------------------------------------------------------------


def _first(ids: Frame, as_of: date) -> Settled:
    """The first ledger: each company's id, and the keys that it alone has."""
    counts = {"kept": 0, "new": _count(ids), "merged": 0, "split": 0}
    rows = [_rows(ids, ACCOUNT, nw.col("account_id"), as_of)]
    keys = _keys(ids).select(KEY, _ID)
    if any(name in ids.columns for name in _LISTS):
        # Only in lists may a company have the same key once more.
        keys = keys.unique()
    held = keys.group_by(KEY).agg(nw.len().alias(_HOLDERS))
    several = nw.col(_HOLDERS) > 1
    if is_spark(ids):
        # However many are shared, they stay where they are.
        some = True
        marked = keys.join(held.select(KEY, several.alias(_SHARED)), on=KEY, how="inner")  # type: ignore[arg-type]
    else:
        shared = collected(held.filter(several).select(KEY))
        some = bool(shared.num_rows)
        marked = _with_shared(keys, shared)
    own = marked.filter(~nw.col(_SHARED))
    rows.append(_rows(own, KEY, nw.col(KEY), as_of))
    places = _places(ids, marked, alike=some)
    if places is not None:
        rows.append(_rows(places, KEY, nw.col("account_id"), as_of))
    return Settled(None, nw.to_native(_every(rows)), no_changes(as_of), counts)


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
    """Every key of every company, as `keys_of` tells them, with its `account_id` and `_RANK`."""
    there, given = set(ids.columns), nw.col(CAME_WITH)
    found = [_keyed(ids.filter(given.str.starts_with(GIVEN)), given, IS_GIVEN)]
    texts = []
    if "domain" in there:
        texts.append((nw.concat_str(nw.lit("domain:"), nw.col("domain")), IS_DOMAIN))
    if "name_key" in there:
        name = nw.concat_str(nw.lit("name:"), nw.col("name_key"))
        texts.append((name, IS_NAME))
        if "country" in there:
            texts.append((nw.concat_str(name, nw.lit("@"), nw.col("country")), IS_PLACED_NAME))
    for text, rank in texts:
        found.append(_keyed(ids, text, rank).filter(~nw.col(KEY).is_null()))
    for column, (before, rank) in _LISTS.items():
        if column in there:
            some = ids.filter(~nw.col(column).is_null()).select(_ID, nw.col(column).alias(KEY))
            some = some.explode(KEY).filter(~nw.col(KEY).is_null())
            found.append(_keyed(some, nw.concat_str(nw.lit(before), KEY), rank))
    return _every(found)


def _keyed(ids: Frame, text: nw.Expr, rank: int) -> Frame:
    return ids.select(text.alias(KEY), nw.col(_ID), nw.lit(rank).alias(_RANK))


def _with_shared(keys: Frame, shared: pa.Table) -> Frame:
    """The keys with whether several companies have them, so that they are nobody's."""
    if not shared.num_rows:
        return keys.with_columns(nw.lit(False).alias(_SHARED))
    mark = shared.append_column(_SHARED, from_flags(np.ones(shared.num_rows, dtype=bool)))
    return attached(keys, mark, KEY, ordered=False).with_columns(nw.col(_SHARED).fill_null(False))


def _keyless(ids: Frame) -> nw.Expr:
    """Companies that have nothing that keys are made of, but for what is in lists."""
    plain = [name for name in ids.columns if name in _KEYED and name not in _LISTS]
    none = [nw.col(name).is_null() for name in plain]
    bare = nw.col(CAME_WITH).is_null() | ~nw.col(CAME_WITH).str.starts_with(GIVEN)
    return reduce(lambda a, b: a & b, none, bare)


def _places(ids: Frame, marked: Frame, *, alike: bool) -> Frame | None:
    """The companies that have no key alone: their ids, numbered as they are, lead back to them.

    `marked` are the keys, `alike` whether some of them are shared.
    """
    found = ids.filter(_keyless(ids)).select("account_id")
    if is_spark(ids):
        of = marked.group_by("account_id").agg(nw.col(_SHARED).min())
        found = found.join(of.select("account_id"), on="account_id", how="anti")  # type: ignore[arg-type]
        every = _every([found, of.filter(nw.col(_SHARED)).select("account_id")])
        held = marked.filter(~nw.col(_SHARED)).select(nw.col(KEY).alias("account_id"))
        return every.join(held, on="account_id", how="anti")  # type: ignore[arg-type]
    names = set(collected(found)["account_id"].to_pylist())
    if names:
        names -= set(_texts(those(marked, _ID, strings(sorted(names))), _ID).to_pylist())
    if alike:
        of = marked.group_by("account_id").agg(nw.col(_SHARED).min())
        found = of.filter(nw.col(_SHARED)).select("account_id")
        names.update(collected(found)["account_id"].to_pylist())
    if not names:
        return None
    texts = strings(sorted(names))
    held = marked.filter(~nw.col(_SHARED)).select(KEY)
    table = pa.Table.from_arrays([texts, texts], names=[KEY, _TOLD])
    taken = attached(held, table, KEY, ordered=False).filter(~nw.col(_TOLD).is_null())
    names -= set(collected(taken.select(_TOLD))[_TOLD].to_pylist())
    return like(ids, pa.Table.from_arrays([strings(sorted(names))], names=["account_id"]))
