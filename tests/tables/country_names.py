"""Builds `country_names_local.csv`: names that CLDR has and pycountry's translations lack.

pip install babel && python tests/tables/country_names.py > src/abmkit/domain/data/…
"""

from __future__ import annotations

import csv
import re
import sys

import pycountry
from babel import Locale

from abmkit.domain.values.places import countries

LANGUAGES = (
    "zh zh_Hant de fr es pt it nl ja ko ru pl sv da nb fi cs sk hu tr el uk ro bg hr sl sr lt lv "
    "et ca vi th id ms ar he fa hi"
)


def main() -> None:
    """Writes the names to standard output, by language."""
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["language", "code", "name"])
    codes = sorted(country.alpha_2 for country in pycountry.countries)
    for language in LANGUAGES.split():
        named = Locale.parse(language).territories
        for code in codes:
            name = named.get(code, "")
            if name and countries.country(name) != code and not re.search(r"\(.*\(", name):
                out.writerow([language, code, name])


if __name__ == "__main__":
    main()
