"""Chinese names, and others written without spaces, by their parts: place, brand, trade.

The parts are found by table, from both ends: places before the brand, trades, organisation and
places after it. What is left in the middle is the brand, one word.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from abmkit.domain.names import HAN
from abmkit.domain.simplified import simplified
from abmkit.domain.tables import rows

if TYPE_CHECKING:
    import pyarrow as pa

KANA = "\u3041-\u3096\u30a1-\u30fa\u30fc"
HANGUL = "\uac00-\ud7a3"
UNSPACED = f"{HAN}々{KANA}{HANGUL}"
_RUNS = re.compile(f"[{HAN}々]+|[{KANA}]+|[{HANGUL}]+|[^{UNSPACED}\\s]+")
_LONGEST_PART = 8
# What is said of a trade, and no brand of its own: 新产业, 大数据.
_SAID_OF_TRADES = frozenset("新大小高中东南西北")
# Cities whose short names are more often brands or regions.
_NO_CITIES = frozenset(("东方", "平安", "长安", "华安"))


def has_unspaced(values: pa.StringArray) -> bool:
    """Whether any text may be in a script whose words need no spaces between them."""
    import numpy as np

    _, offsets, data = values.buffers()
    if data is None or not len(values):
        return False
    start, end = np.frombuffer(offsets, dtype="int32")[[values.offset, values.offset + len(values)]]
    # The first byte in UTF-8 of U+3000 and above.
    return bool((np.frombuffer(memoryview(data)[start:end], dtype="uint8") >= 0xE3).any())


class Parts(NamedTuple):
    """The parts of a name, each in the order in which it has them; the brand may be empty."""

    places: tuple[str, ...]
    brand: str
    trades: tuple[str, ...]
    organisation: tuple[str, ...]
    after: tuple[str, ...]

    def words(self) -> list[str]:
        """All parts, in the order of the name as far as that matters."""
        brand = (self.brand,) if self.brand else ()
        return [*self.places, *brand, *self.trades, *self.organisation, *self.after]


@cache
def _places() -> dict[str, str]:
    """Places as written and as words: 深圳市 and 深圳 are 深圳."""
    found: dict[str, str] = {}
    for row in rows("name_parts.csv"):
        if row["kind"] == "place":
            word = row["word"]
            found[word] = word[:-1] if len(word) > 2 and word[-1] in "市区县" else word
    for row in rows("chinese_cities.csv"):
        full, short = row["full"], row["short"]
        bare = short or (full[:-1] if len(full) > 2 and full.endswith("市") else full)
        found[full] = bare
        if short and short not in _NO_CITIES:
            found[short] = short
    for row in rows("chinese_provinces.csv"):
        found[simplified(row["full"])] = found[row["short"]] = simplified(row["short"])
    return found


@cache
def _regions() -> frozenset[str]:
    """Provinces that have cities of their own."""
    cities = {"北京", "上海", "天津", "重庆"}
    found = {simplified(row["short"]) for row in rows("chinese_provinces.csv")}
    return frozenset(found - cities)


@cache
def _trades() -> frozenset[str]:
    return frozenset(row["word"] for row in rows("name_parts.csv") if row["kind"] == "trade")


@cache
def _organisation() -> frozenset[str]:
    found = rows("name_parts.csv")
    return frozenset(row["word"] for row in found if row["kind"] == "organisation")


def parts(text: str) -> Parts:
    """The parts of a name without spaces, in one script, with simplified signs."""
    places, regions = _places(), _regions()
    trades_known, organisation_known = _trades(), _organisation()
    before: list[str] = []
    start, last, end = 0, 0, len(text)
    while end - start > 2:
        for size in range(min(_LONGEST_PART, end - start - 1), 1, -1):
            written = text[start : start + size]
            place = places.get(written)
            # A second short place is likelier a brand, but for a city after its province: 广州白云山.
            if place and (not before or size > 2 or (len(before) == 1 and before[0] in regions)):
                before.append(place)
                start += size
                last = size
                break
        else:
            break
    trades: list[str] = []
    organisation: list[str] = []
    after: list[str] = []
    while end - start > 1:
        for size in range(min(_LONGEST_PART, end - start), 0, -1):
            word = text[end - size : end]
            if word in trades_known:
                trades.append(word)
            elif word in organisation_known and (size > 1 or end - start > 3):
                organisation.append(word)
            elif not trades and word in places and end - start > size:
                after.append(places[word])
            else:
                continue
            end -= size
            break
        else:
            break
    brand = text[start:end]
    for found in (trades, organisation, after):
        found.reverse()
    if len(brand) == 1:
        if trades and (brand in _SAID_OF_TRADES or not before):
            brand += trades.pop(0)
        elif before:
            brand = text[start - last : start] + brand
            before.pop()
    elif not brand and not before and trades:
        brand = trades.pop(0)
    return Parts(tuple(before), brand, tuple(trades), tuple(organisation), tuple(after))


def unspaced_words(key: str) -> str:
    """A name key whose words need no spaces between them, with spaces between them.

    北京小米科技 is `北京 小米 科技`, ソニーグループ is `ソニー グループ`; what stands in other
    scripts stays as it is.
    """
    words: list[str] = []
    for run in _RUNS.findall(key):
        words += parts(run).words() if "\u3041" <= run[0] else [run]
    return " ".join(words) or key
