"""What each word of a name says: its core, a place, a trade, a kind of institution, a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from functools import cache

import numpy as np
import numpy.typing as npt

from abmkit.domain.data import rows
from abmkit.domain.values.simplified import simplified


class WordClass(IntEnum):
    """What a word of a name says of who bears it."""

    CORE = 0
    """A name of its own, which few others have."""
    PLACE = 1
    TRADE = 2
    """What a company does, what an office is for: 科技, 环保, software."""
    KIND = 3
    """What kind of institution or unit it is: 大学, 医院, 支行, university, branch."""
    NUMBER = 4
    """An ordinal or a number: 第三, 3."""
    GENERIC = 5
    """What any company may be called: 集团, group, international."""


NUMERALS = "〇○零一二三四五六七八九十百"
# Digits without the sign of ordinals are brands and dates: 三一, 八一.
_NUMBER = re.compile(
    f"第[{NUMERALS}]+|[{NUMERALS}]|[{NUMERALS}]*[十百][{NUMERALS}]*|[0-9]+(?:st|nd|rd|th)?"
)
# Streets, villages and towns, of which there are too many for a table.
PLACE_BY_UNIT = re.compile("[\u4e00-\u9fff]{2,}(?:镇|乡|村|街道|路|街|大道|新区)")
_PEOPLES = re.compile(
    "(?:朝鲜族|土家族|苗族|侗族|布依族|彝族|哈尼族|壮族|傣族|白族|景颇族|傈僳族|藏族|羌族|回族|蒙古族?|黎族|瑶族|"
    "仡佬族|满族|畲族|土族|撒拉族|东乡族|保安族|裕固族|哈萨克族?|锡伯|塔吉克|柯尔克孜|达斡尔族|毛南族|仫佬族|"
    "拉祜族|佤族|布朗族|纳西族|普米族|怒族|独龙族|水族|各族|鄂温克族|鄂伦春)*(?:自治县|自治旗|自治州)$"
)
_MUNICIPAL = frozenset(("北京", "天津", "上海", "重庆"))


@cache
def regions() -> frozenset[str]:
    """Provinces that have cities of their own."""
    names = {simplified(row["short"]) for row in rows("chinese_provinces.csv")}
    return frozenset(names - _MUNICIPAL)


def _short(unit: str) -> str:
    """A district's or county's name without what it is: 惠阳 for 惠阳区."""
    cut = _PEOPLES.sub("", unit).removesuffix("新区")
    return cut if cut != unit and len(cut) > 1 else unit[:-1]


@cache
def places() -> dict[str, str]:
    """Chinese places as written and as words: 深圳市 and 深圳 are 深圳.

    A city of a province's name and a unit of its city's keep what they are: 吉林市, 衡阳县, 东营区.
    So do those whose short names are brands as well: 金牛区.
    """
    words: dict[str, str] = {}
    table = rows("name_parts.csv")
    words.update((row["word"], row["word"]) for row in table if row["kind"] == "zone")
    provinces = rows("chinese_provinces.csv")
    shorts = {simplified(row["short"]) for row in provinces}
    cities = rows("chinese_cities.csv")
    full_cities = {row["full"] for row in cities}
    units = [row["word"] for row in table if row["kind"] == "place"]
    parts = rows("chinese_districts.csv")
    namesakes = {row["district"] for row in parts if row["city"][:-1] == row["district"][:-1]}
    for unit in [*units, *(row["district"] for row in parts)]:
        if unit[-1] in "市区县旗" and unit not in words:
            short = _short(unit)
            own = unit in namesakes or (unit[-1] in "县旗" and f"{short}市" in full_cities)
            words[unit] = unit if own or len(short) < 2 or short in brands() else short
        else:
            words.setdefault(unit, unit)
    for row in cities:
        full, short = row["full"], row["short"]
        cut = full[:-1] if len(full) > 2 and full.endswith("市") else full
        words[full] = short or (full if cut in shorts else cut)
        if short and short not in NO_CITIES:
            words[short] = short
    for unit, word in list(words.items()):
        # What was a county yesterday is a city or a district today: 江都市 and 江都区.
        if unit[-1] in "市区县" and unit[:-1] == word:
            for other in "市区县":
                words.setdefault(word + other, word)
    words["中华人民共和国"] = "中国"
    for row in provinces:
        short = simplified(row["short"])
        words[simplified(row["full"])] = words[row["short"]] = words[short] = short
    return words


# Cities whose short names are more often brands or regions.
NO_CITIES = frozenset(("东方", "平安", "长安", "华安", "阿里"))


@cache
def districts() -> dict[str, dict[str, str]]:
    """The districts and counties of each city and province, by their short names, as words."""
    words = places()
    within: dict[str, dict[str, str]] = {}
    provinces = {row["code"]: simplified(row["short"]) for row in rows("chinese_provinces.csv")}
    of_city = {row["full"]: provinces[row["code"]] for row in rows("chinese_cities.csv")}
    for row in rows("chinese_districts.csv"):
        city, unit = row["city"], row["district"]
        short = _short(unit)
        if len(short) > 1:
            within.setdefault(words.get(city, city), {})[short] = words[unit]
            if unit[-1] in "市县旗" and city in of_city:
                within.setdefault(of_city[city], {})[short] = words[unit]
    return within


@cache
def wider_places() -> dict[str, frozenset[str]]:
    """The cities and provinces that Chinese places may be in: 青羊 is in 成都 and 四川."""
    provinces = {row["code"]: simplified(row["short"]) for row in rows("chinese_provinces.csv")}
    words = places()
    around: dict[str, set[str]] = {}
    for row in rows("chinese_cities.csv"):
        city = words.get(row["full"], row["full"])
        around.setdefault(city, set()).add(provinces[row["code"]])
    for wide, units in districts().items():
        for unit in units.values():
            around.setdefault(unit, set()).update({wide, *around.get(wide, ())} - {unit})
    return {word: frozenset(wider) for word, wider in around.items()}


@cache
def short_districts() -> dict[str, str]:
    """The short names of districts and counties that are hardly ever brands, as words."""
    found: dict[str, str] = {}
    for within in districts().values():
        found |= {short: word for short, word in within.items() if short not in brands()}
    return found


@cache
def brands() -> frozenset[str]:
    """Short names of places that are more often brands, or words."""
    return frozenset(row["word"] for row in rows("name_parts.csv") if row["kind"] == "brand")


_KINDS = {"trade": WordClass.TRADE, "kind": WordClass.KIND, "generic": WordClass.GENERIC}


@cache
def unspaced() -> dict[str, WordClass]:
    """Trades, kinds of institutions and generic words of scripts without spaces."""
    return {
        row["word"]: _KINDS[row["kind"]] for row in rows("name_parts.csv") if row["kind"] in _KINDS
    }


_NO_PLACE_WORDS = (
    "new north south east west northern southern eastern western central united states republic "
    "great american federal democratic kingdom territory province region island islands the of and "
    "saint people peoples former french british dutch free state capital grand lower upper"
)


def _place_words(name: str) -> dict[str, WordClass]:
    """What names a place, of its name's words: `york` of New York."""
    words = re.findall(r"\w+", name)
    known = {word for word in words if len(word) > 3 or (len(words) == 1 and len(word) > 1)}
    return dict.fromkeys(known.difference(_NO_PLACE_WORDS.split()), WordClass.PLACE)


