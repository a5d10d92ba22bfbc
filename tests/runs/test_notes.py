"""What people type into the workbook comes back with the next run, whatever became of the file."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from pyarrow import parquet

from abmkit.cli.main import run_command
from abmkit.domain.arrays import strings
from abmkit.domain.rules.pins import RELEASED
from abmkit.errors import InputError
from abmkit.reports.excel.choices import STATUSES
from abmkit.reports.words import words
from abmkit.runs.notes.merging import merged, merged_decisions
from abmkit.runs.notes.typed import Choice, Row, worst_first
from abmkit.sources.notes.kept import TYPED, Note, Notes, mark_of, notes_table, read_notes

DAY = date(2026, 12, 1)
AS_OF = ["--as-of", DAY.isoformat()]
COMPANIES = "name,domain,country,employees,owner\n" + "".join(
    f"{name},{name.lower()}.com,US,{size},{owner}\n"
    for name, size, owner in (
        ("Acme", "1001-5000", "Ann"), ("Globex", "800", "Bob"), ("Hooli", "700", "Ann"),
        ("Initech", "600", ""), ("Umbrella", "40", "Bob"), ("Stark", "900", "Ann"),
    )
)  # fmt: skip
CONFIG = """\
version = 1
name = "notes"
[[sources]]
name = "crm"
path = "companies.csv"
[[score.criteria]]
id = "size"
bands = [{ when = { employees = { at_least = 500 } }, points = 100 }]
[tier]
pins = "pins.csv"
[[tier.tiers]]
id = "A"
min_score = 50
capacity = 2
[[tier.tiers]]
id = "B"
min_score = 10
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a run."""
    folder = tmp_path_factory.mktemp("notes")
    (folder / "companies.csv").write_text(COMPANIES, encoding="utf-8")
    (folder / "abmkit.toml").write_text(CONFIG, encoding="utf-8")
    (folder / "pins.csv").write_text("account,tier\nstark.com,A\n", encoding="utf-8")
    assert run_command(["run", str(folder / "abmkit.toml"), *AS_OF]) == 0
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
def edited(change: Callable[[Any], None], path: str = "out/target-accounts.xlsx") -> str:
    """The workbook as somebody changed it."""
    book = load_workbook(path)
    change(book)
    book.save("edited.xlsx")
    return "edited.xlsx"


def headers(sheet: Any) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[1]}


def typed(sheet: Any, company: str, **cells: Any) -> None:
    """Type into the row of a company."""
    at = headers(sheet)
    (row,) = (
        r for r in range(2, sheet.max_row + 1) if sheet.cell(r, at["Company"]).value == company
    )
    for title, value in cells.items():
        sheet.cell(row, at[title.replace("_", " ")]).value = value


def kept() -> dict[str, Note]:
    return dict(read_notes(Path("notes.csv")).by_account)


def listed() -> dict[str, dict[str, Any]]:
    """The rows of the workbook's accounts, by company."""
    sheet = load_workbook("out/target-accounts.xlsx")["Accounts"]
    titles = [cell.value for cell in sheet[1]]
    rows = [
        dict(zip(titles, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)
    ]
    return {row["Company"]: row for row in rows}


def from_workbook(file: str) -> int:
    return run_command(["notes", "from-workbook", file, *AS_OF])


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_what_was_typed_is_in_the_next_workbook_also_of_accounts_that_moved(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(book: Any) -> None:
        sheet = book["Accounts"]
        typed(
            sheet, "Acme", Status="Contacted", Next_step="call", Date=date(2026, 12, 5), Owner="Cy"
        )
        typed(sheet, "Initech", Note="two\nlines", Keep_in_tier="A")
        typed(sheet, "Stark", Keep_in_tier=None)
        typed(sheet, "Globex", Date="2026-12-07")

    before = listed()
    assert next(iter(before)) == "Initech", "without an owner first"
    assert (before["Acme"]["Employees"], before["Stark"]["Keep in tier"]) == ("1,001–5,000", "A")
    assert before["Acme"]["Why"] == "1,001–5,000 people"
    file = edited(change)
    assert from_workbook(file) == 0
    assert "4 accounts changed" in capsys.readouterr().out
    assert kept()["domain:stark.com"].tier == RELEASED
    assert run_command(["run", *AS_OF]) == 0
    after = listed()
    assert (after["Acme"]["Status"], after["Acme"]["Next step"]) == ("Contacted", "call")
    assert after["Acme"]["Date"].date() == date(2026, 12, 5)
    assert after["Acme"]["Owner"] == "Cy"
    assert after["Globex"]["Date"].date() == date(2026, 12, 7)
    assert (before["Initech"]["Tier"], after["Initech"]["Tier"]) == ("B", "A")
    assert after["Initech"]["Note"] == "two\nlines"
    assert after["Initech"]["Why this tier"].startswith("pinned to A")
    assert after["Stark"]["Keep in tier"] is None
    # The steps of a pipe give what the run gives.
    steps = (
        ["assign", "out/accounts.parquet", "-o", "a.parquet"],
        ["tier", "a.parquet", *AS_OF, "-o", "t.parquet"],
    )
    assert [run_command([*step, "-c", "abmkit.toml"]) for step in steps] == [0, 0]
    tiers = {
        r["name"]: (r["tier"], r["owner"]) for r in parquet.read_table("t.parquet").to_pylist()
    }
    assert tiers["Initech"][0] == "A"
    assert tiers["Acme"][1] == "Cy"


def test_a_run_s_workbook_says_why_each_score_and_nothing_in_names_of_our_own(
    project: Path,
) -> None:
    acme = listed()["Acme"]
    assert acme["Why this score"] == "employees 1,001–5,000 at least 500: 100 of 100"
    assert [title for title in acme if "__" in title] == []


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_what_could_not_be_read_is_said_once_and_nothing_of_it_is_kept(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(book: Any) -> None:
        sheet = book["Accounts"]
        typed(sheet, "Acme", Status="Hot!", Note="kept all the same")
        typed(sheet, "Globex", Date="soon")
        typed(sheet, "Hooli", Account_id="id:unheard-of", Note="lost")
        sheet.cell(1, headers(sheet)["Next step"]).value = "To do"
        sheet.append([None, "New Co"])
        sheet.cell(sheet.max_row, headers(sheet)["Note"]).value = "of nobody"

    assert from_workbook(edited(change)) == 0
    said = [x for x in capsys.readouterr().err.splitlines() if x.startswith("warning: ")]
    told = ("no run ever had", "names no account", "no column Next step", "soon", "Hot!")
    assert [next(n for n, x in enumerate(said) if part in x) for part in told] == [0, 1, 2, 3, 4]
    assert len(said) == len(told)
    assert {n.name: n.note for n in kept().values()} == {"Acme": "kept all the same"}


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_workbook_that_was_not_touched_changes_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert from_workbook("out/target-accounts.xlsx") == 0
    assert "Nothing in the workbook is other than it was given" in capsys.readouterr().out
    assert not Path("notes.csv").exists()


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_a_workbook_that_libreoffice_saved_is_read_alike(project: Path) -> None:
    file = edited(lambda book: typed(book["Accounts"], "Acme", Status="In conversation", Note="x"))
    home = f"-env:UserInstallation=file://{project}/office"
    command = ["soffice", home, "--headless", "--convert-to", "ods", "--outdir", "saved", file]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    assert from_workbook("saved/edited.ods") == 0
    assert {n.name: (n.status, n.note) for n in kept().values()} == {"Acme": ("replied", "x")}


def test_a_file_that_is_none_of_notes_is_told(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("notes.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert run_command(["run", *AS_OF]) == 3
    assert "notes.csv: is no file of notes" in capsys.readouterr().err
    Workbook().save("empty.xlsx")
    Path("notes.csv").unlink()
    assert from_workbook("empty.xlsx") == 3


TEXT = st.one_of(st.none(), st.sampled_from(["a", "b", "c"]))
CELLS = st.fixed_dictionaries(dict.fromkeys(TYPED, TEXT))


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_note_longer_than_a_cell_is_kept_whole_by_a_workbook_nobody_touched(
    project: Path,
) -> None:
    long = "y" * 40_000
    Path("notes.csv").write_text(f"account_id,note\ndomain:acme.com,{long}\n", encoding="utf-8")
    assert run_command(["run", *AS_OF]) == 0
    assert len(listed()["Acme"]["Note"]) < len(long)
    assert from_workbook("out/target-accounts.xlsx") == 0
    assert kept()["domain:acme.com"].note == long


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_decisions_count_also_where_the_sheet_of_accounts_was_taken_out(project: Path) -> None:
    def change(book: Any) -> None:
        sheet = book.create_sheet("To decide")
        sheet.append(["Decision", "Id of the one", "Id of the other"])
        sheet.append(["same", "domain:acme.com", "domain:stark.com"])
        del book["Accounts"]

    assert from_workbook(edited(change)) == 0
    assert "domain:acme.com,domain:stark.com,same" in Path("decisions.csv").read_text("utf-8")


def row_of(account: str, given_as: dict[str, str | None], now: dict[str, str | None]) -> Row:
    signs = dict(zip(TYPED, mark_of(given_as).split("."), strict=True))
    return Row(account, account, "Accounts!2", now, signs)


@settings(max_examples=25, deadline=None)
@given(stored=CELLS, shown=CELLS, now=CELLS, other=CELLS)
def test_only_what_was_changed_counts_and_all_else_stays(
    stored: dict[str, Any], shown: dict[str, Any], now: dict[str, Any], other: dict[str, Any]
) -> None:
    notes = Notes("notes.csv", {"a": Note("a", **stored), "b": Note("b", **other)})
    done = merged(notes, [row_of("a", shown, now)], None, DAY).notes.by_account
    after = done.get("a") or Note("a")
    for name in TYPED:
        expected = stored[name] if shown[name] == now[name] else now[name]
        cleared_pin = name == "tier" and expected is None and shown[name] is not None
        assert getattr(after, name) in ((None, RELEASED) if cleared_pin else (expected,))
    if any(other.values()):
        assert done["b"] == notes.by_account["b"], "an account without a row keeps what it has"
    again = merged(Notes("notes.csv", done), [row_of("a", now, now)], None, DAY)
    assert (again.accounts, again.notes.by_account) == (0, done)


def test_two_copies_of_a_workbook_do_not_undo_each_other() -> None:
    empty = dict.fromkeys(TYPED)
    first = merged(Notes(), [row_of("a", empty, {**empty, "note": "mine"})], None, DAY).notes
    both = merged(
        first,
        [row_of("a", empty, empty), row_of("b", empty, {**empty, "note": "yours"})],
        None,
        DAY,
    )
    assert {k: n.note for k, n in both.notes.by_account.items()} == {"a": "mine", "b": "yours"}


def test_what_one_typed_over_what_another_had_typed_is_said_with_what_it_was() -> None:
    empty = dict.fromkeys(TYPED)
    first = {**empty, "note": "call Tom", "status": "contacted"}
    stored = merged(Notes(), [row_of("a", empty, first)], None, DAY).notes
    second = merged(stored, [row_of("a", empty, {**empty, "note": "visit"})], None, DAY)
    assert second.notes.by_account["a"].note == "visit"
    (said,) = [words("en").of(each) for each in worst_first(second.lost)]
    assert said == (
        "1 cell typed into had been changed since this workbook was made; what it says now counts. "
        "Before: a (note: call Tom)"
    )
    knew = merged(stored, [row_of("a", first, {**first, "note": "visit"})], None, DAY)
    assert knew.lost == [], "who saw what was there may change it"


@pytest.mark.parametrize(("language", "was"), [("en", "Contacted"), ("zh", "已联系")])
def test_a_status_that_is_replaced_is_told_as_people_know_it(language: str, was: str) -> None:
    empty = dict.fromkeys(TYPED)
    given_to = row_of("a", empty, {**empty, "status": "contacted"})
    stored = merged(Notes(), [given_to], None, DAY).notes
    now = row_of("a", empty, {**empty, "status": "replied"})
    (lost,) = merged(stored, [now], None, DAY, statuses=STATUSES).lost
    assert was in words(language).of(lost)
    assert "contacted" not in words(language).of(lost)


def test_a_cleared_tier_stays_cleared_also_where_the_pins_file_has_another() -> None:
    empty = dict.fromkeys(TYPED)
    moved = Notes("notes.csv", {"a": Note("a", tier="B")})
    done = merged(moved, [row_of("a", {**empty, "tier": "B"}, empty)], None, DAY)
    assert done.notes.by_account["a"].tier == RELEASED
    assert done.cleared == {"tier": 1}


def test_notes_are_written_and_read_as_they_are(tmp_path: Path) -> None:
    from abmkit.io.writing import write

    told = Note(
        "id:1", "=Acme", "contacted", "+call", "2026-12-01", '\'=x\n; "y"', "Ann", "A", "2026-12-01"
    )
    table = notes_table([told, Note("id:2", "says nothing")])
    write([table], table.schema, tmp_path / "notes.csv", bom=True, guarded=True)
    assert read_notes(tmp_path / "notes.csv").by_account == {"id:1": told}
    (tmp_path / "notes.csv").write_text("account_id,date\nid:1,soon\n", encoding="utf-8")
    with pytest.raises(InputError, match="'soon' is no date"):
        read_notes(tmp_path / "notes.csv")


def test_notes_follow_an_account_to_its_new_id_and_its_own_come_first() -> None:
    notes = Notes(
        "", {"old": Note("old", note="old", status="contacted"), "new": Note("new", note="new")}
    )
    assert notes.named({"old": "new"}).by_account == {
        "new": replace(notes.by_account["new"], status="contacted")
    }


def test_decisions_of_a_workbook_join_those_there_are() -> None:
    import pyarrow as pa

    table = pa.table(
        {
            "left": strings(["a"]),
            "right": strings(["b"]),
            "decision": strings(["same"]),
            "own": strings(["x"]),
        }
    )
    choices = [Choice("b", "a", "different", "Ann", None), Choice("c", "d", "same", None, "why")]
    found, changed = merged_decisions(table, choices)
    assert changed == 2
    assert found.to_pylist() == [
        {"left": "a", "right": "b", "decision": "different", "own": "x", "by": "Ann", "why": None},
        {"left": "c", "right": "d", "decision": "same", "own": None, "by": None, "why": "why"},
    ]
    assert merged_decisions(found, choices)[1] == 0


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_who_is_next_in_line_stands_where_the_list_would_have_it(project: Path) -> None:
    header, *rows = COMPANIES.splitlines()
    placed = [f"{header},city,state", *(f"{row},Austin,TX" for row in rows)]
    Path("companies.csv").write_text("\n".join(placed), encoding="utf-8")
    assert run_command(["run", *AS_OF]) == 0
    sheet = load_workbook("out/target-accounts.xlsx")["Next in line"]
    places = {sheet.cell(n, headers(sheet)["Place"]).value for n in range(2, sheet.max_row + 1)}
    assert places == {"Austin, TX, US"}


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_column_that_one_account_lacks_is_not_all_known(project: Path) -> None:
    lines = [f"Co {n},co{n}.com,{'US' if n else ''},900,Ann" for n in range(300)]
    Path("companies.csv").write_text(
        "\n".join([COMPANIES.splitlines()[0], *lines]), encoding="utf-8"
    )
    assert run_command(["run", *AS_OF]) == 0
    sheet = load_workbook("out/target-accounts.xlsx")["Data gaps"]
    (known,) = (row[3] for row in sheet.iter_rows() if row[0].value == "Country")
    assert (known.value, known.number_format) == (0.996, "0.0%")
