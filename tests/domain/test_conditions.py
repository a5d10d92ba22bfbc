from __future__ import annotations

import math
import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abmkit.config.sections.conditions import Condition
from abmkit.domain.frames import opened
from abmkit.domain.rules.truth import truth
from abmkit.errors import ColumnError, UsageError

TODAY = date(2026, 7, 1)
TRUE, FALSE, UNKNOWN = True, False, None


def told(engine, records, when, columns=()) -> list[bool | None]:
    """Whether a condition is true (True), false (False) or unknown (None) for each record."""
    frame = opened(engine.frame(records, columns))
    held = truth(Condition.model_validate(when), dict(frame.collect_schema()), TODAY)
    frame = frame.with_columns(t=held.true, f=held.false, u=held.unknown)
    rows = engine.rows(frame.to_native())
    for row in rows:
        # Exactly one of the three, and none of them ever null.
        assert [row["t"], row["f"], row["u"]].count(True) == 1, row
        assert None not in (row["t"], row["f"], row["u"]), row
    return [True if row["t"] else False if row["f"] else None for row in rows]


SIZES = [
    {"employees": 100, "employees_min": 100, "employees_max": 100},
    {"employees": 101, "employees_min": 51, "employees_max": 200},
    {"employees": 5000, "employees_min": 5000, "employees_max": None},
    {"employees": 49, "employees_min": None, "employees_max": 49},
    {"employees": 100, "employees_min": None, "employees_max": None},
    {"employees": None, "employees_min": None, "employees_max": None},
]


@pytest.mark.parametrize(
    ("matcher", "expected"),
    [
        ({"above": 50}, [TRUE, TRUE, TRUE, FALSE, TRUE, UNKNOWN]),
        ({"above": 51}, [TRUE, UNKNOWN, TRUE, FALSE, TRUE, UNKNOWN]),
        ({"at_least": 51}, [TRUE, TRUE, TRUE, FALSE, TRUE, UNKNOWN]),
        ({"above": 200}, [FALSE, FALSE, TRUE, FALSE, FALSE, UNKNOWN]),
        ({"at_least": 200}, [FALSE, UNKNOWN, TRUE, FALSE, FALSE, UNKNOWN]),
        ({"below": 51}, [FALSE, FALSE, FALSE, TRUE, FALSE, UNKNOWN]),
        ({"at_most": 51}, [FALSE, UNKNOWN, FALSE, TRUE, FALSE, UNKNOWN]),
        ({"below": 10}, [FALSE, FALSE, FALSE, UNKNOWN, FALSE, UNKNOWN]),
        ({"between": [51, 200]}, [TRUE, TRUE, FALSE, FALSE, TRUE, UNKNOWN]),
        ({"between": [200, 5000]}, [FALSE, UNKNOWN, UNKNOWN, FALSE, FALSE, UNKNOWN]),
        ({"is": 100}, [TRUE, UNKNOWN, FALSE, FALSE, TRUE, UNKNOWN]),
        ({"in": [7, 100]}, [TRUE, UNKNOWN, FALSE, UNKNOWN, TRUE, UNKNOWN]),
        ({"not_in": [7, 100]}, [FALSE, UNKNOWN, TRUE, UNKNOWN, FALSE, UNKNOWN]),
        ({"above": 50, "below": 150}, [TRUE, UNKNOWN, FALSE, FALSE, TRUE, UNKNOWN]),
        ({"known": True}, [TRUE, TRUE, TRUE, TRUE, TRUE, FALSE]),
        ({"known": False}, [FALSE, FALSE, FALSE, FALSE, FALSE, TRUE]),
        ({"known": True, "above": 200}, [FALSE, FALSE, TRUE, FALSE, FALSE, FALSE]),
    ],
)
def test_a_size_is_compared_as_the_interval_it_is(engine, matcher, expected) -> None:
    assert told(engine, SIZES, {"employees": matcher}) == expected


