from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmkit.config.project import Config
from abmkit.config.sections.sources import Source
from abmkit.domain.arrays import strings
from abmkit.domain.kinds import arrow_type
from abmkit.errors import ConfigError
from abmkit.schema.accounts import CANONICAL
from abmkit.steps.load import Loaded, load, plan

PROJECT = Config(version=1, currency="USD", rates={"CNY": 0.5, "EUR": 2.0})


def texts(**columns: list[str | None]) -> pa.Table:
    return pa.Table.from_arrays([strings(v) for v in columns.values()], names=list(columns))


def loaded(
    table: pa.Table,
    project: Config = PROJECT,
    *,
    first_row: int = 1,
    as_of: date | None = None,
    **source: Any,
) -> Loaded:
    setting = Source.model_validate({"name": "crm", "path": "crm.csv", **source})
    made = plan(table.column_names, table, setting, project)
    return load(table, made, first_row=first_row, as_of=as_of)


def column(result: Loaded, name: str) -> list[Any]:
    return result.accounts[name].to_pylist()


def test_accounts_have_canonical_columns_first_and_then_their_own() -> None:
    result = loaded(texts(colour=["red"], Website=["www.acme.com"], company=["Acme Inc."]))
    assert result.accounts.column_names == [
        "account_id", "name", "name_key", "domain", "website", "source", "source_row", "colour",
    ]  # fmt: skip
    assert result.accounts.to_pylist() == [
        {
            "account_id": "domain:acme.com",
            "name": "Acme Inc.",
            "name_key": "acme",
            "domain": "acme.com",
            "website": "https://www.acme.com",
            "source": "crm",
            "source_row": 1,
            "colour": "red",
        }
    ]


def test_canonical_columns_have_the_types_of_the_contract() -> None:
    result = loaded(
        texts(
            company=["Acme"], employees=["51-200"], revenue=["$1M"], founded=["1999"], cik=["1800"],
            alias=["Ac; Me"], listed=["yes"], updated_at=["2024-05-06"], account_id=["7"],
        )
    )  # fmt: skip
    for name in result.accounts.column_names:
        assert result.accounts.schema.field(name).type == arrow_type(CANONICAL[name]), name
    row = result.accounts.to_pylist()[0]
    assert row["account_id"] == "id:7"
    assert (row["employees"], row["employees_min"], row["employees_max"]) == (101, 51, 200)
    assert (row["revenue"], row["revenue_min"], row["revenue_max"]) == (1e6, 1e6, 1e6)
    assert row["registry_ids"] == ["cik:1800"]
    assert row["aliases"] == ["Ac", "Me"]
    assert row["as_of"] == date(2024, 5, 6)


def test_a_row_that_names_no_company_is_rejected_with_its_text() -> None:
    table = texts(
        company=["Acme", None, "N/A"], website=[None, "暂无", "-"], city=["Bonn", "a,b", None]
    )
    result = loaded(table, first_row=11)
    assert column(result, "source_row") == [11]
    assert result.rejects.to_pylist() == [
        {
            "source": "crm",
            "row": 12,
            "reason": "no name, domain or registry id",
            "raw": ',暂无,"a,b"',
        },
        {"source": "crm", "row": 13, "reason": "no name, domain or registry id", "raw": "N/A,-,"},
    ]
    assert result.read == result.accounts.num_rows + result.rejects.num_rows


def test_a_company_without_a_name_is_kept_by_its_domain_or_id() -> None:
    result = loaded(texts(company=[None, None], website=["acme.com", None], cik=[None, "0001800"]))
    assert column(result, "account_id") == ["domain:acme.com", "cik:1800"]


def test_the_website_gives_the_domain_where_the_domain_column_does_not() -> None:
    table = texts(company=["A", "B"], website=["acme.com", "beta.com"], domain=["acme.de", "-"])
    assert column(loaded(table), "domain") == ["acme.de", "beta.com"]


def test_values_that_cannot_be_read_are_unknown_and_counted() -> None:
    table = texts(company=["A", "B", "C", "D"], employees=["10", "Oct-49", "-5", "暂无"])
    result = loaded(table)
    assert column(result, "employees") == [10, None, None, None]
    (issue,) = result.issues
    assert (issue.column, issue.canonical, issue.count) == ("employees", "employees", 2)
    assert issue.samples == ("Oct-49", "-5")


def test_personal_texts_are_masked_in_issues() -> None:
    table = texts(company=["A"], linkedin=["jane doe 12"])
    (issue,) = loaded(table).issues
    assert issue.samples == ("xxxx xxx 99",)
    # The source's own word for a column tells of people, too.
    table = texts(company=["A", "B"], **{"Contact Mobile": ["139 1234 x", "me@acme.de"]})
    contact = {"mobile": {"from": "Contact Mobile", "type": "integer"}}
    (issue,) = loaded(table, columns=contact).issues
    assert issue.samples == ("999 9999 x", "xx@xxxx.xx")


