"""The ledger of ids: which company had which id, so that it keeps its first one from run to run.

An old account is treated as dedupe treats a record: what it was known by (its keys) leads back to
its id. Stronger keys come first, a registry contradicts, and a name without a country says least.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from abmkit.domain.arrays import (
    dates,
    flags,
    from_flags,
    from_numpy,
    int64s,
    repeated,
    strings,
    to_numpy,
    where_known,
)
from abmkit.domain.companies import base_ids, told_apart
from abmkit.domain.identity import GIVEN, contradictory, joined
from abmkit.errors import InputError

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

    Ints = npt.NDArray[Any]

COLUMNS = ("kind", "key", "account_id", "since", "was", "changed")
_ACCOUNT, _KEY = "account", "key"
_NOBODY = -1
# Kinds of keys by their strength. A rank is what an id was made of, too.
_IS_GIVEN, _IS_REGISTRY_ID, _IS_DOMAIN, _IS_PLACED_NAME, _IS_NAME, _IS_PLACE_IN_ORDER = range(6)


@dataclass(frozen=True)
class Ledger:
    """The ids given until now, and the day it is."""

    rows: pa.Table
    """`kind` is `account` for an id that was given: `key` is the id, `account_id` the id of the
    account that it means now, another one where accounts were merged. `kind` is `key` for what a
    company was known by: `account_id` is the id it had then. `since` (date) is when the row came;
    where it changed, `was` is the account it meant before and `changed` (date) the day."""
    as_of: date

    @classmethod
    def of(cls, rows: pa.Table | None, as_of: date) -> Ledger:
        """The ledger of a table, an empty one for None. Raises InputError for another table."""
        import pyarrow as pa

        text, day = pa.string(), pa.date32()
        types = dict(zip(COLUMNS, (text, text, text, day, text, day), strict=True))
        schema = pa.schema(list(types.items()))
        if rows is None:
            return cls(pa.Table.from_batches([], schema), as_of)
        if any(name not in rows.column_names for name in COLUMNS):
            raise _foreign(
                f"it lacks {', '.join(c for c in COLUMNS if c not in rows.schema.names)}"
            )
        try:
            rows = rows.select(list(COLUMNS)).cast(schema)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise _foreign("its columns have other types") from None
        if any(rows[name].null_count for name in COLUMNS[:4]):
            raise _foreign("some rows have no key, account or day")
        ledger = cls(rows.combine_chunks(), as_of)
        assert ledger.old is not None
        return ledger

    @cached_property
    def old(self) -> _Old:
        """The ledger by numbers. Raises InputError where it contradicts itself."""
        return _Old.of(self.rows)

    def now(self, ids: pa.StringArray) -> pa.StringArray:
        """The ids that these ids and keys mean now; what the ledger does not know stays."""
        import numpy as np
        import pyarrow.compute as pc

        old = self.old
        if not len(old.ids):
            return ids
        account = _places(ids, old.ids)
        key = _places(ids, old.keys)
        through = old.owner[key] if len(old.keys) else key
        account = np.where(account >= 0, account, np.where(key >= 0, through, key))
        root = np.where(account >= 0, old.root[account], account)
        return pc.coalesce(old.ids.take(where_known(root)), ids)


@dataclass(frozen=True)
class Settled:
    """The id of each company, and the ledger with it."""

    ids: pa.StringArray
    ledger: pa.Table
    changes: pa.Table
    """`kind` (`merged`: `other` is `account_id` from now on; `split`: `account_id` has parted from
    `other`), `account_id`, `other`, `since` (date)."""
    counts: dict[str, int]
    """How many ids were `kept`, are `new` (of companies not known before), `merged`, `split`."""


def settle(records: pa.Table, labels: Ints, ledger: Ledger) -> Settled:
    """Each company's id by the ledger, or the one it would have without, where it is not known.

    `records` is in the order of `source` and `source_row`; reads what `company_ids` reads. Where
    several ids meet in a company, the earliest is its own, then the one held by the strongest kind
    of key, then the smallest. Of several companies that were one, the one with its strongest keys,
    then with most of them, keeps the id; merged accounts that part again take back their ids. No
    id that was given is given to another company.
    """
    import numpy as np

    old = ledger.old
    base = base_ids(records, labels)
    _, first = np.unique(labels, return_index=True)
    usual = told_apart(base, first)
    have = _Have.of(records, labels, usual, old)
    claims = _claims(have, old, usual)
    holder, strength = _won(claims, old, usual)
    chosen = _chosen(holder, strength, old, len(usual))
    final = _final(holder, chosen, old)
    fresh = np.flatnonzero(chosen == _NOBODY)
    ids = _with_fresh(old.ids.take(where_known(chosen)), fresh, base, first, old)
    lost = _lost(claims, fresh)
    # A key's owner may be an id that has been merged since: what it means now is what counts.
    changed = np.flatnonzero(final != old.root)
    back = changed[final[changed] == changed]
    gone = changed[old.root[changed] == changed]
    split = [company for company in fresh.tolist() if company in lost]
    parted = [final[lost[company]] for company in split]
    changes = _changes(
        [
            ("merged", old.ids.take(from_numpy(final[gone])), old.ids.take(from_numpy(gone))),
            ("split", old.ids.take(from_numpy(back)), _ids_at(old, final[old.root[back]])),
            ("split", ids.take(from_numpy(_ints(split))), _ids_at(old, _ints(parted))),
        ],
        ledger.as_of,
    )
    counts = {
        "kept": len(usual) - len(fresh) - len(back),
        "new": len(fresh) - len(split),
        "merged": len(gone),
        "split": len(split) + len(back),
    }
    from_whom = np.full(len(usual), _NOBODY, dtype="int64")
    from_whom[split] = parted
    accounts = _accounts(old, final, changed, ids.take(from_numpy(fresh)), from_whom[fresh], ledger)
    keys = _keys(old, have, chosen, final, ids, ledger)
    rows = _table([*accounts, *keys])
    return Settled(ids, rows, changes, counts)


# What is known of before -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Old:
    """The ledger by numbers: of accounts those of their rows, of keys those of theirs."""

    accounts: pa.Table
    known: pa.Table
    ids: pa.StringArray
    root: Ints
    """The account that each account is now."""
    since: Ints
    keys: pa.StringArray
    owner: Ints
    """The account that each key leads to, as it was then."""

    @classmethod
    def of(cls, rows: pa.Table) -> _Old:
        import pyarrow.compute as pc

        is_account = pc.equal(rows["kind"], strings([_ACCOUNT])[0])
        accounts = rows.filter(is_account).combine_chunks()
        known = rows.filter(pc.invert(is_account)).combine_chunks()
        ids, keys = _one(accounts["key"]), _one(known["key"])
        root = _places(_one(accounts["account_id"]), ids)
        owner = _places(_one(known["account_id"]), ids)
        if (root < 0).any() or (owner < 0).any():
            raise _foreign("it names accounts that it does not list")
        if (root[root] != root).any():
            raise _foreign("an account was merged into one that is none")
        days = to_numpy(_one(accounts["since"]).cast("int32")).astype("int64")
        return cls(accounts, known, ids, root, days, keys, owner)


def _foreign(why: str) -> InputError:
    return InputError(
        f"is no ledger of ids: {why}",
        remedy="name the ledger.parquet of a run; without one, ids start afresh",
    )


# What is known now -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Have:
    """The keys that companies have, each once per company."""

    company: Ints
    key: Ints
    """The key's row among the ledger's keys, or a number above them."""
    rank: Ints
    shared: Ints
    """Whether several companies have the key, so that it is nobody's."""
    texts: pa.StringArray

    @classmethod
    def of(cls, records: pa.Table, labels: Ints, usual: pa.StringArray, old: _Old) -> _Have:
        import numpy as np
        import pyarrow as pa

        parts = list(_identities(records))
        company = np.concatenate([_ints([]), *(labels[rows] for _, rows, _ in parts)])
        rank = np.concatenate([_ints([]), *(np.full(len(rows), r) for r, rows, _ in parts)])
        texts = pa.concat_arrays([strings([]), *(text for *_, text in parts)])
        key, texts = _numbered(texts, old.keys)
        size = len(usual)
        _, first = np.unique(key * size + company, return_index=True)
        company, key, rank = company[first], key[first], rank[first]
        again = key[1:] == key[:-1]
        shared = np.zeros(len(key), dtype=bool)
        shared[1:] |= again
        shared[:-1] |= again
        # A company that has nothing of its own is known by its place among those like it.
        own = np.zeros(size, dtype=bool)
        own[company[~shared]] = True
        alike = np.flatnonzero(~own)
        if len(alike):
            places = usual.take(from_numpy(alike))
            place = len(old.keys) + len(texts) + np.arange(len(alike))
            for numbers, keys in (
                (np.arange(len(texts)) + len(old.keys), texts),
                (np.arange(len(old.keys)), old.keys),
            ):
                found = _places(keys, places)
                place[found[found >= 0]] = numbers[found >= 0]
            free = ~np.isin(place, key[~shared])
            company = np.concatenate([company, alike[free]])
            key = np.concatenate([key, place[free]])
            rank = np.concatenate([rank, np.full(int(free.sum()), _IS_PLACE_IN_ORDER)])
            shared = np.concatenate([shared, np.zeros(int(free.sum()), dtype=bool)])
            texts = pa.concat_arrays([texts, places])
        return cls(company, key, rank, shared, texts)


