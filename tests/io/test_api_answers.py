"""JSON as the programs of CRMs, search engines and registers answer with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from abmkit.cli.main import run_command
from abmkit.domain.recognition.headers import recognise
from abmkit.io.reading import read

FIRMS = [("Acme Foods", "acme.com"), ("Beta Foods", "beta.com")]


def each(make: Any) -> list[Any]:
    return [make(name, site) for name, site in FIRMS]


PLAIN = each(lambda name, site: {"name": name, "website": site})
ANSWERS: dict[str, Any] = {
    "hubspot": {
        "results": each(lambda n, s: {
            "id": "7", "properties": {"name": n, "domain": s, "hs_object_id": "7"},
            "createdAt": "2024-01-01T00:00:00Z", "archived": False,
        }),
        "paging": {"next": {"after": "2", "link": "?after=2"}},
    },
    "elasticsearch": {
        "took": 1, "timed_out": False, "_shards": {"total": 1},
        "hits": {"total": {"value": 2, "relation": "eq"}, "hits": each(
            lambda n, s: {"_index": "c", "_id": "1", "_score": 1.0, "_source": {"name": n, "website": s}})},
        "aggregations": {"by": {"buckets": [{"key": "DE", "doc_count": 2}]}},
    },
    "graphql": {"data": {"companies": {
        "edges": each(lambda n, s: {"cursor": "x", "node": {
            "name": n, "domainName": {"primaryLinkUrl": f"https://{s}"}}}),
        "pageInfo": {"hasNextPage": False}}}},
    "graphql nodes": {"data": {"organizations": {"totalCount": 2, "nodes": PLAIN}}, "extensions": {"cost": {"n": 1}}},
    "json api": {
        "data": each(lambda n, s: {"id": "1", "attributes": {"name": n, "website": s},
                                   "links": {"self": "/1"}}),
        "included": [{"id": "9", "attributes": {"first-name": "Ann", "email": "a@x.org"}}],
    },
    "airtable": {"records": each(lambda n, s: {"id": "r", "createdTime": "2024", "fields": {"Company": n, "Website": s}})},
    "odata": {"@odata.context": "x", "value": each(lambda n, s: {"@odata.etag": "1", "name": n, "websiteurl": s})},
    "odata 2": {"d": {"results": each(lambda n, s: {"__metadata": {"uri": "u"}, "Name": n, "Website": s})}},
    "salesforce": {"totalSize": 2, "done": True, "records": each(lambda n, s: {
        "attributes": {"type": "Account", "url": "/services/data/v58.0/sobjects/Account/1"},
        "Name": n, "Website": s})},
    "ckan": {"success": True, "result": {"fields": [{"id": "name", "type": "text"}], "records": PLAIN, "total": 2}},
    "geojson": {"type": "FeatureCollection", "crs": {"properties": {"name": "urn:x"}}, "features": each(
        lambda n, s: {"properties": {"name": n, "website": s}, "geometry": {"type": "Point", "coordinates": [1, 2]}})},
    "solr": {"responseHeader": {"status": 0, "params": {"q": "*"}}, "response": {"numFound": 2, "docs": PLAIN}},
    "deep": {"status": "ok", "a": {"b": {"c": {"d": {"hits": PLAIN}}}, "n": 2}},
    "beside": {"data": {"items": PLAIN}, "meta": {"total": 2}},
    "several": {"x": {"companies": PLAIN}, "y": {"contacts": [{"firstName": "Ann", "email": "a@x.org"}]}},
    "chinese": {"code": 0, "msg": "成功", "data": {"page": {"total": 2}, "list": each(
        lambda n, s: {"企业名称": n, "官网": s})}},
    "prefixed": each(lambda n, s: {"wrapper": {"company": {"name": n, "website": s}}}),
    "typed values": {"documents": each(lambda n, s: {"fields": {
        "company": {"stringValue": n}, "website": {"stringValue": s}}})},
}  # fmt: skip


@pytest.mark.parametrize("answer", ANSWERS)
def test_companies_come_out_of_every_answer(tmp_path: Path, answer: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(ANSWERS[answer], ensure_ascii=False), encoding="utf-8")
    assert run_command(["load", str(path), "-o", str(tmp_path / "x.parquet")]) == 0
    table = parquet.read_table(tmp_path / "x.parquet", columns=["name", "domain"])
    assert [tuple(row.values()) for row in table.to_pylist()] == FIRMS


def test_the_tables_that_are_not_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps(ANSWERS["several"]))
    records = read(tmp_path / "x.json")
    assert records.sheet == "x.companies"
    assert records.other_tables == ["y.contacts (1 rows)"]
    people = read(tmp_path / "x.json", sheet="y.contacts")
    assert people.table().to_pylist() == [{"firstName": "Ann", "email": "a@x.org"}]


def test_a_prefix_stays_in_the_columns_own_name(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps(ANSWERS["hubspot"]))
    assert "properties.name" in read(tmp_path / "x.json").header


def test_a_prefix_that_names_people_is_not_left_out() -> None:
    for header in (["contact.name", "contact.city"], ["联系人.name", "联系人.city"]):
        assert {each.canonical for each in recognise(header)}.isdisjoint({"name"})
