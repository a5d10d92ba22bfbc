"""The screen is 80 cells wide, in Chinese too."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import abmkit
from abmkit.config.loading import Project, load_project
from abmkit.config.project import Config
from abmkit.engines.engine import engine as engine_of
from abmkit.planning.reach import match_summary
from abmkit.reports.console.check import check_text
from abmkit.reports.console.explain import explanation_text
from abmkit.reports.console.init import next_steps, starter_report
from abmkit.reports.console.inspect import columns_to_paste, inspection_text
from abmkit.reports.console.match import match_text
from abmkit.reports.console.run import run_report
from abmkit.reports.console.toml import with_comments
from abmkit.reports.console.width import WIDTH, fit, measure, pad, wrap
from abmkit.reports.init import write_starter
from abmkit.reports.words import words
from abmkit.runs.explain import explain
from abmkit.runs.result import Run
from abmkit.sources.inspection import inspect
from abmkit.sources.lists import load_lists
from abmkit.sources.loading import load_sources
from abmkit.sources.matching import list_of_file, match_rows, rows_of_file
from abmkit.starter.starting import start_from

EN, ZH = words("en"), words("zh")
DAY = date(2026, 11, 1)
DATA = (
    "demo/cn_a_share_2019__stock_basic.csv",
    "demo/cn_companies_standup__companies.json",
    "demo/industry_codes__gbt4754.csv",
    "demo/fortune1000_2021__Fortune_1000.csv",
)
TEXTS = st.text(st.sampled_from("ab- ,，云杉é’🏭"), max_size=60)


def narrow(text: str) -> bool:
    """Whether no line is wider than the screen."""
    wide = [line for line in text.splitlines() if measure(line) > WIDTH]
    return not wide or pytest.fail("\n".join(wide))


# Measuring, cutting, wrapping ---------------------------------------------------------------------


def test_chinese_signs_take_two_cells() -> None:
    assert measure("云ab") == 4
    assert pad("云", 4) == "云  "
    assert pad("云", 4, right=True) == "  云"


@given(text=TEXTS, width=st.integers(1, 20))
def test_a_fitted_text_takes_exactly_its_cells(text, width) -> None:
    assert measure(fit(text, width)) == width


def test_what_is_cut_ends_in_an_ellipsis() -> None:
    assert fit("云杉食品", 6) == "云杉… "
    assert fit("abcdefg", 6) == "abcde…"
    assert fit("abcdef", 6) == "abcdef"


@given(text=TEXTS, width=st.integers(12, 40), hyphens=st.booleans())
def test_wrapped_lines_are_never_too_wide_and_lose_nothing(text, width, hyphens) -> None:
    lines = wrap(text, width, indent=" ", hanging="   ", hyphens=hyphens).split("\n")
    assert max(map(measure, lines)) <= width
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)


def test_a_comment_without_room_goes_on_below_or_stands_above() -> None:
    short, long = 'name = "公司"', f'"{"收入" * 16}" = "revenue"'
    comment = "recognised: " + "企业名称 " * 9
    lines = list(with_comments([(short, comment), (long, comment), (short, "")]))
    assert max(map(measure, lines)) <= WIDTH
    assert lines[0].startswith(short)
    assert [line.strip()[0] for line in lines[1:-2]] == ["#"] * (len(lines) - 3)
    assert lines[-2:] == [long, short]


# Screens ------------------------------------------------------------------------------------------

NAMES = ("云杉", "长江三角洲智能装备", "粤港澳大湾区新能源汽车动力电池回收再利用")
CONFIG = """\
version = 1
name = "目标客户名单示例：虚构的工业软件公司蓝图智造在上市公司里找适合的制造企业和它们的子公司"
currency = "CNY"
[[sources]]
name = "企业名录"
path = "企业.csv"
as_of = 2019-08-01
[[suppress]]
name = "现有客户名单（华东大区与华南大区合并之后，由销售运营每月更新一次）"
path = "customers.csv"
reason = "现有客户：由客户成功团队跟进，不再进入市场部的目标客户名单，也不参加任何营销活动，除非客户成功团队同意"
[[exclude.rules]]
id = "too-small"
reason = "人数太少：没有专职的信息化部门，项目做不起来，过去三年的失单里有一半是这样的公司，所以不再跟进"
when = { employees = { below = 20 } }
[[score.criteria]]
id = "行业"
bands = [{ when = { industry = ["新能源汽车动力电池的回收、拆解与再利用", "智能装备制造与工业机器人系统集成"] }, points = 10 },
  { when = { description = { contains = ["工业软件", "数字化转型", "智能制造"] } }, points = 5 }]