@pytest.mark.parametrize(
    ("when", "value", "expected"),
    [
        ({"country": "US"}, "US", TRUE),
        ({"country": "US"}, "us", FALSE),
        ({"country": "US"}, None, UNKNOWN),
        ({"country": ["US", "CA"]}, "CA", TRUE),
        ({"country": {"not_in": ["US", "CA"]}}, "DE", TRUE),
        ({"country": {"not_in": ["US", "CA"]}}, "CA", FALSE),
        ({"country": {"not_in": ["US", "CA"]}}, None, UNKNOWN),
        ({"country": {"known": False}}, None, TRUE),
        ({"country": {"known": False}}, "US", FALSE),
        ({"none": [{"country": "US"}]}, None, UNKNOWN),
        ({"none": [{"country": "US"}]}, "DE", TRUE),
        ({"none": [{"country": "US"}]}, "US", FALSE),
        ({"any": [{"country": "US"}, {"country": {"known": False}}]}, None, TRUE),
        ({"listed": True}, True, TRUE),
        ({"listed": True}, False, FALSE),
        ({"listed": True}, None, UNKNOWN),
        ({"listed": False}, False, TRUE),
        ({"founded_year": {"at_least": 2000}}, 2000, TRUE),
        ({"founded_year": {"at_least": 2000.5}}, 2000, FALSE),
        ({"founded_year": [1999, 2000.5]}, 1999, TRUE),
        ({"founded_year": [1999, 2000.5]}, None, UNKNOWN),
        ({"potential": {"above": 75}}, 75.5, TRUE),
        ({"potential": {"above": 75}}, math.nan, UNKNOWN),
        ({"potential": {"below": 75}}, math.nan, UNKNOWN),
        ({"potential": {"not_in": [75]}}, math.nan, UNKNOWN),
        ({"potential": {"known": True}}, math.nan, FALSE),
        ({"potential": [1, 2]}, 2.0, TRUE),
        ({"name": {"contains": "GmbH"}}, "acme gmbh", TRUE),
        ({"name": {"contains": ["x", "(holding)"]}}, "Acme (Holding)", TRUE),
        ({"name": {"contains": "a.b"}}, "aXb", FALSE),
        ({"name": {"contains": "科技"}}, "腾讯科技有限公司", TRUE),
        # One letter's lower case differs from engine to engine.
        ({"name": {"contains": "οδος"}}, "ΟΔΟΣ", TRUE),
        ({"name": {"contains": "İstanbul"}}, "İSTANBUL A.Ş.", TRUE),
        ({"name": {"contains": "istanbul"}}, "İSTANBUL", FALSE),
        ({"name": {"contains": "x"}}, None, UNKNOWN),
        ({"name": {"starts_with": ["Ac", "Be"]}}, "Beta", TRUE),
        ({"name": {"starts_with": "ac"}}, "Acme", FALSE),
        ({"name": {"matches": "^A.*e$"}}, "Acme", TRUE),
        ({"name": {"matches": "^a"}}, "Acme", FALSE),
        ({"name": {"matches": "x"}}, None, UNKNOWN),
        ({"industry_code": {"under": "naics:51"}}, "naics:5112", TRUE),
        ({"industry_code": {"under": "naics:51"}}, "naics:61", FALSE),
        ({"industry_code": {"under": ["gbt4754:C"]}}, "gbt4754:1311", TRUE),
        ({"industry_code": {"under": ["gbt4754:C"]}}, "gbt4754:44", FALSE),
        ({"industry_code": {"under": ["gbt4754:C"]}}, "gbt4754:C", TRUE),
        ({"industry_code": {"under": ["gbt4754:C"]}}, None, UNKNOWN),
        ({"industry_code": {"under": "naics:31-33"}}, "naics:3344", TRUE),
        ({"industry_code": {"under": "nace:62.01"}}, "nace:6201", TRUE),
        # ISIC speaks of all schemes, by the crosswalks.
        ({"industry_code": {"under": "isic:C"}}, "naics:334413", TRUE),
        ({"industry_code": {"under": "isic:C"}}, "gbt4754:3911", TRUE),
        ({"industry_code": {"under": "isic:C"}}, "gbt4754:42", FALSE),
        ({"industry_code": {"under": "isic:C"}}, "sic:27", UNKNOWN),
        ({"industry_code": {"under": ["isic:C", "isic:J"]}}, "sic:2834", TRUE),
        ({"technologies": {"contains": ["SAP", "Oracle"]}}, ["Oracle"], TRUE),
        ({"technologies": {"contains": "SAP"}}, ["Oracle", "SAP HANA"], FALSE),
        ({"technologies": {"contains": "SAP"}}, None, UNKNOWN),
        ({"technologies": {"known": True}}, None, FALSE),
        ({"as_of": {"older_than_days": 30}}, TODAY - timedelta(days=31), TRUE),
        ({"as_of": {"older_than_days": 30}}, TODAY - timedelta(days=30), FALSE),
        ({"as_of": {"older_than_days": 30}}, None, UNKNOWN),
        ({"as_of": {"older_than_days": 10_000_000}}, TODAY, FALSE),
        ({"as_of": {"at_least": date(2026, 1, 1)}}, TODAY, TRUE),
        ({"as_of": {"between": [date(2026, 1, 1), date(2026, 1, 2)]}}, TODAY, FALSE),
        # The literal decides how text is read.
        ({"seats": {"above": 5}}, "12", TRUE),
        ({"seats": {"above": 5}}, " 1,200.5 ", TRUE),
        ({"seats": {"above": 5}}, "1e1", TRUE),
        ({"seats": {"above": 5}}, "many", UNKNOWN),
        ({"seats": {"above": 5}}, "nan", UNKNOWN),
        ({"seats": {"above": 5}}, "", UNKNOWN),
        ({"seats": {"above": 5}}, "12,34", UNKNOWN),
        ({"seats": {"above": 5}}, None, UNKNOWN),
        ({"seats": [5, 7]}, "5.0", TRUE),
        ({"seats": "5"}, "5.0", FALSE),
        ({"seats": True}, " Yes", TRUE),
        ({"seats": True}, "否", FALSE),
        ({"seats": True}, "perhaps", UNKNOWN),
        ({"seats": {"below": date(2020, 1, 1)}}, "2019-12-31T23:59", TRUE),
        ({"seats": {"below": date(2020, 1, 1)}}, "31/12/2019", UNKNOWN),
        ({"seats": {"older_than_days": 1}}, "2026-06-29", TRUE),
    ],
)  # fmt: skip
def test_a_matcher_is_true_false_or_unknown(engine, when, value, expected) -> None:
    condition = Condition.model_validate(when)
    (column,) = condition.column_names()
    # A second record keeps the column's type where the first is null.
    known = {"listed": True, "technologies": ["x"], "as_of": TODAY}
    numbers = ("founded_year", "potential")
    other = known.get(column, 1 if column in numbers else "text")
    assert told(engine, [{column: value}, {column: other}], when)[0] is expected


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"revenue": {"above": 1}}, UNKNOWN),
        ({"employees": {"not_in": [1]}}, UNKNOWN),
        ({"country": "US"}, UNKNOWN),
        ({"technologies": {"contains": "x"}}, UNKNOWN),
        ({"none": [{"country": "US"}]}, UNKNOWN),
        ({"country": {"known": False}}, TRUE),
        ({"employees": {"known": True}}, FALSE),
        ({"country": "US", "name": "B"}, FALSE),
        ({"any": [{"country": "US"}, {"name": "A"}]}, TRUE),
    ],
)
def test_a_canonical_column_that_no_source_has_is_unknown(engine, when, expected) -> None:
    assert told(engine, [{"name": "A"}], when) == [expected]


