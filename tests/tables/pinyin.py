"""Builds `pinyin.csv` of `abmkit.domain`: how the signs of GB 2312 are read in names, by syllable.

    pip install pypinyin
    python tests/tables/pinyin.py

One reading for each sign, from pypinyin (MIT), but for four that names read otherwise. pypinyin
reads some by phrase, yet has few names: of 3,756 brands of Chinese companies 39 are read
differently, most of them rightly here (长电, 佳都, 藏格), the rest (音乐, 商行) wrongly.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

DATA = Path(__file__).parents[2] / "src" / "abmkit" / "domain" / "data"
IN_NAMES = {"长": "chang", "都": "du", "调": "tiao", "藏": "zang"}


def main() -> None:
    """Writes the table into the package."""
    from pypinyin import lazy_pinyin

    signs = defaultdict(str)
    for code in range(0x4E00, 0xA000):
        sign = chr(code)
        try:
            sign.encode("gb2312")
        except UnicodeEncodeError:
            continue
        reading = IN_NAMES.get(sign) or lazy_pinyin(sign, v_to_u=False)[0]
        signs[reading] += sign
    with (DATA / "pinyin.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [("syllable", "signs"), *sorted(signs.items())]
        )
    print(len(signs), "syllables,", sum(map(len, signs.values())), "signs")


if __name__ == "__main__":
    main()
