from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmkit.domain.arrays import strings
from abmkit.domain.values.places.addresses import located
from abmkit.domain.values.places.combined import Place, parts, place
from abmkit.domain.values.places.countries import countries, country
from abmkit.domain.values.places.regions import region, regions


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("US", "US"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("United States", "US"),
        ("the Netherlands", "NL"),
        ("Korea, Republic of", "KR"),
        ("Viet Nam", "VN"),
        ("UK", "GB"),
        ("England", "GB"),
        ("Côte d’Ivoire", "CI"),
        ("Türkiye", "TR"),
        ("CA", "CA"),
        ("de", "DE"),
        ("DEU", "DE"),
        ("Deutschland", "DE"),
        ("Alemania", "DE"),
        ("Россия", "RU"),
        ("日本", "JP"),
        ("中国", "CN"),
        ("中华人民共和国", "CN"),
        ("美國", "US"),
        ("英国", "GB"),
        ("中国香港", "HK"),
        ("台湾", "TW"),
        ("Georgia", "GE"),
        ("EU", None),
        ("北京", None),
        ("Minnesota", None),
        ("Virgin Islands", None),
        ("XX", None),
    ],
)
def test_a_country_is_known_by_its_names_and_codes(text: str, code: str | None) -> None:
    assert country(text) == code


@pytest.mark.parametrize(
    ("text", "of", "code"),
    [
        ("CA", "US", "US-CA"),
        ("California", "US", "US-CA"),
        ("D.C.", "US", "US-DC"),
        ("Georgia", "US", "US-GA"),
        ("ON", "CA", "CA-ON"),
        ("Bayern", "DE", "DE-BY"),
        ("Île-de-France", "FR", "FR-IDF"),
        ("山东", "CN", "CN-SD"),
        ("山东省", "CN", "CN-SD"),
        ("Shandong", "CN", "CN-SD"),
        ("内蒙", "CN", "CN-NM"),
        ("深圳", "CN", "CN-GD"),
        ("深圳市", None, "CN-GD"),
        ("Shenzhen", "CN", "CN-GD"),
        ("Shenzhen", None, "Shenzhen"),
        ("广东省深圳市南山区", None, "CN-GD"),
        ("广东-深圳", "CN", "CN-GD"),
        ("昆山", None, "CN-JS"),
        ("蘇州", None, "CN-JS"),
        ("西安", None, "CN-SN"),
        # A city of Liaoning, but also the largest district of Beijing.
        ("朝阳", None, "朝阳"),
        ("朝阳市", None, "CN-LN"),
        ("吉林", "CN", "CN-JL"),
        # 苏州 and 宿州 are both Suzhou.
        ("Suzhou", "CN", "Suzhou"),
        ("广东发展银行", None, "广东发展银行"),
        ("Québec", "CA", "CA-QC"),
        ("Bavaria", "DE", "DE-BY"),
        ("Bavaria", None, "DE-BY"),
        ("NRW", "DE", "DE-NW"),
        ("巴伐利亚", "DE", "DE-BY"),
        ("Mahārāshtra", "IN", "IN-MH"),
        ("Orissa", "IN", "IN-OD"),
        ("England", "GB", "GB-ENG"),
        ("Northern Ireland", "GB", "GB-NIR"),
        ("Provence-Alpes-Côte d'Azur", "FR", "FR-PAC"),
        ("Ile de France", None, "FR-IDF"),
        ("Tokyo", "JP", "JP-13"),
        ("東京都", None, "JP-13"),
        ("神奈川", "JP", "JP-14"),
        ("神奈川県", None, "JP-14"),
        ("Kanagawa Prefecture", "JP", "JP-14"),
        ("加利福尼亚州", "US", "US-CA"),
        ("US-CA", None, "US-CA"),
        ("山东", None, "CN-SD"),
        ("Minnesota", None, "US-MN"),
        ("CA", None, "CA"),
        ("DE", None, "DE"),
        ("IN", None, "IN"),
        ("Georgia", None, "Georgia"),
        ("Punjab", None, "Punjab"),
        ("Midwest", "US", "Midwest"),
    ],
)
def test_a_region_is_a_code_where_it_can_only_be_that(text: str, of: str | None, code: str) -> None:
    assert region(text, of) == code


def test_regions_are_read_in_the_country_of_their_row() -> None:
    read = regions(strings(["CA", "CA", "山东", None]), strings(["US", None, "CN", "US"]))
    assert read.to_pylist() == ["US-CA", "CA", "CN-SD", None]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Saint Paul, Minnesota", Place("Saint Paul", "US-MN", "US")),
        ("Reston, Virginia[2]", Place("Reston", "US-VA", "US")),
        ("Dublin, Ireland", Place("Dublin", None, "IE")),
        ("Austin, TX, US", Place("Austin", "US-TX", "US")),
        ("Columbus, Ohio; Detroit, Michigan", Place()),
        ("Atlanta, Georgia", Place()),
        ("Kenya", Place(country="KE")),
        ("North York, Ontario Canada", Place("North York", "CA-ON", "CA")),
        ("Austin, Texas USA", Place("Austin", "US-TX", "US")),
        ("Glendale, CA 91201", Place("Glendale", "US-CA", "US")),
        ("Ottawa, ON K1G 3W9", Place("Ottawa", "CA-ON", "CA")),
        ("Milano, MI 20121", Place()),
        ("Belfast, Northern Ireland", Place("Belfast", None, "GB")),
        ("1 Main St, Springfield", Place()),
        ("none", Place()),
    ],
)
def test_a_place_has_parts_where_its_last_says_how_to_read_it(text: str, read: Place) -> None:
    assert place(text) == read