@cache
def _known() -> dict[str, WordClass]:
    """All words that a table has."""
    known: dict[str, WordClass] = {}
    for table, column in (("country_names.csv", "name"), ("region_names.csv", "names")):
        for row in rows(table):
            for name in row[column].split("|"):
                known.update(_place_words(simplified(name.casefold())))
    for table in ("chinese_cities.csv", "chinese_provinces.csv"):
        known.update((row["english"].casefold(), WordClass.PLACE) for row in rows(table))
    known |= dict.fromkeys(short_districts().values(), WordClass.PLACE)
    known |= {word: WordClass.PLACE for word in places().values() if word not in brands()}
    known |= {row["short"]: WordClass.PLACE for row in rows("chinese_cities.csv")}
    known |= dict.fromkeys(NO_CITIES, WordClass.CORE)
    known |= {row["word"]: WordClass[row["class"].upper()] for row in rows("word_classes.csv")}
    return known | unspaced()


def _class(word: str) -> WordClass:
    if _NUMBER.fullmatch(word):
        return WordClass.NUMBER
    return WordClass.PLACE if PLACE_BY_UNIT.fullmatch(word) else WordClass.CORE


def word_classes(vocabulary: Sequence[str]) -> npt.NDArray[np.int8]:
    """The class of each word by its text, as in a name's words: lower-cased, abbreviations spelled.

    A word that no table has and that is no number is a `CORE`.
    """
    known = _known()
    found = (known[word] if word in known else _class(word) for word in vocabulary)
    return np.fromiter(found, dtype="int8", count=len(vocabulary))


def is_number(word: str) -> bool:
    """Whether a word of a name is a number: names that differ in one are different companies."""
    return int(word_classes([word])[0]) == WordClass.NUMBER
