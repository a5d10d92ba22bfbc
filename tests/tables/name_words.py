"""Make `src/abmkit/domain/data/name_words.csv.gz`: in how many company names each word is.

    python tests/tables/name_words.py

Counts the words of the distinct name keys of five public lists in `ABMKIT_TEST_DATA`: the SEC's
filers, the S&P 500, the Fortune 1000, the A-share list and the Chinese companies of
standup-coder-database (names alone). Words of one name only are left out: a word that is not there
is as rare. The row with the empty word has the number of names.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from collections import Counter
from pathlib import Path

from abmkit.domain.arrays import strings
from abmkit.domain.matching.names.tokens import words
from abmkit.domain.values.names import display_names, name_keys

DATA = Path(os.environ.get("ABMKIT_TEST_DATA", "../shared/data")) / "demo"
TABLE = Path(__file__).parents[2] / "src/abmkit/domain/data/name_words.csv.gz"


def column(file: str, name: str) -> list[str]:
    with (DATA / file).open(encoding="utf-8-sig", newline="") as lines:
        return [row[name] for row in csv.DictReader(lines)]


def names() -> list[str]:
    filers = json.loads((DATA / "sec_company_tickers__company_tickers.json").read_text())
    companies = json.loads((DATA / "cn_companies_standup__companies.json").read_text())
    return [
        *(row["title"] for row in filers.values()),
        *column("sp500__constituents.csv", "Security"),
        *column("fortune1000_2021__Fortune_1000.csv", "company"),
        *column("cn_a_share_2019__stock_basic.csv", "name"),
        *(str(row.get("name") or row.get("company") or "") for row in _rows(companies)),
    ]


def _rows(companies: object) -> list[dict[str, object]]:
    if isinstance(companies, dict):
        companies = list(companies.values())
    assert isinstance(companies, list)
    return [row for row in companies if isinstance(row, dict)]


def main() -> None:
    keys = sorted({key for key in name_keys(display_names(strings(names()))).to_pylist() if key})
    counts = Counter(word for each in words(strings(keys)).to_pylist() for word in set(each))
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["word", "names"])
    table.writerow(["", len(keys)])
    table.writerows(sorted((word, count) for word, count in counts.items() if count > 1))
    with TABLE.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
        packed.write(text.getvalue().encode())
    print(f"{len(keys):,} names, {sum(1 for c in counts.values() if c > 1):,} words")


if __name__ == "__main__":
    main()