def test_the_config_has_the_last_word() -> None:
    table = texts(company=["Acme"], trade=["Ac"], revenue=["523,964"], rank=["1"])
    result = loaded(
        table,
        ignore=["rank"],
        columns={
            "name": "trade",
            "revenue": {"from": "revenue", "unit": "million", "currency": "EUR"},
            "country": {"value": "Germany"},
        },
    )
    assert column(result, "name") == ["Ac"]
    assert column(result, "revenue") == [523964e6 * 2]
    assert column(result, "country") == ["DE"]
    assert result.accounts.column_names[-1] == "company"
    assert "rank" not in result.accounts.column_names


def test_columns_of_the_source_may_be_given_a_type() -> None:
    table = texts(
        company=["A", "B"],
        profit=["1,234.5", "x"],
        seats=["12", "1.5"],
        trial=["是", "no"],
        since=["16-10-2024", "01-02-2024"],
        tags=["a;b", "-"],
    )
    result = loaded(
        table,
        columns={
            "profit_musd": {"from": "profit", "type": "number"},
            "seats": {"from": "seats", "type": "integer"},
            "trial": {"from": "trial", "type": "boolean"},
            "since": {"from": "since", "type": "date"},
            "tags": {"from": "tags", "type": "list"},
            "batch": {"value": 7},
        },
    )
    assert column(result, "profit_musd") == [1234.5, None]
    assert column(result, "seats") == [12, None]
    assert column(result, "trial") == [True, False]
    assert column(result, "since") == [date(2024, 10, 16), date(2024, 2, 1)]
    assert column(result, "tags") == [["a", "b"], None]
    assert column(result, "batch") == [7, 7]


def test_a_column_that_bears_a_name_of_abmkit_is_renamed() -> None:
    table = texts(company=["Acme"], Tier=["gold"], Source=["fair"], colour=["red"], Colour=["blue"])
    made = plan(table.column_names, table, Source(name="crm", path="x"), PROJECT)
    assert made.renamed == {"Tier": "crm_Tier", "Source": "crm_Source", "Colour": "Colour_2"}
    result = load(table, made)
    assert result.accounts.column_names[-4:] == ["crm_Tier", "crm_Source", "colour", "Colour_2"]


def test_texts_of_the_source_are_trimmed_and_unknown_ones_null() -> None:
    table = texts(company=["A", "B", "C"], colour=["  red ", "未知", "NaN"])
    assert column(loaded(table), "colour") == ["red", None, None]


def test_regions_tell_the_country_where_nothing_else_does() -> None:
    table = texts(company=["A", "B", "C"], province=["山东", "Minnesota", "CA"])
    result = loaded(table)
    assert column(result, "region") == ["CN-SD", "US-MN", "CA"]
    assert column(result, "country") == ["CN", "US", None]


def test_relationships_become_the_words_of_the_contract() -> None:
    table = texts(
        company=["A", "B", "C"], **{"account type": ["客户", "Former Customer", "friend"]}
    )
    result = loaded(table)
    assert column(result, "relationship") == ["customer", "former_customer", None]


def test_a_column_of_ones_is_no_registry_id() -> None:
    table = texts(company=["A", "B", "C"], Seats=["1", "1", "1"], Sold=["98", "1", "1"])
    assert "registry_ids" not in loaded(table).accounts.column_names


def test_registry_ids_may_come_from_several_columns() -> None:
    table = texts(company=["A"], cik=["1800"], lei=["213800KUD8LAJWSQ9D15"])
    assert column(loaded(table), "registry_ids") == [["cik:1800", "lei:213800KUD8LAJWSQ9D15"]]


def test_a_company_has_all_the_domains_that_its_cells_name() -> None:
    table = texts(
        company=["A", "B", "C"],
        website=["a.com, www.a.de; facebook.com/a", "[b.com](https://b.com)", None],
        **{"Additional Domains": ["a.fr;a.com", None, "c.io"]},
    )
    result = loaded(table)
    assert column(result, "domain") == ["a.com", "b.com", None]
    assert column(result, "other_domains") == [["a.fr", "a.de"], None, ["c.io"]]


