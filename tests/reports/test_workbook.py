from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from abmkit.config.loading import Project, parse_config
from abmkit.domain.arrays import bools, dates, doubles, int64s, lists, strings
from abmkit.domain.rules.pins import Pinned
from abmkit.errors import OutputError
from abmkit.io.writers.excel import SHEET_ROWS
from abmkit.reports.excel.naming import SheetNames
from abmkit.reports.excel.why import Plain
from abmkit.reports.excel.workbook import write_workbook
from abmkit.reports.words import words
from abmkit.runs.changes.moves import Changes, Move
from abmkit.runs.funnel import Funnel, Reason, Stage, TierCount, WouldReach
from abmkit.runs.parts import Parts
from abmkit.runs.result import Rows, Run
from abmkit.runs.review import ToDecide
from abmkit.runs.sheets import Sheets
from abmkit.sources.lists import Lists
from abmkit.sources.notes.kept import Note
from abmkit.steps.exclude import ListCount, RuleCount

AS_OF = date(2026, 3, 1)
FUNNEL = Funnel(
    stages=(
        Stage("market", 12_000, 1.0),
        Stage("target_market", 9_000, 0.75, (Reason("Existing customer", 3_000),)),
        Stage("target_accounts", 3, 0.00025, (Reason("fit below every tier", 8_997),)),
    ),
    tiers=(TierCount("A", "1:1", 1, 80.0, 20), TierCount("B", "1:few", 2, 50.0, None)),
    rules=(RuleCount("micro", "Under 10 people", 40, 30, 7),),
    lists=(ListCount("customers", "Existing customer", 50, 38, 38, 30, False),),
    customers=(WouldReach("customers", "Existing customer", 50, {"A": 18, "B": 20}, 82.25, 40.0),),
    relationships={"open_opportunity": 4},
)
ACCOUNTS = pa.table(
    {
        "account_id": strings(["domain:acme.com", "name:新希望+CN", "id:3"]),
        "registry_ids": lists([["cik:1"], None, None]),
        "name": strings(
            ["Acme", "新希望六和股份有限公司", '=HYPERLINK("http://evil.test","Sign in")']
        ),
        "name_key": strings(["acme", "新希望六和", "x"]),
        "domain": strings(["acme.com", "新希望.cn", 'evil.test/"?x=']),
        "website": strings(["https://www.acme.com/", None, None]),
        "country": strings(["US", "CN", None]),
        "region": strings([None, None, None]),
        "industry": strings(["+Software", "-1+1", "@SUM(A1)"]),
        "employees": int64s([2_200_000, None, 12]),
        "employees_min": int64s([2_200_000, None, 12]),
        "employees_max": int64s([2_200_000, None, 12]),
        "revenue": doubles([5.2e11, None, 1e6]),
        "listed": bools([True, False, None]),
        "technologies": lists([["AWS", "SAP"], None, None]),
        "as_of": dates([AS_OF, None, date(1850, 1, 1)]),
        "source_row": int64s([1, 2, 3]),
        "注释": strings(["\tcmd", "\r=1+1", "#N/A"]),
        "contract_no": int64s([9_007_199_254_740_993, None, 5]),
        "merged_records": int64s([1, 1, 1]),
        "excluded": bools([False, False, False]),
        "fit_score": doubles([91.25, 60.0, None]),
        "fit_low": doubles([80.0, 60.0, None]),
        "fit_high": doubles([95.0, 60.0, None]),
        "fit_known": doubles([0.875, 1.0, 0.0]),
        "fit_reasons": strings(["employees 2.2M: 25 of 25; " * 9, "country CN: 10 of 10", None]),
        "tier": strings(["A", "B", "B"]),
        "strategy": strings(["1:1", "1:few", "1:few"]),
        "tier_rank": int64s([1, 1, 2]),
        "tier_reason": strings(["score 91.25 reaches 80", "score 60 reaches 50", "pinned"]),
        "points_to_next_tier": doubles([None, 20.0, None]),
    }
)
EXCLUDED = pa.table(
    {
        "account_id": strings(["id:7", "id:8"]),
        "name": strings(["Bigco", "Smallco"]),
        "domain": strings(["bigco.com", None]),
        "exclusions": lists([["customers", "micro"], ["unnamed"]]),
        "fit_score": doubles([99.0, 3.0]),
        "tier": strings([None, None]),
        "tier_reason": strings(["excluded", "excluded"]),
    }
)
REASONS = {"customers": "Existing customer", "micro": "Under 10 people"}


