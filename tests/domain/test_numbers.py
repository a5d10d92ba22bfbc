from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmkit.domain.arrays import strings
from abmkit.domain.values.numbers.amounts import amount, multiplier
from abmkit.domain.values.numbers.quantities import quantities

EXACT = [
    ("1,234", 1234),
    ("35.0", 35),
    ("1 234 567", 1234567),
    ("1'234'567", 1234567),
    ("1.234.567", 1234567),
    ("1.234,56", 1234.56),
    ("1,23,456", 123456),
    ("205,68 €", 205.68),
    ("5.23964e+11", 523964000000),
    ("$1.5M", 1.5e6),
    ("US$ 2.3 bn", 2.3e9),
    ("EUR 3 Mrd", 3e9),
    ("₹ 5 crore", 5e7),
    ("3万", 30000),
    ("1.2亿", 1.2e8),
    ("1,234.5万元", 12345000),
    ("36.57亿元", 3657000000),
    ("1万亿日元", 1e12),
    ("人民币8千元", 8000),
    ("３５０人", 350),
    ("三千五百", 3500),
    ("1万5千", 15000),
    ("3亿5000万", 350000000),
    ("(123)", -123),
    ("-$5", -5),
    ("约500人", 500),
    ("200人左右", 200),
    ("5,000 (2020)", 5000),
    ("1,234[2]", 1234),
    ("Rp 235.000", 235000),
    ("423.923 KWD", 423.923),
    ("MUSD 30", 30000000),
    ("75 USD million", 75000000),
    ("one hundred and six", 106),
    ("4 thousand 3 hundred", 4300),
    ("二点五", 2.5),
    ("一万零十二", 10012),
    ("四万亿", 4e12),
    ("负三十二", -32),
    ("0", 0),
]


@pytest.mark.parametrize(("text", "value"), EXACT)
def test_an_exact_number_is_both_its_ends(text: str, value: float) -> None:
    read = amount(text)
    assert read is not None
    assert (read.least, read.most) == (value, value)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("51-200", 51, 200),
        ("51–200", 51, 200),
        ("51 to 200", 51, 200),
        ("between 50 and 100", 50, 100),
        ("1千-5千", 1000, 5000),
        ("1-5千", 1000, 5000),
        ("500-1k", 500, 1000),
        ("10-20万元", 100000, 200000),
        ("$1M - $5M", 1e6, 5e6),
        ("1,001-5,000 employees", 1001, 5000),
        ("50~100人", 50, 100),
        ("10人至20人", 10, 20),
        ("10,000+", 10000, None),
        ("35000+人", 35000, None),
        ("500人以上", 500, None),
        ("500多人", 500, None),
        ("500余万人", 5000000, None),
        ("40000+人（集团）", 40000, None),
        ("above 1000 and below 1500", 1000, 1500),
        ("大于10小于20", 10, 20),
        ("2000余人", 2000, None),
        ("more than 500", 500, None),
        (">500", 500, None),
        ("1M+", 1e6, None),
        ("少于50人", None, 50),
        ("<50", None, 50),
        ("500人以下", None, 500),
        ("100人以内", None, 100),
        ("under 10 employees", None, 10),
    ],
)
def test_a_range_has_ends_and_an_open_one_knows_one(
    text: str, least: float | None, most: float | None
) -> None:
    read = amount(text)
    assert read is not None
    assert (read.least, read.most) == (least, most)


@pytest.mark.parametrize(
    "text",
    [
        "200+家企业(园区)", "5000+人(大连)", "200家", "三十两", "12%", "１２％", "百分之五", "Oct-49", "10-Nov", "100 - 50", "1/2", "2020-01-01", "1.2.3",
        "1,2345", "self-employed", "US$", "数据安全防护平台", "一百七", "十几万", "about",
        "235.000 €", "5 potatoes", "1-2-3", "$5 - €9", "10000+人(全校)", "1 2 3", "∞", "1e999",
    ],
)  # fmt: skip
def test_what_could_mean_several_things_is_unreadable(text: str) -> None:
    assert amount(text) is None


def test_unknown_is_not_unreadable() -> None:
    read = quantities(strings(["1,000", "暂无", None, "soon", "-"]))
    assert read.best.to_pylist() == [1000.0, None, None, None, None]
    assert read.unreadable.to_pylist() == [False, False, False, True, False]


def test_the_best_value_of_a_range_is_its_geometric_mean() -> None:
    read = quantities(strings(["51-200", "10,000+", "<50", "7", "0-10"]), whole=True)
    assert read.best.to_pylist() == [101.0, 10000.0, 50.0, 7.0, 5.0]
    assert read.min.to_pylist() == [51.0, 10000.0, None, 7.0, 0.0]
    assert read.max.to_pylist() == [200.0, None, 50.0, 7.0, 10.0]


