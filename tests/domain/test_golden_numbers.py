"""Other projects' specifications of numbers: read right, or not at all."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from abmkit.domain.values.numbers.amounts import Amount, amount


class Spec(NamedTuple):
    """One text with the value it has, as ends; both None for what is no quantity."""

    text: str
    least: float | None
    most: float | None


_INTERVAL = re.compile(r"^[\[(]([^,]*),([^\])]*)[\])]$")


def _specs(shared_data: Path, model: str) -> list[Spec]:
    path = shared_data / "golden" / "numbers" / "Recognizers-Text" / f"{model}.json"
    specs = []
    for case in json.loads(path.read_text(encoding="utf-8-sig")):
        for result in case["Results"]:
            value = (result.get("Resolution") or {}).get("value")
            if value is None:
                continue
            if match := _INTERVAL.match(value):
                ends = [float(end) if end.strip() else None for end in match.groups()]
            elif value == "null" or value.endswith("%"):
                ends = [None, None]
            else:
                ends = [float(value)] * 2
            specs.append(Spec(result["Text"], *ends))
    return specs


def _equal(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= 1e-9 * max(1.0, abs(other))


def _right(read: Amount, spec: Spec) -> bool:
    exact = _equal(read.least, spec.least) and _equal(read.most, spec.most)
    # 五百余万 is 5,000,000 to the specification, and 5,000,000 or more to us and to the words.
    some_more = re.search("[余多餘]", spec.text) is not None and read.most is None
    return exact or (some_more and _equal(read.least, spec.least))


# `m` and `mm` are millions in a list of companies, metres and millimetres in the specification.
_METRES = {"300mm", "7.62mm", "1m", "1.8m", "1 m", "12 m", "48m", "250m"}

MODELS: dict[str, tuple[int, int, set[str]]] = {
    "Number/English/NumberModel": (259, 127, set()),
    "Number/Chinese/NumberModel": (392, 132, set()),
    "Number/English/NumberRangeModel": (97, 13, set()),
    "Number/Chinese/NumberRangeModel": (75, 21, set()),
    "NumberWithUnit/English/CurrencyModel": (190, 41, set()),
    "NumberWithUnit/Chinese/CurrencyModel": (35, 7, set()),
    "NumberWithUnit/English/DimensionModel": (91, 77, _METRES - {"250m"}),
    "NumberWithUnit/Chinese/DimensionModel": (33, 31, {"250m"}),
    "Number/English/PercentModel": (18, 18, set()),
    "Number/Chinese/PercentModel": (160, 160, set()),
}
"""Per specification: values in it, at most how many are unreadable, and which are read otherwise.

Unreadable stay: fractions in words, signs and digits (two thirds, 五分之一, 3/4) and halves; powers;
dozens and 打; shorthand such as 一百七; 兆; coins beside their currency (3 dollars 50 cents); numbers
with units of weight, length and time; bounds on ordinals and fractions. A percentage is no quantity.
"""


@pytest.mark.parametrize("model", MODELS)
def test_a_specified_number_is_read_right_or_not_at_all(shared_data: Path, model: str) -> None:
    specs = _specs(shared_data, model)
    count, unreadable, otherwise = MODELS[model]
    read = [(spec, amount(spec.text)) for spec in specs]
    wrong = {spec.text for spec, found in read if found is not None and not _right(found, spec)}
    missing = [spec.text for spec, found in read if found is None]
    assert wrong == otherwise
    assert len(specs) == count
    assert len(missing) <= unreadable, missing


def _prices(shared_data: Path) -> list[dict[str, Any]]:
    path = shared_data / "golden" / "numbers" / "price_cases.csv"
    with path.open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["price_raw"] and row["amount"]]


def _why(text: str) -> str:
    """Why a price is left alone: the kind of text it is."""
    numbers = re.findall(r"\d[\d.,' ]*", text)
    if not numbers:
        return "no number in it"
    if len(numbers) > 1:
        return "several numbers"
    if re.search(r"[^\W\d_]{3,}", text):
        return "words beside the price"
    if re.search(r"\d[.,] \d|\.\.|[.,]\s*[-–]|,$|/|^\D*\.\d+[.,]", text.strip()):
        return "broken or per unit"
    if re.fullmatch(r"\D*[1-9]\d{0,2}\.\d{3}\D*", text):
        return "a dot that may group"
    return "a sign for money that is not known"


def test_a_price_is_read_right_or_not_at_all(shared_data: Path) -> None:
    cases = _prices(shared_data)
    assert len(cases) == 1158
    wrong: dict[str, float | None] = {}
    unread: dict[str, int] = {}
    for case in cases:
        text = case["price_raw"]
        read = amount(text)
        if read is None:
            kind = _why(text)
            unread[kind] = unread.get(kind, 0) + 1
        elif read.least != float(case["amount"]):
            wrong[text] = read.least
    # A minus is a minus here and a dash there; K is a thousand here and a kina or kwacha there.
    assert wrong == {"- $44.99": -44.99, "1 K": 1000.0}
    assert unread == {
        "a sign for money that is not known": 94,
        "words beside the price": 76,
        "several numbers": 26,
        "broken or per unit": 22,
        "no number in it": 13,
        "a dot that may group": 3,
    }