def test_a_column_of_american_places_reads_georgia_as_the_state() -> None:
    city, state, nation = parts(
        strings(["Atlanta, Georgia", "Saint Paul, Minnesota", "Omaha, Nebraska"])
    )
    assert city.to_pylist() == ["Atlanta", "Saint Paul", "Omaha"]
    assert state.to_pylist() == ["US-GA", "US-MN", "US-NE"]
    assert nation.to_pylist() == ["US", "US", "US"]


@given(st.text(max_size=30))
def test_countries_and_regions_are_the_same_when_made_again(text: str) -> None:
    found = countries(strings([text]))
    assert countries(found).equals(found)
    written = regions(strings([text]))
    assert regions(written).equals(written)
    parts(strings([text]))


FORMS = {
    "US": ["America, United States of", "🇺🇸 United States", "US - United States", "U. S. A."],
    "GB": ["United Kingdom (England)", "Scotland, UK", "Großbritannien", "N. Ireland", "英国"],
    "CN": [
        "China (PRC)",
        "China, P.R.",
        "People’s Republic of China",
        "中国 China",
        "中国（内地）",
    ],
    "HK": ["China, Hong Kong SAR", "Hong Kong (China)", "中国-香港", "中国香港特别行政区"],
    "TW": ["Taiwan, China", "Taiwan (R.O.C.)", "中国台湾", "Chinese Taipei"],
    "KR": ["Korea, Rep.", "Korea (the Republic of)", "Korea (South)", "S. Korea", "南韩"],
    "KP": ["Korea, Dem. People's Rep.", "Korea (the Democratic People's Republic of)"],
    "CD": ["Congo, Dem. Rep.", "Congo (Kinshasa)", "Zaire", "DR Congo"],
    "CG": ["Congo, Rep.", "Republic of the Congo", "Congo (the)"],
    "NL": ["Netherlands (the)", "Netherlands, The", "Holland"],
    "AE": ["United Arab Emirates (the)", "UAE"],
    "VC": ["St. Vincent & the Grenadines", "Saint Vincent and the Grenadines"],
    "VE": ["Venezuela, RB", "Venezuela (Bolivarian Republic of)"],
    "VI": ["Virgin Islands (U.S.)", "U.S. Virgin Islands"],
    "EG": ["Egypt, Arab Rep.", "Arab Republic of Egypt"],
    "FM": ["Micronesia, Fed. Sts.", "Micronesia (Federated States of)"],
    "MK": ["Macedonia (FYROM)", "Macedonia, the former Yugoslav Republic of"],
    "SZ": ['Eswatini (fmr. "Swaziland")', "Swaziland"],
    "PS": ["West Bank and Gaza", "Palestine, State of"],
    "IE": ["Éire", "Rep. of Ireland", "Ireland (Republic of)"],
    "AU": ["オーストラリア", "Australia, Commonwealth of"],
    "AT": ["Áo", "Österreich"],
    "LK": ["Ceylon", "Sri Lanka, Democratic Socialist Republic of"],
}
NO_COUNTRY = [
    "Channel Islands", "Virgin Islands", "Netherlands Antilles", "USSR", "Yugoslavia", "EMEA",
    "Georgia, USA", "Atlanta, Georgia", "UK & Ireland", "Germany/Austria", "Hong Kong / Singapore",
    "United", "Republic", "The United Republic", "Northern", "North America", "Paris, TX", "华东",
]  # fmt: skip


@pytest.mark.parametrize(("code", "text"), [(c, t) for c, texts in FORMS.items() for t in texts])
def test_a_country_is_read_in_every_form_that_lists_have(code: str, text: str) -> None:
    assert country(text) == code
    assert country(f" {text.upper()} ") == code


@pytest.mark.parametrize("text", NO_COUNTRY)
def test_what_is_several_countries_or_none_is_unknown(text: str) -> None:
    assert country(text) is None


def test_a_territory_stands_before_its_state_in_either_order() -> None:
    names = {"Puerto Rico": "US", "Réunion": "France", "Aruba": "Netherlands", "Guam": "USA"}
    for territory, state in names.items():
        code = country(territory)
        forms = f"{territory} ({state})", f"{state}, {territory}", f"{state} - {territory}"
        assert {country(form) for form in forms} == {code}
        assert code != country(state)


@pytest.mark.parametrize(
    ("text", "city", "state", "code", "nation"),
    [
        ("Norwalk, CT 06854 United States", "Norwalk", "US-CT", "06854", "US"),
        ("430 W 9 Mile Rd Novi, MI 48375-4129 United States", None, "US-MI", "48375-4129", "US"),
        ("36 Ditton Drive Hamilton, ON L8W 0A9 Canada", None, "CA-ON", "L8W 0A9", "CA"),
        ("1-25 Steeles Ave North York, ON, M3J 2P1 Canada", None, "CA-ON", "M3J 2P1", "CA"),
        ("5 Main St, Austin, TX 78701", "Austin", "US-TX", "78701", "US"),
    ],
)
def test_an_address_whose_street_runs_into_the_city_says_the_rest(
    text: str, city: str | None, state: str, code: str, nation: str
) -> None:
    told = located(strings([text]))
    assert told is not None
    assert [each[0].as_py() for each in told] == [city, state, code, nation]


def test_a_code_that_is_no_states_says_nothing() -> None:
    assert located(strings(["Via Roma 5, Milano, MI 20121"])) is None
