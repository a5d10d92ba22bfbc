"""Bare Splink, as its documentation would have a competent engineer use it.

    python tests/benchmarks/peers.py dedupe RECORDS.csv EDGES.parquet

Splink on DuckDB: names cleaned with cleanco, registrable domains, national phone digits, cities and
countries; blocking on each strong column and on parts of the name with the city; Jaro-Winkler
levels with term frequencies; u by random sampling, m by expectation maximisation. Its engineer is
given some things for nothing: the table of country spellings that the generators used, and patterns
for Chinese places and legal forms, which cleanco does not know. Not part of the product; needs
`pip install splink rapidfuzz cleanco`.
"""

from __future__ import annotations

import logging
import re
import sys
import time
import unicodedata
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from census_pools import CITIES_CN
from census_pools import COUNTRY_SPELLINGS as MORE_SPELLINGS
from pools import CHINA, COUNTRY_SPELLINGS

LEAST_WEIGHT = -4.0
_PLACES = sorted(
    {part for line in CHINA.strip().splitlines() for part in line.split("|")[:2]}
    | {part for line in CITIES_CN for part in line.split()[:2]}
)
_HAN_PLACE = re.compile(rf"^(?:(?:{'|'.join(_PLACES)})[市省]?)+|\((?:{'|'.join(_PLACES)})[市省]?\)")
_HAN_FORM = re.compile(
    r"(?:\(?集团\)?|股份|控股|实业)*(?:有限责任公司|有限公司|股份公司|公司|集团)$"
)


def cleaner() -> Any:
    """A function from a name as written to a plain lower-case one without its legal form."""
    from cleanco import basename

    def clean(name: str) -> str | None:
        text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", name)).strip()
        text = _HAN_PLACE.sub("", _HAN_FORM.sub("", text))
        if text.isascii():
            text = re.sub(r"(?:\s*[/\\][A-Z]{2,4}[/\\]?)+$", "", text)
            text = basename(text)
        return re.sub(r"[\W_]+", " ", text.lower()).strip() or None

    return clean


def prepared(records: Path) -> Any:
    """The records as Splink is given them."""
    import pandas as pd
    from publicsuffixlist import PublicSuffixList

    columns = ["name", "website", "phone", "city", "country"]
    # A company may be called NA or None.
    frame = pd.read_csv(records, dtype=str, usecols=columns, keep_default_na=False, na_values=[""])
    clean, suffixes = cleaner(), PublicSuffixList()
    names = frame["name"].map(clean, na_action="ignore")
    host = (
        frame["website"].str.lower().str.replace(r"^https?://(www\.)?|^www\.", "", regex=True)
        .str.replace(r"[/?#:].*$", "", regex=True)
    )  # fmt: skip
    domains = {each: suffixes.privatesuffix(each) for each in host.dropna().unique()}
    digits = frame["phone"].str.replace(r"\D", "", regex=True).str[-8:]
    city = (
        frame["city"].str.lower().str.replace("市", "").str.replace(r"[^\w ]", "", regex=True)
        .str.replace(r"^saint ", "st ", regex=True)
    )  # fmt: skip
    spellings = [*MORE_SPELLINGS.items(), *COUNTRY_SPELLINGS.items()]
    codes = {text: code for code, spelled in spellings for text in spelled}
    han = names.str.contains(r"[\u4e00-\u9fff]", na=False)
    bare = names.str.replace(" ", "")
    return pd.DataFrame(
        {
            "unique_id": range(1, len(frame) + 1),
            "name": names,
            "name_start": bare.str[:3].where(han, bare.str[:9]),
            "name_end": bare.str[-5:].where(han, bare.str[-8:]),
            "first_word": names.str.split(" ").str[0],
            "domain": host.map(domains),
            "phone": digits,
            "city": city,
            "country": frame["country"].map(codes).fillna(frame["country"]),
        }
    )


def _hush() -> None:
    warnings.filterwarnings("ignore")
    logging.getLogger("splink").setLevel(logging.ERROR)