[[score.criteria]]
id = "规模"
bands = [{ when = { employees = { at_least = 100 } }, points = 10 }]
[tier]
within = "city"
[[tier.tiers]]
id = "重点"
strategy = "1:1"
min_score = 80
capacity = 1
when = { description = { contains = ["工业软件研发与实施", "数字化转型咨询", "智能制造示范工厂"] } }
[[tier.tiers]]
id = "其他客户"
min_score = 10
"""


@pytest.fixture(scope="module")
def chinese(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose names, reasons and columns are Chinese and long."""
    folder = tmp_path_factory.mktemp("chinese")
    rows = ["公司名称,曾用名,行业,人数,城市,简介,网站"]
    for number in range(60):
        name = f"{NAMES[number % 3]}（第{number}分部）科技股份有限公司"
        about = "专注工业软件研发与实施" * (number % 4) or "无"
        industry = "新能源汽车动力电池的回收、拆解与再利用" if number % 2 else "食品"
        rows.append(
            f"{name},{name[:4]}老字号{number}有限责任公司,{industry},{number * 7},"
            f"呼和浩特市,{about},www.gongsi{number}.cn"
        )
    (folder / "企业.csv").write_text("\n".join(rows), encoding="utf-8")
    customers = ["公司名称", *(row.split(",")[0] for row in rows[1:20]), "没有这家公司有限公司"]
    (folder / "customers.csv").write_text("\n".join(customers), encoding="utf-8")
    (folder / "abmkit.toml").write_text(CONFIG, encoding="utf-8")
    return folder


def _times(run: Run, factor: int) -> Run:
    """The same run of so many times as many accounts."""
    stages = (replace(each, count=each.count * factor) for each in run.funnel.stages)
    return replace(run, funnel=replace(run.funnel, stages=tuple(stages)))


def test_run_explain_and_check_are_eighty_cells_wide(chinese: Path) -> None:
    project = load_project(chinese / "abmkit.toml")
    with engine_of("duckdb") as running:
        done = abmkit.run(project, as_of=DAY)
        for told in (EN, ZH):
            assert narrow(run_report(done.run, done.files, told))
            assert narrow(run_report(_times(done.run, 10_000_000), done.files, told))
        large = run_report(_times(done.run, 10_000_000), done.files, EN)
        assert re.search(
            r"^-?\d{3},000,000  Total addressable market +100.0%$", large, re.MULTILINE
        )
        accounts = done.target_accounts.slice(0, 6)["account_id"].to_pylist()
        excluded = pq.read_table(done.folder / "excluded.parquet")["account_id"].to_pylist()
        for account in [*accounts, *excluded[:6]]:
            found = explain(project, running, account)
            assert all(narrow(explanation_text(found, told)) for told in (EN, ZH))
    loaded = load_sources(project, project.config.sources, as_of=DAY)
    assert loaded.table().num_rows == 60
    lists = load_lists(project, as_of=DAY)
    assert all(
        narrow(check_text(loaded.reports, lists.suppression, DAY, told)) for told in (EN, ZH)
    )


def test_match_is_eighty_cells_wide(chinese: Path) -> None:
    project = Project(Config(version=1))
    rows, _ = rows_of_file(chinese / "customers.csv")
    matched = match_rows(rows, list_of_file(chinese / "企业.csv", project, DAY), project)
    assert all(narrow(match_text(match_summary(matched), told)) for told in (EN, ZH))


def test_init_is_eighty_cells_wide(chinese: Path) -> None:
    folder = chinese / "新项目"
    files = [chinese / "企业.csv"]
    starter = start_from(folder, files, chinese / "customers.csv", as_of=DAY)
    write_starter(starter, EN)
    assert all(narrow(starter_report(starter, told)) for told in (EN, ZH))
    assert all(
        narrow(next_steps([starter.path.name], Path("新项目"), told, sample=False))
        for told in (EN, ZH)
    )


@pytest.mark.parametrize("name", DATA)
def test_inspect_is_eighty_cells_wide(shared_data: Path, name: str) -> None:
    found = inspect(shared_data / name)
    for told in (EN, ZH):
        _, *lines = inspection_text(found, told).splitlines()
        assert narrow("\n".join(lines))
        values = [line for line in columns_to_paste(found, told).splitlines() if "#" in line]
        assert narrow("\n".join(values))
