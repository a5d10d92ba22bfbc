"""Chinese cities and the provinces they are in."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import distinct, each_distinct, each_other, only_where, scalar
from abmkit.domain.data import rows
from abmkit.domain.values.unknown import Normaliser

IDEOGRAPH = re.compile("[\u3400-\u9fff]")
_BETWEEN = re.compile(r"^[\s\-–—/,，、·|]+")


class ChinesePlace(NamedTuple):
    """A province's ISO 3166-2 code, and the city as written where the text names one."""

    region: str
    city: str | None


@cache
def _provinces() -> dict[str, str]:
    """Chinese names of provinces, short and full, in simplified and traditional signs."""
    return {
        row[column]: row["code"]
        for row in rows("chinese_provinces.csv")
        for column in ("full", "short")
    }


@cache
def _cities() -> tuple[dict[str, str], dict[str, str]]:
    """Provinces by a city's Chinese name, and by its English one where no other city has it."""
    chinese: dict[str, str] = {}
    english: dict[str, set[str]] = {}
    for row in rows("chinese_cities.csv"):
        chinese |= {row["full"]: row["code"], row["traditional"]: row["code"]}
        if row["short"]:
            chinese[row["short"]] = row["code"]
            chinese[row["traditional"].removesuffix("市")] = row["code"]
        english.setdefault(_plain(row["english"]), set()).add(row["code"])
    return chinese, {name: min(codes) for name, codes in english.items() if len(codes) == 1}


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[^a-z]", "", text.removesuffix(" city").removesuffix(" shi"))


@cache
def _beginnings() -> re.Pattern[str]:
    names = sorted(_provinces(), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, names)))


def chinese_place(text: str, *, english: bool = False) -> ChinesePlace | None:
    """The province, and perhaps the city, of 深圳, 广东省深圳市 or, with `english`, of Shenzhen.

    None where the text names neither. A province before the city must be the city's own.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    chinese, pinyin = _cities()
    if not IDEOGRAPH.search(plain):
        code = pinyin.get(_plain(plain)) if english and plain.isascii() else None
        return ChinesePlace(code, plain) if code else None
    plain = _BETWEEN.sub("", re.sub("^中国|^中國", "", plain)) or plain
    if code := chinese.get(plain):
        return ChinesePlace(code, plain)
    match = _beginnings().match(plain)
    if match is None:
        return None
    code, rest = _provinces()[match[0]], _BETWEEN.sub("", plain[match.end() :])
    if not rest:
        return ChinesePlace(code, None)
    return ChinesePlace(code, _city_in(rest, code)) if _belongs(rest, code) else None


def _city_in(rest: str, code: str) -> str | None:
    """The longest beginning of a text that is a city of the province."""
    chinese = _cities()[0]
    ends = range(len(rest), 1, -1)
    return next((rest[:end] for end in ends if chinese.get(rest[:end]) == code), None)


def _belongs(rest: str, code: str) -> bool:
    """Whether what follows a province is a place in it."""
    return _city_in(rest, code) is not None or re.search("[市区區县縣州盟旗镇鎮]", rest) is not None


@cache
def _english_names() -> dict[str, str]:
    names = {}
    for row in rows("chinese_cities.csv"):
        shorter = row["short"], row["traditional"].removesuffix("市")
        for name in (row["full"], row["traditional"], *(shorter if row["short"] else ())):
            names[name] = _plain(row["english"])
    return names


def city_keys(values: pa.StringArray) -> pa.StringArray:
    """What two spellings of a city share: case does not count, 北京市 and Beijing are one."""
    lower = pc.utf8_trim_whitespace(pc.utf8_lower(values))
    chinese = only_where(pc.match_substring_regex(lower, pattern=IDEOGRAPH.pattern), lower)
    if chinese.null_count == len(chinese):
        return lower
    return pc.coalesce(each_distinct(chinese, lambda text: _english_names().get(text)), lower)


@Normaliser
def cities_of_regions(texts: pa.StringArray) -> pa.StringArray:
    """The Chinese cities that stand in a column of regions, null elsewhere."""

    def city(text: str) -> str | None:
        place = chinese_place(text) if IDEOGRAPH.search(text) else None
        return place.city if place else None

    return each_distinct(texts, city)


# What a Chinese address begins with: a province, a city or both, each by its whole name.
_HEAD = (
    r"^\s*(?:中国|中國)?[\s,，]*(?P<head>(?:[^省市区區县縣\d]{2,8}(?:省|自治区|自治區))?\s*"
    r"(?:[^省市区區县縣\d]{1,10}(?:市|自治州|盟|地区|地區))?)"
)
_ELSEWHERE = frozenset({"CN-HK", "CN-MO", "CN-TW"})
_CITIES_LIKE_PROVINCES = {
    "CN-BJ": "北京市", "CN-TJ": "天津市", "CN-SH": "上海市", "CN-CQ": "重庆市",
}  # fmt: skip


def places_of_addresses(
    addresses: pa.StringArray,
) -> tuple[pa.StringArray, pa.StringArray] | None:
    """City and region of Chinese addresses, null where they begin with none; None if all do."""
    (head,) = pc.extract_regex(addresses, pattern=_HEAD).flatten()
    head = only_where(pc.greater(pc.utf8_length(head), scalar(2)), head)
    if head.null_count == len(head):
        return None

    def named(text: str) -> ChinesePlace | None:
        place = chinese_place(text)
        if place is None or place.region in _ELSEWHERE:
            return None
        return place._replace(city=place.city or _CITIES_LIKE_PROVINCES.get(place.region))

    places = {text: named(text) for text in distinct(head)}
    regions = {text: place.region for text, place in places.items() if place}
    cities = {text: place.city for text, place in places.items() if place}
    city, region = (each_distinct(head, of.get) for of in (cities, regions))
    return (city, region) if region.null_count < len(region) else None


def regions_of_cities(
    region: pa.StringArray | None, city: pa.StringArray, country: pa.StringArray | None
) -> pa.StringArray:
    """Regions, filled with the province of a Chinese city where they are unknown.

    A Chinese name counts in China and where the country is unknown, an English one in China.
    """
    count = len(city)
    done = pa.nulls(count, pa.string()) if region is None else region
    here = pa.nulls(count, pa.string()) if country is None else country
    in_china = pc.equal(here, scalar("CN"))

    def province(text: str, english: bool) -> str | None:
        place = chinese_place(text, english=english)
        return place.region if place else None

    done = each_other(done, only_where(in_china, city), lambda text: province(text, True))
    return each_other(done, only_where(pc.is_null(here), city), lambda text: province(text, False))