def dedupe(records: Path, edges: Path) -> None:
    """Trains, predicts and clusters; writes the pairs that may match."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    _hush()
    start = time.perf_counter()

    def told(stage: str) -> None:
        print(f"  {stage}: {time.perf_counter() - start:.1f} s", flush=True)

    frame = prepared(records)
    told("cleaned")
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("domain"),
            block_on("phone"),
            block_on("name"),
            block_on("name_start", "city"),
            block_on("name_end", "city"),
            block_on("name_start", "country"),
            block_on("name_start"),
            block_on("first_word", "city"),
        ],
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.96, 0.92, 0.85]).configure(
                term_frequency_adjustments=True
            ),
            cl.ExactMatch("domain").configure(term_frequency_adjustments=True),
            cl.ExactMatch("phone"),
            cl.JaroWinklerAtThresholds("city", [0.9]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("country").configure(term_frequency_adjustments=True),
        ],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )
    backend = DuckDBAPI()
    table = backend.register(frame, dataset_display_name="records")
    linker = Linker(table, settings, log_level=None)
    known = [column for column in ("domain", "phone") if frame[column].notna().any()]
    sure = [block_on("domain")] if "domain" in known else []
    linker.training.estimate_probability_two_random_records_match(
        [*sure, block_on("name", "city")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
    # A column that is empty trains nothing; without one the names are trained by their places.
    rules = [block_on("name"), *map(block_on, known)]
    for rule in rules if known else [*rules, block_on("first_word", "city")]:
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True
        )
    told("trained")
    predicted = linker.inference.predict(threshold_match_weight=LEAST_WEIGHT)
    told("predicted")
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        predicted, threshold_match_probability=0.95
    )
    told(f"clustered {clusters.as_duckdbpyrelation().count('*').fetchall()[0][0]:,} records")
    predicted.as_duckdbpyrelation().select("unique_id_l, unique_id_r, match_weight").write_parquet(
        str(edges)
    )


def link(names: Sequence[str], listed: Sequence[str]) -> Any:
    """Every candidate of names in a list: columns left, right (positions) and match_weight."""
    import pandas as pd
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    _hush()
    clean = cleaner()

    def table(values: Sequence[str]) -> Any:
        cleaned = [clean(value) or value.lower() for value in values]
        words = [sorted(text.split(), key=len)[-1] for text in cleaned]
        return pd.DataFrame(
            {
                "unique_id": range(len(values)),
                "name": cleaned,
                "name_start": [text.replace(" ", "")[:4] for text in cleaned],
                "first_word": [text.split()[0] for text in cleaned],
                "long_word": words,
                "words": [text.split() for text in cleaned],
            }
        )

    settings = SettingsCreator(
        link_type="link_only",
        blocking_rules_to_generate_predictions=[
            block_on("name_start"),
            block_on("long_word"),
            block_on("words", arrays_to_explode=["words"]),
        ],
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.95, 0.9, 0.8]).configure(
                term_frequency_adjustments=True
            ),
            cl.ExactMatch("first_word").configure(term_frequency_adjustments=True),
            cl.ExactMatch("long_word").configure(term_frequency_adjustments=True),
        ],
        retain_matching_columns=False,
    )
    backend = DuckDBAPI()
    tables = [
        backend.register(table(names), dataset_display_name="a_names"),
        backend.register(table(listed), dataset_display_name="b_listed"),
    ]
    linker = Linker(tables, settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match([block_on("name")], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
    for rule in (block_on("first_word"), block_on("name_start"), block_on("long_word")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_weight=-30).as_pandas_dataframe()
    turned = found["source_dataset_l"] == "b_listed"
    left = found["unique_id_l"].where(~turned, found["unique_id_r"])
    right = found["unique_id_r"].where(~turned, found["unique_id_l"])
    weight = found["match_weight"]
    return pd.DataFrame({"left": left, "right": right, "match_weight": weight})


if __name__ == "__main__":
    dedupe(Path(sys.argv[2]), Path(sys.argv[3]))