def test_an_interval_is_compared_without_its_best_single_value(engine) -> None:
    records = [{"employees_min": 51, "employees_max": 200}, {"employees_min": None}]
    assert told(engine, records, {"employees": {"above": 50}}) == [TRUE, UNKNOWN]
    assert told(engine, records, {"employees": {"above": 100}}) == [UNKNOWN, UNKNOWN]


def test_columns_are_told_apart_without_regard_to_case(engine) -> None:
    records = [{"employees": 10, "employees_min": 5, "employees_max": 20, "Plan": "pro"}]
    assert told(engine, records, {"Employees": {"below": 15}, "plan": "pro"}) == [UNKNOWN]
    assert told(engine, records, {"EMPLOYEES": {"known": True}, "PLAN": "pro"}) == [TRUE]


def test_an_unknown_column_names_those_there_are(engine) -> None:
    with pytest.raises(ColumnError, match="no column 'plan'; the columns are name, seats"):
        told(engine, [{"name": "A", "seats": "1"}], {"plan": "pro"})
    with pytest.raises(ColumnError, match="did you mean 'seats'"):
        told(engine, [{"name": "A", "seats": "1"}], {"none": [{"any": [{"seat": "1"}]}]})


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"employees": "many"}, "is = 'many' is no number"),
        ({"employees": {"is": True}}, "is = True is no number"),
        ({"employees": {"contains": "1"}}, "contains reads text"),
        ({"founded_year": "1999"}, "'1999' cannot be held against a column of"),
        ({"founded_year": {"older_than_days": 1}}, "older_than_days reads dates"),
        ({"listed": 1}, "1 cannot be held against a column of Boolean"),
        ({"as_of": {"above": 5}}, "5 cannot be held against a column of Date"),
        ({"technologies": "SAP"}, "a list takes contains or known, not is"),
        ({"name": ["a", 1]}, "mixes kinds of values"),
        ({"name": {"contains": []}}, "names no text"),
        ({"technologies": {"contains": []}}, "names no text"),
        # Python's own expressions can do more than the engines' (RE2).
        ({"name": {"matches": r"a(?=b)"}}, "is no RE2 expression"),
    ],
)
def test_a_matcher_that_does_not_fit_its_column_says_so(engine, when, said) -> None:
    record = {
        "employees": 1, "founded_year": 1999, "listed": True, "as_of": TODAY,
        "technologies": ["x"], "name": "a",
    }  # fmt: skip
    with pytest.raises(UsageError, match=re.escape(said)):
        told(engine, [record], when)


