"""Values as a target has them: texts on one line, never `nan`; what is unknown is an empty cell."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import each_distinct, only_where, repeated, scalar, whole
from abmkit.domain.cells import to_text
from abmkit.domain.data import rows
from abmkit.domain.values.unknown import known
from abmkit.exports.target import Column, Target
from abmkit.schema.accounts import CANONICAL, STEP

_BREAKS = r"[\s\x00-\x1f\x7f\x{2028}\x{2029}]+"
_USCC = "uscc:"
_CHINA = "+86"
_ICP_TIERS = 3
"""HubSpot has `tier_1` to `tier_3`."""


def texts_of(
    table: pa.Table, column: Column, target: Target, tiers: Sequence[str]
) -> pa.StringArray:
    """The cells of a target's column, null where nothing is known; `tiers` are the list's, from
    the top."""
    if column.value is not None:
        return repeated(column.value, table.num_rows)
    there = [_plain(table, name, target) for name in column.sources if name in table.column_names]
    if not there:
        return repeated(None, table.num_rows)
    found = pc.coalesce(*there) if len(there) > 1 else there[0]
    form = FORMS[column.form]
    return found if form is None else form(found, {tier: at for at, tier in enumerate(tiers, 1)})


def _plain(table: pa.Table, name: str, target: Target) -> pa.StringArray:
    """A column as texts on one line."""
    values = whole(table[name])
    if target.dates is not None and pa.types.is_date(values.type):
        return pc.strftime(values, format=target.dates)
    if target.flags and pa.types.is_boolean(values.type):
        return pc.if_else(values, *map(scalar, target.flags))
    texts = to_text(values, name)
    if pa.types.is_string(values.type) and name not in CANONICAL and name not in STEP:
        texts = known(texts)
    texts = pc.replace_substring_regex(texts, _BREAKS, " ")
    texts = pc.utf8_trim_whitespace(texts)
    return only_where(pc.not_equal(texts, scalar("")), texts)


Form = Callable[[pa.StringArray, Mapping[str, int]], pa.StringArray]


def _each(one: Callable[[str], str | None]) -> Form:
    return lambda texts, _: each_distinct(texts, one)


def _icp_tiers(texts: pa.StringArray, tiers: Mapping[str, int]) -> pa.StringArray:
    def named(tier: str) -> str | None:
        place = tiers.get(tier)
        return f"tier_{place}" if place is not None and place <= _ICP_TIERS else None

    return each_distinct(texts, named)


def _country_name(code: str) -> str:
    import pycountry

    found = pycountry.countries.get(alpha_2=code)
    return str(getattr(found, "common_name", found.name)) if found is not None else code


def _region_name(code: str) -> str:
    """A region's name in English; one that is no code stays as it is."""
    import pycountry

    chinese = _chinese_provinces().get(code)
    if chinese is not None:
        return chinese["english"]
    subdivisions: Any = pycountry.subdivisions
    found = subdivisions.get(code=code) if "-" in code else None
    return str(found.name) if found is not None else code


@cache
def _chinese_provinces() -> dict[str, dict[str, str]]:
    return {each["code"]: each for each in rows("chinese_provinces.csv")}


def _chinese_province(code: str) -> str:
    found = _chinese_provinces().get(code)
    return found["full"] if found is not None else _region_name(code)


def _us_state(code: str) -> str | None:
    return code[3:] if code.startswith("US-") and len(code) == 5 else None


def _uscc(ids: str) -> str | None:
    found = [each for each in ids.split(";") if each.startswith(_USCC)]
    return found[0].removeprefix(_USCC) if found else None


def _chinese_phone(number: str) -> str:
    """A number as it is dialled in China; one of elsewhere stays in E.164."""
    return number.removeprefix(_CHINA)


def hashed(text: str) -> str:
    """The SHA-256 of a text without outer space, in lower case, as ad platforms compare it."""
    return hashlib.sha256(text.strip().lower().encode()).hexdigest()


FORMS: Mapping[str, Form | None] = {
    "text": None,
    "icp_tier": _icp_tiers,
    "country_name": _each(_country_name),
    "region_name": _each(_region_name),
    "chinese_province": _each(_chinese_province),
    "us_state": _each(_us_state),
    "uscc": _each(_uscc),
    "chinese_phone": _each(_chinese_phone),
    "sha256": _each(hashed),
}