def test_a_unit_counts_where_the_number_has_none_of_its_own() -> None:
    read = quantities(strings(["523,964", "1.2B", "1-2"]), "million")
    assert read.best.to_pylist() == [523964e6, 1.2e9, math.sqrt(2e12)]
    assert quantities(strings(["12.5"]), "万元").best.to_pylist() == [125000.0]


def test_an_unknown_unit_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown unit 'dozen'"):
        quantities(strings(["1"]), "dozen")


@pytest.mark.parametrize(
    ("unit", "factor", "currency"),
    [
        ("million", 1e6, None),
        ("Millions", 1e6, None),
        ("USD m", 1e6, "USD"),
        ("in thousands", 1e3, None),
        ("万元", 1e4, "CNY"),
        ("百万", 1e6, None),
        ("亿", 1e8, None),
    ],
)
def test_units_are_known_in_english_and_chinese(
    unit: str, factor: float, currency: str | None
) -> None:
    assert multiplier(unit) == (factor, currency)


def test_a_currency_in_the_text_is_turned_with_the_rates() -> None:
    rates = {"USD": 1.0, "CNY": 0.14, "EUR": 1.08, "CAD": 0.7}
    texts = strings(["100", "¥100", "100元", "€100", "£100", "$100", "C$100"])
    read = quantities(texts, rates=rates)
    assert read.best.to_pylist() == [
        100.0,
        14.0,
        14.0,
        108.0,
        None,
        100.0,
        70.0,
    ]
    assert read.unreadable.to_pylist() == [False, False, False, False, True, False, False]


def test_a_currency_that_contradicts_the_column_is_unreadable() -> None:
    read = quantities(strings(["100", "¥100", "€100"]), rate=0.14, currency="CNY")
    assert read.best.to_pylist() == [14.0, 14.0, None]


def test_a_sign_of_two_known_currencies_is_unreadable() -> None:
    read = quantities(strings(["¥100"]), rates={"CNY": 1.0, "JPY": 0.05})
    assert read.best.to_pylist() == [None]


def test_a_count_with_a_dot_has_grouped_thousands_and_an_amount_may_not() -> None:
    assert quantities(strings(["1.234", "12.5"]), whole=True).best.to_pylist() == [1234.0, 12.5]
    assert quantities(strings(["1.234"])).best.to_pylist() == [None]


@given(st.text(max_size=30))
def test_no_text_stops_the_reading(text: str) -> None:
    read = amount(text)
    if read is not None and read.least is not None and read.most is not None:
        assert read.least <= read.most


@given(st.text(alphabet="0123456789.,-+~$€¥元万亿千百人以上kmb ()<>至", max_size=12))
def test_no_heap_of_signs_stops_the_reading(text: str) -> None:
    quantities(strings([text]), whole=True)


def test_a_column_proves_its_decimal_point() -> None:
    assert quantities(strings(["1.234", "12,5"])).best.to_pylist() == [1234.0, 12.5]
    assert quantities(strings(["1.234", "12.5"])).best.to_pylist() == [1.234, 12.5]
    assert quantities(strings(["1,234", "1.234,5"])).best.to_pylist() == [1.234, 1234.5]
    assert quantities(strings(["1,234", "1,234.5"])).best.to_pylist() == [1234.0, 1234.5]


def test_a_column_that_proves_both_decimal_points_proves_none() -> None:
    read = quantities(strings(["1,234", "1.234", "1.234,5", "1,234.5", "7"]))
    assert read.best.to_pylist() == [None, None, 1234.5, 1234.5, 7.0]


def test_more_of_the_column_proves_its_decimal_point_too() -> None:
    assert quantities(strings(["1.234"]), point=",").best.to_pylist() == [1234.0]
    contradicted = quantities(strings(["1.234", "12.5"]), point=",")
    assert contradicted.best.to_pylist() == [None, 12.5]


@pytest.mark.parametrize(
    ("damaged", "ends"),
    [
        ("10-Jan", (1, 10)),
        ("1-Oct", (1, 10)),
        ("01-Oct", (1, 10)),
        ("50-Nov", (11, 50)),
        ("Nov-50", (11, 50)),
        ("1950-11-01", (11, 50)),
        ("2024-10-01 00:00:00", (1, 10)),
        ("2024-01-10", (1, 10)),
        ("1月10日", (1, 10)),
        ("11月50日", (11, 50)),
        ("1950年11月", (11, 50)),
    ],
)
def test_a_range_that_became_a_date_is_a_range_again_where_others_prove_it(
    damaged: str, ends: tuple[int, int]
) -> None:
    column = strings(["51-200", damaged, "11-50"] if ends[0] == 1 else ["51-200", damaged])
    read = quantities(column, whole=True)
    assert (read.min.to_pylist()[1], read.max.to_pylist()[1]) == ends
    assert read.repaired is not None
    assert read.repaired.to_pylist()[:2] == [False, True]


