"""Web addresses: registrable domains as identities, and clean links."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    as_strings,
    each_distinct,
    each_distinct_apart,
    each_other,
    lists,
    only_where,
    scalar,
    strings,
    to_numpy,
    whole,
)
from abmkit.domain.data import rows
from abmkit.domain.identity import joined
from abmkit.domain.values.unknown import Normaliser

_MARKDOWN = re.compile(r"\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
_BETWEEN_SITES = re.compile(r"[\s,;|、，；<>\"'“”]+|(?<=[\w/])/(?=https?://)")
# Two texts with a point in each, apart: most cells have no more than one address. `&` may be the
# beginning of a sign that parts them.
_SEVERAL_SITES = r"\w\.\w.*(?:[\s,;|、，；<>\"'“”(&]|/https?://).*\w\.\w"
_SCHEME = re.compile(r"^[a-z][a-z0-9+.\-]*:/*|^//+", re.IGNORECASE)
_LABEL = re.compile(r"^(?!-)[\w\-]{1,63}(?<!-)$")
_TOP_LEVEL = re.compile(r"^[^\W\d_]{2,}$|^xn--[a-z0-9\-]+$")
_DOTS = str.maketrans({"。": ".", "．": ".", "｡": "."})


class Site(NamedTuple):
    """One web address in parts."""

    host: str
    path: str
    mailbox: bool


@cache
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


@cache
def no_identity() -> frozenset[str]:
    """Hosts that many companies share: free mail, social networks, hosting, shops, directories.

    Read from `data/no_identity.csv`.
    """
    return frozenset(row["host"] for row in rows("no_identity.csv"))


def _as_displayed(label: str) -> str:
    """A label of a host in Unicode; one that is no valid punycode stays as it is."""
    if not label.startswith("xn--"):
        return label
    try:
        text = label[4:].encode("ascii").decode("punycode")
        again = "xn--" + text.encode("punycode").decode("ascii")
    except (UnicodeError, ValueError, OverflowError):
        return label
    clean = unicodedata.normalize("NFKC", text).casefold()
    return text if again == label and clean == text and _LABEL.match(text) else label


def _host(text: str) -> str | None:
    host = unicodedata.normalize("NFKC", text).translate(_DOTS).casefold().rstrip(".")
    labels = [_as_displayed(label) for label in host.split(".")]
    if len(labels) < 2 or len(host) > 253 or not _TOP_LEVEL.match(labels[-1]):
        return None
    return ".".join(labels) if all(map(_LABEL.match, labels)) else None


def _site(text: str) -> Site | None:
    rest, schemes = text, 0
    while (without := _SCHEME.sub("", rest, count=1)) != rest and schemes < 3:
        # "example.com:8080" has no scheme, "http:example.com" and "https://http://…" do.
        if re.match(r"^[^/]*\.[^/]*:\d", rest):
            break
        rest, schemes = without, schemes + 1
    authority, path = re.match(r"^([^/?#\\]*)(.*)$", rest, re.DOTALL).groups()  # type: ignore[union-attr]
    user, _, address = authority.rpartition("@")
    host = _host(re.sub(r":\d*$", "", address))
    if host is None:
        return None
    mailbox = bool(user) and not path and (schemes == 0 or text.casefold().startswith("mailto:"))
    path = re.split(r"[?#]", path.replace("\\", "/"), maxsplit=1)[0]
    return Site(host, path.rstrip("/"), mailbox)


def sites(text: str) -> list[Site]:
    """The web addresses in a text, in order: plain, in Markdown or in an e-mail address."""
    if "&" in text:
        text = html.unescape(text)
    linked: list[str] = []
    if "](" in text:
        linked = _MARKDOWN.findall(text)
        text = _MARKDOWN.sub(" ", text)
    parts = [*linked, *_BETWEEN_SITES.split(text)]
    read = (_site(part.strip("()[]{}（）【】<>.,:!*`")) for part in parts if part)
    return [site for site in read if site is not None]


def registrable(host: str) -> str | None:
    """The registrable domain of a host by the Public Suffix List, private section included."""
    domain = _suffixes().privatesuffix(host)
    return domain if domain is None else str(domain)


def _shared(host: str) -> bool:
    parts = host.split(".")
    return any(".".join(parts[i:]) in no_identity() for i in range(len(parts) - 1))


def domain_of(text: str) -> str | None:
    """The domain that identifies the company in a text of one or more addresses, None without."""
    return _domain(sites(text))


def _domain(in_text: list[Site]) -> str | None:
    return next(_identifying(in_text), None)


def _identifying(in_text: list[Site]) -> Iterator[str]:
    """The domains among sites that identify a company."""
    for site in in_text:
        domain = registrable(site.host)
        # A customer's own name under a public suffix (`acme.github.io`) is its own identity.
        if domain and (not _shared(site.host) or _own_under_suffix(domain)):
            yield domain


def _own_under_suffix(domain: str) -> bool:
    """`acme.github.io` is, whose suffix many share; `yahoo.co.uk` is shared itself."""
    parent = domain.partition(".")[2]
    return "." in parent and registrable(parent) is None and domain not in no_identity()


@Normaliser
def domains(texts: pa.StringArray) -> pa.StringArray:
    """Registrable domains, lower case, internationalised ones in Unicode; null where there is none.

    Free-mail, social, hosting, app-store and directory hosts identify no company and give null,
    as does what is no address. Of several addresses the first that identifies counts.
    """
    return each_other(_plain_sites(texts)[0], texts, domain_of)


def own_or_of_email(own: pa.StringArray, emails: pa.StringArray) -> pa.StringArray:
    """A company's own domain, or that of its known e-mail address where it has none.

    Free mail and what else many share is no company's.
    """
    missing = only_where(pc.is_null(own), emails)
    return (
        own if missing.null_count == len(missing) else pc.coalesce(own, domains.of_known(missing))
    )


@Normaliser
def all_domains(texts: pa.StringArray) -> pa.ListArray:
    """All domains that identify a company in texts of addresses, in their order, each once."""
    return each_distinct(texts, _all_domains, lists)


@Normaliser
def further_domains(texts: pa.StringArray) -> pa.ListArray:
    """Those of `all_domains` after the first: what else a company is known by; null for most."""
    several = pc.match_substring_regex(texts, pattern=_SEVERAL_SITES)
    linked = pc.match_substring_regex(texts, pattern=_IN_MARKDOWN)
    may_be = only_where(pc.and_(several, pc.invert(linked)), texts)
    return each_distinct(may_be, lambda text: _all_domains(text)[1:], lists)


def _all_domains(text: str) -> list[str]:
    return list(dict.fromkeys(_identifying(sites(text))))


def with_own_sites(records: pa.Table) -> pa.Table:
    """Records of which `domain` and `other_domains` hold only what identifies a company.

    In lower case and without hosts that many share, which a table that abmkit did not load may
    have there.
    """
    for place, name in enumerate(records.column_names):
        values = whole(records[name])
        if name == "domain" and pa.types.is_string(values.type):
            records = records.set_column(place, name, _own_sites(values))
        if name == "other_domains" and pa.types.is_list(values.type):
            records = records.set_column(place, name, _own_lists(values))
    return records


def _own_lists(values: pa.ListArray) -> pa.ListArray:
    sites_given = as_strings(values.flatten())
    own = _own_sites(sites_given)
    if own.equals(sites_given):
        return values
    kept: list[dict[str, None]] = [{} for _ in range(len(values))]
    rows_given = to_numpy(pc.list_parent_indices(values)).tolist()
    for row, site in zip(rows_given, own.to_pylist(), strict=True):
        if site is not None:
            kept[row][site] = None
    return lists([*sites_of_row] for sites_of_row in kept)


def _own_sites(hosts_given: pa.StringArray) -> pa.StringArray:
    lower = pc.utf8_lower(hosts_given)
    hosts = strings(sorted(no_identity()))
    above = pc.replace_substring_regex(lower, pattern=r"^[^.]*\.", replacement="")
    shared = pc.or_(pc.is_in(lower, value_set=hosts), pc.is_in(above, value_set=hosts))
    if not pc.any(shared, min_count=0).as_py():
        return lower
    return pc.coalesce(
        only_where(pc.invert(shared), lower), each_distinct(only_where(shared, lower), domain_of)
    )


def website_of(text: str) -> str | None:
    """The link to a company's site in a text, the identifying one first, None without."""
    return _website(sites(text))


