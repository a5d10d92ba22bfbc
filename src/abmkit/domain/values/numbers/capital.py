"""Registered capital: what a register says the owners pledged, in a currency of its own."""

from __future__ import annotations

import pyarrow as pa

from abmkit.domain.arrays import doubles, strings, unread
from abmkit.domain.values.numbers.amounts import amount, multiplier
from abmkit.domain.values.unknown import known

# Chinese registers write 5000万 and mean yuan; another currency is always named.
DEFAULT = "CNY"


def capitals(
    values: pa.Array, unit: str | None = None, currency: str | None = None
) -> tuple[pa.DoubleArray, pa.StringArray, pa.BooleanArray]:
    """Amounts in whole units of their currency, the currencies, and where a text is no amount.

    `unit` and `currency` are the header's, for amounts that carry none: `1000万元人民币` is
    10,000,000 CNY, `500万美元` is 5,000,000 USD. Ranges are no amounts.
    """
    scale = multiplier(unit) if unit is not None else None
    factor, named = scale or (1.0, None)
    given = known(values)
    encoded = given.dictionary_encode()
    amounts: list[float | None] = []
    currencies: list[str | None] = []
    for text in encoded.dictionary.to_pylist():
        read = amount(text, factor)
        sound = read is not None and read.least is not None and read.least == read.most
        if read is None or not sound or (read.least or 0.0) < 0:
            amounts.append(None)
            currencies.append(None)
            continue
        amounts.append(round(read.least or 0.0, 6))
        possible = read.currencies
        if possible and DEFAULT in possible:
            currencies.append(DEFAULT)
        else:
            currencies.append(possible[0] if possible else currency or named or DEFAULT)
    found = doubles(amounts).take(encoded.indices)
    return found, strings(currencies).take(encoded.indices), unread(given, found)
