"""What a notebook shows and gives: the example, cell by cell, and what could break it."""

from __future__ import annotations

import ast
import json
import shutil
import warnings
from datetime import date
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import abmkit
from abmkit.commands.result import Told

EXAMPLES = Path(__file__).parents[2] / "examples"
NOTEBOOK = EXAMPLES / "notebook.ipynb"
DAY = date(2026, 11, 21)


def shown(source: str, names: dict[str, Any]) -> Any:
    """What a cell shows: it is run, and its last line is what it gives."""
    body = ast.parse(source).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "cell", "exec"), names)
    if last is None:
        return None
    assert isinstance(last, ast.Expr)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


class Page(HTMLParser):
    """The tags of a page, each closed, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += f"{data} "


def page(value: Any) -> Page:
    return Page(value._repr_html_())


@pytest.mark.filterwarnings("ignore::abmkit.AbmkitWarning")
def test_the_example_runs_cell_by_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fortune").mkdir()
    shutil.copy(EXAMPLES / "fortune" / "customers.csv", tmp_path / "fortune")
    for name in ("fortune_1000.csv", "sp500.csv"):
        # On the first rows of its files, which are as they are, it takes a third of the time.
        with (EXAMPLES / "fortune" / name).open(encoding="utf-8") as file:
            (tmp_path / "fortune" / name).write_text("".join(islice(file, 250)), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    codes = [cell for cell in cells if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in codes)
    names: dict[str, Any] = {}
    results = [shown("".join(cell["source"]), names) for cell in codes]
    assert all(result is not None for result in results)
    assert all(len(result) for result in results if isinstance(result, pd.DataFrame))
    run = page(names["result"])
    assert "Target-account list" in run.text
    assert f"{names['result'].funnel.count('market'):,}" in run.text
    assert names["found"].frame.set_index("column").becomes["company"] == "name"
    points = names["why"].frames["criteria"].points.sum()
    assert points == pytest.approx(names["accounts"].fit_score[0])
    assert {"US"} <= set(names["market"].country)
    assert names["visible"].estimate[0] > names["visible"].accounts[0]


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of whose names, reasons and values each is a tag."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text(
        "Company,Website,Country,Employees\n"
        '"<script>alert(1)</script> Ltd",acme.com,US,50\nGlobex & Sons,globex.com,US,500\n'
        "O'Reilly,oreilly.com,US,900\n",
        encoding="utf-8",
    )
    (tmp_path / "abmkit.toml").write_text(
        'version = 1\nname = "<b>bold</b> & \'co\'"\n[[sources]]\nname = "a"\npath = "a.csv"\n'
        '[[exclude.rules]]\nid = "small"\nreason = "<img src=x onerror=alert(1)>"\n'
        "when = { employees = { below = 100 } }\n"
        '[[score.criteria]]\nid = "size"\nbands = [{ when = { employees = { above = 1 } }, points = 1 }]\n'
        '[tier]\nwithin = "country"\n[[tier.tiers]]\nid = "<i>"\nstrategy = "1:1"\ncapacity = 1\n'
        '[[tier.tiers]]\nid = "B"\n',
        encoding="utf-8",
    )
    return tmp_path


@pytest.mark.filterwarnings("ignore::abmkit.AbmkitWarning")
def test_a_run_is_shown_with_everything_escaped_and_nothing_to_fetch(odd: Path) -> None:
    result = abmkit.run("abmkit.toml", as_of=DAY)
    run = page(result)
    assert set(run.tags) == {"div", "p", "b", "table", "tr", "td"}
    assert {name for name, _ in run.attributes} == {"style"}
    assert "url(" not in result._repr_html_()
    assert "<b>bold</b> & 'co'" in run.text
    assert "<img src=x onerror=alert(1)>" in run.text
    assert "<i>" in run.text
    assert "1 per country" in run.text
    assert "no limit" in run.text
    dry = abmkit.run("abmkit.toml", as_of=DAY, dry_run=True)
    assert "Nothing" in page(dry).text or "would" in page(dry).text


@pytest.mark.filterwarnings("ignore::abmkit.AbmkitWarning")
def test_words_are_shown_as_on_a_screen_and_have_their_tables(odd: Path) -> None:
    abmkit.run("abmkit.toml", as_of=DAY)
    inspected = abmkit.inspect("a.csv")
    checked = abmkit.check("abmkit.toml", as_of=DAY)
    explained = abmkit.explain("globex.com", "abmkit.toml")
    for told in (inspected, checked, explained):
        assert isinstance(told, Told)
        assert page(told).tags == ["pre"]
        assert page(told).text.strip() == str(told).strip()
        assert all(isinstance(frame, pd.DataFrame) for frame in told.frames.values())
    assert inspected.frame.becomes.tolist() == ["name", "website", "country", "employees"]
    assert checked.frames["sources"].accepted.tolist() == [3]
    assert dict(checked.frame[["becomes", "filled"]].values)["employees"] == 3
    fields = explained.frames["fields"].set_index("field").value
    assert (fields["name"], fields["employees"]) == ("Globex & Sons", "500")
    assert explained.frame.to_dict("list") == {"criterion": ["size"], "points": [100.0]}
    assert explained.frames["records"].source.tolist() == ["a"]


def test_what_says_words_alone_is_a_text_still(odd: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        started = abmkit.init("mine", as_of=DAY)
    assert isinstance(started, str)
    assert dict(started.frames) == {}
    with pytest.raises(AttributeError, match="has no table"):
        _ = started.frame
