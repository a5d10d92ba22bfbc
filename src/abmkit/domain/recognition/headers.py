"""Which canonical column a source's column is, told by its header and its values."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from abmkit.domain.recognition import content as evidence
from abmkit.domain.recognition.header_words import DERIVED, Header, header_of, meaning_of
from abmkit.domain.recognition.plans import IDENTITY, UNSURE, USED, Recognition
from abmkit.domain.values.unknown import known
from abmkit.schema.accounts import GATHERED

# A place in one column: "Saint Paul, Minnesota". Kept as the address; its parts are read from it.
LOCATION = "location"
_SAMPLE = 500


# What the values of a column must look like for a header that alone says too little.
_PROOF: dict[str, tuple[Callable[[pa.Array], float], float, str]] = {
    "name": (evidence.companies, 0.25, "look like company names"),
    "website": (evidence.web_domains, 0.8, "are web addresses"),
    "country": (evidence.country_names, 0.8, "are countries"),
    "employees": (evidence.people, 0.5, "count people"),
    "listed": (evidence.yes_or_no, 0.8, "are yes or no"),
    "company_type": (evidence.words_for("company_type"), 0.8, "are company types"),
    "relationship": (evidence.words_for("relationship"), 0.8, "are relationships"),
}
# What at least so many values must look like, or even a sure header is not believed.
_NEEDED: dict[str, tuple[Callable[[pa.Array], float], float, str]] = {
    "ticker": (evidence.tickers, 0.5, "look like tickers"),
    "founded_year": (evidence.years, 0.5, "name a year"),
    "phone": (evidence.phones, 0.5, "look like phone numbers"),
    "linkedin_url": (evidence.linkedin, 0.3, "are LinkedIn addresses"),
    "listed": (evidence.yes_or_no, 0.5, "are yes or no"),
    "relationship": (evidence.words_for("relationship"), 0.3, "are relationships"),
}
# What so many values must not look like.
_AGAINST: tuple[tuple[frozenset[str], Callable[[pa.Array], float], float, str], ...] = (
    (
        frozenset(["name", "city", "region", "address", "industry", "parent_name", "description"]),
        evidence.bare_numbers,
        0.8,
        "are numbers",
    ),
    (frozenset(["owner"]), evidence.bare_numbers, 0.8, "are numbers"),
    (frozenset(["owner"]), evidence.companies, 0.5, "look like companies"),
    (
        frozenset(["name", "city", "region", "industry", "parent_name"]),
        evidence.addresses_of_any_kind,
        0.8,
        "are web or e-mail addresses",
    ),
    (frozenset(["region"]), evidence.states_of_affairs, 0.6, "say how something stands"),
)
# Fewer values say nothing against a header.
_TELLING_MANY = 5
# From so many rows on, names of which so few differ are not those of a directory; of a table
# with columns about people or deals, more have to.
_MANY, _DIFFERENT, _DIFFERENT_BESIDE = 20, 0.25, 0.6
_OF_OTHER_ROWS = re.compile(
    r"opportunit|\bdeal|\bstage\b|close[ _]?(?:date|value)|(?:first|last)[ _]?name|job[ _]?title|"
    r"invoice|subscription|churn|\bevent|\bticket[ _]|商机|合同|订单|姓名|职位",
    re.IGNORECASE,
)


_RANGED = re.compile(r"\b(?:range|size)\b|规模|范围")


def _by_header(column: str, header: Header, values: pa.Array | None) -> Recognition:
    meaning, bracketed = meaning_of(header)
    if meaning is None or meaning[0] in DERIVED:
        return Recognition(column, None, 0.0, "header not known")
    canonical, scheme, sure = meaning
    if canonical == "revenue" and header.currency is not None:
        sure = True
    # Of a figure and its range, the figure is taken.
    ranged = canonical in ("employees", "revenue") and _RANGED.search(header.words) is not None
    found = Recognition(
        column,
        canonical,
        0.95 if sure and not bracketed and not ranged else 0.9 if sure else 0.5,
        "header",
        unit=header.unit,
        currency=header.currency,
        scheme=scheme,
    )
    if canonical not in ("revenue", "employees", "potential"):
        found = replace(found, unit=None, currency=None)
    elif found.unit or found.currency:
        found = replace(
            found, evidence=f"header, {found.currency or ''} {found.unit or ''}".strip()
        )
    return _with_values(found, header, values, sure)


def _with_values(
    found: Recognition, header: Header, values: pa.Array | None, sure: bool
) -> Recognition:
    canonical = found.canonical
    if canonical == LOCATION:
        return _place(found, values)
    if canonical == "region" and not sure:
        return _area(found, values)
    if values is None or len(values) == values.null_count or canonical is None:
        return found if sure else replace(found, confidence=0.55, evidence="header alone")
    if not sure:
        if canonical not in _PROOF:
            return replace(found, confidence=0.55, evidence="header says little")
        test, least, says = _PROOF[canonical]
        share = test(values)
        if share >= least:
            return replace(
                found, confidence=0.85, evidence=f"header, and {share:.0%} of values {says}"
            )
        other = {"relationship": "company_type", "company_type": "relationship"}.get(canonical)
        if other is not None:
            test, least, says = _PROOF[other]
            if (share_of_other := test(values)) >= least:
                said = f"header, and {share_of_other:.0%} of values {says}"
                return replace(found, canonical=other, confidence=0.85, evidence=said)
        weak = 0.4 if canonical not in ("name", "relationship", "company_type") else 0.5
        return replace(found, confidence=weak, evidence=f"header, but {share:.0%} of values {says}")
    if (
        canonical in ("employees", "revenue", "potential")
        and evidence.readable_numbers(values) < 0.5
    ):
        return replace(found, confidence=0.4, evidence="header, but few values are numbers")
    many = len(values) - values.null_count >= _TELLING_MANY
    if canonical in ("domain", "website") and many and evidence.web_domains(values) < 0.2:
        return replace(found, confidence=0.6, evidence="header, but few values are web addresses")
    if canonical == "country" and (share := evidence.country_names(values)) < 0.5:
        weak = 0.6 if share >= 0.2 else 0.45
        return replace(found, confidence=weak, evidence="header, but few values are countries")
    return _contradicted(found, values) or found


def _contradicted(found: Recognition, values: pa.Array) -> Recognition | None:
    """What a sure header comes to where the values say something else; None where they don't."""
    canonical = found.canonical or ""
    if len(values) - values.null_count < _TELLING_MANY:
        return None
    if canonical in _NEEDED:
        test, least, says = _NEEDED[canonical]
        if (share := test(values)) < least:
            said = f"header, but only {share:.0%} of values {says}"
            return replace(found, confidence=0.4, evidence=said)
    if canonical == "registry_ids" and found.scheme is not None:
        share = evidence.registry(values, found.scheme)
        if share < 0.5:
            said = f"header, but only {share:.0%} of values are valid {found.scheme.upper()}"
            return replace(found, confidence=0.6, evidence=said)
    for columns, test, most, says in _AGAINST:
        if canonical in columns and (share := test(values)) >= most:
            said = f"header, but {share:.0%} of values {says}"
            return replace(found, confidence=0.4, evidence=said)
    return None


