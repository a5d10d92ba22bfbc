"""Init: a sample that runs as it is, and a config made from the user's own files."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import abmkit
from abmkit.commands.lists.run import RunResult
from abmkit.config.loading import FILE, read_config
from abmkit.errors import InputError, UsageError
from abmkit.reports.init import config_text, write_starter
from abmkit.reports.words import words
from abmkit.starter.result import Starter
from abmkit.starter.starting import start_from as started_from
from abmkit.starter.starting import start_sample

TODAY = date(2026, 11, 21)
EN = words("en")


def ran(folder: Path) -> RunResult:
    result: RunResult = abmkit.run(folder / FILE, as_of=TODAY)
    return result


def start_from(*arguments, **options) -> Starter:
    """The starter, its config written."""
    starter = started_from(*arguments, **options)
    write_starter(starter, EN)
    return starter


def in_words(facts) -> list[str]:
    return [EN.of(each) for each in facts]


def written(folder: Path, text: str, name: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# The sample --------------------------------------------------------------------------------------


def test_the_sample_runs_as_it_is_and_has_something_of_everything(tmp_path: Path) -> None:
    files = start_sample(tmp_path / "new")
    assert [each.name for each in files] == ["companies.csv", "customers.csv", "pins.csv", FILE]
    result = ran(tmp_path / "new")
    assert {tier.id: tier.count for tier in result.funnel.tiers} == {"A": 9, "B": 11, "C": 9}
    left = {EN.of(r.why): r.count for stage in result.funnel.stages for r in stage.left}
    assert left["merged with another record"] == 3
    assert left["Existing customer"] == 4
    assert left["Sells what we sell"] == 2
    assert left["Under 10 people: nobody to roll it out"] == 2
    reasons = " ".join(result.target_accounts["fit_reasons"].to_pylist())
    assert "unknown" in reasons
    assert "pinned to A" in " ".join(result.target_accounts["tier_reason"].to_pylist())


@pytest.mark.parametrize("name", [FILE, "companies.csv", "customers.csv"])
def test_the_sample_overwrites_nothing(tmp_path: Path, name: str) -> None:
    mine = written(tmp_path, "mine", name)
    with pytest.raises(UsageError, match="is there already; give another folder"):
        start_sample(tmp_path)
    assert mine.read_text() == "mine"
    assert [each.name for each in tmp_path.iterdir()] == [name]


# From the user's files ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fortune(shared_data: Path) -> list[dict[str, str]]:
    path = shared_data / "demo/fortune1000_2021__Fortune_1000.csv"
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def american(shared_data: Path) -> list[Path]:
    names = ("fortune1000_2021__Fortune_1000.csv", "sp500__constituents.csv")
    return [shared_data / "demo" / name for name in names]


def shop_and_software(fortune: list[dict[str, str]]) -> list[dict[str, str]]:
    """Fifty firms that could be somebody's customers: every third of two sectors."""
    found = [row for row in fortune if row["sector"] in ("Retailing", "Technology")]
    return found[3::3][:50]


@pytest.fixture(scope="module")
def starter(
    tmp_path_factory: pytest.TempPathFactory, fortune: list[dict[str, str]], american: list[Path]
) -> Starter:
    folder = tmp_path_factory.mktemp("fortune")
    names = [row["company"] for row in shop_and_software(fortune)]
    customers = written(folder, "\n".join(["company", *names, "Nobody Special Inc"]), "names.csv")
    return start_from(folder / "project", american, customers, as_of=TODAY)


def test_a_bare_list_of_names_finds_the_customers(starter: Starter) -> None:
    assert starter.customers is not None
    assert (starter.customers.entries, starter.customers.found) == (51, 50)
    assert "customers found among the companies: 50 of 51" in in_words(starter.warnings)


def test_a_bare_list_of_domains_finds_them_too(
    tmp_path: Path, fortune: list[dict[str, str]], american: list[Path]
) -> None:
    sites = [row["Website"].removeprefix("https://www.") for row in shop_and_software(fortune)]
    customers = written(tmp_path, "\n".join(["domain", *sites]), "domains.csv")
    starter = start_from(tmp_path / "project", american, customers, as_of=TODAY)
    assert starter.customers is not None
    assert starter.customers.found >= 48


def test_what_customers_have_in_common_is_what_they_were_chosen_by(starter: Starter) -> None:
    assert starter.learned
    first = starter.criteria[0]
    assert first.id == "industry"
    assert set(first.bands[0].when["industry"]) == {"Retailing", "Technology"}
    assert first.points == max(c.points for c in starter.criteria)
    assert sum(c.points for c in starter.criteria) == 100
    assert "of 50 customers are in Technology" in "; ".join(in_words(first.why))


def test_bands_are_numbers_that_a_person_would_write(starter: Starter) -> None:
    for criterion in starter.criteria:
        for band in criterion.bands:
            for test in band.when.values():
                for edge in test["between"] if isinstance(test, dict) else []:
                    digits = str(edge).rstrip("0")
                    assert len(digits) <= 2 or criterion.column == "founded_year"