def run_of(
    *,
    name: str = "北美 SaaS",
    funnel: Funnel = FUNNEL,
    accounts: pa.Table = ACCOUNTS,
    excluded=lambda: EXCLUDED.to_batches(max_chunksize=1),
    changes: Changes | None = None,
    output: dict[str, Any] | None = None,
    review: tuple[ToDecide, ...] = (),
) -> Run:
    """A run that found out just this."""
    rules = [
        {"id": rule, "reason": reason, "when": {"country": "US"}}
        for rule, reason in REASONS.items()
    ]
    config = {
        "version": 1,
        "name": name,
        "currency": "USD",
        "exclude": {"rules": rules},
        "tier": {"within": "territory"},
        "output": output or {},
    }
    return Run(
        parts=Parts(),
        project=Project(parse_config(config)),
        as_of=AS_OF,
        engine="duckdb",
        sources=(),
        lists=Lists((), (), (), None, {}, ()),
        funnel=funnel,
        pinned=Pinned({}, ()),
        target_accounts=Rows(lambda: (accounts.schema, accounts.to_batches())),
        excluded=Rows(lambda: (EXCLUDED.schema, excluded())),
        rejects=pa.table({}),
        review=review,
        ids={},
        similar={},
        seconds={},
        warnings=(),
        changes=changes,
    )


def written(target: io.BytesIO | Path | None = None, sheet_rows=SHEET_ROWS, **changed):
    target = target or io.BytesIO()
    of_sheets = {name: changed.pop(name) for name in ("notes", "market") if name in changed}
    run = run_of(**changed)
    sheets = Sheets(run.target_accounts, **of_sheets)
    write_workbook(target, run, words("en"), sheets, sheet_rows=sheet_rows)
    return target


def book_of(target=None, **changed):
    target = written(target, **changed)
    if isinstance(target, io.BytesIO):
        target.seek(0)
    return load_workbook(target)


def column(sheet, title):
    """The cells under a header."""
    at = [cell.value for cell in sheet[1]].index(title) + 1
    return [sheet.cell(row, at) for row in range(2, sheet.max_row + 1)]


def values(sheet, title):
    return [cell.value for cell in column(sheet, title)]


@pytest.fixture(scope="module")
def book():
    return book_of()


def test_the_columns_stand_in_the_order_people_read_them(book):
    sheet = book["Accounts"]
    assert [cell.value for cell in sheet[1]] == [
        *("Tier", "Company", "Owner", "Why", "Unknown", "Site", "Place", "Employees"),
        *("Revenue (USD)", "Status", "Next step", "Date", "Note", "Keep in tier"),
        *("Strategy", "Industry", "Tier rank", "Fit score", "Score at least", "Score at most"),
        *("Facts known", "Why this tier", "Points to next tier", "Why this score", "Country"),
        *("Listed", "Technologies", "注释", "contract_no", "Known as of", "Registry ids"),
        *("Account id", "As given"),
    ]


def test_what_machines_read_is_folded_away_and_what_is_read_is_not(book):
    sheet = book["Accounts"]
    folded = {
        title: sheet.column_dimensions[column_letter(sheet, title)]
        for title in ("Why this score", "Account id", "As given", "Why", "Note")
    }
    group = sheet.column_dimensions[column_letter(sheet, "Why this score")]
    assert (group.outlineLevel, group.hidden) == (1, True)
    assert folded["As given"].hidden
    assert not folded["Why"].hidden
    assert not folded["Note"].hidden


