"""The page of a run: one file that says what the run found out, and can do nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from abmkit.config.sections.score import Outcome, Rate
from abmkit.reports.words import words
from pages import HOSTILE, Page, column, page_of, project_in, run_of


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A run after another, from which some accounts moved."""
    config = project_in(tmp_path_factory.mktemp("page"))
    run_of(config)
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("min_score = 30", "min_score = 55"), encoding="utf-8")
    return run_of(config)


@pytest.fixture(scope="module")
def page(done: Any) -> Page:
    return Page((done.folder / "report.html").read_text(encoding="utf-8"))


# What it says ---------------------------------------------------------------------------------


def test_a_page_has_the_parts_of_which_there_is_something_to_say(page: Page) -> None:
    parts = [attributes["id"] for tag, attributes in page.tags if tag == "section"]
    assert parts == [
        "funnel", "tiers", "scores", "changes", "customers", "exclusions", "completeness",
        "overlap", "list",
    ]  # fmt: skip


def test_a_part_without_data_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("company\nAcme\nBolt\n")
    (tmp_path / "abmkit.toml").write_text(
        'version = 1\n[[sources]]\nname = "a"\npath = "a.csv"\n', encoding="utf-8"
    )
    page = Page(page_of(run_of(tmp_path / "abmkit.toml")))
    assert [a["id"] for tag, a in page.tags if tag == "section"] == ["funnel"]
    assert page.data["cards"] == []


def test_the_funnel_adds_up(page: Page, done: Any) -> None:
    counts = {row[0]: row[1] for row in page.tables["funnel-1"][1:]}
    stages = [f"{stage.count:,}" for stage in done.funnel.stages]
    assert [counts[words("en")(f"stage.{s.code}")] for s in done.funnel.stages] == stages
    left: int | None = None
    for row in page.tables["funnel-1"][1:]:
        count = int(row[1].replace("−", "-").replace(",", ""))
        if row[1][0] in "−+":
            assert left is not None
            left += count
        else:
            assert left in (None, count)
            left = count


def test_tiers_stand_against_their_room_by_place_and_owner(page: Page, done: Any) -> None:
    listed = pq.read_table(done.folder / "target-accounts.parquet").to_pylist()
    places = {row[0]: row[1:] for row in page.tables["tiers-2"][1:]}
    a_north = sum(r["tier"] == "A" and r["territory"] == "North" for r in listed)
    assert places["North"][0].startswith(f"{a_north} of 4")
    assert "No territory" in places
    owners = page.tables["tiers-3"][1:]
    assert owners[0][0] == "No owner"
    assert sum(int(row[-1]) for row in owners) == len(listed)


def test_what_an_exclusion_took_alone_and_could_not_tell_is_said(page: Page, done: Any) -> None:
    rows = {row[0]: row[2:] for row in page.tables["exclusions-1"][1:]}
    (tiny,), (customers,) = done.funnel.rules, done.funnel.lists
    assert rows["tiny"] == [f"{n}" for n in (tiny.true, tiny.true_alone, tiny.unknown)]
    assert rows["customers"] == [f"{customers.accounts}", f"{customers.true_alone}", ""]
    assert tiny.unknown > 0


def test_what_is_missing_is_counted_in_the_target_market(page: Page, done: Any) -> None:
    accounts = pq.read_table(done.folder / "accounts.parquet").to_pylist()
    market = [row for row in accounts if not row["excluded"]]
    missing = {row[0]: row[1] for row in page.tables["completeness-1"][1:]}
    for name, label in (
        ("employees_max", "Employees"),
        ("industry", "Industry"),
        ("owner", "Owner"),
    ):
        assert missing[label] == str(sum(row[name] is None for row in market))
    by_source = {row[0]: row[1:] for row in page.tables["completeness-3"][1:]}
    assert by_source["Website"] == ["100%", "100%"]
    assert by_source["Industry"] == ["75%", "0%"]


def test_sources_overlap_as_accounts_say(page: Page, done: Any) -> None:
    accounts = pq.read_table(done.folder / "accounts.parquet")["sources"].to_pylist()
    both = sum(len(each) == 2 for each in accounts)
    assert ["directory + register", str(both)] in [row[:2] for row in page.tables["overlap-2"]]
    assert page.tables["overlap-1"][1][2] == str(len(accounts) - both)