def test_a_date_that_no_range_explains_is_unreadable() -> None:
    read = quantities(strings(["Oct-49", "5-May", "51-200", "2024-10-16"]), whole=True)
    assert read.best.to_pylist() == [None, None, 101.0, None]


SHAPES = [
    "{}", "{}人", "{}+人", "{} employees", "约{}人", "US$ {} bn", "${}M", "{}万元", "{} 亿元", "over {}",
    "{}以上", "<{}", "({})", "-{}", "{}%", "十{}", "{}万三", "{}k", "€{}", "¥ {}", "{} potatoes", "{}/EA",
    "{}（集团）", "{}余万", "MUSD {}", "{}家", "１{}", "{}²", "{}½",
]  # fmt: skip


@given(
    st.lists(
        st.builds(
            str.format,
            st.sampled_from(SHAPES),
            st.sampled_from(
                ["0", "7", "12.5", "1,234", "1.234", "999999", "0.05", "2020", "1,234.5"]
            ),
        ),
        min_size=1,
        max_size=20,
    ),
    st.booleans(),
)
def test_amounts_are_the_same_at_once_and_one_by_one(texts: list[str], whole: bool) -> None:
    rates = {"USD": 1.0, "CNY": 0.14, "EUR": 1.08}
    together = quantities(strings(texts), "thousand", rates=rates, whole=whole, point=".")
    for at, text in enumerate(texts):
        alone = amount(text, 1000.0, whole=whole, point=".")
        if alone is not None and not alone.currencies:
            assert together.min[at].as_py() == pytest.approx(alone.least)
            assert together.max[at].as_py() == pytest.approx(alone.most)
        elif alone is None:
            assert together.best[at].as_py() is None


BANDS = [
    (["£1 - £5m", "£5 - £25m", "£25 - £500m", "£500 - £1bn", "£1 - £2bn"], 3, (5e8, 1e9)),
    (["500－1亿元", "100-500万元"], 0, (5e6, 1e8)),
    (["2000-1亿", "500-2000万", "1-10亿"], 0, (2e7, 1e8)),
    (["750K - 1M", "500K - 750K", "750 - 1M"], 2, (75e4, 1e6)),
    (["50-1 crore", "10-50 lakh"], 0, (5e6, 1e7)),
    (["$300 to 1 billion", "$50 to 300 million"], 0, (3e8, 1e9)),
]


@pytest.mark.parametrize(("texts", "at", "ends"), BANDS)
def test_a_range_whose_beginning_lacks_a_unit_is_read_by_the_steps_of_its_column(
    texts: list[str], at: int, ends: tuple[float, float]
) -> None:
    read = quantities(strings(texts))
    assert (read.min[at].as_py(), read.max[at].as_py()) == ends
    assert not any(read.unreadable.to_pylist())


@pytest.mark.parametrize(("texts", "at", "_ends"), BANDS)
def test_without_the_steps_such_a_range_is_unknown_and_counted(
    texts: list[str], at: int, _ends: tuple[float, float]
) -> None:
    read = quantities(strings([texts[at], "7"]))
    assert read.best.to_pylist() == [None, 7.0]
    assert read.unreadable.to_pylist() == [True, False]


def test_where_only_one_unit_is_possible_a_range_needs_no_proof() -> None:
    texts = ["5000-1万", "500-1K", "1-5 billion", "€10–50m", "500-1000万", "50万-1亿", "0-1M"]
    read = quantities(strings(texts))
    assert read.min.to_pylist() == [5000, 500, 1e9, 1e7, 5e6, 5e5, 0]
    assert read.max.to_pylist() == [1e4, 1e3, 5e9, 5e7, 1e7, 1e8, 1e6]


def test_a_unit_at_the_beginning_is_that_of_the_end_too() -> None:
    read = quantities(strings(["10M-50", "1亿-5", "1K-5000"]))
    assert read.max.to_pylist() == [5e7, 5e8, 5e3]


@pytest.mark.parametrize(
    ("unit", "factor"), [("K", 10**3), ("M", 10**6), ("B", 10**9), ("万", 10**4), ("亿", 10**8)]
)
@pytest.mark.parametrize("around", ["{}{}", "${}{}", "{}{}+", "0.1{unit} - {}{}"])
def test_products_are_what_a_person_would_write(unit: str, factor: int, around: str) -> None:
    digits = [f"{n / 100:.2f}" for n in range(11, 1000, 7)]
    template = around.replace("{unit}", unit)
    read = quantities(strings([template.format(each, unit) for each in digits]))
    ends = read.max if " - " in around else read.min
    assert ends.to_pylist() == [float(Decimal(each) * factor) for each in digits]