def column_letter(sheet, title):
    """The letter of a column; of those alike beside each other openpyxl keeps the first."""
    at = [cell.value for cell in sheet[1]].index(title) + 1
    for letter, each in sheet.column_dimensions.items():
        if each.min <= at <= each.max:
            return letter
    raise KeyError(title)


def test_what_is_empty_or_only_repeats_another_column_is_left_out(book):
    headers = [cell.value for cell in book["Accounts"][1]]
    assert not {"Region", "Employees from", "Web address", "Records merged", "name_key"} & set(
        headers
    )
    wider = ACCOUNTS.set_column(
        ACCOUNTS.schema.get_field_index("employees_max"),
        "employees_max",
        int64s([2_200_000, 50, 12]),
    )
    assert values(book_of(accounts=wider)["Accounts"], "Employees to") == [2_200_000, 50, 12]


def test_a_range_stays_a_range_and_a_number_a_number():
    sizes = {
        "name": strings(list("abcd")),
        "employees": int64s([2_237, 300, 5_000, 50]),
        "employees_min": int64s([1_001, 300, 5_000, None]),
        "employees_max": int64s([5_000, 300, None, 50]),
        "revenue": doubles([5e8, 1.5e9, None, None]),
        "revenue_min": doubles([2.5e8, 1.5e9, None, None]),
        "revenue_max": doubles([1e9, 1.5e9, None, None]),
    }
    sheet = book_of(accounts=pa.table(sizes))["Accounts"]
    assert values(sheet, "Employees") == ["1,001–5,000", 300, "5,000+", "up to 50"]
    assert values(sheet, "Revenue (USD)") == ["$250M–1B", 1.5e9, None, None]


@pytest.mark.parametrize("title", ["Company", "Industry", "注释"])
def test_no_value_becomes_a_formula_or_an_error(book, title):
    cells = column(book["Accounts"], title)
    assert {cell.data_type for cell in cells} == {"s"}
    for cell in cells:
        assert cell.quotePrefix == cell.value.startswith(("=", "+", "-", "@", "\t", "_x000D_", "#"))


def test_no_part_of_the_file_holds_a_formula_made_from_data():
    with zipfile.ZipFile(written()) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 6
        formulas = [f for n in sheets for f in re.findall(b"<f>(.*?)</f>", archive.read(n))]
    assert not any(b"evil" in each or b"SUM" in each for each in formulas)
    # Those of the sheet that looks companies up; there is none to find here.
    assert formulas == []


def test_a_header_or_project_name_is_text_too():
    table = ACCOUNTS.append_column("=1+1", strings(["a", "b", "c"]))
    book = book_of(accounts=table, name="=2+2")
    assert {c.data_type for c in book["Accounts"][1]} == {"s"}
    assert "=1+1" in [c.value for c in book["Accounts"][1]]
    assert (book["Cover"]["B1"].value, book["Cover"]["B1"].data_type) == ("=2+2", "s")


def test_only_a_clean_domain_is_a_link(book):
    cells = column(book["Accounts"], "Site")
    assert [cell.hyperlink and cell.hyperlink.target for cell in cells] == [
        "https://acme.com",
        "https://" + "新希望.cn".encode("idna").decode(),
        None,
    ]
    assert cells[2].value == 'evil.test/"?x='