def _place(found: Recognition, values: pa.Array | None) -> Recognition:
    if values is not None:
        share = evidence.country_names(values)
        if share >= 0.8:
            return replace(
                found,
                canonical="country",
                confidence=0.9,
                evidence=f"header, and {share:.0%} of values are countries",
            )
        share = evidence.region_names(values)
        if share >= 0.8:
            return replace(
                found,
                canonical="region",
                confidence=0.85,
                evidence=f"header, and {share:.0%} of values are regions",
            )
    return replace(
        found, canonical="address", confidence=0.8, evidence="header names a place", split=True
    )


def _area(found: Recognition, values: pa.Array | None) -> Recognition:
    if values is None:
        return replace(found, confidence=0.45, evidence="header alone")
    share = max(evidence.region_names(values), evidence.american_states(values))
    if share >= 0.7:
        return replace(
            found, confidence=0.85, evidence=f"header, and {share:.0%} of values are regions"
        )
    countries = evidence.country_names(values)
    if countries >= 0.8:
        return replace(
            found,
            canonical="country",
            confidence=0.85,
            evidence=f"header, and {countries:.0%} of values are countries",
        )
    return replace(
        found, confidence=0.45, evidence=f"header, but {share:.0%} of values are regions"
    )


# Values that tell a column whatever its header says.
_TELLING: tuple[tuple[str | None, str, Callable[[pa.Array], float], str], ...] = (
    ("vat", "registry_ids", lambda values: evidence.registry(values, "vat"), "are valid VAT ids"),
    (None, "linkedin_url", evidence.linkedin_companies, "are companies' LinkedIn addresses"),
    (None, "crm_id", evidence.salesforce_accounts, "are ids of Salesforce accounts"),
)
# A header that only numbers its column.
_SILENT = re.compile(
    r"(?:column|col|field|var|attribute|unnamed|字段|列|未命名)?[\s_:\-]*\d*|[a-z]|", re.IGNORECASE
)


