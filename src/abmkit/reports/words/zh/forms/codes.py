"""What codes are called in Chinese: countries, regions, the values of closed vocabularies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

_COUNTRIES = {
    "BD": "孟加拉国", "GT": "危地马拉", "HK": "中国香港", "KG": "吉尔吉斯斯坦", "MO": "中国澳门",
    "MT": "马耳他", "PF": "法属波利尼西亚", "TW": "中国台湾",
}  # fmt: skip
"""Where the usual name is another than that of pycountry's translations."""
_STATES = {
    "US-DC": "华盛顿特区", "US-MD": "马里兰州", "US-MT": "蒙大拿州", "US-SC": "南卡罗来纳州",
    "US-WV": "西弗吉尼亚州",
}  # fmt: skip
VOCABULARIES: Mapping[str, Mapping[str, str]] = {
    "relationship": {
        "prospect": "潜在客户",
        "open_opportunity": "在谈商机",
        "customer": "现有客户",
        "former_customer": "流失客户",
        "partner": "合作伙伴",
        "distributor": "经销商",
        "competitor": "竞争对手",
    },
    "company_type": {
        "startup": "初创企业",
        "sme": "中小企业",
        "group": "集团",
        "public_sector": "公共部门",
    },
    "ownership": {"state": "国有", "private": "民营", "foreign": "外资"},
    "funding_stage": {
        "unfunded": "未融资",
        "pre_seed": "种子轮前",
        "angel": "天使轮",
        "seed": "种子轮",
        "series_a": "A 轮",
        "series_b": "B 轮",
        "series_c": "C 轮",
        "series_d_plus": "D 轮及以后",
        "private_equity": "私募",
        "strategic": "战略投资",
        "debt": "债权融资",
        "grant": "政府补助",
        "public": "已上市",
        "acquired": "已被收购",
    },
}
"""The values that columns have by their declaration."""


def codes(column: str) -> Mapping[str, str]:
    """What the codes of a column are called."""
    if column == "country":
        return _countries()
    if column == "region":
        return _regions()
    return VOCABULARIES.get(column, {})


@cache
def _countries() -> Mapping[str, str]:
    """Names by ISO 3166-1 code."""
    import pycountry

    called = _translations("iso3166-1")
    named = {c.alpha_2: called(getattr(c, "common_name", c.name)) for c in pycountry.countries}
    return named | _COUNTRIES


@cache
def _regions() -> Mapping[str, str]:
    """Names by ISO 3166-2 code of China's regions, short as in 浙江, and of the USA's states."""
    import pycountry

    from abmkit.domain.data import rows

    called = _translations("iso3166-2")
    states = {s.code: called(s.name) for s in pycountry.subdivisions if s.country_code == "US"}
    # What is written otherwise comes after what is written in simplified signs.
    provinces = {row["code"]: row["short"] for row in reversed(list(rows("chinese_provinces.csv")))}
    return provinces | states | _STATES


def _translations(standard: str) -> Callable[[str], str]:
    """What translates the names of a standard."""
    from gettext import translation

    import pycountry

    return translation(standard, pycountry.LOCALES_DIR, languages=["zh_CN"]).gettext