@pytest.mark.parametrize(
    ("address", "linked"),
    [
        ("https://www.linkedin.com/company/acme-1", True),
        ("http://x.cn/a?b=c%20d", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("https://user@evil.test/", False),
        ('https://evil.test/"onload', False),
        ("https://a.test/" + "x" * 3_000, False),
    ],
)
def test_only_web_addresses_are_links(address, linked):
    table = pa.table({"name": strings(["Acme"]), "linkedin_url": strings([address])})
    (cell,) = column(book_of(accounts=table)["Accounts"], "LinkedIn")
    assert cell.value == address
    assert (cell.hyperlink is not None) == linked


def test_header_and_name_stay_in_sight_and_every_column_filters(book):
    accounts, excluded = book["Accounts"], book["Excluded"]
    assert accounts.freeze_panes == "C2"
    assert accounts.auto_filter.ref == "A1:AG4"
    assert accounts.print_title_rows == "$1:$1"
    assert excluded.freeze_panes == "B2"
    assert excluded.auto_filter.ref == "A1:F3"


def test_scores_have_bars_from_nothing_to_everything(book):
    for name, cells in (("Accounts", "R2:R4"), ("Excluded", "C2:C3")):
        rules = {str(r.sqref): r.rules for r in book[name].conditional_formatting}
        bar = rules[cells][0].dataBar
        assert [float(end.val) for end in bar.cfvo] == [0, 100]


def test_tiers_are_coloured_by_what_the_cell_says(book):
    rules = {str(r.sqref): r.rules for r in book["Accounts"].conditional_formatting}["A2:A4"]
    assert [rule.formula for rule in rules] == [['"A"'], ['"B"']]


def test_numbers_are_numbers_in_formats_for_people(book):
    sheet = book["Accounts"]
    first = {h.value: c for h, c in zip(sheet[1], sheet[2], strict=True)}
    assert (first["Employees"].value, first["Employees"].number_format) == (2_200_000, "#,##0")
    assert first["Revenue (USD)"].value == 5.2e11
    assert first["Fit score"].number_format == "0.0"
    assert (first["Facts known"].value, first["Facts known"].number_format) == (0.875, "0%")
    assert first["Listed"].value == "yes"
    assert first["Technologies"].value == "AWS; SAP"
    assert values(sheet, "contract_no") == ["9007199254740993", None, 5]
    assert values(sheet, "Known as of")[0].date() == AS_OF
    assert values(sheet, "Known as of")[2] == "1850-01-01"


def test_notes_wrap_in_rows_of_two_lines_at_most():
    notes = {"domain:acme.com": Note("domain:acme.com", note="A long story. " * 30)}
    sheet = book_of(notes=notes)["Accounts"]
    assert column(sheet, "Note")[0].alignment.wrap_text
    assert [sheet.row_dimensions[row].height for row in (2, 3, 4)] == [30, None, None]


def test_excluded_accounts_say_why_in_words(book):
    sheet = book["Excluded"]
    assert [c.value for c in sheet[1]] == [
        "Company",
        "Why excluded",
        "Fit score",
        "Place",
        "Site",
        "Account id",
    ]
    assert values(sheet, "Why excluded") == ["Existing customer; Under 10 people", "unnamed"]
    assert values(sheet, "Fit score") == [99, 3]


def test_rows_beyond_a_sheet_go_to_the_next_and_none_is_lost():
    book = book_of(sheet_rows=1)
    names = ["Accounts", "Accounts 2", "Accounts 3", "Excluded", "Excluded 2"]
    assert book.sheetnames == ["Cover", *names, "Data gaps", "Look up", "Lists"]
    assert [v for n in names[:3] for v in values(book[n], "Company")] == ACCOUNTS[
        "name"
    ].to_pylist()
    assert {book[name].auto_filter.ref for name in names[:3]} == {"A1:AG2"}
    assert book["Accounts 3"].freeze_panes == "C2"


def test_a_sheet_that_is_just_full_has_no_empty_successor():
    names = ["Cover", "Accounts", "Excluded", "Data gaps", "Look up", "Lists"]
    assert book_of(sheet_rows=3).sheetnames == names


def test_chinese_and_unknown_values_come_back_as_they_were(tmp_path):
    written(tmp_path / "x.xlsx")
    rows = CalamineWorkbook.from_path(tmp_path / "x.xlsx").get_sheet_by_name("Accounts").to_python()
    by_header = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert by_header[1]["Company"] == "新希望六和股份有限公司"
    assert by_header[0]["Company"] == "Acme"
    assert by_header[2]["Company"] == '=HYPERLINK("http://evil.test","Sign in")'
    # Calamine gives an empty cell as an empty text.
    assert by_header[1]["Employees"] == by_header[2]["Country"] == by_header[2]["Fit score"] == ""


def test_an_unknown_value_is_an_empty_cell_not_a_zero(book):
    assert values(book["Accounts"], "Employees") == [2_200_000, None, 12]
    assert values(book["Accounts"], "Fit score") == [91.25, 60, None]


def test_the_cover_tells_the_whole_story(book):
    sheet = book["Cover"]
    rows = [[v for v in row if v is not None] for row in sheet.iter_rows(values_only=True)]
    for told in (
        ["北美 SaaS"],
        ["3 target accounts (A 1, B 2)"],
        ["As of 2026-03-01"],
        ["Target market", 9_000, 0.75],
        ["Existing customer", -3_000],
        ["A", "1:1", 1, 20, 80],
        ["B", "1:few", 2, "no limit", 50],
        ["Existing customer", "A 18, B 20, none 12", 50, 38, 0.76, 82.25, 40],
        ["micro", "Under 10 people", 40, 30, 7],
        ["customers", "Existing customer", 38, 30],
        ["customers", "Existing customer", 50, 38, 12],
        ["Open opportunity", 4],
    ):
        assert told in rows
    assert not sheet.sheet_view.showGridLines
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)


