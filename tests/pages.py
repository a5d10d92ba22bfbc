"""A small project with everything that a page shows, names that would break out of it among it."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import abmkit
from abmkit.config.loading import load_project
from abmkit.reports.html.page import write_page
from abmkit.reports.words import words

DAY = date(2026, 11, 1)
HOSTILE = (
    "</script><script>alert(1)</script>",
    '<img src=x onerror="alert(2)">',
    "invoice\u202efdp.exe Ltd",
    '"><b onmouseover=alert(3)>Bold & Co',
    "{{ 7 * 7 }} Holding",
    "<!--<script>",
    "Line\u2028Separators\u0007 AG",
)
CONFIG = """\
version = 1
name = "<i>Nord</i> & Süd"
currency = "EUR"
[[sources]]
name = "directory"
path = "directory.csv"
[[sources]]
name = "register"
path = "register.csv"
[[suppress]]
name = "customers"
path = "customers.csv"
reason = "Already a customer <b>"
[[exclude.rules]]
id = "tiny"
reason = "Under 10 people"
when = { employees = { below = 10 } }
[[score.criteria]]
id = "size"
bands = [
  { when = { employees = { between = [200, 2000] } }, points = 3 },
  { when = { employees = { above = 2000 } }, points = 1 },
]
[[score.criteria]]
id = "trade"
bands = [{ when = { industry = ["Retail", "Food"] }, points = 3 }]
[[score.criteria]]
id = "place"
bands = [{ when = { country = "DE" }, points = 1 }]
[[score.criteria]]
id = "reach"
missing = "skip"
bands = [{ when = { first_name = "Ada" }, points = 0.5 }, { when = { sites = { above = 3 } }, points = 1 }]
[tier]
within = "territory"
[[tier.tiers]]
id = "A"
strategy = "1:1"
min_score = 70
capacity = 4
[[tier.tiers]]
id = "B"
min_score = 30
[output]
formats = ["parquet"]
"""


def project_in(folder: Path, *, accounts: int = 60) -> Path:
    """Write the project into a folder; gives its config."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        [
            "company",
            "website",
            "country",
            "city",
            "industry",
            "employees",
            "revenue",
            "owner",
            "territory",
            "sites",
            "first_name",
            "email",
        ]
    ]
    trades = ("Retail", "Food", "Steel", "")
    people = ("250", "1,001–5,000", "", "12,000", "5")
    for n in range(accounts):
        name = HOSTILE[n] if n < len(HOSTILE) else f"Company {n} GmbH"
        owner, place = (f"Owner {n % 3}", ("North", "South")[n % 2]) if n % 7 else ("", "")
        rows.append(
            [name, f"company{n}.de", "DE" if n % 2 else "FR", "Köln", trades[n % 4], people[n % 5],
             f"{n + 1} million EUR", owner, place, "4" if n % 3 else "", "Ada", f"ada{n}@company{n}.de"]
        )  # fmt: skip
    for name, some in (
        ("directory.csv", rows),
        ("register.csv", [["company", "website"], *([r[0], r[1]] for r in rows[10:30])]),
        ("customers.csv", [["company"], *([r[0]] for r in rows[50:53])]),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(some)
    (folder / "abmkit.toml").write_text(CONFIG, encoding="utf-8")
    return folder / "abmkit.toml"


def run_of(config: Path) -> Any:
    """The result of running the project."""
    return abmkit.run(load_project(config), as_of=DAY)


def page_of(result: Any, language: str = "en", **options: Any) -> str:
    """The page of a run that is done."""
    file = io.BytesIO()
    write_page(file, result.run, words(language), **options)
    return file.getvalue().decode("utf-8")


@dataclass
class Page(HTMLParser):
    """A page taken apart."""

    text: str
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    """The cells of the rows of each table, by the id of its caption."""
    shown: list[str] = field(default_factory=list)
    """What is text to a reader."""
    scripts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._inside: list[str] = []
        self._rows: list[list[str]] = []
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "table":
            self._rows = []
        if tag == "caption":
            self.tables[str(dict(attrs)["id"])] = self._rows
        if tag == "tr":
            self._rows.append([])
        if tag in ("td", "th") and self._rows:
            self._rows[-1].append("")
        if tag not in ("meta", "link", "input"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._inside and self._inside[-1] == "script":
            self.scripts.append(data)
            return
        if "style" in self._inside:
            return
        self.shown.append(data)
        if {"td", "th"} & {*self._inside} and self._rows and self._rows[-1]:
            self._rows[-1][-1] += data.strip()

    @property
    def data(self) -> dict[str, Any]:
        """What the script reads."""
        found = re.search(
            r'<script type="application/json" id="data">(.*?)</script>', self.text, re.S
        )
        assert found is not None
        data: dict[str, Any] = json.loads(found[1])
        return data


def column(data: dict[str, Any], name: str) -> list[str | None]:
    """A field of all accounts of a page, in words."""
    found = next(each for each in data["fields"] if each["id"] == name)
    return [found["texts"][at] if at >= 0 else None for at in found["at"]]
