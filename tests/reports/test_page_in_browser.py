"""The page in a browser: searched, sorted, opened, by mouse and keyboard; and what axe says of it."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from abmkit.reports.html.page import write_page
from abmkit.reports.words import words
from abmkit.runs.changes.moves import Changes, Move
from pages import DAY, page_of, project_in, run_of

playwright = pytest.importorskip(
    "playwright.sync_api", reason="no browser driver; pip install -e '.[browser]'"
)
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"no browser; one of {', '.join(BROWSERS)} is needed")
    with playwright.sync_playwright() as driver:
        # CI is root, under which a sandbox does not start; the page has no network to be kept from.
        opened = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("page")
    config = project_in(folder, accounts=200)
    text = config.read_text(encoding="utf-8").replace("capacity = 4", "capacity = 40")
    config.write_text(text.replace("min_score = 30", "min_score = 10"), encoding="utf-8")
    done = run_of(config)
    for language in ("en", "zh"):
        (folder / f"{language}.html").write_text(page_of(done, language), encoding="utf-8")
    return {language: folder / f"{language}.html" for language in ("en", "zh")}


@pytest.fixture
def page(browser: Any, reports: dict[str, Path]) -> Iterator[Any]:
    """The page, opened; nothing may be asked for and nothing may go wrong on it."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    asked, wrong = [], []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: wrong.append(message.text))
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("dialog", lambda dialog: wrong.append(dialog.message))
    opened.goto(reports["en"].as_uri())
    yield opened
    assert wrong == []
    assert asked == [reports["en"].as_uri()]
    opened.close()


def rows(page: Any) -> Any:
    return page.locator("#accounts tbody tr")


def names(page: Any) -> list[str]:
    found: list[str] = page.locator("#accounts tbody th").all_inner_texts()
    return found


def test_the_list_is_searched_and_shown_again(page: Any) -> None:
    assert len(names(page)) == 50
    page.get_by_role("searchbox", name="Search").fill("ＣＯＭＰＡＮＹ 101")
    playwright.expect(rows(page)).to_have_count(1)
    assert names(page) == ["Company 101 GmbH"]
    assert page.locator("#shown").inner_text().startswith("1 of ")
    page.get_by_role("searchbox", name="Search").fill("nobody is called so")
    playwright.expect(rows(page)).to_have_count(0)
    assert page.locator("#shown").inner_text() == "No account is like that."
    page.get_by_role("button", name="Show all").click()
    assert len(names(page)) == 50


def test_accounts_are_chosen_by_tier_and_by_whom_nobody_owns(page: Any) -> None:
    page.locator("select[data-field=tier]").select_option("A")
    tiers = page.locator("#accounts tbody td:first-child").all_inner_texts()
    assert {*tiers} == {"A"}
    page.locator("select[data-field=owner]").select_option("–")
    owners = page.locator("#accounts tbody td:nth-child(4)").all_inner_texts()
    assert {*owners} == {"–"}


def test_a_column_sorts_both_ways_with_what_is_unknown_last(page: Any) -> None:
    page.locator("#size").select_option("1000")
    header = page.locator("th[data-field=employees]")
    header.get_by_role("button").click()
    assert header.get_attribute("aria-sort") == "descending"
    cells = page.locator("#accounts tbody td:nth-child(8)").all_inner_texts()
    order = ["12,000", "1,001–5,000", "250", "–"]
    assert [*dict.fromkeys(cells)] == order
    header.get_by_role("button").click()
    assert header.get_attribute("aria-sort") == "ascending"
    cells = page.locator("#accounts tbody td:nth-child(8)").all_inner_texts()
    assert [*dict.fromkeys(cells)] == [*reversed(order[:3]), "–"]
    page.get_by_role("button", name="Back to the order of the list").click()
    assert header.get_attribute("aria-sort") is None


def test_rows_are_turned_page_by_page(page: Any) -> None:
    first = names(page)
    page.get_by_role("button", name="Later rows").click()
    assert not {*first} & {*names(page)}
    assert page.locator("#span").inner_text() == "51 to 100"
    page.get_by_role("button", name="Earlier rows").click()
    assert names(page) == first


def test_an_account_opens_by_keyboard_with_its_score_taken_apart(page: Any) -> None:
    button = page.locator("#accounts tbody button").first
    name = button.inner_text()
    button.focus()
    page.keyboard.press("Enter")
    assert page.locator("#account-name").inner_text() == name
    points = [
        float(t)
        for t in page.locator("#account tbody td:nth-child(3)").all_inner_texts()
        if t != "–"
    ]
    assert round(sum(points), 2) == float(page.locator("#account tfoot td").first.inner_text())
    assert "account=" in page.url
    page.keyboard.press("Escape")
    assert not page.locator("#account").is_visible()
    assert page.evaluate("document.activeElement.innerText") == name
    assert "account=" not in page.url


def test_an_account_is_found_by_its_address(page: Any, reports: dict[str, Path]) -> None:
    page.evaluate("location.hash = '#account=' + encodeURIComponent('domain:company101.de')")
    page.wait_for_selector("#account[open]")
    assert page.locator("#account-name").inner_text() == "Company 101 GmbH"
    link = page.locator("#account a")
    assert link.get_attribute("href") == "https://company101.de/"
    assert link.get_attribute("rel") == "noreferrer noopener"


def test_names_that_would_break_out_are_shown_as_they_are(page: Any) -> None:
    page.get_by_role("searchbox", name="Search").fill("<script>")
    playwright.expect(rows(page)).not_to_have_count(50)
    assert "</script><script>alert(1)</script>" in names(page)
    page.get_by_role("button", name="</script><script>").click()
    assert page.locator("#account-name").inner_text() == "</script><script>alert(1)</script>"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_no_fault(
    browser: Any, reports: dict[str, Path], language: str, width: int, scheme: str
) -> None:
    # axe is put into the page, which lets nothing in.
    context = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(reports[language].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for opened in (False, True):
        if opened:
            page.locator("#accounts tbody button").first.click()
        found = axe.Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    context.close()


def test_a_long_name_of_a_rule_that_changed_does_not_run_over_a_phone(
    browser: Any, tmp_path: Path
) -> None:
    done = run_of(project_in(tmp_path))
    key = f"score.criteria.{'size_of_the_company' * 4}.bands"
    moved = Move("id:1", "Acme", "left", "A", None, ("config",), (), 9.0, 8.0)
    changes = Changes((moved,), 9, 9, DAY, DAY, ((key, None, 1),))
    file = io.BytesIO()
    write_page(file, replace(done.run, changes=changes), words("en"))
    (tmp_path / "page.html").write_bytes(file.getvalue())
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto((tmp_path / "page.html").as_uri())
    assert page.get_by_text(key).count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.close()