def test_an_empty_list_is_still_a_workbook():
    empty = Funnel((), (), (), (), (), {})
    book = book_of(funnel=empty, accounts=ACCOUNTS.slice(0, 0), excluded=lambda: iter(()))
    assert book["Accounts"]["A1"].value == "There are none."
    assert "Excluded" not in book.sheetnames
    assert book["Cover"]["B2"].value == "0 target accounts"


def test_text_longer_than_a_cell_says_that_it_was_cut():
    table = pa.table({"name": strings(["Acme"]), "description": strings(["🏭" * 20_000])})
    (cell,) = column(book_of(accounts=table)["Accounts"], "Description")
    assert cell.value.endswith("(cut: longer than a cell of Excel)")
    assert len(cell.value.encode("utf-16-le")) // 2 <= 32_767


def test_characters_that_xml_cannot_hold_do_not_break_the_file():
    table = pa.table({"name": strings(["a\x00b\x1fc\ufffe"])})
    assert book_of(accounts=table)["Accounts"]["A2"].value is not None


def test_the_same_run_gives_the_same_bytes():
    assert written().getvalue() == written().getvalue()


def test_the_file_tells_nothing_of_the_person_or_machine_that_made_it():
    with zipfile.ZipFile(written()) as archive:
        core = archive.read("docProps/core.xml").decode()
        everything = b"".join(archive.read(name) for name in archive.namelist())
        assert {entry.date_time[:3] for entry in archive.infolist()} == {(1980, 1, 31)}
    assert "<dc:creator>abmkit</dc:creator>" in core
    assert "<cp:lastModifiedBy>abmkit</cp:lastModifiedBy>" in core
    assert "2026-03-01T12:00:00Z" in core
    assert str(Path.home()).encode() not in everything


def test_a_failure_leaves_the_old_workbook(tmp_path):
    target = tmp_path / "x.xlsx"
    target.write_bytes(b"old")

    def broken():
        yield EXCLUDED.to_batches()[0]
        raise OutputError("stopped")

    with pytest.raises(OutputError, match="stopped"):
        written(target, excluded=broken)
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["x.xlsx"]


def test_a_workbook_does_not_need_pandas():
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import test_workbook as t; t.written();"
        "sys.exit('pandas' in sys.modules)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parent)], capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr


def test_the_cover_says_what_changed_and_what_caused_it() -> None:
    def move(change: str, *causes: str) -> Move:
        return Move("id:1", "Acme", change, "A", "B", causes, (), None, None)

    moves = (move("entered", "data"), move("entered", "data", "config"), move("left", "data"))
    changes = Changes(moves, 100, 101, date(2026, 6, 1), AS_OF)

    def lines(changes: Changes | None) -> list[list[Any]]:
        sheet = book_of(changes=changes)["Cover"]
        rows = [[cell.value for cell in row][1:5] for row in sheet.iter_rows()]
        titles = [row[0] for row in rows]
        at = titles.index("What changed since 2026-06-01") if changes else len(rows)
        return rows[at : at + 4]

    assert lines(changes) == [
        ["What changed since 2026-06-01", None, None, None],
        ["Change", "Caused by", "Accounts", "Share"],
        ["Entered", "data (1), data and config (1)", 2, 0.02],
        ["Left", "data (1)", 1, 0.01],
    ]
    assert lines(replace(changes, moves=()))[2][1] == "No account is in another tier."
    assert lines(None) == []


def test_the_list_is_by_owner_and_whom_nobody_works_is_marked():
    owned = ACCOUNTS.append_column("owner", strings([None, "Ann", "Bo:b/[x]"]))
    sheet = book_of(accounts=owned)["Accounts"]
    marked = {str(r.sqref): r.rules for r in sheet.conditional_formatting}["C2:C4"]
    assert [rule.type for rule in marked] == ["containsBlanks"]
    each = book_of(accounts=owned, output={"sheets": "owner"})
    names = [n for n in each.sheetnames if n not in ("Cover", "Excluded", "Data gaps")]
    assert names == ["No owner", "Ann", "Bo b  x", "Look up", "Lists"]
    assert values(each["Ann"], "Company") == ["新希望六和股份有限公司"]


def test_columns_about_people_are_not_shown_unless_asked():
    people = ACCOUNTS.append_column("法定代表人", strings(["a", "b", "c"]))
    titles = [c.value for c in book_of(accounts=people)["Accounts"][1]]
    assert "法定代表人" not in titles
    asked = book_of(accounts=people, output={"personal": True})["Accounts"]
    assert values(asked, "法定代表人") == ["a", "b", "c"]


def test_what_can_be_chosen_is_a_list_of_its_own(book):
    rules = {str(r.sqref): r for r in book["Accounts"].data_validations.dataValidation}
    assert rules["J2:J4"].formula1 == "'Lists'!$A$1:$A$7"
    assert rules["N2:N4"].formula1 == "'Lists'!$C$1:$C$2"
    assert rules["L2:L4"].type == "date"
    lists = book["Lists"]
    assert lists.sheet_state == "hidden"
    assert [lists.cell(n, 1).value for n in (1, 7)] == ["Not started", "Not a fit"]
    own = book_of(output={"statuses": ["hot", "cold"]})["Lists"]
    assert [own.cell(n, 1).value for n in (1, 2, 3)] == ["hot", "cold", None]


def test_what_was_typed_is_there_again():
    note = Note("id:3", status="contacted", next_step="call", date="2026-12-05", note="=1+1")
    sheet = book_of(notes={"id:3": note, "id:gone": Note("id:gone", note="x")})["Accounts"]
    assert values(sheet, "Status") == [None, None, "Contacted"]
    assert values(sheet, "Next step") == [None, None, "call"]
    assert values(sheet, "Date")[2].date() == date(2026, 12, 5)
    assert column(sheet, "Note")[2].data_type == "s"
    texts = [
        c.value
        for row in book_of(notes={"id:gone": Note("id:gone", note="x")})["Cover"].iter_rows()
        for c in row
    ]
    assert "1 account with notes is not on the list now: the notes are kept." in texts


def test_every_cell_is_read_back_as_it_was_by_calamine_and_by_pandas(tmp_path):
    import pandas as pd

    exact = ACCOUNTS.append_column("exact", doubles([0.1 + 0.2, 1 / 3, 123456789.12345679]))
    exact = exact.append_column("rich", strings(["<r><t>x</t></r>", "<r>", " a "]))
    written(tmp_path / "x.xlsx", accounts=exact)
    by_pandas = pd.read_excel(tmp_path / "x.xlsx", sheet_name="Accounts", engine="openpyxl")
    rows = CalamineWorkbook.from_path(tmp_path / "x.xlsx").get_sheet_by_name("Accounts").to_python()
    by_calamine = dict(zip(rows[0], zip(*rows[1:], strict=True), strict=True))
    for title, name in (("exact", "exact"), ("rich", "rich"), ("Account id", "account_id")):
        assert list(by_pandas[title]) == list(by_calamine[title]) == exact[name].to_pylist()
    assert list(by_calamine["Employees"]) == [2_200_000, "", 12]