def _identities(records: pa.Table) -> Iterable[tuple[int, Ints, pa.StringArray]]:
    """Every key of the records: its rank, the rows that have one, and what they have."""
    import numpy as np
    import pyarrow.compute as pc

    count = records.num_rows
    column = {
        name: _one(records[name])
        for name in ("account_id", "registry_ids", "domain", "name_key", "country")
        if name in records.column_names and records[name].null_count < count
    }
    if "account_id" in column:
        given = column["account_id"]
        rows = np.flatnonzero(flags(pc.starts_with(given, GIVEN)))
        yield _IS_GIVEN, rows, given.take(from_numpy(rows))
    if "registry_ids" in column:
        values = column["registry_ids"]
        parents = to_numpy(pc.list_parent_indices(values)).astype("int64")
        yield _IS_REGISTRY_ID, parents, pc.list_flatten(values)
    texts = []
    if "domain" in column:
        texts.append((_IS_DOMAIN, joined(repeated("domain:", count), column["domain"])))
    if "name_key" in column:
        name = joined(repeated("name:", count), column["name_key"])
        if "country" in column:
            placed = joined(name, repeated("@", count), column["country"])
            texts.append((_IS_PLACED_NAME, placed))
        texts.append((_IS_NAME, name))
    for rank, text in texts:
        yield rank, np.flatnonzero(flags(pc.is_valid(text))), text.drop_null()


