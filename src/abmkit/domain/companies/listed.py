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
)
from abmkit.domain.companies.merging import companies
from abmkit.domain.identity import contradictory
from abmkit.domain.matching.comparison import Compared, between
from abmkit.domain.matching.distinct import content
from abmkit.domain.matching.names.tokens import words
from abmkit.domain.matching.profiles import common_words
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
_SAID = {"domain": "same domain", "other_domains": "same domain as another one of the company"}


@dataclass(frozen=True)
class Found:
    """The likeliest company of a list for each record."""

    account: Ints
    """Its row in the list, of several that of the smallest id; `NOBODY` where nothing is alike."""
    probability: Floats
    evidence: pa.StringArray
    """What speaks for it and against it, in words joined by `; `."""


def on_list(
    records: pa.Table, listed: pa.Table, *, review: float, sites: Sequence[str] = ("domain",)
) -> Found:
    """The company of a list that each record most likely is.

    Both tables have those of `COLUMNS` that are known; `sites` are the columns of `records` of
    which any may hold the company's domain. A company that is on the list twice, by a shared id,
    site or name, is one. A shared registry id or site is certain where one company has it and
    nothing contradicts it. Below the probability `review` there is no evidence.
    """
    size = records.num_rows
    account = np.full(size, NOBODY, dtype="int64")
    probability = np.zeros(size)
    evidence = np.full(size, None, dtype=object)
    if not size or not listed.num_rows:
        return Found(account, probability, strings(evidence.tolist()))
    order = np.argsort(content(listed, _ORDER), kind="stable")
    listed = with_own_sites(listed.take(from_numpy(order)))
    records = with_own_sites(records)
    company = companies_of(listed)
    first = order[np.unique(company, return_index=True)[1]]
    _, distinct, place = np.unique(
        content(records, COLUMNS), return_index=True, return_inverse=True
    )
    one, other, likely, told = _alike(records.take(from_numpy(distinct)), listed, company, review)
    account[:] = np.where(one[place] == NOBODY, NOBODY, first[other[place]])
    probability[:] = likely[place]
    evidence[:] = told[place]
    for row, owner, why in _certain(records, listed, company, sites):
        account[row], probability[row], evidence[row] = first[owner], 1.0, why
    return Found(account, probability, strings(evidence.tolist()))


def companies_of(listed: pa.Table) -> Ints:
    """The number of the company that each row of a list is of."""
    return companies(listed, [k for k in KEYS if set(k.split("+")) <= set(listed.column_names)])


def worth_comparing(records: pa.Table, listed: pa.Table) -> pa.Table:
    """The rows of a list that share a rare word, or how one begins, with some of the records.

    Much cheaper than a comparison, for a few records and a long list.
    """
    if "name_key" not in listed.column_names or "name_key" not in records.column_names:
        return listed.slice(0, 0)
    wanted, _ = _beginnings(records)
    found, rows = _beginnings(listed)
    hit = flags(pc.is_in(found, value_set=wanted.unique()))
    return listed.take(from_numpy(np.unique(rows[hit])))


def _beginnings(records: pa.Table) -> tuple[pa.StringArray, Ints]:
    """How the words of names that are not everyday ones begin, and the row of each."""
    split = words(as_strings(records["name_key"].combine_chunks()))
    flat = as_strings(pc.list_flatten(split))
    rows = to_numpy(pc.list_parent_indices(split)).astype("int64")
    rare = from_flags(~flags(pc.is_in(flat, value_set=strings(common_words()))))
    return pc.utf8_slice_codeunits(flat.filter(rare), 0, _BEGINNING), rows[flags(rare)]


