from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmkit.domain.arrays import strings
from abmkit.domain.data import rows
from abmkit.domain.values.domains import (
    all_domains,
    domain_of,
    domains,
    further_domains,
    registrable,
    website_of,
    websites,
)


@pytest.mark.parametrize(
    ("written", "domain"),
    [
        ("https://www.stock.walmart.com", "walmart.com"),
        ("https://investors.bestbuy.com/investor-relations/overview/default.aspx", "bestbuy.com"),
        ("www8.hp.com", "hp.com"),
        ("[https://www.mi.com](https://www.mi.com)", "mi.com"),
        ("[官网](https://www.lenovo.com.cn)", "lenovo.com.cn"),
        ("HTTP://WWW.Acme.CO.UK:8080/path?x=1#y", "acme.co.uk"),
        ("acme.com.", "acme.com"),
        ("acme.com:443", "acme.com"),
        ("http:acme.com", "acme.com"),
        ("https://http://acme.com", "acme.com"),
        ("//acme.com/x", "acme.com"),
        ("sales@acme.de", "acme.de"),
        ("mailto:sales@acme.de", "acme.de"),
        ("http://user:secret@acme.com/", "acme.com"),
        ("acme.com, acme.de", "acme.com"),
        ("https://www.facebook.com/acme; www.acme.cn", "acme.cn"),
        ("www.acme.cn，www.acme.com", "acme.cn"),
        ("www.食狮.中国", "食狮.中国"),
        ("xn--85x722f.com.cn", "食狮.com.cn"),
        ("食狮.com.cn", "食狮.com.cn"),
        ("acme.github.io", "acme.github.io"),
        ("acme.myshopify.com", "acme.myshopify.com"),
        ("sites.google.com/acme", None),
        ("www.google.com", "google.com"),
        ("https://www.linkedin.com/company/acme", None),
        ("weibo.com/acme", None),
        ("someone@gmail.com", None),
        ("12345@qq.com", None),
        ("acme@163.com", None),
        ("github.io", None),
        ("acme.wordpress.com", None),
        ("https://apps.apple.com/app/id1", None),
        ("http://", None),
        ("https://www", None),
        ("500-1000人", None),
        ("1.2万", None),
        ("192.168.0.1", None),
        ("http://[::1]/", None),
        ("官网建设中", None),
        ("com", None),
        ("co.uk", None),
    ],
)
def test_an_address_gives_the_domain_that_identifies_the_company(
    written: str, domain: str | None
) -> None:
    assert domain_of(written) == domain


def test_unknown_addresses_are_null() -> None:
    assert domains(strings(["-", "暂无", "", None, "N/A"])).null_count == 5


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("http://www.Acme.com/About/?utm=1#team", "https://www.acme.com/About"),
        ("acme.com", "https://acme.com"),
        ("acme.com:8080/x", "https://acme.com/x"),
        ("[Acme](http://acme.com)", "https://acme.com"),
        ("https://www.facebook.com/acme; www.acme.cn", "https://www.acme.cn"),
        ("https://www.facebook.com/acme", "https://www.facebook.com/acme"),
        ("sales@acme.de", None),
        ("暂无", None),
        ("1000-5000人", None),
    ],
)
def test_a_website_is_a_clean_link(written: str, link: str | None) -> None:
    assert websites(strings([written])).to_pylist() == [link]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("acme.com, https://acme.de/kontakt", ["acme.com", "acme.de"]),
        ("www.acme.com info@acme.com", ["acme.com"]),
        ("acme.com|linkedin.com/company/acme、acme.cn", ["acme.com", "acme.cn"]),
        ("[acme.com](https://acme.com)", ["acme.com"]),
        ("[acme](https://acme.com) [acme.io](https://acme.io)", ["acme.com", "acme.io"]),
        ("no site", None),
    ],
)
def test_a_text_of_several_addresses_gives_all_their_domains(
    written: str, found: list[str] | None
) -> None:
    assert all_domains(strings([written])).to_pylist() == [found]
    assert further_domains(strings([written])).to_pylist() == [(found or [])[1:] or None]


@given(st.text(max_size=60))
def test_domains_and_links_are_the_same_when_made_again(text: str) -> None:
    domain, link = domain_of(text), website_of(text)
    assert domain is None or domain_of(domain) == domain
    assert link is None or website_of(link) == link


@given(
    st.from_regex(r"(https?://)?[a-z0-9.\-]{1,20}(:[0-9]{1,4})?(/[a-z@:]{0,6})?", fullmatch=True)
)
def test_what_looks_like_an_address_is_the_same_when_made_again(text: str) -> None:
    domain, link = domain_of(text), website_of(text)
    assert domain is None or domain_of(domain) == domain
    assert link is None or website_of(link) == link


_VECTOR = re.compile(r"^checkPublicSuffix\('(.*?)', (null|'(.*?)')\);")


def test_the_vectors_of_the_public_suffix_list_hold(shared_data: Path) -> None:
    lines = (shared_data / "golden" / "domains" / "test_psl.txt").read_text(encoding="utf-8")
    vectors = [match for line in lines.splitlines() if (match := _VECTOR.match(line))]
    assert len(vectors) == 77
    off = {match[1]: registrable(match[1].lower()) for match in vectors}
    assert {m[1]: m[3] for m in vectors} == off


def test_url_cases_give_their_domain(shared_data: Path) -> None:
    table = shared_data / "golden" / "domains" / "tldextract_cases.csv"
    with table.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    off = {}
    for row in rows:
        parts = row["expected_domain"], row["expected_suffix"]
        expected = ".".join(parts) if all(parts) else None
        if domain_of(row["url"]) != expected:
            off[row["url"]] = domain_of(row["url"])
    assert off == {
        "http://gmail.com": None,
        # Names that no list of top-level domains has: the list's own rule takes them.
        "http://internalunlikelyhostname.bizarre": "internalunlikelyhostname.bizarre",
        "http://internalunlikelyhostname.information/": "internalunlikelyhostname.information",
        "example.za": "example.za",
        # Internationalised domains are kept in Unicode.
        "http://xn--h1alffa9f.xn--p1ai": "россия.рф",
        "http://xN--h1alffa9f.xn--p1ai": "россия.рф",
        "http://XN--h1alffa9f.xn--p1ai": "россия.рф",
        "http://xn--zckzap6140b352by.blog.so-net.xn--wcvs22d.hk": "so-net.教育.hk",
        # No host has such labels.
        "http://xn--&.so-net.com": None,
        "xn--ß‌꫶ᢥ.com": None,
        "://example.com": "example.com",
        "git+ssh://www.github.com:8443/": None,
        "angelinablog。com.de": "angelinablog.com.de",
    }


def test_what_many_share_names_nobody_under_any_suffix() -> None:
    shared = [row["host"] for row in rows("no_identity.csv")]
    mailed = domains(strings([f"jo@{host}" for host in shared])).to_pylist()
    visited = domains(strings([f"https://{host}/" for host in shared])).to_pylist()
    assert {h: d for h, d in zip(shared, mailed, strict=True) if d} == {}
    assert {h: d for h, d in zip(shared, visited, strict=True) if d} == {}


@pytest.mark.parametrize("host", ["acme.github.io", "acme.blogspot.com", "acme.co.uk"])
def test_a_name_of_its_own_under_a_suffix_is_a_companys(host: str) -> None:
    assert domains(strings([f"https://{host}/"])).to_pylist() == [host]
