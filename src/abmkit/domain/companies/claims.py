"""Which account of before each company is: the keys it has now, against the ledger's keys."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from abmkit.domain.arrays import firsts, from_numpy, order_of
from abmkit.domain.companies.keys import (
    IS_DOMAIN,
    IS_GIVEN,
    IS_NAME,
    IS_PLACE_IN_ORDER,
    IS_PLACED_NAME,
    IS_REGISTRY_ID,
    NOBODY,
    CompanyKeys,
    LedgerKeys,
)
from abmkit.domain.identity import contradictory

Ints = npt.NDArray[Any]


@dataclass(frozen=True)
class Claims:
    """Companies and the accounts that their keys lead to, each pair once."""

    company: Ints
    """(n_claims,) int64: the company as it is now."""
    account: Ints
    """(n_claims,) int64: an account of before."""
    rank: Ints
    """(n_claims,) int64: the rank of the strongest key that leads there."""
    count: Ints
    """(n_claims,) int64: how many keys do."""
    other: Ints
    """(n_claims,) int64: how many keys of the company do not."""

    def only(self, where: Ints) -> Claims:
        """Some of the claims."""
        columns = (self.company, self.account, self.rank, self.count, self.other)
        return Claims(*(column[where] for column in columns))


def claims_of(now: CompanyKeys, before: LedgerKeys, usual: pa.StringArray) -> Claims:
    """The claims that hold: none against a registry, and none by a bare name against more."""
    size = max(len(before.ids), 1)
    known = now.key < len(before.keys)
    # A bare name that several companies have leads nowhere.
    known &= ~((now.rank == IS_NAME) & now.shared)
    company, rank = now.company[known], now.rank[known]
    account = before.owner[now.key[known]]
    pair = company * size + account
    order = np.lexsort((rank, pair))
    pair, rank = pair[order], rank[order]
    starts = np.flatnonzero(firsts(pair))
    company, account = np.divmod(pair[starts], size)
    count = np.diff(np.append(starts, len(pair)))
    has = np.bincount(now.company, minlength=int(company.max(initial=-1)) + 1)
    claims = Claims(company, account, rank[starts], count, has[company] - count)
    claims = claims.only(~_contradicted(claims, now, before))
    return claims.only(~_too_weak(claims, now, before, usual))


def _contradicted(claims: Claims, now: CompanyKeys, before: LedgerKeys) -> Ints:
    """Claims of companies that a registry tells from the account."""
    contradicted = np.zeros(len(claims.company), dtype=bool)
    by_less = np.flatnonzero(claims.rank > IS_REGISTRY_ID)
    registered = np.zeros(int(now.company.max(initial=-1)) + 1, dtype=bool)
    registered[now.company[now.rank == IS_REGISTRY_ID]] = True
    by_less = by_less[registered[claims.company[by_less]]]
    if not len(by_less):
        return contradicted
    ranks = before.ranks()
    roots = before.root[claims.account[by_less]]
    owners = before.root[before.owner]
    theirs = np.flatnonzero((ranks == IS_REGISTRY_ID) & np.isin(owners, roots))
    ours = np.flatnonzero(
        (now.rank == IS_REGISTRY_ID) & np.isin(now.company, claims.company[by_less])
    )
    texts = now.texts_of(now.key[ours], before)
    of_company = _sets(now.company[ours], texts)
    of_account = _sets(owners[theirs], before.keys.take(from_numpy(theirs)))
    pairs = zip(claims.company[by_less].tolist(), roots.tolist(), strict=True)
    contradicted[by_less] = [
        contradictory(of_company[company], of_account.get(root, ())) for company, root in pairs
    ]
    return contradicted


def _too_weak(claims: Claims, now: CompanyKeys, before: LedgerKeys, usual: pa.StringArray) -> Ints:
    """Claims by a bare name where company and account are each known by something else.

    That is another site, another country or another given id; or, where the company holds another
    account by more, anything that this account has and the company has not.
    """
    weak = claims.rank >= IS_NAME
    if not weak.any():
        return weak
    ranks, owners = before.ranks(), before.root[before.owner]
    against = np.zeros(len(weak), dtype=bool)
    more = np.zeros(len(weak), dtype=bool)
    for rank in (IS_GIVEN, IS_REGISTRY_ID, IS_DOMAIN, IS_PLACED_NAME):
        ours = np.zeros(int(now.company.max(initial=-1)) + 1, dtype=bool)
        ours[now.company[now.rank == rank]] = True
        theirs = np.zeros(len(before.ids), dtype=bool)
        theirs[owners[ranks == rank]] = True
        theirs = theirs[before.root[claims.account]]
        more |= theirs
        if rank != IS_REGISTRY_ID:
            against |= theirs & ours[claims.company]
    strong = claims.only(~weak)
    better = np.isin(claims.company, strong.company[_best(strong, usual)])
    # One that is known by its place has no key of its own, so none that speaks against it.
    against &= claims.rank == IS_NAME
    return weak & (against | (better & more))


def _best(claims: Claims, usual: pa.StringArray) -> Ints:
    """The best claim to each account: by the strongest key, of a company that has no better claim
    to another account, by most keys, by the least beside."""
    several = np.bincount(claims.account)[claims.account] > 1
    name = np.zeros(len(claims.company), dtype="int64")
    name[several] = order_of(usual.take(from_numpy(claims.company[several])))
    strongest = np.full(int(claims.company.max(initial=-1)) + 1, IS_PLACE_IN_ORDER)
    np.minimum.at(strongest, claims.company, claims.rank)
    elsewhere = strongest[claims.company] < claims.rank
    order = np.lexsort((name, claims.other, -claims.count, elsewhere, claims.rank, claims.account))
    best: Ints = order[firsts(claims.account[order])]
    return best


def resolved(claims: Claims, before: LedgerKeys, usual: pa.StringArray) -> tuple[Ints, Ints]:
    """The account that each company goes on as, `NOBODY` for one that is new, and the account that
    each account is from now on."""
    holder, strength = _holders(claims, before, usual)
    chosen = _chosen_by(holder, strength, before, len(usual))
    own = np.where(holder >= 0, chosen[holder] if len(chosen) else holder, NOBODY)
    rest = np.where(own[before.root] >= 0, own[before.root], before.root)
    return chosen, np.where(own >= 0, own, rest)


def _holders(claims: Claims, before: LedgerKeys, usual: pa.StringArray) -> tuple[Ints, Ints]:
    """The company that holds each account, and how strongly it does.

    An account that was merged is claimed under its own id first, so that what is parted again goes
    back to what it was; who holds it takes the account it is now, unless another company does.
    """
    holder = np.full(len(before.ids), NOBODY, dtype="int64")
    strength = np.full(len(before.ids), NOBODY, dtype="int64")
    best = _best(claims, usual)
    holder[claims.account[best]] = claims.company[best]
    strength[claims.account[best]] = claims.rank[best]
    heirs = np.flatnonzero((holder >= 0) & (before.root != np.arange(len(holder))))
    heirs = heirs[holder[before.root[heirs]] == NOBODY]
    text = order_of(before.ids.take(from_numpy(heirs)))
    # Backwards, because the last assignment stays.
    heirs = heirs[np.lexsort((text, strength[heirs], before.since[heirs]))][::-1]
    holder[before.root[heirs]] = holder[heirs].copy()
    strength[before.root[heirs]] = strength[heirs].copy()
    return holder, strength


def _chosen_by(holder: Ints, strength: Ints, before: LedgerKeys, size: int) -> Ints:
    """The account that each company goes on as: one that is not merged, the earliest, …"""
    held = np.flatnonzero(holder >= 0)
    company = holder[held]
    several = np.bincount(company, minlength=size)[company] > 1
    name = np.zeros(len(held), dtype="int64")
    name[several] = order_of(before.ids.take(from_numpy(held[several])))
    merged = before.root[held] != held
    order = np.lexsort((name, strength[held], before.since[held], merged, company))[::-1]
    chosen = np.full(size, NOBODY, dtype="int64")
    chosen[company[order]] = held[order]
    return chosen


def _sets(owners: Ints, texts: pa.StringArray) -> dict[int, set[str]]:
    sets: dict[int, set[str]] = defaultdict(set)
    for owner, text in zip(owners.tolist(), texts.to_pylist(), strict=True):
        sets[owner].add(text)
    return sets