def _by_values(column: str, values: pa.Array | None) -> Recognition:
    nothing = Recognition(column, None, 0.0, "header not known")
    if values is None or len(values) - values.null_count < 3:
        return nothing
    for scheme in ("uscc", "lei"):
        share = evidence.registry(values, scheme)
        if share >= 0.8:
            return Recognition(
                column,
                "registry_ids",
                0.9,
                f"{share:.0%} of values are valid {scheme.upper()}",
                scheme=scheme,
            )
    for told, canonical, test, says in _TELLING:
        if (share := test(values)) >= 0.8:
            said = f"{share:.0%} of values {says}"
            return Recognition(column, canonical, 0.85, said, scheme=told)
    share = evidence.web_domains(values)
    if share >= 0.8 and evidence.web_addresses(values) >= 0.8:
        # A domain of its own in nearly every row is the company's; one that repeats is not.
        different = evidence.different_domains(values)
        if different < 0.5:
            said = f"web addresses, but only {different:.0%} of their domains differ"
            return Recognition(column, None, 0.0, said)
        sure = 0.8 if share >= 0.95 and different >= 0.8 else 0.6
        return Recognition(column, "website", sure, f"{share:.0%} of values are web addresses")
    silent = _SILENT.fullmatch(column.strip()) is not None
    share = evidence.companies(values)
    if share >= 0.5 and evidence.different(values) >= 0.8:
        said = f"{share:.0%} of values look like company names"
        return Recognition(column, "name", 0.85 if silent else 0.6, said)
    if (share := evidence.people_bands(values)) >= 0.8:
        return Recognition(column, "employees", 0.7, f"{share:.0%} of values are bands of people")
    if silent and (share := evidence.region_names(values)) >= 0.9 and evidence.distinct(values) > 4:
        return Recognition(column, "region", 0.7, f"{share:.0%} of values are regions")
    if evidence.distinct(values) >= 2:
        given = known(values)
        texts = [text for text in given.to_pylist() if text]
        if (
            texts
            and sum(len(text) > 3 for text in texts) / len(texts) > 0.9
            and evidence.country_names(values) >= 0.9
        ):
            return Recognition(column, "country", 0.7, "values are countries")
    return nothing


def recognise(header: Sequence[str], sample: pa.Table | None = None) -> list[Recognition]:
    """What each column of a source is, in the source's order, at most one for each canonical.

    `sample` holds some rows as text, its columns in the header's order; without it the header
    alone decides. Only those of `GATHERED` may come from several columns. A further
    column of company names becomes an alias where its header says so, else it stays the source's.
    """
    cells: list[Any] = [None] * len(header)
    if sample is not None:
        cells = [_first(sample.column(i)) for i in range(len(header))]
    found = [
        _by_header(name, header_of(name), values)
        for name, values in zip(header, cells, strict=True)
    ]
    found = [
        _by_values(each.column, values) if each.canonical is None else each
        for each, values in zip(found, cells, strict=True)
    ]
    return _one_each(_repeated(_names(found), cells))


def _first(values: pa.ChunkedArray) -> pa.Array:

    return known(values.slice(0, _SAMPLE))


def _names(found: list[Recognition]) -> list[Recognition]:
    """A weak header such as `title` is the name where a company's other ids stand beside it."""
    if any(each.canonical == "name" and each.confidence >= USED for each in found):
        return found
    weak = [
        each
        for each in found
        if each.canonical == "name"
        and each.confidence >= UNSURE
        and each.evidence.startswith("header")
    ]
    short = [each for each in found if each.canonical == "aliases" and each.confidence >= USED]
    if not weak and len(short) == 1:
        only = replace(short[0], canonical="name", confidence=0.85, split=False)
        evidence = f"{only.evidence}, the only name there is"
        return [replace(only, evidence=evidence) if e is short[0] else e for e in found]
    beside = [
        each.column
        for each in found
        if each.canonical in ("ticker", "registry_ids", "domain", "website")
        and each.confidence >= USED
    ]
    if len(weak) != 1 or not beside:
        return found
    return [
        replace(each, confidence=0.85, evidence=f"header, beside {', '.join(beside)}")
        if each is weak[0]
        else each
        for each in found
    ]


def _repeated(found: list[Recognition], cells: list[Any]) -> list[Recognition]:
    """Names that come again and again are those of deals, people or events about companies.

    Then what such a table calls an owner is not the account's, either.
    """
    others = sum(_OF_OTHER_ROWS.search(each.column) is not None for each in found)
    least = _DIFFERENT_BESIDE if others >= 2 else _DIFFERENT
    for at, (each, values) in enumerate(zip(found, cells, strict=True)):
        if each.canonical != "name" or each.confidence < USED or values is None:
            continue
        known = len(values) - values.null_count
        if known >= _MANY and evidence.different(values) < least:
            said = f"header, but {known} rows name only {evidence.distinct(values)}"
            found = [
                replace(e, confidence=0.45, evidence="header, but the rows are not accounts")
                if e.canonical == "owner"
                else e
                for e in found
            ]
            found[at] = replace(each, confidence=0.6, evidence=said)
    return found


def _one_each(found: list[Recognition]) -> list[Recognition]:
    best: dict[str, Recognition] = {}
    for each in found:
        if each.canonical and each.canonical not in GATHERED:
            kept = best.get(each.canonical)
            if kept is None or each.confidence > kept.confidence:
                best[each.canonical] = each
    # `website` beside `domain`, both web addresses, are two columns; a split place yields to a
    # real address.
    return [
        each
        if each.canonical is None
        or each.canonical in GATHERED
        or best[each.canonical] is each
        # As long as none is sure, all of them may be meant.
        or (each.canonical in IDENTITY and not best[each.canonical].used)
        else Recognition(
            each.column, None, 0.0, f"{each.canonical} comes from {best[each.canonical].column!r}"
        )
        for each in found
    ]