def test_changes_since_the_run_before_are_told_one_by_one(page: Page, done: Any) -> None:
    moves = page.tables["changes-2"][1:]
    assert len(moves) == len(done.run.changes.moves) > 0
    assert {row[3] for row in moves} == {"config"}
    assert "score.criteria" not in "".join(page.shown)
    assert any("tier.tiers" in text for text in page.shown)


# The list -------------------------------------------------------------------------------------


def test_the_list_is_that_of_the_run_in_its_order(page: Page, done: Any) -> None:
    listed = pq.read_table(done.folder / "target-accounts.parquet")
    assert column(page.data, "account_id") == listed["account_id"].to_pylist()
    assert column(page.data, "tier") == listed["tier"].to_pylist()


def test_an_amount_is_shown_as_the_source_says_it(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        'company,employees\nOpen,"1,200+"\nRange,201-500\nUnder,<50\nExact,77\n'
    )
    (tmp_path / "abmkit.toml").write_text(
        'version = 1\n[[sources]]\nname = "a"\npath = "a.csv"\n[[score.criteria]]\nid = "any"\n'
        "bands = [{ when = { name = { known = true } }, points = 1 },"
        " { when = { employees = { above = 9 } }, points = 0.5 }]\n"
        '[[tier.tiers]]\nid = "A"\n[output]\nformats = ["parquet"]\n',
        encoding="utf-8",
    )
    done = run_of(tmp_path / "abmkit.toml")
    for language, shown in (
        ("en", {"Open": "1,200+", "Range": "201–500", "Under": "up to 50", "Exact": "77"}),
        ("zh", {"Open": "1,200 以上", "Range": "201–500", "Under": "不超过 50", "Exact": "77"}),
    ):
        data = Page(page_of(done, language)).data
        told = dict(zip(column(data, "name"), column(data, "employees"), strict=True))
        assert told == shown


def test_points_add_up_to_the_score(page: Page, done: Any) -> None:
    data = page.data
    scores = pq.read_table(done.folder / "target-accounts.parquet")["fit_score"].to_pylist()
    assert len({*data["points"]}) == 4
    for account, score in enumerate(scores):
        assert sum(points[account] for points in data["points"].values()) == round(score * 100)


def test_what_decided_on_each_criterion_is_said(page: Page) -> None:
    data = page.data
    codes = [
        text.split(",") for text in column({"fields": [{"id": "codes", **data["codes"]}]}, "codes")
    ]  # type: ignore[union-attr]
    (card,) = data["cards"]
    size = card["criteria"][0]
    people = column(data, "employees")
    for account, code in enumerate(codes):
        told = size["codes"][code[0]]
        if people[account] == "250":
            assert told == "in 200–2,000"
        elif people[account] is None:
            assert told == "unknown: so many points are assumed"
        elif people[account] == "12,000":
            assert told == "above 2,000"
    assert {"250", None, "1,001–5,000", "12,000"} == {*people}


def test_a_range_stays_a_range_and_sorts_by_its_middle(page: Page) -> None:
    field = next(each for each in page.data["fields"] if each["id"] == "employees")
    assert field["texts"] == ["250", "1,001–5,000", "12,000"]


def test_no_column_about_people_is_on_the_page(page: Page) -> None:
    assert not {"email", "first_name", "phone"} & {each["id"] for each in page.data["fields"]}
    assert "ada1@company1.de" not in page.text
    assert "first_name" not in page.data["cards"][0]["criteria"][3]["fields"]


def test_a_longer_list_is_cut_and_says_so(done: Any) -> None:
    page = Page(page_of(done, most=5))
    assert page.data["count"] == 5
    count = done.funnel.count("target_accounts")
    assert any(f"first 5 of {count} accounts" in text for text in page.shown)


# What it can do -------------------------------------------------------------------------------


def test_texts_of_others_stay_texts(page: Page, done: Any) -> None:
    names = column(page.data, "name")
    listed = pq.read_table(done.folder / "target-accounts.parquet")["name"].to_pylist()
    assert {*HOSTILE} & {*listed}
    assert [n.replace("\u202e", "\ufffd").replace("\x07", "\ufffd") for n in listed] == names
    assert len(page.scripts) == 2
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"i", "b", "img", "iframe", "object", "base"}
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert not any(sign in page.text for sign in "\u202e\u2028\u2029")
    assert "49 Holding" not in page.text