def market_of(rows: pa.Table) -> Rows:
    return Rows(lambda: (rows.schema, rows.to_batches()))


def test_any_company_can_be_looked_up_by_formulas_alone():
    market = pa.table({
        "account_id": strings(["domain:acme.com", "id:7"]), "name": strings(["Acme", "=Bigco"]),
        "domain": strings(["acme.com", None]), "tier": strings(["A", None]),
        "excluded": bools([False, True]), "exclusions": lists([None, ["micro"]]),
        "fit_score": doubles([91.25, None]), "tier_reason": strings(["score 91.25", "excluded"]),
    })  # fmt: skip
    book = book_of(market=market_of(market))
    index = book["Index"]
    assert index.sheet_state == "hidden"
    assert [c.value for c in index[1]][:4] == ["domain:acme.com", "acme.com", "Acme", "On the list"]
    assert (index["C2"].value, index["C2"].data_type) == ("=Bigco", "s")
    assert (index["D2"].value, index["I2"].value) == ("Excluded", "Under 10 people")
    formulas = [c.value for row in book["Look up"].iter_rows() for c in row if c.data_type == "f"]
    assert len(formulas) > 50
    assert max(map(len, formulas)) < 8_192
    assert not any("Bigco" in each or "acme" in each.lower() for each in formulas)


def test_a_market_too_large_for_a_sheet_says_how_to_ask():
    sheet = book_of()["Look up"]
    assert "12,000 companies" in sheet["B3"].value
    assert "abmkit explain" in sheet["B3"].value


def test_what_to_decide_has_a_choice_and_its_ids():
    pair = ToDecide("company", "id:1", "id:2", "same name", 0.5, "Acme", "ACME Inc")
    sheet = book_of(review=(pair,))["To decide"]
    assert values(sheet, "The one") == ["Acme"]
    assert values(sheet, "Id of the other") == ["id:2"]
    (rule,) = sheet.data_validations.dataValidation
    assert (str(rule.sqref), rule.formula1) == ("D2", "'Lists'!$B$1:$B$2")


def test_why_says_what_earned_points_most_first_and_what_nobody_knows():
    score = {"criteria": [
        {"id": "tech", "bands": [{"when": {"technologies": {"contains": "salesforce"}}, "points": 30}]},
        {"id": "size", "bands": [{"when": {"employees": {"at_least": 500}}, "points": 40}]},
        {"id": "money", "bands": [{"when": {"revenue": {"above": 1}}, "points": 20}]},
        {"id": "home", "bands": [{"when": {"country": "CN"}, "points": 10}]},
    ]}  # fmt: skip
    config = parse_config({"version": 1, "score": score})
    row = {
        "technologies": ["SAP", "Salesforce"], "employees": 2_237, "employees_min": 1_001,
        "employees_max": 5_000, "revenue": None, "country": "US", "fit_codes": "1;1;?;-",
    }  # fmt: skip
    told = Plain(config, list(row), words("en")).told(row)
    assert told.why == "1,001–5,000 people · uses Salesforce"
    assert told.unknown == ("revenue",)


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        (["Ann", "ann", "ANN"], ["Ann", "ann 2", "ANN 3"]),
        (["a" * 40, "a" * 41], ["a" * 31, "a" * 29 + " 2"]),
        (["'x'", "[:*?/\\]", "History"], ["x", "-", "History 2"]),
        (["🏭" * 20], ["🏭" * 15]),
    ],
)
def test_names_of_sheets_are_such_as_excel_takes(wanted, given):
    names = SheetNames()
    assert [names.of(each) for each in wanted] == given
