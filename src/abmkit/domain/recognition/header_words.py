"""The words of a header: what they mean, and the unit and currency they name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from abmkit.domain.values.numbers.amounts import UNITS, multiplier
from abmkit.schema.accounts import ACCOUNTS
from abmkit.schema.column import Column, Entity


@dataclass(frozen=True)
class Header:
    """A header in lower case words, with and without what brackets and a unit at its end say."""

    text: str
    words: str
    bare: str
    unit: str | None = None
    currency: str | None = None


# Signs that occur in headers, so that one list of simplified headers serves both scripts.
_SIMPLIFIED = str.maketrans(
    "業稱網國區電話員數營額銷總產類別號碼證簡東負責編註冊統會資機構單聯繫絡經圍狀態規層級戶歸"
    "屬門縣時間創辦範億萬團帳術領際發設點從務郵遞傳職稅識實繳姓處廠應參體開關進於據動",
    "业称网国区电话员数营额销总产类别号码证简东负责编注册统会资机构单联系络经围状态规层级户归"
    "属门县时间创办范亿万团账术领际发设点从务邮递传职税识实缴姓处厂应参体开关进于据动",
)


def _words(text: str) -> str:
    text = text.translate(_SIMPLIFIED).replace("®", "").replace("™", "")
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


# What APIs wrap their records and values in: HubSpot `properties.`, Elasticsearch `_source.`,
# GraphQL `node.`, JSON:API and Strapi `attributes.`, Airtable `fields.`, Firestore `.stringValue`.
_WRAPPED = re.compile(
    r"(?:(?:properties|_?source|node|attributes|fields|records?|docs?|documents?|item|row|entity"
    r"|object|values?|content|payload|body|data|result|attrs|props|hit)\.)+(?=.)",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"\.(?:(?:string|integer|double|boolean)?value|raw|text|display_?value|primary_?link_?url)$",
    re.IGNORECASE,
)
# What Salesforce says of a record itself.
_OF_THE_RECORD = re.compile(
    r"(?:attributes|_?source|node|records?|_?metadata)\.(?:type|url|uri|id|etag|self)$",
    re.IGNORECASE,
)


def unwrapped(text: str) -> str:
    """A header without what an API wraps a record's values in, which says nothing of them."""
    if "." not in text or _OF_THE_RECORD.match(text):
        return text
    return _VALUE.sub("", _WRAPPED.sub("", text, count=1) if _WRAPPED.match(text) else text)


def header_of(text: str) -> Header:
    """The words of a header, and the unit and currency that it names."""
    plain = unwrapped(unicodedata.normalize("NFKC", text).strip().strip("\ufeff"))
    unit = currency = None
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
    return Header(text, _words(plain), bare, unit, currency)


def _unit_and_currency(
    text: str, unit: str | None, currency: str | None
) -> tuple[str | None, str | None]:
    text = re.sub(r"\b000'?s\b", "thousand", text.casefold())
    text = re.sub(r"(?:us)?\$(?=\s*(?:k|m|b|th|mi|bi)[a-z]*$)", "usd ", text)
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


class Meaning(NamedTuple):
    """What a header says: a column, a scheme of its codes, and how sure its words alone are."""

    column: Column
    scheme: str | None = None
    sure: bool = True
    place: bool = False
    """Whether the column is a place, of which city, region and country are parts."""


@cache
def header_words(entity: Entity) -> dict[str, Meaning]:
    """The meanings of an entity's header words, folded; a name or label may be a hint only.

    Words written apart mean the same written as one.
    """
    found: dict[str, Meaning] = {}
    names = (
        (_folded(word), Meaning(column))
        for column in entity.by_name.values()
        # What says who may be contacted is told by its pattern, and by no name of ours.
        if not column.answers
        for word in (column.name, column.chinese)
    )
    for word, meaning in (*declared_words(entity), *names):
        found.setdefault(word, meaning)
        found.setdefault(word.replace(" ", ""), meaning)
    found.pop("", None)
    return found


def declared_words(entity: Entity) -> Iterator[tuple[str, Meaning]]:
    """The header words of an entity beside names and labels, folded, with what they mean."""
    for column in entity.by_name.values():
        said = [
            (column.headers, Meaning(column)),
            (column.hints, Meaning(column, sure=False)),
            (column.places, Meaning(column, place=True)),
            *((words, Meaning(column, scheme)) for scheme, words in column.schemes.items()),
        ]
        for words, meaning in said:
            yield from ((_folded(word), meaning) for word in words.split(", ") if word)


def _folded(word: str) -> str:
    return _words(unicodedata.normalize("NFKC", word))


def known_header(text: str) -> bool:
    """Whether a text is a header that recognition knows, surely or perhaps."""
    header, known = header_of(text), header_words(ACCOUNTS)
    return header.words in known or header.bare in known


# What may stand before a header of where a company is.
_BEFORE_PLACE = (
    "location", "address", "hq", "headquarters", "headquarter", "main", "primary", "billing",
    "legal address", "registered address", "reg address", "headquarters address",
)  # fmt: skip


def meaning_of(header: Header, entity: Entity = ACCOUNTS) -> tuple[Meaning | None, bool]:
    """What a header means, and whether that took away a part of it."""
    for column in entity.columns:
        if column.pattern and _found(column.pattern, header):
            return Meaning(column), False
    known = header_words(entity)
    meaning = known.get(header.words) or known.get(header.bare)
    if meaning is not None:
        return meaning, False
    meaning = known.get(header.bare.replace(" ", ""))
    if meaning is not None:
        return meaning, True
    rest, places = re.sub(r" 1$", "", header.bare), False
    for _ in range(4):
        meaning = known.get(rest) or known.get(rest.replace(" ", ""))
        if meaning is not None and rest != header.bare:
            # What was only a hint before is none at all after a part was taken away.
            if places and meaning.column.headquarters and not meaning.place:
                return meaning._replace(sure=True), True
            return (meaning, True) if meaning.sure and not places else (None, False)
        before = next((w for w in (*entity.called, *_BEFORE_PLACE) if _begins(rest, w)), None)
        if before is None:
            break
        places = places or before in _BEFORE_PLACE
        rest = rest[len(before) :].strip()
    return None, False


def _found(pattern: str, header: Header) -> bool:
    return any(re.search(pattern, text, re.IGNORECASE) for text in (header.text, header.words))


def _begins(text: str, word: str) -> bool:
    return text.startswith(word if word[0] > "z" else f"{word} ") and len(text) > len(word)