def test_revenue_in_millions_that_nobody_says_is_a_decision_with_its_reason(
    starter: Starter,
) -> None:
    (line,) = [
        each for each in config_text(starter, EN).splitlines() if each.startswith("revenue = ")
    ]
    assert line.startswith('revenue = { from = "revenue", unit = "million" }')
    assert "per employee" in line


def test_the_config_is_accepted_as_it_was_written(starter: Starter) -> None:
    assert starter.path.read_text(encoding="utf-8") == config_text(starter, EN)
    config = read_config(starter.path)
    assert config.dedupe.keys == ["registry_ids", "domain", "ticker", "name_key+country"]
    assert [each.name for each in config.suppress] == ["customers"]
    assert not config.exclude.rules


def test_it_runs_at_once_and_gives_the_tiers_it_promised(starter: Starter) -> None:
    result = ran(starter.path.parent)
    promised = {each.id: each.accounts for each in starter.tiers}
    assert {each.id: each.count for each in result.funnel.tiers} == promised
    assert promised["A"] == 20
    assert promised["B"] == 60
    (customers,) = result.funnel.customers
    assert customers.tiers == starter.customers_reach
    assert customers.tiers["A"] + customers.tiers["B"] >= 35


def test_bars_are_in_steps_of_five_from_the_top_down(starter: Starter) -> None:
    bars = [each.min_score for each in starter.tiers]
    assert bars == sorted(bars, reverse=True)
    assert len(set(bars)) == 3
    assert all(bar % 5 == 0 for bar in bars)


def test_labels_that_mean_the_same_are_brought_together(starter: Starter) -> None:
    same = {each.given: each.own for each in starter.labels}
    assert same["Information Technology"] == "Technology"
    assert "Financials" not in same
    with (starter.path.parent / "industries.csv").open(encoding="utf-8-sig") as file:
        table = {row["from"]: row["to"] for row in csv.DictReader(file)}
    assert {given: own for given, own in table.items() if given != own} == same
    assert table["Retailing"] == "Retailing"


def test_it_is_the_same_every_time(tmp_path: Path, american: list[Path], starter: Starter) -> None:
    customers = starter.path.parent.parent / "names.csv"
    again = tmp_path / starter.path.parent.name
    second = start_from(again, american, customers, as_of=TODAY)

    def told(text: str) -> str:
        # Where the files lie is another place, seen from another folder.
        return re.sub(r'path = "[^"]*/', 'path = "', text)

    assert told(config_text(second, EN)) == told(config_text(starter, EN))


def test_without_customers_the_profile_is_a_guess_that_says_so(
    tmp_path: Path, shared_data: Path
) -> None:
    source = shared_data / "demo/cn_a_share_2019__stock_basic.csv"
    starter = start_from(tmp_path / "a", [source], as_of=TODAY)
    assert not starter.learned
    assert starter.customers is None
    assert all(in_words(criterion.why)[0].startswith("A guess") for criterion in starter.criteria)
    config = read_config(starter.path)
    assert config.currency == "CNY"
    assert config.sources[0].columns["totalAssets"].type == "number"  # type: ignore[union-attr]
    assert {each.id: each.count for each in ran(tmp_path / "a").funnel.tiers} == {
        each.id: each.accounts for each in starter.tiers
    }


def test_ranges_give_bands_that_end_where_ranges_end(tmp_path: Path) -> None:
    ranges = ["1-10", "11-50", "51-200", "201-500", "501-1000"]
    rows = [f"Firm Number {n} Ltd,{ranges[n % 5]}" for n in range(100)]
    source = written(tmp_path, "\n".join(["company,employees", *rows]), "firms.csv")
    starter = start_from(tmp_path / "p", [source], as_of=TODAY)
    edges = {band.when["employees"]["at_least"] for band in starter.criteria[0].bands}
    assert edges <= {1, 11, 51, 201, 501}


def test_a_crm_that_marks_customers_needs_no_list_of_them(tmp_path: Path) -> None:
    rows = [
        f"Firm Number {n} Ltd,{'customer' if n % 4 == 0 else 'prospect'},"
        f"{'Energy' if n % 4 == 0 else 'Retail'},{100 + n}"
        for n in range(80)
    ]
    source = written(
        tmp_path, "\n".join(["company,relationship,industry,employees", *rows]), "crm.csv"
    )
    starter = start_from(tmp_path / "p", [source], as_of=TODAY)
    assert starter.learned
    assert starter.criteria[0].bands[0].when == {"industry": ["Energy"]}
    (rule,) = read_config(starter.path).exclude.rules
    assert rule.reason == "Existing customer"


def test_a_list_without_a_heading_is_asked_about(tmp_path: Path) -> None:
    source = written(
        tmp_path, "company,industry\n" + "".join(f"Firm {n} Ltd,x\n" for n in range(9)), "a.csv"
    )
    customers = written(tmp_path, "Firm 1 Ltd\nFirm 2 Ltd\nFirm 3 Ltd\n", "mine.csv")
    starter = start_from(tmp_path / "p", [source], customers, as_of=TODAY)
    assert any("is no heading" in warning for warning in in_words(starter.warnings))
    assert starter.customers is not None
    assert starter.customers.found == 2


