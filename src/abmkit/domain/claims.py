"""Which account of before each company is: what it is known by now, against the ledger's keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from abmkit.domain.arrays import (
    flags,
    from_numpy,
    int64s,
    repeated,
    strings,
    to_numpy,
    where_known,
)
from abmkit.domain.identity import GIVEN, contradictory, joined
from abmkit.errors import InputError

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

    Ints = npt.NDArray[Any]

ACCOUNT, KEY = "account", "key"
NOBODY = -1
# Kinds of keys by their strength.
_IS_GIVEN, _IS_REGISTRY_ID, _IS_DOMAIN, _IS_PLACED_NAME, _IS_NAME, _IS_PLACE_IN_ORDER = range(6)
KINDS = 6


# What is known of before -------------------------------------------------------------------------


@dataclass(frozen=True)
class Old:
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
    def of(cls, rows: pa.Table) -> Old:
        """Those of a ledger's rows. Raises InputError where these contradict one another."""
        import pyarrow.compute as pc

        is_account = pc.equal(rows["kind"], strings([ACCOUNT])[0])
        accounts = rows.filter(is_account).combine_chunks()
        known = rows.filter(pc.invert(is_account)).combine_chunks()
        ids, keys = whole(accounts["key"]), whole(known["key"])
        root = places_of(whole(accounts["account_id"]), ids)
        owner = places_of(whole(known["account_id"]), ids)
        if (root < 0).any() or (owner < 0).any():
            raise foreign("it names accounts that it does not list")
        if (root[root] != root).any():
            raise foreign("an account was merged into one that is none")
        days = to_numpy(whole(accounts["since"]).cast("int32")).astype("int64")
        return cls(accounts, known, ids, root, days, keys, owner)


def foreign(why: str) -> InputError:
    """The error for a table that is no ledger."""
    return InputError(
        f"is no ledger of ids: {why}",
        remedy="name the ledger.parquet of a run; without one, ids start afresh",
    )


# What is known now -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Have:
    """The keys that companies have, each once per company."""

    company: Ints
    key: Ints
    """The key's row among the ledger's keys, or a number above them."""
    rank: Ints
    shared: Ints
    """Whether several companies have the key, so that it is nobody's."""
    texts: pa.StringArray

    @classmethod
    def of(cls, records: pa.Table, labels: Ints, usual: pa.StringArray, old: Old) -> Have:
        """Those of the records' companies, whose ids are `usual` without a ledger."""
        import numpy as np
        import pyarrow as pa

        parts = list(_identities(records))
        company = np.concatenate([ints([]), *(labels[rows] for _, rows, _ in parts)])
        rank = np.concatenate([ints([]), *(np.full(len(rows), r) for r, rows, _ in parts)])
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
                found = places_of(keys, places)
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
        name: whole(records[name])
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
    every = pa.concat_arrays([known.cast(wide), texts.cast(wide)]).dictionary_encode()
    count = len(known)
    numbers = to_numpy(every.indices)[count:].astype("int64")
    if count and every.indices[count - 1].as_py() != count - 1:
        raise foreign("it has a key twice")
    return numbers, every.dictionary[count:].cast(pa.string())


# Which id is whose -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Claims:
    """Companies and the accounts that their keys lead to, each pair once."""

    company: Ints
    account: Ints
    rank: Ints
    """The rank of the strongest key that leads there."""
    count: Ints
    """How many keys do."""
    other: Ints
    """How many keys of the company do not."""

    def only(self, where: Ints) -> Claims:
        """Some of the claims."""
        columns = (self.company, self.account, self.rank, self.count, self.other)
        return Claims(*(column[where] for column in columns))


def claims_of(have: Have, old: Old, usual: pa.StringArray) -> Claims:
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
    claims = Claims(company, account, rank[starts], count, has[company] - count)
    claims = claims.only(~_contradicted(claims, have, old))
    return claims.only(~_too_weak(claims, have, old, usual))


def _ranks_of_keys(old: Old) -> Ints:
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


def _contradicted(claims: Claims, have: Have, old: Old) -> Ints:
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
    texts = texts_of(have.key[ours], have, old)
    of_company = _sets(have.company[ours], texts)
    of_account = _sets(owners[theirs], old.keys.take(from_numpy(theirs)))
    pairs = zip(claims.company[by_less].tolist(), roots.tolist(), strict=True)
    found = [contradictory(of_company[one], of_account.get(other, ())) for one, other in pairs]
    contradicted[by_less] = found
    return contradicted


def _too_weak(claims: Claims, have: Have, old: Old, usual: pa.StringArray) -> Ints:
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