def test_nothing_is_asked_for_from_elsewhere(page: Page) -> None:
    for tag, attributes in page.tags:
        for name in ("src", "href", "action", "data", "srcset", "style"):
            value = attributes.get(name)
            assert value is None or value.startswith("#") or value == "data:,", (tag, value)
    assert not re.findall(
        r"(?:https?:)?//[a-z]", re.sub(r"https://\$\{", "", page.text.split('id="data"')[0])
    )
    assert "@import" not in page.text
    assert "url(" not in page.text


def test_only_its_own_script_and_style_may_run(page: Page) -> None:
    policy = next(
        a["content"] for t, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    rules = dict(each.strip().split(" ", 1) for each in policy.split(";"))
    style = re.search(r"<style>(.*?)</style>", page.text, re.S)
    assert style is not None
    for rule, text in (("script-src", page.scripts[1]), ("style-src", style[1])):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in policy


def test_the_same_run_gives_the_same_bytes(done: Any, page: Page) -> None:
    assert page_of(done) == page_of(done) == page.text


# Its words ------------------------------------------------------------------------------------


def test_a_page_in_chinese_has_no_english_sentence(done: Any) -> None:
    # Why accounts moved is said in the language in which they were tiered.
    page = Page(page_of(replace(done, run=replace(done.run, changes=None)), "zh"))
    assert page.tags[0] == ("html", {"lang": "zh-CN"})
    told = [*page.shown, *page.data["words"].values(), *(f["label"] for f in page.data["fields"])]
    told += [text for c in page.data["cards"][0]["criteria"] for text in c["codes"].values()]
    text = " ".join(told)
    # What the config, the sources and people call things.
    for each in (*HOSTILE, *done.run.reasons.values(), *done.run.reasons, "<i>Nord</i> & Süd"):
        text = text.replace(each.translate({0x202E: "\ufffd", 7: "\ufffd"}), "")
    own = r"ICP|abmkit|csv|xlsx|target|accounts|JavaScript|directory|register|EUR|DE|Retail|Food|Steel"
    own += r"|North|South|Owner|Company|GmbH|Ada|sites|changes|tier|tiers|min|score|few|first|name"
    said = re.sub(r"\{\w+\}", "", text)
    assert [w for w in re.findall("[A-Za-z]{2,}", said) if not re.fullmatch(own, w)] == []
    assert "目标客户名单" in text


def test_a_learned_scorecard_shows_what_came_of_scores(done: Any) -> None:
    rates = [Rate(at_least=0, cases=40, positives=4), Rate(at_least=50, cases=60, positives=30)]
    outcome = Outcome(name="won", intercept=-3.0, per_point=0.05, rates=rates)
    config = done.run.project.config
    learned = config.model_copy(
        update={"score": config.score.model_copy(update={"outcome": outcome})}
    )
    run = replace(done.run, project=replace(done.run.project, config=learned))
    page = Page(page_of(replace(done, run=run)))
    assert page.tables["outcome-1"][1:] == [
        ["0–50", "40", "4", "10%", "15%"], ["50–100", "60", "30", "50%", "68%"],
    ]  # fmt: skip


# Whether it is written ------------------------------------------------------------------------


def test_a_page_is_not_written_where_the_config_says_so_and_an_older_one_goes(
    tmp_path: Path,
) -> None:
    config = project_in(tmp_path)
    older = tmp_path / "out" / "report.html"
    older.parent.mkdir()
    older.write_text("<p>An earlier run</p>", encoding="utf-8")
    text = config.read_text(encoding="utf-8").replace("[output]", "[output]\nreport = false")
    config.write_text(text, encoding="utf-8")
    result = run_of(config)
    assert not older.exists()
    assert result.folder == older.parent
    record = json.loads((result.folder / "run.json").read_text(encoding="utf-8"))
    assert record["config"]["values"]["output"]["report"] is False


def test_a_run_without_accounts_on_the_list_still_has_its_page(done: Any) -> None:
    empty = replace(done.run, target_accounts=type(done.run.target_accounts)(
        lambda: (done.run.target_accounts.opened()[0], iter(()))
    ))  # fmt: skip
    page = Page(page_of(replace(done, run=empty)))
    assert page.data["count"] == 0
    assert "list" not in [a.get("id") for tag, a in page.tags if tag == "section"]