def _numbered(texts: pa.StringArray, known: pa.StringArray) -> tuple[Ints, pa.StringArray]:
    """The number of each text, its place among the known ones or one above, and the texts above."""
    import numpy as np
    import pyarrow as pa

    if not len(texts):
        return np.empty(0, dtype="int64"), texts
    wide = pa.large_string()
    whole = pa.concat_arrays([known.cast(wide), texts.cast(wide)]).dictionary_encode()
    count = len(known)
    numbers = to_numpy(whole.indices)[count:].astype("int64")
    if count and whole.indices[count - 1].as_py() != count - 1:
        raise _foreign("it has a key twice")
    return numbers, whole.dictionary[count:].cast(pa.string())


# Which id is whose -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Claims:
    """Companies and the accounts that their keys lead to, each pair once."""

    company: Ints
    account: Ints
    rank: Ints
    """The rank of the strongest key that leads there."""
    count: Ints
    """How many keys do."""
    other: Ints
    """How many keys of the company do not."""

    def only(self, where: Ints) -> _Claims:
        columns = (self.company, self.account, self.rank, self.count, self.other)
        return _Claims(*(column[where] for column in columns))


def _claims(have: _Have, old: _Old, usual: pa.StringArray) -> _Claims:
    """The claims that hold: none against a registry, and none by a bare name against more."""
    import numpy as np

    size = max(len(old.ids), 1)
    known = have.key < len(old.keys)
    # A bare name that several companies have leads nowhere.
    known &= ~((have.rank == _IS_NAME) & have.shared)
    company, rank = have.company[known], have.rank[known]
    account = old.owner[have.key[known]]
    pair = company * size + account
    order = np.lexsort((rank, pair))
    pair, rank = pair[order], rank[order]
    starts = np.flatnonzero(np.concatenate([[True], pair[1:] != pair[:-1]])[: len(pair)])
    company, account = np.divmod(pair[starts], size)
    count = np.diff(np.append(starts, len(pair)))
    has = np.bincount(have.company, minlength=int(company.max(initial=-1)) + 1)
    claims = _Claims(company, account, rank[starts], count, has[company] - count)
    claims = claims.only(~_contradicted(claims, have, old))
    return claims.only(~_too_weak(claims, have, old, usual))