def _alike(
    records: pa.Table, listed: pa.Table, company: Ints, review: float
) -> tuple[Ints, Ints, Floats, Any]:
    """For each record, whether there is a company like it, which, how likely, and why."""
    # What only the list knows tells its companies from one another.
    known = listed.select([c for c in COLUMNS if c in listed.column_names])
    for field in known.schema:
        if field.name not in records.column_names:
            records = records.append_column(field, pa.nulls(records.num_rows, field.type))
    both = pa.concat_tables([records.select(known.column_names), known]).combine_chunks()
    size = records.num_rows
    numbers = np.concatenate([np.full(size, NOBODY), company])
    compared = between(both, size, numbers)
    best = _likeliest(both, compared, numbers)
    one = np.full(size, NOBODY, dtype="int64")
    other, likely = np.zeros(size, dtype="int64"), np.zeros(size)
    told = np.full(size, None, dtype=object)
    rows = compared.one[best]
    one[rows], other[rows] = rows, numbers[compared.other[best]]
    likely[rows] = compared.probability[best]
    worth = best[compared.probability[best] >= review]
    told[compared.one[worth]] = np.array(compared.evidence(worth).to_pylist(), dtype=object)
    return one, other, likely, told


def _likeliest(records: pa.Table, compared: Compared, company: Ints) -> Ints:
    """The place of each record's likeliest pair; of equally likely ones that of names most alike
    as they are written, with their legal forms, then of the first company."""
    # Sums in another order may differ in their last digit.
    likely = np.round(compared.probability, 12)
    most = np.zeros(records.num_rows)
    np.maximum.at(most, compared.one, likely)
    tied = np.flatnonzero(likely == most[compared.one])
    tied = tied[np.bincount(compared.one[tied], minlength=len(most))[compared.one[tied]] > 1]
    written = np.zeros(len(likely))
    if len(tied) and "name" in records.column_names:
        names = records["name"].combine_chunks()
        one, other = (names.take(from_numpy(side[tied])) for side in (compared.one, compared.other))
        written[tied] = _written_alike(one, other)
    order = np.lexsort((company[compared.other], -written, -likely, compared.one))
    best: Ints = order[firsts(compared.one[order])]
    return best


def _written_alike(names: pa.StringArray, others: pa.StringArray) -> Floats:
    from rapidfuzz.distance import JaroWinkler
    from rapidfuzz.process import cpdist

    one, other = (
        pc.fill_null(pc.utf8_lower(as_strings(each)), strings([""])[0]).to_pylist()
        for each in (names, others)
    )
    alike: Floats = cpdist(one, other, scorer=JaroWinkler.similarity)
    return alike


def _certain(
    records: pa.Table, listed: pa.Table, company: Ints, sites: Sequence[str]
) -> list[tuple[int, int, str]]:
    """Rows whose registry id or site one company of the list has, that company, and which it is."""
    found: dict[int, tuple[int, str]] = {}
    owners: dict[str, set[int]] = {}
    ids_of: dict[int, set[str]] = {}
    rows = zip(_lists(listed, "registry_ids"), company.tolist(), strict=True)
    for ids, owner in rows:
        for text in ids:
            owners.setdefault(text, set()).add(owner)
            ids_of.setdefault(owner, set()).add(text)
    own_ids = _lists(records, "registry_ids")
    for row, ids in enumerate(own_ids):
        known = {owner for text in ids for owner in owners.get(text, ())}
        if len(known) == 1:
            found[row] = (known.pop(), "same registry id")
    by_site = _owners_of_sites(listed, company)
    for column in (*sites, "other_domains"):
        if column not in records.column_names or not by_site:
            continue
        for row, given in enumerate(records[column].to_pylist()):
            every = given or () if isinstance(given, list) else (given,)
            known = {owner for site in every for owner in by_site.get(site, ())}
            if row in found or len(known) != 1:
                continue
            (owner,) = known
            if not contradictory(own_ids[row], ids_of.get(owner, ())):
                found[row] = (owner, _SAID.get(column, f"same domain as the {column}"))
    return [(row, *what) for row, what in found.items()]


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
    return [each or [] for each in records[column].to_pylist()]