def _best(claims: Claims, usual: pa.StringArray) -> Ints:
    """The best claim to each account: by the strongest key, of a company that has no better claim
    to another account, by most keys, by the least beside."""
    import numpy as np

    several = np.bincount(claims.account)[claims.account] > 1
    name = np.zeros(len(claims.company), dtype="int64")
    name[several] = order_of(usual.take(from_numpy(claims.company[several])))
    strongest = np.full(int(claims.company.max(initial=-1)) + 1, _IS_PLACE_IN_ORDER)
    np.minimum.at(strongest, claims.company, claims.rank)
    elsewhere = strongest[claims.company] < claims.rank
    order = np.lexsort((name, claims.other, -claims.count, elsewhere, claims.rank, claims.account))
    account = claims.account[order]
    leads = np.concatenate([[True], account[1:] != account[:-1]])[: len(order)]
    best: Ints = order[leads]
    return best


def won(claims: Claims, old: Old, usual: pa.StringArray) -> tuple[Ints, Ints]:
    """The company that holds each account, and how strongly it does.

    An account that was merged is claimed under its own id first, so that what is parted again goes
    back to what it was; who holds it takes the account it is now, unless another company does.
    """
    import numpy as np

    holder = np.full(len(old.ids), NOBODY, dtype="int64")
    strength = np.full(len(old.ids), NOBODY, dtype="int64")
    best = _best(claims, usual)
    holder[claims.account[best]] = claims.company[best]
    strength[claims.account[best]] = claims.rank[best]
    heirs = np.flatnonzero((holder >= 0) & (old.root != np.arange(len(holder))))
    heirs = heirs[holder[old.root[heirs]] == NOBODY]
    text = order_of(old.ids.take(from_numpy(heirs)))
    # Backwards, because the last assignment stays.
    heirs = heirs[np.lexsort((text, strength[heirs], old.since[heirs]))][::-1]
    holder[old.root[heirs]] = holder[heirs].copy()
    strength[old.root[heirs]] = strength[heirs].copy()
    return holder, strength


def chosen_by(holder: Ints, strength: Ints, old: Old, size: int) -> Ints:
    """The account that each company goes on as: one that is not merged, the earliest, …"""
    import numpy as np

    held = np.flatnonzero(holder >= 0)
    company = holder[held]
    several = np.bincount(company, minlength=size)[company] > 1
    name = np.zeros(len(held), dtype="int64")
    name[several] = order_of(old.ids.take(from_numpy(held[several])))
    merged = old.root[held] != held
    order = np.lexsort((name, strength[held], old.since[held], merged, company))[::-1]
    chosen = np.full(size, NOBODY, dtype="int64")
    chosen[company[order]] = held[order]
    return chosen


def final_of(holder: Ints, chosen: Ints, old: Old) -> Ints:
    """The account that each account is from now on."""
    import numpy as np

    own = np.where(holder >= 0, chosen[holder] if len(chosen) else holder, NOBODY)
    rest = np.where(own[old.root] >= 0, own[old.root], old.root)
    return np.where(own >= 0, own, rest)


# Arrays ------------------------------------------------------------------------------------------


def whole(values: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column as one array."""
    import pyarrow as pa

    if not isinstance(values, pa.ChunkedArray):
        return values
    # Of no chunks at all, pyarrow makes an array with the help of pandas.
    return values.combine_chunks() if values.num_chunks else pa.nulls(0, values.type)


def ints(values: Iterable[int]) -> Ints:
    """Whole numbers as a numpy array."""
    import numpy as np

    return np.array(list(values), dtype="int64")


def places_of(texts: pa.StringArray, among: pa.StringArray) -> Ints:
    """The place of each text among others, negative where it is not there."""
    import pyarrow.compute as pc

    found = pc.index_in(texts, value_set=among).cast("int64")
    places: Ints = to_numpy(pc.fill_null(found, int64s([NOBODY])[0])).astype("int64")
    return places


def order_of(texts: pa.StringArray) -> Ints:
    """The place of each text in their order."""
    import numpy as np
    import pyarrow.compute as pc

    order = np.empty(len(texts), dtype="int64")
    order[to_numpy(pc.sort_indices(texts)).astype("int64")] = np.arange(len(texts))
    return order


def texts_of(keys: Ints, have: Have, old: Old) -> pa.StringArray:
    """The texts of keys by their numbers."""
    import numpy as np
    import pyarrow.compute as pc

    above = keys - len(old.keys)
    known = np.where(above < 0, keys, NOBODY)
    return pc.coalesce(old.keys.take(where_known(known)), have.texts.take(where_known(above)))


def _sets(owners: Ints, texts: pa.StringArray) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for owner, text in zip(owners.tolist(), texts.to_pylist(), strict=True):
        found[owner].add(text)
    return found
