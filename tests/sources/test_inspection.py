"""Inspect: what a file holds and what each of its columns would become."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

import abmkit
from abmkit.config.loading import Project, parse_config, read_config
from abmkit.errors import ConfigError, InputError, UsageError
from abmkit.reports.console import inspect as report
from abmkit.reports.console.width import measure
from abmkit.reports.words import words
from abmkit.sources.inspection import Column, Inspection, inspect

EN = words("en")
FORTUNE = "demo/fortune1000_2021__Fortune_1000.csv"
SP500 = "demo/sp500__constituents.csv"
A_SHARES = "demo/cn_a_share_2019__stock_basic.csv"


def inspection_text(found: Inspection) -> str:
    return report.inspection_text(found, EN)


def columns_to_paste(found: Inspection) -> str:
    return report.columns_to_paste(found, EN)


def inspection_data(found: Inspection) -> dict[str, Any]:
    return report.inspection_data(found, EN)


def written(folder: Path, text: str, name: str = "companies.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def column(inspection: Inspection, name: str) -> Column:
    return next(each for each in inspection.columns if each.name == name)


def test_each_column_says_what_it_becomes_and_why(shared_data: Path) -> None:
    found = inspect(shared_data / SP500)
    said = {each.name: (each.becomes, each.how) for each in found.columns}
    assert said == {
        "Symbol": ("ticker", "recognised"),
        "Security": ("name", "recognised"),
        "GICS Sector": ("industry", "recognised"),
        "GICS Sub-Industry": ("GICS Sub-Industry", "not recognised"),
        "Headquarters Location": ("address", "recognised"),
        "Date added": ("Date added", "not recognised"),
        "CIK": ("registry_ids", "recognised"),
        "Founded": ("founded_year", "recognised"),
    }
    assert found.format == "csv"
    assert (found.rows, found.rejected, found.nameless) == (503, 0, 0)
    assert column(found, "GICS Sector").distinct == 11


def test_revenue_that_no_employee_could_earn_so_little_of_is_a_warning(shared_data: Path) -> None:
    found = inspect(shared_data / FORTUNE)
    assert found.scale is not None
    assert found.scale.unit == "million"
    (warning,) = [EN.of(each.fact) for each in found.warnings if each.about == "scale"]
    assert 'unit = "million"' in warning
    assert 'revenue = { from = "revenue", unit = "million" }' in columns_to_paste(found)


def test_revenue_whose_unit_is_known_is_believed(tmp_path: Path) -> None:
    rows = "".join(f"Firm {n} Inc,{n}5,{n}00\n" for n in range(1, 9))
    found = inspect(written(tmp_path, "company,revenue (USD thousands),employees\n" + rows))
    assert found.scale is None


def test_bare_state_codes_imply_a_country_only_where_none_is_named(shared_data: Path) -> None:
    fortune, chinese = inspect(shared_data / FORTUNE), inspect(shared_data / A_SHARES)
    assert fortune.implied is not None
    assert (fortune.implied.column, fortune.implied.country) == ("state", "US")
    assert chinese.implied is None


def test_unknown_words_are_not_filled_cells(tmp_path: Path) -> None:
    text = "company,employees\nAcme Ltd,12\nBeta Ltd,N/A\nGamma Ltd,未知\nDelta Ltd,-\n"
    assert column(inspect(written(tmp_path, text)), "employees").filled == 1


def test_values_that_cannot_be_read_are_counted_with_samples(tmp_path: Path) -> None:
    text = "company,employees\nAcme Ltd,12\nBeta Ltd,many\nGamma Ltd,1-5\nDelta Ltd,lots\n"
    employees = column(inspect(written(tmp_path, text)), "employees")
    assert (employees.unreadable, employees.unreadable_samples) == (2, ("many", "lots"))


def test_rows_without_an_identity_are_counted(tmp_path: Path) -> None:
    found = inspect(written(tmp_path, "company,city\nAcme Ltd,Leeds\n,Hull\nN/A,York\n"))
    assert (found.rows, found.nameless) == (3, 2)
    assert "2 of 3 rows" in EN.of(found.warnings[0].fact)


def test_a_file_in_which_nothing_names_companies_is_shown_all_the_same(tmp_path: Path) -> None:
    found = inspect(written(tmp_path, "colour,size\nred,1\nblue,2\n"))
    assert not found.usable
    assert found.nameless == 2
    assert found.warnings[0].about == "identity"


@pytest.mark.parametrize("name", ["x.csv", "x.xlsx"])
def test_mail_addresses_beside_the_table_are_masked(tmp_path: Path, name: str) -> None:
    rows = [["Exported by ann@acme.de"], [], ["name", "city", "website"]]
    rows += [["Acme", "Bonn", "acme.de"], ["Beta", "Ulm", "beta.de"], ["Cord", "Rom", "cord.it"]]
    if name == "x.csv":
        (tmp_path / name).write_text("\n".join(map(",".join, rows)))
    else:
        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / name)
    found = inspect(tmp_path / name)
    said = [*found.notes, *found.aside, *map(str, found.warnings)]
    assert any("Exported by xxx@xxxx.xx" in text for text in said)
    assert not any("ann@" in text for text in said)


def test_samples_about_people_are_masked(tmp_path: Path) -> None:
    text = (
        "company,phone,contact e-mail,CEO,联系人,ceo_founder,notes\n"
        "Acme Ltd,+44 20 7946 0958,ann@acme.example,Ann Lee,王小明,yes,ask bo@acme.example\n"
        "Beta Ltd,+44 20 7946 0111,joe@beta.example,Joe Ray,李雷,no,none\n"
    )
    found = inspect(written(tmp_path, text))
    shown = inspection_text(found) + columns_to_paste(found) + json.dumps(inspection_data(found))
    for secret in ("7946", "ann@", "Ann", "Joe", "王小明", "李雷", "bo@"):
        assert secret not in shown
    assert column(found, "ceo_founder").samples == ("yes", "no")
    assert column(found, "CEO").samples[0] == "xxx xxx"


def test_the_mapping_of_the_source_that_the_file_is_counts(tmp_path: Path) -> None:
    path = written(tmp_path, "who,size\nAcme,12\n")
    data = {
        "version": 1,
        "sources": [
            {"name": "mine", "path": "*.csv", "columns": {"name": "who"}, "ignore": ["size"]}
        ],
    }
    found = inspect(path, config=Project(parse_config(data), tmp_path / "abmkit.toml"))
    assert found.source == "mine"
    assert [(each.becomes, each.how) for each in found.columns] == [
        ("name", "config"),
        (None, "ignored"),
    ]


def test_a_config_that_names_a_column_which_is_not_there_is_an_error(tmp_path: Path) -> None:
    path = written(tmp_path, "who\nAcme\n")
    data = {
        "version": 1,
        "sources": [{"name": "mine", "path": path.name, "columns": {"name": "firm"}}],
    }
    with pytest.raises(ConfigError, match="no column 'firm'"):
        inspect(path, config=Project(parse_config(data), tmp_path / "abmkit.toml"))


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        inspect(tmp_path / "nothing.csv")


@pytest.mark.parametrize("name", [FORTUNE, SP500, A_SHARES])
def test_the_text_fits_eighty_columns(shared_data: Path, name: str) -> None:
    path = shared_data / name
    _, *lines = inspection_text(inspect(path)).splitlines()
    assert max(map(measure, lines)) <= 80


def test_chinese_signs_take_two_cells() -> None:
    assert measure("云ab") == 4


@pytest.mark.parametrize("name", [FORTUNE, SP500, A_SHARES])
def test_what_is_pasted_reads_the_file_as_recognition_does(
    shared_data: Path, tmp_path: Path, name: str
) -> None:
    path = shared_data / name
    before = inspect(path)
    config = tmp_path / "abmkit.toml"
    text = f"version = 1\n[[sources]]\nname = 'x'\npath = '{path}'\n{columns_to_paste(before)}"
    config.write_text(text, encoding="utf-8")
    after = inspect(path, config=Project(read_config(config), config))
    assert [each.becomes for each in after.columns] == [each.becomes for each in before.columns]


@pytest.mark.parametrize(
    "header", ['say "name"', "back\\slash", "公司 名称", "two\nlines", "tab\there", "#=[x]", "'"]
)
def test_awkward_headers_paste_as_valid_toml(tmp_path: Path, header: str) -> None:
    quoted = '"' + header.replace('"', '""') + '"'
    path = written(tmp_path, f"company,{quoted}\nAcme Ltd,{{}}\nBeta Ltd,x\n")
    data = {
        "version": 1,
        "sources": [{"name": "a", "path": path.name, "columns": {"segment": header}}],
    }
    found = inspect(path, config=Project(parse_config(data), tmp_path / "abmkit.toml"))
    pasted = tomllib.loads(columns_to_paste(found))
    assert pasted["sources"]["columns"]["segment"] == header


def test_unsure_columns_paste_as_comments_with_their_evidence(tmp_path: Path) -> None:
    text = "company,id\nAcme Ltd,a-1\nBeta Ltd,a-2\n"
    pasted = columns_to_paste(inspect(written(tmp_path, text)))
    (line,) = [each for each in pasted.splitlines() if "account_id" in each]
    assert line.startswith('# account_id = "id"')
    assert "unsure" in line


def test_an_inspection_is_the_same_every_time(shared_data: Path) -> None:
    first, second = (inspection_data(inspect(shared_data / FORTUNE)) for _ in range(2))
    assert first == second
    assert json.loads(json.dumps(first))["rows"] == 1000


def test_an_amount_without_a_rate_is_kept_and_says_what_it_needs(tmp_path: Path) -> None:
    found = inspect(written(tmp_path, "公司名称,营业收入(人民币万元)\n云杉食品有限公司,5000\n"))
    assert [each.about for each in found.warnings] == ["currency"]
    lines = columns_to_paste(found).splitlines()
    (line,) = [each for each in lines if "currency" in each]
    assert line.startswith("# revenue = { from =")
    # Beside the line there is no room on the screen, so it stands above.
    assert "rates = { CNY = … }" in lines[lines.index(line) - 1]


def test_a_question_that_a_load_would_ask_is_shown_and_counts_as_no_fault(tmp_path: Path) -> None:
    text = "website,competitor\na.com,Acme GmbH\nb.com,Beta Ltd\nc.com,Gamma SA\n"
    found = inspect(written(tmp_path, text))
    assert found.usable
    (question,) = found.questions
    assert (question.target, question.candidates[0].column) == ("name", "competitor")
    (warning,) = [EN.of(each.fact) for each in found.warnings if each.about == "identity"]
    assert 'put name = "competitor" into its columns' in warning
    assert '# name = "competitor"' in columns_to_paste(found)
    data = inspection_data(found)["questions"]
    assert list(data[0]["candidates"][0])[:3] == ["column", "canonical", "confidence"]
    assert len(json.dumps(data)) < 500


@pytest.mark.parametrize(
    "text",
    [
        "website,competitor\na.com,Acme GmbH\nb.com,Beta Ltd\nc.com,Gamma SA\n",
        "website,competitor,partner\na.com,Acme GmbH,Delta GmbH\nb.com,Beta Ltd,Eta Ltd\nc.com,Gamma SA,Foo SA\n",
    ],
)
def test_a_load_asks_in_the_words_of_the_inspection(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    (question,) = [each for each in inspect(path).warnings if each.about == "identity"]
    with pytest.raises(UsageError) as raised:
        abmkit.load(path)
    asked, answer = raised.value.what, raised.value.remedy
    assert EN.of(question.fact) == f"{asked}? A load stops here: {answer}"


def test_a_column_that_lost_to_another_says_so(tmp_path: Path) -> None:
    found = inspect(written(tmp_path, "company,employees,company size\nAcme Ltd,12,11-50\n"))
    assert "# not mapped: company size (employees comes from 'employees')" in columns_to_paste(
        found
    )


def test_how_a_workbook_was_read_is_said(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (["Members 2024"], [], ["Company", "City"], ["Acme Ltd", "Leeds"]):
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    found = inspect(tmp_path / "x.xlsx")
    assert found.notes == ("above the table: Members 2024",)
    assert "! above the table: Members 2024" in inspection_text(found)
