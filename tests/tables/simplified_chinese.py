"""Builds `simplified_chinese.csv` of `abmkit.domain`: traditional signs and their simplified ones.

    pip install opencc-python-reimplemented
    python tests/tables/simplified_chinese.py

Sign by sign, from the dictionary of OpenCC (Apache-2.0): the first reading where it has several, and
the variants of Taiwan and Hong Kong. Both signs take three bytes in UTF-8, which lets whole columns
be rewritten in place; the rare ones outside the basic plane are left out. Words of which a sign is
simplified otherwise (乾隆) don't matter: the table makes keys, which are never shown.
"""

from __future__ import annotations

import csv
from pathlib import Path

DATA = Path(__file__).parents[2] / "src" / "abmkit" / "domain" / "data"


def main() -> None:
    """Writes the table into the package."""
    import opencc

    folder = Path(opencc.__file__).parent / "dictionary"

    def pairs(name: str) -> dict[str, str]:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        return {line.split("\t")[0]: line.split("\t")[1].split(" ")[0] for line in lines}

    simple = pairs("TSCharacters.txt")
    for variants in ("TWVariantsRev.txt", "HKVariantsRev.txt"):
        for sign, standard in pairs(variants).items():
            simple.setdefault(sign, simple.get(standard, standard))

    def final(sign: str) -> str:
        seen = {sign}
        while (following := simple.get(sign, sign)) not in seen:
            seen.add(following)
            sign = following
        return min(seen) if simple.get(sign, sign) != sign else sign

    table = [(sign, final(sign)) for sign in sorted(simple)]
    table = [
        (sign, simplified)
        for sign, simplified in table
        if sign != simplified and all("\u3400" <= each <= "\u9fff" for each in sign + simplified)
    ]
    with (DATA / "simplified_chinese.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("traditional", "simplified"), *table])
    print(len(table), "signs")


if __name__ == "__main__":
    main()
