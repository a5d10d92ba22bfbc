from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from abmkit.domain.companies.decisions import Decided
from abmkit.domain.companies.ids import company_ids
from abmkit.domain.companies.linkage import company_labels, vetoes_of


def test_no_records_are_no_companies(arrow) -> None:
    records = arrow.frame([], ["name_key", "country", "registry_ids", "source", "source_row"])
    labels = company_labels(records, ["registry_ids", "name_key+country"])
    assert len(labels) == 0
    assert len(company_ids(records, labels)) == 0


def test_companies_are_numbered_without_a_gap(arrow) -> None:
    records = arrow.frame([{"domain": d} for d in ("a", "b", None, "a", "b", "c", None)])
    labels = company_labels(records, ["domain"])
    assert sorted(set(labels.tolist())) == list(range(5))


@pytest.mark.parametrize("last", ["country", "segment"])
def test_a_key_of_many_columns_takes_no_more_room_than_its_records(last) -> None:
    """The combinations that there could be are more than memory or int64 has numbers for."""
    count = 100_000
    texts = pa.array([f"{n:06}" for n in range(count)])
    columns = ["name_key", "city", "postal_code", "address", last]
    records = pa.table({name: pa.concat_arrays([texts, texts]) for name in columns})
    labels = company_labels(records, ["+".join(columns)])
    assert len(np.unique(labels)) == count
    assert (labels[:count] == labels[count:]).all()


def test_a_part_that_is_unknown_makes_the_key_unknown(arrow) -> None:
    rows = [
        {"city": c, "address": a} for c, a in (("x", None), ("x", None), (None, "1"), ("x", "1"))
    ]
    labels = company_labels(arrow.frame(rows), ["city+address"])
    assert len(set(labels.tolist())) == 4


def test_of_an_unknown_name_and_a_known_country_follows_nothing(arrow) -> None:
    rows = [{"name_key": None, "country": "US"}, {"name_key": None, "country": "US"}]
    rows += [{"name_key": None, "country": None}, {"name_key": "a", "country": "US"}]
    labels = company_labels(arrow.frame(rows), ["name_key+country"])
    assert len(set(labels.tolist())) == 4


def test_what_records_must_not_contradict_are_ids_and_the_labels_of_all_sites(arrow) -> None:
    rows = [
        {"domain": "acme.com", "other_domains": ["acme.co.uk", "bell.de"]},
        {"domain": None, "registry_ids": ["cik:1"]},
        {"domain": None},
        {"domain": "bell.com", "registry_ids": ["cik:2", "lei:X"]},
    ]
    columns = ["domain", "other_domains", "registry_ids"]
    records = arrow.frame([dict.fromkeys(columns) | row for row in rows], columns)
    vetoes = vetoes_of(records.combine_chunks(), Decided())
    assert {row: sorted(texts) for row, texts in vetoes.items()} == {
        0: ["site:acme", "site:acme", "site:bell"],
        1: ["cik:1"],
        3: ["cik:2", "lei:X", "site:bell"],
    }
    assert len(vetoes) == 3