# Properties ------------------------------------------------------------------------------------

NUMBERS = st.integers(-3, 12)
COUNTRIES = st.sampled_from(["US", "CA", "DE", "de"])
TAGS = st.sampled_from(["SAP", "sap", "x"])
DAYS = st.integers(0, 5).map(lambda days: TODAY - timedelta(days=days))


@st.composite
def companies(draw: st.DrawFn) -> dict[str, Any]:
    """A company of which all is known."""
    employees, revenue = draw(st.integers(0, 10)), float(draw(st.integers(0, 10)))
    return {
        "employees": employees, "employees_min": employees, "employees_max": employees,
        "revenue": revenue, "revenue_min": revenue, "revenue_max": revenue,
        "country": draw(COUNTRIES),
        "listed": draw(st.booleans()),
        "founded_year": draw(st.integers(0, 10)),
        "technologies": draw(st.lists(TAGS, min_size=1, max_size=2)),
        "as_of": draw(DAYS),
        "seats": str(draw(st.integers(0, 10))),
    }  # fmt: skip


@st.composite
def less_known(draw: st.DrawFn, company: dict[str, Any]) -> dict[str, Any]:
    """The same company with some values unknown and some known as a range only."""
    known = dict(company)
    for column in ("employees", "revenue"):
        value = known[column]
        kind = draw(st.sampled_from(["exact", "alone", "range", "open", "up to", "unknown"]))
        low, high = value - draw(st.integers(0, 3)), value + draw(st.integers(0, 3))
        single, least, most = {
            "exact": (value, value, value),
            "alone": (value, None, None),
            "range": (low, low, high),
            "open": (low, low, None),
            "up to": (high, None, high),
            "unknown": (None, None, None),
        }[kind]
        known |= {column: single, f"{column}_min": least, f"{column}_max": most}
    for column in ("country", "listed", "founded_year", "technologies", "as_of", "seats"):
        if draw(st.booleans()):
            known[column] = None
    return known