def test_a_file_that_names_no_companies_is_an_input_error_with_a_remedy(tmp_path: Path) -> None:
    source = written(tmp_path, "colour,size\nred,1\nblue,2\n", "a.csv")
    with pytest.raises(InputError, match="call the column"):
        start_from(tmp_path / "p", [source], as_of=TODAY)
    assert not (tmp_path / "p" / FILE).exists()


def test_an_existing_config_is_never_overwritten(tmp_path: Path, american: list[Path]) -> None:
    mine = written(tmp_path, "version = 1\n", FILE)
    with pytest.raises(UsageError, match="is there already"):
        start_from(tmp_path, american, as_of=TODAY)
    assert mine.read_text() == "version = 1\n"


def test_awkward_names_make_valid_toml_that_finds_its_files(tmp_path: Path) -> None:
    folder = tmp_path / '项目 "one"'
    rows = [
        f'"Müller & ""Söhne"" {n} \\ GmbH","R&D \\ ""x""\nand more",{n * 10}' for n in range(1, 30)
    ]
    rows += [f"云杉 {n} 有限公司,'食品',{n * 7}" for n in range(1, 30)]
    source = written(folder, "\n".join(["公司,行业,人员 规模\\数", *rows]), "my [list] 中文.csv")
    starter = start_from(folder, [source], as_of=TODAY)
    config = read_config(starter.path)
    assert config.sources[0].path == "my [list] 中文.csv"
    assert ran(folder).target_accounts.num_rows > 0


def test_two_files_of_one_name_are_two_sources(tmp_path: Path) -> None:
    text = "company\n" + "".join(f"Firm {n} Ltd\n" for n in range(9))
    files = [written(tmp_path, text, f"{folder}/list.csv") for folder in ("one", "two")]
    starter = start_from(tmp_path / "p", files, as_of=TODAY)
    assert [each.name for each in starter.sources] == ["list", "list-2"]
    assert (starter.records, starter.accounts) == (18, 9)


def test_amounts_in_another_currency_get_a_rough_rate_to_check(tmp_path: Path) -> None:
    a = written(tmp_path, "company,revenue (USD)\nAcme Ltd,5000000\nBeta Ltd,70000000\n", "a.csv")
    b = written(tmp_path, "公司名称,营业收入(人民币万元)\n云杉食品有限公司,5000\n", "b.csv")
    starter = start_from(tmp_path / "p", [a, b], as_of=TODAY)
    config = read_config(starter.path)
    assert config.currency == "USD"
    assert config.rates == {"CNY": 0.14}
    assert "rough" in config_text(starter, EN)


def test_starting_imports_neither_pandas_nor_the_command_line() -> None:
    code = (
        "import sys, tempfile, pathlib, datetime\n"
        "from abmkit.starter.starting import start_from, start_sample\n"
        "folder = pathlib.Path(tempfile.mkdtemp())\n"
        "start_sample(folder)\n"
        "start_from(folder / 'p', [folder / 'companies.csv'], folder / 'customers.csv',\n"
        "           as_of=datetime.date(2026, 11, 21))\n"
        "print(sorted({'pandas', 'typer', 'rich'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_bare_names_alone_give_tiers_to_begin_with(tmp_path: Path) -> None:
    text = "company\n" + "".join(f"Firm {n} Ltd\n" for n in range(100))
    starter = start_from(tmp_path / "p", [written(tmp_path, text, "names.csv")], as_of=TODAY)
    assert starter.criteria == ()
    assert [each.accounts for each in starter.tiers] == [100]
    assert "# [[score.criteria]]" in config_text(starter, EN)
    assert ran(tmp_path / "p").target_accounts.num_rows == 100


def test_labels_of_too_few_shared_companies_stay_apart(tmp_path: Path) -> None:
    rows = range(4)
    a = "company,industry\n" + "".join(f"Firm {n} Ltd,Shops\n" for n in rows)
    b = "company,industry\n" + "".join(f"Firm {n} Ltd,Retail\n" for n in rows)
    files = [written(tmp_path, a, "a.csv"), written(tmp_path, b, "b.csv")]
    starter = start_from(tmp_path / "p", files, as_of=TODAY)
    assert starter.labels == ()
    assert not (tmp_path / "p" / "industries.csv").exists()


def test_customers_like_everybody_else_teach_nothing_by_their_industry(tmp_path: Path) -> None:
    rows = [f"Firm {n} Ltd,{('Energy', 'Retail')[n % 2]},{100 + n}" for n in range(200)]
    source = written(tmp_path, "\n".join(["company,industry,employees", *rows]), "all.csv")
    names = [f"Firm {n} Ltd" for n in range(0, 200, 5)]
    customers = written(tmp_path, "\n".join(["company", *names]), "mine.csv")
    starter = start_from(tmp_path / "p", [source], customers, as_of=TODAY)
    assert starter.customers is not None
    assert starter.customers.found == 40
    assert [each.id for each in starter.criteria] == ["size"]
    assert "so it tells little" in in_words(starter.criteria[0].why)[0]