def _ranks_of_keys(old: _Old) -> Ints:
    """The rank of each key of the ledger, by how it is written."""
    import numpy as np
    import pyarrow.compute as pc

    ranks = np.full(len(old.keys), _IS_REGISTRY_ID, dtype="int64")
    for prefix, rank in (
        (GIVEN, _IS_GIVEN),
        ("domain:", _IS_DOMAIN),
        ("name:", _IS_NAME),
    ):
        ranks[flags(pc.starts_with(old.keys, prefix))] = rank
    names = np.flatnonzero(ranks == _IS_NAME)
    placed = flags(pc.match_like(old.keys.take(from_numpy(names)), "%@__"))
    ranks[names[placed]] = _IS_PLACED_NAME
    by_place = pc.or_(pc.starts_with(old.keys, "row:"), pc.match_substring(old.keys, "~"))
    ranks[flags(by_place)] = _IS_PLACE_IN_ORDER
    return ranks


def _contradicted(claims: _Claims, have: _Have, old: _Old) -> Ints:
    """Claims of companies that a registry tells from the account."""
    import numpy as np

    contradicted = np.zeros(len(claims.company), dtype=bool)
    by_less = np.flatnonzero(claims.rank > _IS_REGISTRY_ID)
    registered = np.zeros(int(have.company.max(initial=-1)) + 1, dtype=bool)
    registered[have.company[have.rank == _IS_REGISTRY_ID]] = True
    by_less = by_less[registered[claims.company[by_less]]]
    if not len(by_less):
        return contradicted
    ranks = _ranks_of_keys(old)
    roots = old.root[claims.account[by_less]]
    owners = old.root[old.owner]
    theirs = np.flatnonzero((ranks == _IS_REGISTRY_ID) & np.isin(owners, roots))
    ours = np.flatnonzero(
        (have.rank == _IS_REGISTRY_ID) & np.isin(have.company, claims.company[by_less])
    )
    texts = _texts(have.key[ours], have, old)
    of_company = _sets(have.company[ours], texts)
    of_account = _sets(owners[theirs], old.keys.take(from_numpy(theirs)))
    pairs = zip(claims.company[by_less].tolist(), roots.tolist(), strict=True)
    found = [contradictory(of_company[one], of_account.get(other, ())) for one, other in pairs]
    contradicted[by_less] = found
    return contradicted


def _too_weak(claims: _Claims, have: _Have, old: _Old, usual: pa.StringArray) -> Ints:
    """Claims by a bare name where company and account are each known by something else.

    That is another site, another country or another given id; or, where the company holds another
    account by more, anything that this account has and the company has not.
    """
    import numpy as np

    weak = claims.rank >= _IS_NAME
    if not weak.any():
        return weak
    ranks, owners = _ranks_of_keys(old), old.root[old.owner]
    against = np.zeros(len(weak), dtype=bool)
    more = np.zeros(len(weak), dtype=bool)
    for rank in (_IS_GIVEN, _IS_REGISTRY_ID, _IS_DOMAIN, _IS_PLACED_NAME):
        ours = np.zeros(int(have.company.max(initial=-1)) + 1, dtype=bool)
        ours[have.company[have.rank == rank]] = True
        theirs = np.zeros(len(old.ids), dtype=bool)
        theirs[owners[ranks == rank]] = True
        theirs = theirs[old.root[claims.account]]
        more |= theirs
        if rank != _IS_REGISTRY_ID:
            against |= theirs & ours[claims.company]
    strong = claims.only(~weak)
    better = np.isin(claims.company, strong.company[_best(strong, usual)])
    # One that is known by its place has no key of its own, so none that speaks against it.
    against &= claims.rank == _IS_NAME
    return weak & (against | (better & more))


def _best(claims: _Claims, usual: pa.StringArray) -> Ints:
    """The best claim to each account: by the strongest key, of a company that has no better claim
    to another account, by most keys, by the least beside."""
    import numpy as np

    several = np.bincount(claims.account)[claims.account] > 1
    name = np.zeros(len(claims.company), dtype="int64")
    name[several] = _order(usual.take(from_numpy(claims.company[several])))
    strongest = np.full(int(claims.company.max(initial=-1)) + 1, _IS_PLACE_IN_ORDER)
    np.minimum.at(strongest, claims.company, claims.rank)
    elsewhere = strongest[claims.company] < claims.rank
    order = np.lexsort((name, claims.other, -claims.count, elsewhere, claims.rank, claims.account))
    account = claims.account[order]
    leads = np.concatenate([[True], account[1:] != account[:-1]])[: len(order)]
    best: Ints = order[leads]
    return best