def compared(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.builds(lambda v, t: {t: v}, values, st.sampled_from(["is", "above", "at_least", "below", "at_most"])),
        st.builds(lambda v, t: {t: v}, st.lists(values, min_size=1, max_size=3), st.sampled_from(["in", "not_in"])),
        st.builds(lambda a, b: {"between": sorted([a, b])}, values, values),
        st.builds(lambda a, b: {"above": a, "at_most": b}, values, values),
    )  # fmt: skip


TESTS = st.one_of(
    st.tuples(st.sampled_from(["employees", "revenue", "founded_year", "seats"]), compared(NUMBERS)),
    st.tuples(st.just("as_of"), compared(DAYS)),
    st.tuples(st.just("as_of"), st.builds(lambda n: {"older_than_days": n}, st.integers(0, 5))),
    st.tuples(st.just("country"), st.builds(lambda v: {"in": v}, st.lists(COUNTRIES, min_size=1, max_size=2))),
    st.tuples(st.just("country"), st.builds(lambda v: {"not_in": [v]}, COUNTRIES)),
    st.tuples(st.just("country"), st.builds(lambda v: {"contains": v}, COUNTRIES)),
    st.tuples(st.just("country"), st.builds(lambda v: {"starts_with": v[0]}, COUNTRIES)),
    st.tuples(st.just("listed"), st.builds(lambda v: {"is": v}, st.booleans())),
    st.tuples(st.just("technologies"), st.builds(lambda v: {"contains": v}, st.lists(TAGS, min_size=1))),
)  # fmt: skip
CONDITIONS = st.recursive(
    st.lists(TESTS, min_size=1, max_size=3).map(dict),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"none": st.lists(inner, min_size=1, max_size=2)}),
        st.builds(lambda test, c: {test[0]: test[1], "none": [c]}, TESTS, inner),
    ),
    max_leaves=6,
)
PAIRS = st.lists(
    companies().flatmap(lambda c: st.tuples(st.just(c), less_known(c))), min_size=4, max_size=8
)


def holds(when: dict[str, Any], company: dict[str, Any]) -> bool:
    """What a condition means for a company of which all is known."""
    return (
        all(_meets(m, company[c], c) for c, m in when.items() if c not in ("any", "none"))
        and ("any" not in when or any(holds(part, company) for part in when["any"]))
        and not any(holds(part, company) for part in when.get("none", ()))
    )


def _meets(matcher: dict[str, Any], value: Any, column: str) -> bool:
    if column == "seats":
        value = int(value)
    meanings = {
        "is": lambda v, x: v == x,
        "in": lambda v, x: v in x,
        "not_in": lambda v, x: v not in x,
        "above": lambda v, x: v > x,
        "at_least": lambda v, x: v >= x,
        "below": lambda v, x: v < x,
        "at_most": lambda v, x: v <= x,
        "between": lambda v, x: x[0] <= v <= x[1],
        "contains": lambda v, x: (
            any(each in v for each in x) if isinstance(v, list) else x.lower() in v.lower()
        ),
        "starts_with": lambda v, x: v.startswith(x),
        "older_than_days": lambda v, x: (TODAY - v).days > x,
    }
    return all(meanings[test](value, literal) for test, literal in matcher.items())


@settings(max_examples=30, deadline=None)
@given(when=CONDITIONS, pairs=PAIRS)
def test_what_is_told_with_gaps_holds_however_they_are_filled(arrow, when, pairs) -> None:
    full = told(arrow, [company for company, _ in pairs], when)
    assert full == [holds(when, company) for company, _ in pairs]
    for answer, certain in zip(told(arrow, [k for _, k in pairs], when), full, strict=True):
        assert answer is None or answer is certain


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(when=CONDITIONS, pairs=PAIRS)
def test_engines_tell_the_same(engine, arrow, when, pairs) -> None:
    records = [record for pair in pairs for record in pair]
    assert told(engine, records, when) == told(arrow, records, when)
