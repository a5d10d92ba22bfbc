"""A column that is declared in one place is known in every one: `funding_stage`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from abmkit.config.loading import load_project
from abmkit.domain.kinds import arrow_type
from abmkit.reports.excel.columns import list_columns
from abmkit.reports.excel.survey import Survey
from abmkit.reports.words import words
from abmkit.schema.accounts import CANONICAL, kind_of
from abmkit.sources.inspection import inspect
from abmkit.sources.loading import load_sources

TODAY = date(2026, 11, 1)
CRUNCHBASE = """\
Organization Name,Website,Last Funding Type,Total Funding Amount
Acme Inc,https://acme.com,Series A,12000000
Beta Ltd,https://beta.co.uk,Pre-Seed,
Gamma SA,https://gamma.fr,Post-IPO Equity,
Delta GmbH,https://delta.de,Venture - Series Unknown,
Epsilon AG,https://epsilon.ch,Series F,
Zeta LLC,https://zeta.com,—,
"""
ITJUZI = """\
公司名称,行业,融资轮次
甲科技有限公司,企业服务,Pre-A轮
乙科技有限公司,企业服务,天使轮
丙科技有限公司,医疗健康,D+轮
丁科技有限公司,医疗健康,尚未获投
戊科技有限公司,医疗健康,战略投资
"""


def loaded(folder: Path, text: str) -> Any:
    (folder / "list.csv").write_text(text, encoding="utf-8")
    (folder / "abmkit.toml").write_text(
        'version = 1\n[[sources]]\nname = "list"\npath = "list.csv"\n', encoding="utf-8"
    )
    project = load_project(folder / "abmkit.toml")
    made = load_sources(project, project.config.sources, as_of=TODAY)
    return made.table(), made.reports[0]


@pytest.mark.parametrize(
    ("text", "stages"),
    [
        (CRUNCHBASE, ["series_a", "pre_seed", "public", None, "series_d_plus", None]),
        (ITJUZI, ["series_a", "angel", "series_d_plus", "unfunded", "strategic"]),
    ],
    ids=["crunchbase", "itjuzi"],
)
def test_a_directory_says_how_far_its_companies_are_funded(
    tmp_path: Path, text: str, stages: list[str | None]
) -> None:
    table, report = loaded(tmp_path, text)
    assert table["funding_stage"].to_pylist() == stages
    assert table.schema.field("funding_stage").type == arrow_type("string")
    column = report.quality.columns["funding_stage"]
    assert (column.filled, column.distinct) == (
        len([s for s in stages if s]), len({s for s in stages if s}),
    )  # fmt: skip


def test_what_is_no_stage_is_said_and_not_masked(tmp_path: Path) -> None:
    _, report = loaded(tmp_path, CRUNCHBASE)
    (issue,) = report.issues
    assert (issue.canonical, issue.samples) == ("funding_stage", ("Venture - Series Unknown",))
    column = next(c for c in inspect(tmp_path / "list.csv").columns if c.becomes == "funding_stage")
    assert (column.how, column.samples[0]) == ("recognised", "Series A")


def test_a_header_whose_values_are_no_stages_is_not_believed(tmp_path: Path) -> None:
    text = CRUNCHBASE
    for stage in ("Series A", "Pre-Seed", "Post-IPO Equity", "Series F"):
        text = text.replace(stage, "12 million")
    table, _ = loaded(tmp_path, text.replace("—", "5 million"))
    assert "funding_stage" not in table.column_names
    assert "Last Funding Type" in table.column_names


def test_it_stands_after_ownership_and_in_the_workbook_under_its_label() -> None:
    names = list(CANONICAL)
    assert names[names.index("funding_stage") - 1] == "ownership"
    assert kind_of("funding_stage") == "string"
    survey = Survey()
    survey.see(pa.record_batch({"name": ["Acme"], "funding_stage": ["seed"], "own": ["x"]}))
    shown = list_columns(survey, words("en"))
    assert [each.title for each in shown if each.folded] == ["Funding stage", "own", "Account id"]