def _won(claims: _Claims, old: _Old, usual: pa.StringArray) -> tuple[Ints, Ints]:
    """The company that holds each account, and how strongly it does.

    An account that was merged is claimed under its own id first, so that what is parted again goes
    back to what it was; who holds it takes the account it is now, unless another company does.
    """
    import numpy as np

    holder = np.full(len(old.ids), _NOBODY, dtype="int64")
    strength = np.full(len(old.ids), _NOBODY, dtype="int64")
    best = _best(claims, usual)
    holder[claims.account[best]] = claims.company[best]
    strength[claims.account[best]] = claims.rank[best]
    heirs = np.flatnonzero((holder >= 0) & (old.root != np.arange(len(holder))))
    heirs = heirs[holder[old.root[heirs]] == _NOBODY]
    text = _order(old.ids.take(from_numpy(heirs)))
    # Backwards, because the last assignment stays.
    heirs = heirs[np.lexsort((text, strength[heirs], old.since[heirs]))][::-1]
    holder[old.root[heirs]] = holder[heirs].copy()
    strength[old.root[heirs]] = strength[heirs].copy()
    return holder, strength


def _chosen(holder: Ints, strength: Ints, old: _Old, size: int) -> Ints:
    """The account that each company goes on as: one that is not merged, the earliest, …"""
    import numpy as np

    held = np.flatnonzero(holder >= 0)
    company = holder[held]
    several = np.bincount(company, minlength=size)[company] > 1
    name = np.zeros(len(held), dtype="int64")
    name[several] = _order(old.ids.take(from_numpy(held[several])))
    merged = old.root[held] != held
    order = np.lexsort((name, strength[held], old.since[held], merged, company))[::-1]
    chosen = np.full(size, _NOBODY, dtype="int64")
    chosen[company[order]] = held[order]
    return chosen


def _final(holder: Ints, chosen: Ints, old: _Old) -> Ints:
    """The account that each account is from now on."""
    import numpy as np

    own = np.where(holder >= 0, chosen[holder] if len(chosen) else holder, _NOBODY)
    rest = np.where(own[old.root] >= 0, own[old.root], old.root)
    return np.where(own >= 0, own, rest)


def _lost(claims: _Claims, fresh: Ints) -> dict[int, int]:
    """The account that each of the companies without one had the best claim to."""
    import numpy as np

    at = np.flatnonzero(np.isin(claims.company, fresh))
    at = at[np.lexsort((claims.account[at], -claims.count[at], claims.rank[at]))][::-1]
    return dict(zip(claims.company[at].tolist(), claims.account[at].tolist(), strict=True))


def _with_fresh(
    kept: pa.StringArray, fresh: Ints, base: pa.StringArray, first: Ints, old: _Old
) -> pa.StringArray:
    """The ids with those that are missing, which nobody ever had."""
    import numpy as np
    import pyarrow.compute as pc

    if not len(fresh):
        return kept
    made = told_apart(base.take(from_numpy(fresh)), first[fresh], taken=old.ids)
    places = np.full(len(kept), _NOBODY, dtype="int64")
    places[fresh] = np.arange(len(fresh))
    return pc.coalesce(kept, made.take(where_known(places)))


# The new ledger ----------------------------------------------------------------------------------


def _accounts(
    old: _Old, final: Ints, changed: Ints, ids: pa.StringArray, parted: Ints, ledger: Ledger
) -> list[pa.Table]:
    """The rows of ids: those there were, with what they are now, and the new ones in order."""
    import numpy as np

    before = _updated(old.accounts, changed, _ids_at(old, final[changed]), old, old.root, ledger)
    order = np.argsort(_order(ids))
    ids, was = ids.take(from_numpy(order)), _ids_at(old, parted[order])
    return [before, _rows(_ACCOUNT, ids, ids, was, ledger.as_of)]


