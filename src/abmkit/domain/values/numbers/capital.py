"""Registered capital: what a register says the owners pledged, in a currency of its own."""

from __future__ import annotations

import pyarrow as pa

from abmkit.domain.arrays import doubles, each_distinct_apart, strings, unread
from abmkit.domain.values.numbers.amounts import amount, multiplier
from abmkit.domain.values.unknown import Normaliser

# Chinese registers write 5000万 and mean yuan; another currency is always named.
DEFAULT = "CNY"


@Normaliser
def capitals(
    texts: pa.StringArray, unit: str | None = None, currency: str | None = None
) -> tuple[pa.DoubleArray, pa.StringArray, pa.BooleanArray]:
    """Amounts in whole units of their currency, the currencies, and where a text is no amount.

    `unit` and `currency` are the header's, for amounts that carry none: `1000万元人民币` is
    10,000,000 CNY, `500万美元` is 5,000,000 USD. Ranges are no amounts.
    """
    scale = multiplier(unit) if unit is not None else None
    factor, named = scale or (1.0, None)

    def capital(text: str) -> tuple[float | None, str | None]:
        read = amount(text, factor)
        if read is None or read.least is None or read.least != read.most or read.least < 0:
            return None, None
        possible = read.currencies or (currency or named or DEFAULT,)
        return round(abs(read.least), 6), DEFAULT if DEFAULT in possible else possible[0]

    amounts, currencies = each_distinct_apart(texts, capital, doubles, strings)
    return amounts, currencies, unread(texts, amounts)
