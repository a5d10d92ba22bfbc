"""Which canonical column a source's column is, told by its header and its values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from abmkit.columns import CANONICAL
from abmkit.domain import evidence
from abmkit.domain.amounts import UNITS, multiplier
from abmkit.domain.tables import rows

if TYPE_CHECKING:
    import pyarrow as pa

USED = 0.8
UNSURE = 0.5
IDENTITY = frozenset(["account_id", "crm_id", "registry_ids", "name", "domain", "website"])
# A place in one column: "Saint Paul, Minnesota". Kept as the address; its parts are read from it.
LOCATION = "location"
_SEVERAL = frozenset(["registry_ids", "aliases"])
_SAMPLE = 500


@dataclass(frozen=True)
class Recognition:
    """What a source's column was taken for, how surely (0 to 1), and why."""

    column: str
    canonical: str | None
    confidence: float
    evidence: str
    unit: str | None = None
    currency: str | None = None
    scheme: str | None = None
    split: bool = False
    """A place such as `Saint Paul, Minnesota`, from which city, region and country are read."""

    @property
    def used(self) -> bool:
        """Whether it is sure enough to be used without being asked for."""
        least = USED if self.canonical in IDENTITY else UNSURE
        return self.canonical is not None and self.confidence >= least


@dataclass(frozen=True)
class _Header:
    words: str
    bare: str
    unit: str | None = None
    currency: str | None = None
    noted: str | None = field(default=None)


def _words(text: str) -> str:
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])", " ", text)
    text = re.sub(r"[\s_\-–./\\:：#&*]+", " ", text.casefold())
    return " ".join(text.split())


_BRACKETS = re.compile(
    r"\s*[(\[]([^)\]]*)[)\]]\s*|\s*[,，]\s*(?=in\b|usd|单位)(.*)$|\s+in\s+(.*)$", re.IGNORECASE
)
_UNIT_AT_END = re.compile(
    r"^(.*?\w)\s+((?:(?:usd|eur|gbp|cny|rmb)\s*)?(?:k|m|mn|mm|bn|b|thousands?|millions?|billions?)|"
    r"(?:m|k|bn)?(?:usd|eur|gbp|cny|rmb))$"
)


def _header(text: str) -> _Header:
    plain = unicodedata.normalize("NFKC", text).strip().strip("\ufeff")
    unit = currency = noted = None
    for match in _BRACKETS.finditer(plain):
        noted = next((part for part in match.groups() if part), "").strip()
        unit, currency = _unit_and_currency(noted, unit, currency)
    bare = _words(_BRACKETS.sub(" ", plain))
    at_end = _UNIT_AT_END.match(bare) if unit is None and currency is None else None
    if at_end is not None:
        end = at_end[2]
        if glued := re.fullmatch(r"(m|k|bn)(usd|eur|gbp|cny|rmb)", end):
            end = f"{glued[2]} {glued[1]}"
        unit, currency = _unit_and_currency(end, None, None)
        if unit or currency:
            bare = at_end[1]
    return _Header(_words(plain), bare, unit, currency, noted)


def _unit_and_currency(
    text: str, unit: str | None, currency: str | None
) -> tuple[str | None, str | None]:
    read = multiplier(re.sub(r"^(?:in|单位|單位)\b\s*[::]?\s*", "", text.casefold()).strip())
    if read is None or not text:
        return unit, currency
    factor, named = read
    if factor != 1.0:
        unit = _unit_name(text, factor)
    return unit, named or currency


def _unit_name(text: str, factor: float) -> str:
    for sign in ("百万", "千万", "十亿", "万", "亿", "萬", "億"):
        if sign in text:
            return sign
    names = {1e3: "thousand", 1e6: "million", 1e9: "billion", 1e12: "trillion"}
    return names.get(factor) or next(name for name, value in UNITS.items() if value == factor)