def _keys(
    old: _Old, have: _Have, chosen: Ints, final: Ints, ids: pa.StringArray, ledger: Ledger
) -> list[pa.Table]:
    """The rows of keys: a key means the one company that has it; had by several, whom it meant."""
    import numpy as np

    own = np.flatnonzero(~have.shared)
    # What a company is known by in place of a key comes last, and counts.
    known = own[have.key[own] < len(old.keys)]
    account = final[old.owner[have.key[known]]] if len(known) else _ints([])
    moved = known[chosen[have.company[known]] != account]
    row = np.full(len(old.keys), _NOBODY, dtype="int64")
    row[have.key[moved]] = have.company[moved]
    moved_keys = np.flatnonzero(row >= 0)
    now = ids.take(from_numpy(row[moved_keys]))
    before = _updated(old.known, moved_keys, now, old, old.root[old.owner], ledger)
    new = own[have.key[own] >= len(old.keys)]
    texts = _texts(have.key[new], have, old)
    ranked = np.empty(len(ids), dtype="int64")
    ranked[:] = _order(ids)
    company = ranked[have.company[new]]
    pair = company * (_IS_PLACE_IN_ORDER + 1) + have.rank[new]
    _, at, sizes = np.unique(pair, return_inverse=True, return_counts=True)
    several = sizes[at] > 1
    name = np.zeros(len(new), dtype="int64")
    name[several] = _order(texts.take(from_numpy(np.flatnonzero(several))))
    order = np.lexsort((name, pair))
    owners = ids.take(from_numpy(have.company[new][order]))
    texts = texts.take(from_numpy(order))
    nobody = repeated(None, len(texts))
    return [before, _rows(_KEY, texts, owners, nobody, ledger.as_of)]


def _updated(
    rows: pa.Table, at: Ints, account_id: pa.StringArray, old: _Old, was: Ints, ledger: Ledger
) -> pa.Table:
    """The rows, some of which mean another account from now on."""
    import numpy as np
    import pyarrow.compute as pc

    if not len(at):
        return rows
    mask = np.zeros(rows.num_rows, dtype=bool)
    mask[at] = True
    new = {
        "account_id": account_id,
        "was": _ids_at(old, was[at]),
        "changed": _days(ledger.as_of, len(at)),
    }
    for name, values in new.items():
        column = pc.replace_with_mask(_one(rows[name]), from_flags(mask), values)
        rows = rows.set_column(rows.column_names.index(name), name, column)
    return rows


def _rows(
    kind: str, keys: pa.StringArray, ids: pa.StringArray, was: pa.StringArray, day: date
) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    days = _days(day, len(keys))
    changed = pc.if_else(pc.is_valid(was), days, pa.nulls(len(keys), pa.date32()))
    columns = [repeated(kind, len(keys)), keys, ids, days, was, changed]
    return pa.Table.from_arrays(columns, names=list(COLUMNS))


def _changes(parts: list[tuple[str, pa.StringArray, pa.StringArray]], day: date) -> pa.Table:
    import pyarrow as pa

    names = ["kind", "account_id", "other", "since"]
    tables = [
        pa.Table.from_arrays([repeated(kind, len(ids)), ids, other, _days(day, len(ids))], names)
        for kind, ids, other in parts
    ]
    whole = pa.concat_tables(tables).combine_chunks()
    return whole.sort_by([(name, "ascending") for name in names[:3]])


def _table(parts: list[pa.Table]) -> pa.Table:
    import pyarrow as pa

    return pa.concat_tables(parts)


# Arrays ------------------------------------------------------------------------------------------


def _one(values: pa.ChunkedArray | pa.Array) -> pa.Array:
    import pyarrow as pa

    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _ints(values: Iterable[int]) -> Ints:
    import numpy as np

    return np.array(list(values), dtype="int64")


def _places(texts: pa.StringArray, among: pa.StringArray) -> Ints:
    """The place of each text among others, negative where it is not there."""
    import pyarrow.compute as pc

    found = pc.index_in(texts, value_set=among).cast("int64")
    places: Ints = to_numpy(pc.fill_null(found, int64s([_NOBODY])[0])).astype("int64")
    return places


def _order(texts: pa.StringArray) -> Ints:
    """The place of each text in their order."""
    import numpy as np
    import pyarrow.compute as pc

    order = np.empty(len(texts), dtype="int64")
    order[to_numpy(pc.sort_indices(texts)).astype("int64")] = np.arange(len(texts))
    return order


def _ids_at(old: _Old, accounts: Ints) -> pa.StringArray:
    return old.ids.take(where_known(accounts))


def _texts(keys: Ints, have: _Have, old: _Old) -> pa.StringArray:
    import numpy as np
    import pyarrow.compute as pc

    above = keys - len(old.keys)
    known = np.where(above < 0, keys, _NOBODY)
    return pc.coalesce(old.keys.take(where_known(known)), have.texts.take(where_known(above)))


def _sets(owners: Ints, texts: pa.StringArray) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for owner, text in zip(owners.tolist(), texts.to_pylist(), strict=True):
        found[owner].add(text)
    return found


def _days(day: date, count: int) -> pa.Date32Array:
    import numpy as np

    return dates([day]).take(from_numpy(np.zeros(count, dtype="int64")))
