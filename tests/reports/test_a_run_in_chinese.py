"""What a reader of a run in Chinese sees, of a list of Chinese companies: no word of English."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

import abmkit
from abmkit.cli.main import run_command
from abmkit.exports.target import target, target_names
from abmkit.reports.review import review_table
from abmkit.reports.words import words
from abmkit.runs.review import ToDecide
from pages import Page

EXAMPLE = Path(__file__).parents[2] / "examples" / "a-share"
NAMES = {
    # Of products, measures and strategies; of the example's source, rules and lists.
    "abmkit", "ICP", "few", "many", "JavaScript", "share", "st", "ST", "XD", "not", "manufacturing",
    "shrinking", "customers", "yes", "Excel", "CNY", "GQY",
    # Of columns that have no label, and of what a canonical one is called beside its label.
    "holders", "toml", "csv", "xlsx", "html", "json", "parquet",
}  # fmt: skip
TYPED = re.compile(
    r"`[^`]*`|\[\[?[\w.-]+\]?\]?|--[\w-]+|[\w./-]+\.(?:csv|xlsx|html|json|parquet|toml)|\w+\.\w+\.[\w.]+"
)
IDS = re.compile(r"name:\S+@CN|20\d{6}T\d{6}[.\dZ]*|/\S+")


def english(texts: Iterable[object], *names: str) -> set[tuple[str, str]]:
    """Words of English, each with where it stands; what is typed, and ids, are none."""
    return {
        (word, text[:80])
        for text in texts
        if isinstance(text, str)
        for word in re.findall("[A-Za-z]{2,}", IDS.sub(" ", TYPED.sub(" ", text)))
        if word not in NAMES | {*names}
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The example, run twice, as a manager in China would: some accounts moved since."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ABMKIT_LANG", "zh")
        folder = tmp_path_factory.mktemp("zh") / "project"
        shutil.copytree(EXAMPLE, folder)
        # One company in six is enough to read.
        file = folder / "stock_basic.csv"
        header, *rows = file.read_text(encoding="utf-8-sig").splitlines(keepends=True)
        file.write_text("".join([header, *rows[1::6]]), encoding="utf-8")
        patch.chdir(folder)
        assert run_command(["run", "--as-of", "2026-11-29", "--quiet"]) == 0
        config = (folder / "abmkit.toml").read_text(encoding="utf-8")
        config = config.replace("min_score = 80", "min_score = 85")
        (folder / "abmkit.toml").write_text(config, encoding="utf-8")
        assert run_command(["run", "--as-of", "2026-11-30", "--quiet"]) == 0
        yield folder


def test_no_cell_of_the_workbook_is_in_english(project: Path) -> None:
    book = load_workbook(project / "out" / "target-accounts.xlsx")
    seen: list[object] = [*book.sheetnames]
    for sheet in book:
        if sheet.sheet_state != "visible":
            continue
        for row in sheet.iter_rows():
            cells = [c for c in row if c.value is not None and c.data_type != "f"]
            # What a program reads again is hidden.
            seen += [
                c.value for c in cells if not sheet.column_dimensions[c.column_letter].hidden
                or sheet.column_dimensions[c.column_letter].outlineLevel
            ]  # fmt: skip
        for asked in sheet.data_validations.dataValidation:
            seen += [asked.error, asked.errorTitle, asked.prompt, asked.promptTitle]
    assert len(seen) > 5_000
    assert english(seen) == set()
    header = [cell.value for cell in book["客户名单"][1]]
    assert {"匹配度说明", "变动"} <= {*header}
    assert not any(str(title).startswith("__") for title in header)
    changes = book["客户名单"].iter_cols(header.index("变动") + 1, header.index("变动") + 1, 2)
    assert {cell.value for cell in next(changes)} == {None, "降级"}
    days = [text for text in seen if isinstance(text, str) and re.search(r"\d{4}-\d\d-\d\d", text)]
    assert days in ([], ["请填写日期，例如 2027-01-31。"])


def test_no_text_of_the_page_is_in_english(project: Path) -> None:
    page = Page((project / "out" / "report.html").read_text(encoding="utf-8"))
    assert english(page.shown) == set()
    fields = [text for each in page.data["fields"] for text in texts_in(each) if text != each["id"]]
    assert english(fields) == set()


def texts_in(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            if key not in ("id", "type", "where", "in"):
                yield from texts_in(value)
    elif isinstance(data, list):
        for value in data:
            yield from texts_in(value)


@pytest.mark.parametrize(
    ("command", "kept"),
    [
        (["check"], {"code", "ticker", "name", "country", "area", "region", "city", "industry",
                     "listed", "totalAssets", "fixedAssets", "rev", "profit", "gpr", "npr",
                     "timeToMarket"}),
        (["explain", "亿纬锂能"], set()),
        (["diff", "out"], set()),
        (["visibility", "-o", "seen.csv"], set()),
        (["export", "--for", "hubspot-companies", "-o", "h"],
         {"HubSpot", "companies", "Record", "ID", "Name", "MB", "crm_id", "crm", "id", "knowledge",
          "hubspot", "com", "set", "up", "your", "import", "file", "tier"}),
    ],
    ids=lambda given: given[0] if isinstance(given, list) else "",
)  # fmt: skip
def test_no_line_of_a_screen_is_in_english(
    command: list[str],
    kept: set[str],
    project: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(project)
    assert run_command([*command, "--lang", "zh"]) == 0
    out, err = capsys.readouterr()
    assert english([*out.splitlines(), *err.splitlines()], *kept) == set()


def test_reasons_in_files_beside_the_list_are_in_chinese(project: Path) -> None:
    with (project / "out" / "changes.csv").open(encoding="utf-8-sig") as file:
        changes = list(csv.DictReader(file))
    assert changes
    assert english(row["why"] for row in changes) == set()


def test_what_speaks_for_a_match_is_in_chinese(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    file = tmp_path / "matched.csv"
    command = ["match", "customers.csv", "--list", "out", "-o", str(file), "--lang", "zh"]
    assert run_command(command) == 0
    with file.open(encoding="utf-8-sig") as rows:
        told = {row["match_evidence"] for row in csv.DictReader(rows)} - {""}
    assert "名称相同；股票代码相同" in told
    assert english(told) == set()


def test_a_run_in_a_notebook_is_in_chinese(project: Path) -> None:
    done = abmkit.run(project / "abmkit.toml", dry_run=True, as_of="2026-11-30", lang="zh")
    text = re.sub(r"<[^>]*>", "\n", done._repr_html_())
    assert english(text.splitlines()) == set()
    assert "截至 2026年11月30日" in text
    assert "每个销售区域 60 家" in text


def test_what_targets_say_of_their_files_is_said_in_chinese() -> None:
    told = words("zh")
    notes = {note for name in target_names() for note in target(name).notes}
    assert {note for note in notes if not re.search("[一-鿿]", told.found(note))} == set()
    sources = {target(name).source for name in target_names()}
    # A source is the address of a page, or says that there is none.
    assert {each for each in sources if told.found(each) == each and "." not in each
            and not re.search(r"\d{6}|answer/", each)} == set()  # fmt: skip


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "exxonmobil.com, Irving, US-TX, US"),
        ("zh", "exxonmobil.com、美国得克萨斯州 Irving"),
    ],
)
def test_where_a_company_to_decide_on_is_is_said_in_the_language(language: str, told: str) -> None:
    where = {"domain": "exxonmobil.com", "city": "Irving", "region": "US-TX", "country": "US"}
    (row,) = review_table(
        [ToDecide("company", "a", "b", left_place=where)], words(language)
    ).to_pylist()
    assert (row["left_place"], row["right_place"]) == (told, None)


def test_fields_that_lack_are_called_by_their_labels() -> None:
    chinese = words("zh")
    assert chinese("visibility.field", field="employees", count=7074) == "员工人数（7,074 家）"
    assert chinese("research.why", field="employees", deciders=["规模"]) == "员工人数决定规模"