def _website(in_text: list[Site]) -> str | None:
    usable = [site for site in in_text if not site.mailbox and registrable(site.host)]
    if not usable:
        return None
    own = [site for site in usable if not _shared(site.host)]
    best = (own or usable)[0]
    return f"https://{best.host}{best.path}"


@Normaliser
def websites(texts: pa.StringArray) -> pa.StringArray:
    """Links as `https://host/path`, without port, query and fragment; null where there is none."""
    return each_other(_plain_sites(texts)[1], texts, website_of)


@Normaliser
def domains_and_websites(texts: pa.StringArray) -> tuple[pa.StringArray, pa.StringArray]:
    """The same as `domains` and `websites`, reading each text once."""
    domain, link = _plain_sites(texts)
    rest = pc.and_(pc.is_null(domain), pc.is_valid(texts))
    if not pc.any(rest).as_py():
        return domain, link

    def both(text: str) -> tuple[str | None, str | None]:
        in_text = sites(text)
        return _domain(in_text), _website(in_text)

    found = each_distinct_apart(texts.filter(rest), both, strings, strings)
    kept = pc.coalesce(link.filter(rest), found[1])
    return pc.replace_with_mask(domain, rest, found[0]), pc.replace_with_mask(link, rest, kept)


# Most addresses are a host in plain letters, perhaps with a scheme and a path; Arrow's kernels
# read them many times faster than `sites`. Labels without "--" are no punycode.
_SCHEME_OF_WEB = "^[Hh][Tt][Tt][Pp][Ss]?://"
_PLAIN_LABEL = "[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*"
_PLAIN_SITE = rf"^(?:{_PLAIN_LABEL}\.)+[A-Za-z]{{2,}}(?:/(?:[\w~%+=./-]*[\w~%+=/-])?)?$"
# Its host, what of that stands after the first dot, and after the second; its path. No part can be
# taken for another, which lets RE2 take an address apart in one pass.
_PARTS = r"^(?P<host>[^/.]*(?:\.(?P<parent>[^/.]*(?:\.(?P<above>[^/]*))?))?)(?:/(?P<path>.*))?$"
# What makes a plain address of common others: a Markdown link, without what follows the first of
# several, without query and port. An address of a mailbox has a domain and no link.
_IN_MARKDOWN = r"^\[[^\[\]()]*\]\(([^\s()<>,;|\"'“”、，；&]+)\)$"
_FURTHER = r"[\s,;|、，；][^\[\]()&]*$"
_QUERY = r"[?#][\w=%.+~/-]*$"
_PORT = r"^((?:https?://)?[a-zA-Z0-9.-]+):\d{1,5}(/.*)?$"
_MAILBOX = r"^[A-Za-z0-9._%+-]+@"
_LONGEST_LABEL = 63


