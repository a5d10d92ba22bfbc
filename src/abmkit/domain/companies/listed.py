"""Find records on a list of companies: by id and site, else by all that is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    as_strings,
    firsts,
    flags,
    from_flags,
    from_numpy,
    strings,
    to_numpy,
    whole,
)
from abmkit.domain.companies.identified import Identified, identified
from abmkit.domain.companies.linkage import company_labels
from abmkit.domain.companies.trust.values import NotBelieved, believed, believed_between
from abmkit.domain.identity import contradictory, identities
from abmkit.domain.matching.comparison import ComparedPairs, compare_between
from abmkit.domain.matching.distinct import content_numbers
from abmkit.domain.matching.names.tokens import common_words, words
from abmkit.domain.matching.similar import COLUMNS
from abmkit.domain.values.domains import with_own_sites

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

KEYS = ("registry_ids", "domain", "name_key+country")
"""By which rows of a list are one company."""
NOBODY = -1
_ORDER = (*COLUMNS, "account_id", "other_domains")
"""What a list is sorted by, so that nothing depends on the order it comes in: its ids first."""
_BEGINNING = 4
_EITHER = 0.5
"""How likely a record is the company that one of its ids says, where another one denies it."""
_BY_SITE = {"domain": "same domain", "other_domains": "same domain as another one of the company"}


@dataclass(frozen=True)
class ListMatches:
    """The likeliest company of a list for each record."""

    account: Ints
    """(n_records,) int64: the company's row in the list, of several that of the smallest id;
    `NOBODY` where nothing is alike."""
    probability: Floats
    """(n_records,) float64."""
    evidence: pa.StringArray
    """What speaks for it and against it, in words joined by `; `."""


def on_list(
    records: pa.Table, listed: pa.Table, *, review: float, sites: Sequence[str] = ("domain",)
) -> ListMatches:
    """The company of a list that each record most likely is.

    Both tables have those of `COLUMNS` that are known; `sites` are the columns of `records` of
    which any may hold the company's domain. A company that is on the list twice, by a shared id,
    site or name, is one. A shared id (`account_id`, `crm_id`, `registry_ids`) or site is certain
    where one company has it and nothing contradicts it, an id before all else; where ids
    contradict each other nothing is. Below the probability `review` there is no evidence.
    """
    size = records.num_rows
    account = np.full(size, NOBODY, dtype="int64")
    probability = np.zeros(size)
    evidence = np.full(size, None, dtype=object)
    if not size or not listed.num_rows:
        return ListMatches(account, probability, strings(evidence.tolist()))
    order = np.argsort(content_numbers(listed, _ORDER), kind="stable")
    listed = with_own_sites(listed.take(from_numpy(order)))
    records, listed = believed_between(with_own_sites(records), listed)
    company = companies_of(listed)
    first_row = order[np.unique(company, return_index=True)[1]]
    # Records that say the same are compared once.
    _, distinct, place = np.unique(
        content_numbers(records, COLUMNS), return_index=True, return_inverse=True
    )
    alike = _alike(records.take(from_numpy(distinct)), listed, company, review)
    likeliest = alike.company[place]
    account[:] = np.where(likeliest == NOBODY, NOBODY, first_row[likeliest])
    probability[:] = alike.probability[place]
    evidence[:] = alike.evidence[place]
    known = identified(records, listed, company)
    for row, owner, why in _certain(records, listed, company, sites, known):
        account[row], probability[row], evidence[row] = first_row[owner], 1.0, why
    for row, (owners, why) in known.disputed.items():
        meant = likeliest[row] if likeliest[row] in owners else owners[0]
        account[row], probability[row], evidence[row] = first_row[meant], _EITHER, why
    return ListMatches(account, probability, strings(evidence.tolist()))


def companies_of(listed: pa.Table) -> Ints:
    """The number of the company that each row of a list is of."""
    keys = _keys(listed)
    return company_labels(believed(listed, keys).records, keys)


def called(listed: pa.Table) -> pa.StringArray:
    """The `account_id` of each row of a list, but for those that were made of a value that unlike
    companies share: these are called by what else is known of them."""
    trusted = believed(with_own_sites(listed), _keys(listed)).records
    own = whole(listed["account_id"])
    return pc.coalesce(whole(trusted["account_id"]), *identities(trusted), own)


def doubted(listed: pa.Table) -> tuple[NotBelieved, ...]:
    """Values that unlike companies of a list share, so that no company is known by them."""
    return believed(with_own_sites(listed), _keys(listed)).not_believed


def _keys(listed: pa.Table) -> list[str]:
    return [key for key in KEYS if set(key.split("+")) <= set(listed.column_names)]


def worth_comparing(records: pa.Table, listed: pa.Table) -> pa.Table:
    """The rows of a list that share a rare word, or how one begins, with some of the records.

    Much cheaper than a comparison, for a few records and a long list.
    """
    if "name_key" not in listed.column_names or "name_key" not in records.column_names:
        return listed.slice(0, 0)
    wanted, _ = _beginnings(records)
    beginnings, rows = _beginnings(listed)
    hit = flags(pc.is_in(beginnings, value_set=wanted.unique()))
    return listed.take(from_numpy(np.unique(rows[hit])))


def _beginnings(records: pa.Table) -> tuple[pa.StringArray, Ints]:
    """How the words of names that are not everyday ones begin, and the row of each."""
    split = words(as_strings(records["name_key"].combine_chunks()))
    flat = as_strings(pc.list_flatten(split))
    rows = to_numpy(pc.list_parent_indices(split)).astype("int64")
    rare = from_flags(~flags(pc.is_in(flat, value_set=strings(common_words()))))
    return pc.utf8_slice_codeunits(flat.filter(rare), 0, _BEGINNING), rows[flags(rare)]


@dataclass(frozen=True)
class _Alike:
    """The likeliest company of a list for each of some distinct records."""

    company: Ints
    """(n_distinct,) int64: its number, `NOBODY` where there is none."""
    probability: Floats
    """(n_distinct,) float64."""
    evidence: Any
    """(n_distinct,) object: text, None below what is worth a review."""


def _alike(records: pa.Table, listed: pa.Table, company: Ints, review: float) -> _Alike:
    """The likeliest company for each record, by all that is known of both."""
    # What only the list knows tells its companies from one another.
    known = listed.select([c for c in COLUMNS if c in listed.column_names])
    for field in known.schema:
        if field.name not in records.column_names:
            records = records.append_column(field, pa.nulls(records.num_rows, field.type))
    both = pa.concat_tables([records.select(known.column_names), known]).combine_chunks()
    size = records.num_rows
    numbers = np.concatenate([np.full(size, NOBODY), company])
    pairs = compare_between(both, size, numbers)
    best = _likeliest(both, pairs, numbers)
    alike = _Alike(
        np.full(size, NOBODY, dtype="int64"), np.zeros(size), np.full(size, None, dtype=object)
    )
    alike.company[pairs.left[best]] = numbers[pairs.right[best]]
    alike.probability[pairs.left[best]] = pairs.probability[best]
    worth = best[pairs.probability[best] >= review]
    evidence = pairs.evidence(worth).to_pylist()
    alike.evidence[pairs.left[worth]] = np.array(evidence, dtype=object)
    return alike


def _likeliest(records: pa.Table, pairs: ComparedPairs, company: Ints) -> Ints:
    """The place of each record's likeliest pair; of equally likely ones that of names most alike
    as they are written, with their legal forms, then of the first company."""
    # Sums in another order may differ in their last digit.
    likely = np.round(pairs.probability, 12)
    most = np.zeros(records.num_rows)
    np.maximum.at(most, pairs.left, likely)
    tied = np.flatnonzero(likely == most[pairs.left])
    tied = tied[np.bincount(pairs.left[tied], minlength=len(most))[pairs.left[tied]] > 1]
    written = np.zeros(len(likely))
    if len(tied) and "name" in records.column_names:
        names = records["name"].combine_chunks()
        left, right = (names.take(from_numpy(side[tied])) for side in (pairs.left, pairs.right))
        written[tied] = _written_alike(left, right)
    order = np.lexsort((company[pairs.right], -written, -likely, pairs.left))
    best: Ints = order[firsts(pairs.left[order])]
    return best


def _written_alike(names: pa.StringArray, others: pa.StringArray) -> Floats:
    from rapidfuzz.distance import JaroWinkler
    from rapidfuzz.process import cpdist

    one, other = (
        pc.fill_null(pc.utf8_lower(as_strings(texts)), strings([""])[0]).to_pylist()
        for texts in (names, others)
    )
    alike: Floats = cpdist(one, other, scorer=JaroWinkler.similarity)
    return alike


def _certain(
    records: pa.Table, listed: pa.Table, company: Ints, sites: Sequence[str], known: Identified
) -> list[tuple[int, int, str]]:
    """Rows whose id or site one company of the list has, that company, and which it is."""
    certain = dict(known.sure)
    by_site = _owners_of_sites(listed, company)
    if by_site:
        own_ids = _lists(records, "registry_ids")
        ids_of: dict[int, set[str]] = {}
        for ids, owner in zip(_lists(listed, "registry_ids"), company.tolist(), strict=True):
            ids_of.setdefault(owner, set()).update(ids)
    for column in (*sites, "other_domains"):
        if column not in records.column_names or not by_site:
            continue
        for row, given in enumerate(records[column].to_pylist()):
            every = given or () if isinstance(given, list) else (given,)
            owners = {owner for site in every for owner in by_site.get(site, ())}
            if row in certain or row in known.disputed or len(owners) != 1:
                continue
            (owner,) = owners
            if not contradictory(own_ids[row], ids_of.get(owner, ())):
                certain[row] = (owner, _BY_SITE.get(column, f"same domain as the {column}"))
    return [(row, *match) for row, match in certain.items()]


def _owners_of_sites(listed: pa.Table, company: Ints) -> dict[str, set[int]]:
    """The companies that each site is of."""
    owners: dict[str, set[int]] = {}
    own = listed["domain"].to_pylist() if "domain" in listed.column_names else []
    for site, owner in zip(own, company.tolist(), strict=False):
        owners.setdefault(site, set()).add(owner)
    for sites, owner in zip(_lists(listed, "other_domains"), company.tolist(), strict=True):
        for site in sites:
            owners.setdefault(site, set()).add(owner)
    owners.pop(None, None)  # type: ignore[call-overload]
    return owners


def _lists(records: pa.Table, column: str) -> list[list[str]]:
    if column not in records.column_names:
        return [[]] * records.num_rows
    return [elements or [] for elements in records[column].to_pylist()]
