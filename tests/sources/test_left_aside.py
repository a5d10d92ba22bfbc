"""What of a file is not read is said by every command that reads it."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from shell import abmkit


def said(*arguments: str) -> str:
    return " ".join(abmkit(*arguments).stderr.decode().split())


def workbook(path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    sheet.title = "Companies"
    for row in [("Company", "Website"), ("Acme Ltd", "acme.com"), ("Beta Inc", "beta.com")]:
        sheet.append(row)
    more = book.create_sheet("Prospects")
    for row in [("Person", "Note"), ("Jo", "call"), ("Al", "mail")]:
        more.append(row)
    book.create_sheet("Empty")
    book.save(path)
    return path


@pytest.mark.parametrize("command", ["load", "convert"])
def test_sheets_that_are_not_read_are_said_and_empty_ones_not(tmp_path: Path, command: str) -> None:
    file = str(workbook(tmp_path / "b.xlsx"))
    text = said(command, file)
    assert "Prospects" in text
    assert "Empty" not in text
    if command == "convert":
        assert "Prospects" not in said(command, file, "--sheet", "Companies")


def test_a_phone_of_no_known_country_says_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text(
        "Company,Phone\nAcme Ltd,(904) 213-9300\nBeta Inc,(904) 213-9311\nC Ltd,904 213 9312\n"
    )
    text = said("load", str(file))
    assert 'country = { value = "US" }' in text
    assert text.count("'(999) 999-9999'") == 1


def test_a_phone_that_is_none_is_not_blamed_on_the_country(tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text("Company,Country,Phone\nAcme Ltd,US,12\nBeta Inc,US,(904) 672-8833\n")
    text = said("load", str(file))
    assert "not read as phone" in text
    assert "value =" not in text