@cache
def _plain_suffixes() -> tuple[pa.StringArray, pa.StringArray]:
    """Public suffixes whose one rule is no wildcard, and all names that a list speaks of.

    A name under such a suffix is a registrable domain that identifies a company, unless a rule
    of its own or the table of shared hosts speaks of it.
    """
    from publicsuffixlist import PSLFILE

    lines = Path(PSLFILE).read_text(encoding="utf-8").lower().splitlines()
    rules = {line.split()[0] for line in lines if line.strip() and not line.startswith("//")}
    named = {rule.lstrip("!*.") for rule in rules}
    plain = {name for name in named & rules if not {f"*.{name}", f"!{name}"} & rules}
    return strings(sorted(plain)), strings(sorted(named | no_identity()))


def _plain_sites(texts: pa.StringArray) -> tuple[pa.StringArray, pa.StringArray]:
    """Domain and link of texts that hold a plain address; null where that takes a closer look."""
    domain, link = _one_plain_site(texts)
    open_ = pc.and_(pc.is_null(domain), pc.is_valid(texts))
    if not pc.any(open_).as_py():
        return domain, link
    rest = texts.filter(open_)
    rest = pc.replace_substring_regex(rest, pattern=_IN_MARKDOWN, replacement=r"\1")
    rest = pc.replace_substring_regex(rest, pattern=_FURTHER, replacement="")
    rest = pc.replace_substring_regex(rest, pattern=_QUERY, replacement="")
    rest = pc.replace_substring_regex(rest, pattern=_PORT, replacement=r"\1\2")
    domains_of_rest, links_of_rest = _one_plain_site(rest)
    no_domain = pc.is_null(domains_of_rest)
    mailboxes = only_where(
        pc.and_(no_domain, pc.match_substring_regex(rest, pattern=_MAILBOX + "[^/@]+$")),
        texts.filter(open_),
    )
    hosts = pc.replace_substring_regex(mailboxes, pattern=_MAILBOX, replacement="")
    domains_of_rest = pc.coalesce(domains_of_rest, _one_plain_site(hosts)[0])
    return (
        pc.replace_with_mask(domain, open_, domains_of_rest),
        pc.replace_with_mask(link, open_, links_of_rest),
    )


def _one_plain_site(texts: pa.StringArray) -> tuple[pa.StringArray, pa.StringArray]:
    """Domain and link of texts that are one plain address and nothing else."""
    bare = pc.replace_substring_regex(texts, pattern=_SCHEME_OF_WEB, replacement="")
    bare = only_where(pc.match_substring_regex(bare, pattern=_PLAIN_SITE), bare)
    if bare.null_count == len(bare):
        return bare, bare
    *hosts, path = pc.extract_regex(bare, pattern=_PARTS).flatten()
    host, parent, above = map(pc.ascii_lower, hosts)
    suffixes, named = _plain_suffixes()
    own = pc.is_in(parent, value_set=suffixes)
    below = pc.and_not(pc.is_in(above, value_set=suffixes), pc.is_in(parent, value_set=named))
    plain = pc.and_not(pc.or_(own, below), pc.is_in(host, value_set=named))
    short = pc.less_equal(pc.binary_length(host), scalar(_LONGEST_LABEL))
    host = only_where(pc.and_(plain, short), host)
    link = joined(scalar("https://"), host, scalar("/"), path)
    link = pc.ascii_rtrim(link, characters="/")
    return pc.if_else(own, host, only_where(pc.is_valid(host), parent)), link
