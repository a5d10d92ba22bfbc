"""What a first project decides so that its list is one that a person would send."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import abmkit
from abmkit.cli.main import run_command
from abmkit.config.loading import FILE, read_config
from abmkit.config.project import Config

DAY = "2026-11-21"


def written(folder: Path, text: str, name: str = "firms.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def started(folder: Path, *files: Path) -> Config:
    abmkit.init(folder / "p", files=[str(each) for each in files], as_of=date(2026, 11, 21))
    return read_config(folder / "p" / FILE)


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = run_command([*map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_customers_partners_and_competitors_are_no_targets(tmp_path: Path) -> None:
    relationships = ["customer", "partner", "competitor", "prospect"]
    rows = [f"Firm Number {n} Ltd,{relationships[n % 4]},{10 * n + 5}" for n in range(60)]
    config = started(
        tmp_path, written(tmp_path, "\n".join(["company,relationship,employees", *rows]))
    )
    run = abmkit.run(tmp_path / "p" / FILE, as_of=DAY)
    assert {rule.id for rule in config.exclude.rules} == {"customers", "not-a-buyer"}
    assert set(run.target_accounts["relationship"].to_pylist()) == {"prospect"}


@pytest.mark.parametrize(
    ("header", "no"), [("Do Not Contact", "yes"), ("Email Opt Out", "TRUE"), ("勿扰", "是")]
)
def test_who_asked_not_to_be_contacted_is_no_target(tmp_path: Path, header: str, no: str) -> None:
    rows = [f"Firm Number {n} Ltd,{no if n % 3 == 0 else ''},{10 * n + 5}" for n in range(60)]
    config = started(tmp_path, written(tmp_path, "\n".join([f"company,{header},employees", *rows])))
    (rule,) = config.exclude.rules
    run = abmkit.run(tmp_path / "p" / FILE, as_of=DAY)
    listed = {int(name.split()[2]) for name in run.target_accounts["name"].to_pylist()}
    assert (rule.id, rule.reason) == ("do-not-contact", "Asked not to be contacted")
    assert listed
    assert not [n for n in listed if n % 3 == 0]


def test_companies_of_which_nothing_is_known_are_no_targets(tmp_path: Path) -> None:
    known = [f"Firm Number {n} Ltd,{50 * n + 10},{'Food' if n % 3 else 'Steel'}" for n in range(20)]
    unknown = [f"Dark Number {n} Ltd,," for n in range(60)]
    started(
        tmp_path, written(tmp_path, "\n".join(["company,employees,industry", *known, *unknown]))
    )
    listed = abmkit.run(tmp_path / "p" / FILE, as_of=DAY).target_accounts["name"].to_pylist()
    assert listed
    assert not [name for name in listed if name.startswith("Dark")]


def test_no_column_known_for_a_few_is_what_makes_a_customer(tmp_path: Path) -> None:
    rows = [f"Firm Number {n} Ltd,{['KY', 'BM'][n % 2] if n < 6 else ''}" for n in range(100)]
    config = started(tmp_path, written(tmp_path, "\n".join(["company,country", *rows])))
    assert config.score.criteria == []


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("last_funding_date", lambda n: f"2021{n % 12 + 1:02d}{n % 28 + 1:02d}"),
        ("funding", lambda n: f"20{n % 25:02d}"),
        ("sales_rep_id", lambda n: f"{(n * 37) % 50}"),
        ("total assets no", lambda n: f"{n + 100}"),
        ("assets", lambda n: f"{n + 1}"),
    ],
)
def test_dates_and_ids_are_no_criteria(tmp_path: Path, header: str, value) -> None:
    rows = [f"Firm Number {n} Ltd,{value(n)}" for n in range(60)]
    config = started(tmp_path, written(tmp_path, "\n".join([f"company,{header}", *rows])))
    assert config.score.criteria == []
    assert config.tier.rank_by == ["fit_score"]


def test_amounts_under_such_a_header_are_one(tmp_path: Path) -> None:
    rows = [f"Firm Number {n} Ltd,{(n * 7919) % 100000 + 1000}" for n in range(60)]
    config = started(tmp_path, written(tmp_path, "\n".join(["company,total assets", *rows])))
    assert [each.id for each in config.score.criteria] == ["size"]


def test_a_label_that_names_no_kind_is_not_wanted(tmp_path: Path) -> None:
    labels = ["其他"] * 30 + ["食品"] * 20 + ["钢铁"] * 10 + ["纺织"] * 5
    rows = [f"云杉{n}食品有限公司,{label}" for n, label in enumerate(labels)]
    config = started(tmp_path, written(tmp_path, "\n".join(["公司名称,行业", *rows])))
    (criterion,) = config.score.criteria
    assert "其他" not in str(criterion.bands)


def test_where_nothing_tells_companies_apart_no_few_are_picked(tmp_path: Path) -> None:
    rows = [f"Firm Number {n} Ltd" for n in range(100)]
    config = started(tmp_path, written(tmp_path, "\n".join(["company", *rows])))
    (tier,) = config.tier.tiers
    assert (tier.id, tier.strategy, tier.capacity) == ("C", "1:many", None)
    assert abmkit.run(tmp_path / "p" / FILE, as_of=DAY).target_accounts.num_rows == 100


@pytest.mark.parametrize(
    ("country", "currency"),
    [("Germany", "EUR"), ("UK", "GBP"), ("United States", "USD"), ("China", "CNY")],
)
def test_amounts_without_a_currency_are_in_that_of_the_country_and_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], country: str, currency: str
) -> None:
    rows = [f"Firm Number {n} Ltd,{country},{1000003 * (n + 1)}" for n in range(40)]
    source = written(tmp_path, "\n".join(["company,country,revenue", *rows]))
    _, out, _ = told(capsys, "init", tmp_path / "p", "--from", source)
    assert read_config(tmp_path / "p" / FILE).currency == currency
    assert f"read as {currency}" in " ".join(out.split())
    assert "# check this: no file says a currency" in (tmp_path / "p" / FILE).read_text()


def test_the_currency_is_that_of_most_columns(tmp_path: Path) -> None:
    a = written(tmp_path, "company,revenue (EUR)\nAcme Ltd,5000000\n", "a.csv")
    b = written(tmp_path, "company,revenue (EUR)\nBeta Ltd,7000000\n", "b.csv")
    c = written(tmp_path, "company,revenue (USD)\nCeta Ltd,7000000\n", "c.csv")
    config = started(tmp_path, c, a, b)
    assert config.currency == "EUR"
    assert list(config.rates) == ["USD"]


def test_without_customers_nothing_is_said_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"Firm Number {n} Ltd,{10 * n + 5}" for n in range(60)]
    source = written(tmp_path, "\n".join(["company,employees", *rows]))
    code, out, _ = told(capsys, "init", tmp_path / "p", "--from", source)
    assert code == 0
    assert "customers would rank" not in " ".join(out.split())


def test_at_most_five_things_to_check_and_the_rest_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for each in range(8):
        rows = [f"Firm {each} Number {n} Ltd,{n % 7 + 1},{20 + n}" for n in range(40)]
        text = "\n".join(["company,revenue,employees", *rows])
        files.append(written(tmp_path, text, f"file{each}.csv"))
    _, out, _ = told(capsys, "init", tmp_path / "p", "--from", *files)
    assert out.count("Please check:") == 5
    assert " more to check" in out


def test_labels_that_were_brought_together_raise_no_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a = [f"Firm Number {n} Ltd,{['Retail', 'Energy', 'Banks'][n % 3]}" for n in range(60)]
    b = [f"Firm Number {n} Ltd,{['Shops', 'Power', 'Unlike'][n % 3]}" for n in range(30)]
    config = started(
        tmp_path,
        written(tmp_path, "\n".join(["company,industry", *a]), "a.csv"),
        written(tmp_path, "\n".join(["company,industry", *b]), "b.csv"),
    )
    assert config.industry is not None
    code, _, err = told(capsys, "run", tmp_path / "p" / FILE, "--as-of", DAY)
    assert (code, err) == (0, "")


def test_a_list_in_place_of_the_folder_is_told_how_to_begin_from_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = written(tmp_path, "company\nAcme Ltd\n")
    code, _, err = told(capsys, "init", source)
    assert code == 2
    assert err == (
        f"error: {source}: is a file, not a folder; to begin from it: abmkit init DIR --from "
        f"{source}\n"
    )


@pytest.mark.parametrize("flag", ["--from", "--customers"])
def test_a_project_needs_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flag: str
) -> None:
    source = written(tmp_path, "company\nAcme Ltd\n")
    given = ["--from", "-"] if flag == "--from" else ["--from", source, "--customers", "-"]
    code, _, err = told(capsys, "init", tmp_path / "p", *given)
    assert code == 2
    assert err.startswith(f"error: {flag}: ")
    assert not (tmp_path / "p").exists()