def test_the_date_of_the_source_is_used_where_it_has_no_column() -> None:
    assert column(loaded(texts(company=["A"]), as_of=date(2024, 1, 2)), "as_of") == [
        date(2024, 1, 2)
    ]
    table = texts(company=["A"], **{"as of": ["2023-05-06"]})
    assert column(loaded(table, as_of=date(2024, 1, 2)), "as_of") == [date(2023, 5, 6)]


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"name": "compny"}, "sources.crm.columns.name: no column 'compny'; did you mean 'company'?"),
        ({"revenue": {"from": "revenue", "currency": "GBP"}}, "sources.crm.columns.revenue: no rate for GBP"),
        ({"revenue": {"from": "revenue", "unit": "milion"}}, "unknown unit 'milion'; did you mean 'million'?"),
        ({"registry_ids": {"from": "company", "scheme": "cick"}}, "unknown scheme 'cick'; did you mean 'cik'?"),
        ({"tier": "company"}, "sources.crm.columns.tier: tier is a column that abmkit makes"),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_work_says_what_to_do(columns: dict[str, Any], says: str) -> None:
    table = texts(company=["A"], revenue=["1"])
    with pytest.raises(ConfigError) as error:
        loaded(table, columns=columns)
    assert says in str(error.value)


def test_every_problem_of_a_source_is_told_at_once() -> None:
    with pytest.raises(ConfigError) as error:
        loaded(texts(company=["A"]), columns={"city": "town", "region": "land"}, ignore=["nothing"])
    assert len(error.value.problems) == 3


def test_a_source_that_names_no_company_is_an_error() -> None:
    with pytest.raises(ConfigError, match="no column gives a name"):
        loaded(texts(id=["1"], colour=["red"]))


def test_revenue_in_a_currency_without_a_rate_is_not_taken() -> None:
    table = texts(company=["A"], **{"营业收入(万元)": ["12"]})
    project = Config(version=1, currency="USD")
    made = plan(table.column_names, table, Source(name="crm", path="x"), project)
    assert made.recognitions[1].evidence == "revenue in CNY, for which rates has none"
    assert "revenue" not in load(table, made).accounts.column_names
    assert column(loaded(table), "revenue") == [60000.0]


def test_an_empty_table_loads_as_no_accounts() -> None:
    table = texts(company=[], employees=[], website=[], state=[], alias=[])
    result = loaded(table)
    assert (result.accounts.num_rows, result.rejects.num_rows) == (0, 0)


@given(st.lists(st.tuples(*[st.none() | st.text(max_size=12)] * 8), max_size=5))
def test_no_cell_stops_a_load_and_every_row_is_accounted_for(rows: list[tuple[Any, ...]]) -> None:
    names = ["company", "website", "employees", "revenue", "founded", "state", "cik", "alias"]
    table = pa.Table.from_arrays([strings([r[i] for r in rows]) for i in range(8)], names=names)
    made = plan(names, None, Source(name="crm", path="x"), PROJECT)
    result = load(table, made)
    assert result.accounts.num_rows + result.rejects.num_rows == len(rows)
    assert result.accounts["account_id"].null_count == 0


def test_a_load_imports_no_pandas(tmp_path: Path) -> None:
    script = """
import sys
import pyarrow as pa
from abmkit.config.project import Config
from abmkit.config.sections.sources import Source
from abmkit.domain.arrays import strings
from abmkit.steps.load import load, plan
names = ["company", "website", "employees", "revenue", "founded", "state", "cik", "alias", "listed", "as of", "hq"]
cells = ["Acme", "acme.com", "1-2", "$5M", "1999", "CA", "1800", "a;b", "yes", "2024-01-02", "Bonn, Germany"]
table = pa.Table.from_arrays([strings([cell, None]) for cell in cells], names=names)
made = plan(names, table, Source(name="crm", path="x"), Config(version=1))
assert load(table, made).accounts.num_rows == 1
assert "pandas" not in sys.modules, "pandas"
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_threads_change_nothing() -> None:
    count = 6_000
    table = texts(
        company=[f"Acme {n} Inc." if n % 7 else "N/A" for n in range(count)],
        website=[f"https://www.acme{n}.com/a" if n % 5 else "somewhere" for n in range(count)],
        employees=["11-50" if n % 3 else f"{n} people" for n in range(count)],
        revenue=[f"${n}.5M" if n % 11 else "much" for n in range(count)],
        phone=["+1 212 555 0100" if n % 2 else "call us" for n in range(count)],
        state=["Texas"] * count,
        country=["US"] * count,
        colour=["red"] * count,
    )
    before = pa.cpu_count()
    try:
        pa.set_cpu_count(1)
        one = loaded(table)
        pa.set_cpu_count(4)
        several = loaded(table)
    finally:
        pa.set_cpu_count(before)
    assert several == one
    assert [issue.canonical for issue in one.issues] == ["revenue", "website", "phone"]