@cache
def _synonyms() -> dict[str, tuple[str, str | None, bool]]:
    """Header words: the canonical column, a scheme, and whether the words alone are enough."""
    found: dict[str, tuple[str, str | None, bool]] = {}
    for row in rows("headers.csv"):
        column, _, scheme = row["column"].partition(":")
        meaning = (column, scheme or None, row["sure"] == "sure")
        words = _words(unicodedata.normalize("NFKC", row["header"]))
        found.setdefault(words, meaning)
        found.setdefault(words.replace(" ", ""), meaning)
    for name in CANONICAL:
        found.setdefault(_words(name), (name, None, True))
    return found


_DERIVED = frozenset(["name_key", "source", "source_row"])


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


def _by_header(column: str, header: _Header, values: pa.Array | None) -> Recognition:
    meaning = _synonyms().get(header.words) or _synonyms().get(header.bare)
    bracketed = False
    if meaning is None:
        compact = header.bare.replace(" ", "")
        meaning = _synonyms().get(compact)
        bracketed = meaning is not None
    if meaning is None or meaning[0] in _DERIVED:
        return Recognition(column, None, 0.0, "header not known")
    canonical, scheme, sure = meaning
    found = Recognition(
        column,
        canonical,
        0.95 if sure and not bracketed else 0.9 if sure else 0.5,
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
    found: Recognition, header: _Header, values: pa.Array | None, sure: bool
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
        weak = 0.4 if canonical not in ("name", "relationship", "company_type") else 0.5
        return replace(found, confidence=weak, evidence=f"header, but {share:.0%} of values {says}")
    if (
        canonical in ("employees", "revenue", "potential")
        and evidence.readable_numbers(values) < 0.5
    ):
        return replace(found, confidence=0.4, evidence="header, but few values are numbers")
    if canonical in ("domain", "website") and evidence.web_domains(values) < 0.2:
        return replace(found, confidence=0.6, evidence="header, but few values are web addresses")
    if canonical == "country" and evidence.country_names(values) < 0.5:
        return replace(found, confidence=0.6, evidence="header, but few values are countries")
    return found


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
    share = evidence.web_domains(values)
    if share >= 0.8 and evidence.web_addresses(values) >= 0.8:
        # An address of its own in nearly every row is the company's; one that repeats is not.
        own = share >= 0.95 and evidence.distinct(values) >= 0.8 * (len(values) - values.null_count)
        return Recognition(
            column, "website", 0.8 if own else 0.6, f"{share:.0%} of values are web addresses"
        )
    if evidence.distinct(values) >= 2:
        from abmkit.domain.unknown import known

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
    alone decides. Only `registry_ids` and `aliases` may come from several columns. A further
    column of company names becomes an alias where its header says so, else it stays the source's.
    """
    cells: list[Any] = [None] * len(header)
    if sample is not None:
        cells = [_first(sample.column(i)) for i in range(len(header))]
    found = [
        _by_header(name, _header(name), values) for name, values in zip(header, cells, strict=True)
    ]
    found = [
        _by_values(each.column, values) if each.canonical is None else each
        for each, values in zip(found, cells, strict=True)
    ]
    return _one_each(_names(found))


def _first(values: pa.ChunkedArray) -> pa.Array:
    return values.slice(0, _SAMPLE).combine_chunks()


def _names(found: list[Recognition]) -> list[Recognition]:
    """A weak header such as `title` is the name where a company's other ids stand beside it."""
    if any(each.canonical == "name" and each.confidence >= USED for each in found):
        return found
    weak = [each for each in found if each.canonical == "name"]
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


def _one_each(found: list[Recognition]) -> list[Recognition]:
    best: dict[str, Recognition] = {}
    for each in found:
        if each.canonical and each.canonical not in _SEVERAL:
            kept = best.get(each.canonical)
            if kept is None or each.confidence > kept.confidence:
                best[each.canonical] = each
    # `website` beside `domain`, both web addresses, are two columns; a split place yields to a
    # real address.
    return [
        each
        if each.canonical is None or each.canonical in _SEVERAL or best[each.canonical] is each
        else Recognition(
            each.column, None, 0.0, f"{each.canonical} comes from {best[each.canonical].column!r}"
        )
        for each in found
    ]
