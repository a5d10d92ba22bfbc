"""Every verb, by its command and by its function: the same rows, the same words, the same warnings,
the same errors."""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

import abmkit
from abmkit import api
from abmkit.cli.main import run_command
from abmkit.commands import VERBS
from abmkit.commands.steps import STEPS
from abmkit.commands.verb import Verb
from abmkit.config.project import Config
from abmkit.errors import AbmkitError, UsageError

DAY = date(2026, 11, 21)
COMPANIES = """\
Company,Website,Country,Employees,Sector,Revenue
Acme Software Inc,acme.com,US,51-200,Software,$5M
Acme Software,acme.com,US,,software,
Globex Corporation,globex.com,US,1200,Sofware,$90M
Initech,initech.co,Germany,many,Services,$1M
Umbrella,umbrella.io,DE,20,Zoo,
,,,,,
Hooli,hooli.com,US,900,Software,$70M
"""
CONFIG = """\
version = 1
name = "verbs"
[industry]
map = "industries.csv"
[[sources]]
name = "crm"
path = "companies.csv"
[dedupe]
decisions = "decisions.csv"
[[assign]]
table = "territories.csv"
on = ["country"]
[[suppress]]
name = "customers"
path = "customers.csv"
reason = "Existing customer"
[[exclude.rules]]
id = "tiny"
reason = "Under 30 people"
when = { employees = { below = 30 } }
[[score.criteria]]
id = "size"
bands = [
  { when = { employees = { at_least = 500 } }, points = 60 },
  { when = { employees = { at_least = 800 } }, points = 30 },
]
[[score.criteria]]
id = "sector"
bands = [{ when = { industry = "Software" }, points = 40 }]
[tier]
within = "territory"
pins = "pins.csv"
[[tier.tiers]]
id = "A"
min_score = 50
capacity = 1
[[tier.tiers]]
id = "B"
"""
PEOPLE = "Email,Company,Consent\nann@acme.com,Acme,yes\nbob@hooli.com,Hooli,no\neve@x.org,X,yes\n"
HISTORY = "employees,plan,seats,left\n" + "".join(
    f"{size},{plan},{seat},{'yes' if (plan == 'monthly') != (seat % 5 == 0) else 'no'}\n"
    for seat, (size, plan) in enumerate(
        (size, plan) for size in range(20, 320, 5) for plan in ("monthly", "yearly")
    )
)
FILES = {
    "history.csv": HISTORY,
    "abmkit.toml": CONFIG,
    "companies.csv": COMPANIES,
    "industries.csv": "from,to\nsoftware,Software\nservices,Services\n",
    "territories.csv": "country,territory\nUS,West\nDE,DACH\n",
    "customers.csv": "name\nInitech\nNobody Known\n",
    "decisions.csv": "left,right,decision\nAcme Software,Nowhere At All,same\n",
    "pins.csv": "account,tier\nGlobex Corporation,A\nNo Such Company,A\n",
    "people.csv": PEOPLE,
    "best.csv": "name,worth\nAcme Software,5\nGlobex Corporation,\nElsewhere,2\n",
    "empty.toml": "version = 1\n",
    "wrong.toml": 'version = 1\n[[sources]]\nname = "a"\npath = "gone.csv"\n',
}
AS_OF = ["--as-of", DAY.isoformat()]


@dataclass(frozen=True)
class Case:
    """A verb by its command and by its function, and how each of them fails."""

    command: list[str]
    function: Callable[[Path, Any], Any]
    wrong_command: list[str]
    wrong_function: Callable[[Path, Any], Any]
    input: str | None = None
    """The step whose table is put in."""
    warned: str | None = None
    """A part of what is warned of."""
    written: tuple[str, ...] = field(default=())
    """Files that both write."""


def _step(name: str, *flags: str, needs: str, warned: str | None = None, **options: Any) -> Case:
    def function(project: Path, accounts: Any) -> Any:
        dated = {"as_of": DAY}
        return getattr(abmkit, name)(accounts, project / "abmkit.toml", **dated, **options)

    def wrong(project: Path, accounts: Any) -> Any:
        return getattr(abmkit, name)(accounts, "nowhere.toml")

    return Case(
        [name, f"{needs}.parquet", *AS_OF, *flags],
        function,
        [name, f"{needs}.parquet", "-c", "nowhere.toml"],
        wrong,
        needs,
        warned,
    )


CASES = {
    "load": Case(
        ["load", *AS_OF, "--rejects", "rejects.csv"],
        lambda p, _: abmkit.load(
            config=p / "abmkit.toml", as_of=DAY, rejects=p / "function" / "rejects.csv"
        ),
        ["load", "gone.csv"],
        lambda p, _: abmkit.load("gone.csv"),
        warned="1 of 'Employees' not read as employees: 'many'",
        written=("rejects.csv",),
    ),
    "dedupe": _step(
        "dedupe", needs="load",
        warned="decision on Acme Software: nothing here is called Nowhere At All",
    ),
    "assign": _step("assign", needs="dedupe"),
    "exclude": _step("exclude", "--all", needs="assign"),
    "score": _step("score", "--points", "--reasons", needs="exclude", points=True, reasons=True),
    "tier": _step(
        "tier", "--listed", needs="score", listed=True,
        warned="pin 'No Such Company': no such account",
    ),
    "convert": Case(
        ["convert", "companies.csv"],
        lambda p, _: abmkit.convert("companies.csv"),
        ["convert", "gone.csv"],
        lambda p, _: abmkit.convert("gone.csv"),
    ),
    "match": Case(
        ["match", "people.csv", "--list", "companies.csv", *AS_OF, "--summary", "summary.json"],
        lambda p, _: abmkit.match(
            "people.csv", "companies.csv", p / "abmkit.toml", as_of=DAY,
            summary=p / "function" / "summary.json",
        ),
        ["match", "people.csv", "--list", "companies.csv", "--map", "email=Gone"],
        lambda p, _: abmkit.match("people.csv", "companies.csv", mapping={"email": "Gone"}),
        written=("summary.json",),
    ),
    "export": Case(
        ["export", "out", "--for", "hubspot-companies", "--dry-run"],
        lambda p, _: abmkit.export(
            "out", p / "abmkit.toml", platform="hubspot-companies", dry_run=True
        ),
        ["export", "out", "--for", "hubspot", "--dry-run"],
        lambda p, _: abmkit.export("out", platform="hubspot", dry_run=True),
        warned="no account has a crm_id",
    ),
    "research": Case(
        ["research", "dedupe.parquet", *AS_OF, "-n", "2"],
        lambda p, accounts: abmkit.research(accounts, p / "abmkit.toml", as_of=DAY, top=2),
        ["research", "dedupe.parquet", "--top", "-1"],
        lambda p, accounts: abmkit.research(accounts, p / "abmkit.toml", top=-1),
        "dedupe",
    ),
    "similar": Case(
        ["similar", "best.csv", "score.parquet", *AS_OF, "--weight", "worth", "-n", "2"],
        lambda p, accounts: abmkit.similar(
            accounts, "best.csv", p / "abmkit.toml", as_of=DAY, weight="worth", top=2
        ),
        ["similar", "best.csv", "score.parquet", "--top", "-1"],
        lambda p, accounts: abmkit.similar(accounts, "best.csv", top=-1),
        "score",
        "1 of 3 are not among the accounts",
    ),
    "bench": Case(
        ["bench", "tier.parquet", *AS_OF, "--territory", "West", "-n", "2"],
        lambda p, accounts: abmkit.bench(
            accounts, p / "abmkit.toml", as_of=DAY, territory="West", top=2
        ),
        ["bench", "tier.parquet", "--territory", "Wets"],
        lambda p, accounts: abmkit.bench(accounts, p / "abmkit.toml", territory="Wets"),
        "tier",
    ),
    "visibility": Case(
        ["visibility", "dedupe.parquet", "--by", "country"],
        lambda p, accounts: abmkit.visibility(accounts, p / "abmkit.toml", by=["country"]),
        ["visibility", "dedupe.parquet", "--by", "contry"],
        lambda p, accounts: abmkit.visibility(accounts, p / "abmkit.toml", by=["contry"]),
        "dedupe",
        "only crm names companies there",
    ),
    "inspect": Case(
        ["inspect", "companies.csv"],
        lambda p, _: abmkit.inspect("companies.csv", p / "abmkit.toml"),
        ["inspect", "gone.csv"],
        lambda p, _: abmkit.inspect("gone.csv"),
    ),
    "check": Case(
        ["check", *AS_OF],
        lambda p, _: abmkit.check(p / "abmkit.toml", as_of=DAY),
        ["check", "wrong.toml"],
        lambda p, _: abmkit.check("wrong.toml"),
        warned="score.criteria.size: band 2 is never reached",
    ),
    "schema": Case(
        ["schema"], lambda p, _: api.schema(),
        ["schema", "--as-of", "soon"], lambda p, _: api.schema(as_of="soon"),
    ),
    "init": Case(
        ["init", "mine", "--from", "companies.csv", *AS_OF],
        lambda p, _: abmkit.init("mine", files=["companies.csv"], as_of=DAY),
        ["init", "mine", "--customers", "customers.csv"],
        lambda p, _: abmkit.init("mine", customers="customers.csv"),
    ),
    "run": Case(
        ["run", *AS_OF, "-o", "command"],
        lambda p, _: abmkit.run(p / "abmkit.toml", as_of=DAY, output="function"),
        ["run", "empty.toml"],
        lambda p, _: abmkit.run("empty.toml"),
        warned="industry labels of 2 rows are not in industries.csv",
        written=("target-accounts.csv", "target-accounts.xlsx", "review.csv", "rejects.csv"),
    ),
    "explain": Case(
        ["explain", "hooli.com"],
        lambda p, _: abmkit.explain("hooli.com", p / "abmkit.toml"),
        ["explain", "Nobody", "-o", "gone"],
        lambda p, _: abmkit.explain("Nobody", p / "abmkit.toml", output="gone"),
    ),
    "diff": Case(
        ["diff", "out", "--try", "abmkit.toml"],
        lambda p, _: abmkit.diff("out", trial="abmkit.toml"),
        ["diff", "gone", "out"],
        lambda p, _: abmkit.diff("gone", "out"),
    ),
    "history": Case(
        ["history", "out"],
        lambda p, _: abmkit.history("out"),
        ["history", "gone"],
        lambda p, _: abmkit.history("gone"),
    ),
    "rollback": Case(
        ["rollback", "newest"],
        lambda p, _: abmkit.rollback("newest", p / "abmkit.toml"),
        ["rollback", "2020-01-01", "-o", "out"],
        lambda p, _: abmkit.rollback("2020-01-01", output="out"),
    ),
    "notes": Case(
        ["notes", "from-workbook", "out/target-accounts.xlsx", *AS_OF],
        lambda p, _: abmkit.notes(
            "from-workbook", "out/target-accounts.xlsx", "abmkit.toml", as_of=DAY
        ),
        ["notes", "from-workbook", "gone.xlsx"],
        lambda p, _: abmkit.notes("from-workbook", "gone.xlsx", "abmkit.toml"),
    ),
    "learn": Case(
        ["learn", "churn", "history.csv", "--outcome", "left", "--ignore", "seats",
         "-o", "card.toml"],
        lambda p, _: abmkit.learn(
            "churn", "history.csv", p / "abmkit.toml", outcome="left", ignore=["seats"],
            output=p / "function" / "card.toml",
        ),
        ["learn", "churn", "history.csv", "--outcome", "gone"],
        lambda p, _: abmkit.learn("churn", "history.csv", p / "abmkit.toml", outcome="gone"),
        written=("card.toml",),
    ),
    "backtest": Case(
        ["backtest", "history.csv", "--outcome", "left"],
        lambda p, _: abmkit.backtest("history.csv", p / "abmkit.toml", outcome="left"),
        ["backtest", "history.csv", "--outcome", "gone"],
        lambda p, _: abmkit.backtest("history.csv", p / "abmkit.toml", outcome="gone"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a run, and the table of each step beside it."""
    folder = tmp_path_factory.mktemp("verbs")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "function").mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        config = folder / "abmkit.toml"
        table = abmkit.load(config=config, as_of=DAY)
        table.to_parquet(folder / "load.parquet")
        for step in ("dedupe", "assign", "exclude", "score", "tier"):
            table = getattr(abmkit, step)(table, config, as_of=DAY)
            table.to_parquet(folder / f"{step}.parquet")
        abmkit.run(config, as_of=DAY)
    return folder


@pytest.fixture
def project(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one's own, which is where one is."""
    import shutil

    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ABMKIT_CONFIG", raising=False)
    return tmp_path


def table_in(project: Path, case: Case) -> Any:
    return parquet.read_table(project / f"{case.input}.parquet") if case.input else None


def called(case: Case, project: Path) -> tuple[Any, list[str]]:
    """What the function gives, and what it warns of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = case.function(project, table_in(project, case))
    own = [each for each in caught if issubclass(each.category, abmkit.AbmkitWarning)]
    assert all(each.filename == __file__ for each in own)
    return result, [str(each.message) for each in own]


def rows(table: Any) -> list[dict[str, Any]]:
    if not isinstance(table, pa.Table):
        table = pa.Table.from_pandas(table, preserve_index=False)
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def test_every_verb_is_tried() -> None:
    assert set(CASES) == {verb.name for verb in VERBS}
    assert set(CASES) <= set(dir(abmkit))


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_the_command_and_the_function_give_the_same(
    verb: Verb, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = CASES[verb.name]
    to_file = ["-o", "command.parquet"] if verb.gives == "table" else []
    assert run_command([*case.command, *to_file]) == 0
    said = capsys.readouterr()
    if verb.name == "init":
        (project / "mine").rename(project / "first")
    result, warned = called(case, project)
    of_command = [line.removeprefix("warning: ") for line in said.err.splitlines()]
    assert of_command == warned
    assert case.warned is None or any(case.warned in line for line in warned)
    if verb.gives == "table":
        expected = parquet.read_table(project / "command.parquet").to_pylist()
        assert rows(result) == expected != []
    elif verb.name == "learn":
        # The function gives what was learned; the card is the same file.
        assert result.card is not None
    elif verb.gives == "words":
        assert said.out == result + "\n"
    for name in case.written:
        place = project / "command" if verb.gives == "folder" else project
        assert (place / name).read_bytes() == (project / "function" / name).read_bytes()
    if verb.name == "init":
        config = (project / "first" / "abmkit.toml").read_text(encoding="utf-8")
        assert (project / "mine" / "abmkit.toml").read_text(encoding="utf-8") == config.replace(
            'name = "first"', 'name = "mine"'
        )


@pytest.mark.filterwarnings("ignore::abmkit.AbmkitWarning")
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_the_command_and_the_function_fail_alike(
    verb: Verb, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = CASES[verb.name]
    code = run_command(case.wrong_command)
    (line,) = [x for x in capsys.readouterr().err.splitlines() if x.startswith("error: ")]
    if verb.name == "schema":
        # It takes nothing, so that there is nothing wrong but what it does not take.
        assert (code, "--as-of" in line) == (2, True)
        with pytest.raises(TypeError, match="as_of"):
            case.wrong_function(project, None)
        return
    accounts = table_in(project, case)
    with pytest.raises(AbmkitError) as raised:
        case.wrong_function(project, accounts)
    assert line.removeprefix("error: ") == str(raised.value)
    assert code == raised.value.exit_code


def test_a_frame_is_loaded_as_its_file_is(project: Path) -> None:
    import pandas as pd

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        frame = pd.read_csv(project / "companies.csv", dtype=str)
        of_frame = abmkit.load(frame, project / "abmkit.toml", as_of=DAY)
        of_file = abmkit.load(project / "companies.csv", project / "abmkit.toml", as_of=DAY)
    same = [name for name in of_file.columns if name not in ("source", "source_row")]
    assert rows(of_frame[same]) == rows(of_file[same])
    assert "Software" in set(of_frame["industry"])
    assert any("input: 1 of 'Employees' not read" in str(each.message) for each in caught)


def test_each_run_of_a_process_has_its_own_warnings(project: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        first = abmkit.run("abmkit.toml", as_of=DAY, output="first").record["warnings"]
        (project / "quiet.csv").write_text("name,domain\nAcme,acme.com\n", encoding="utf-8")
        quiet = {
            "version": 1,
            "sources": [{"name": "quiet", "path": str(project / "quiet.csv")}],
            "score": {
                "criteria": [{"id": "d", "bands": [{"when": {"domain": "acme.com"}, "points": 1}]}]
            },
            "tier": {"tiers": [{"id": "A"}]},
        }
        second = abmkit.run(quiet, as_of=DAY, output="second").record["warnings"]
        third = abmkit.run("abmkit.toml", as_of=DAY, output="third").record["warnings"]
    assert second == []
    assert first == third != []


def test_what_a_verb_reads_of_the_config_is_there() -> None:
    sections = set(Config.model_fields)
    assert all(set(verb.sections) <= sections for verb in VERBS)
    described = {section for verb in VERBS for section in verb.sections}
    assert described == sections - {"version", "name", "lang", "currency", "rates"}
    assert {section for step in STEPS for section in step.sections} | {
        "output",
        "learn",
        "export",
        "visibility",
    } == described


def test_help_says_what_a_function_takes_and_gives() -> None:
    for verb in VERBS:
        described = inspect.getdoc(api.FUNCTIONS[verb.name]) or ""
        for name in inspect.signature(api.FUNCTIONS[verb.name]).parameters:
            assert f"\n{name}: " in described, f"{verb.name}: {name}"
        assert described.startswith(verb.help)
        assert "\nGives " in described


def test_every_parameter_is_declared_and_described() -> None:
    for verb in VERBS:
        assert verb.help.splitlines()[0].endswith(".")
        for each in verb.taken:
            assert each.declared.help.endswith((".", "…")), f"{verb.name}: {each.name}"


def test_what_is_read_may_be_of_another_format_than_its_name_says(project: Path) -> None:
    (project / "companies.dat").write_text(COMPANIES, encoding="utf-8")
    assert run_command(["load", "companies.dat", "--from", "csv", "-o", "command.parquet"]) == 0


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda frame: abmkit.score(frame, 3), "config: a value of type int is no config"),
        (lambda frame: abmkit.score(frame, "abmkit.toml", as_of=5), "as_of: 5 is no date"),
        (
            lambda frame: abmkit.score(frame, "abmkit.toml", as_of="soon"),
            "write it like 2026-01-31",
        ),
        (
            lambda frame: abmkit.convert(frame),
            "file: a value of type Table is neither a text nor a file",
        ),
        (
            lambda frame: abmkit.dedupe(frame, members=frame),
            "members: a value of type Table is neither a text nor a file",
        ),
        (
            lambda frame: abmkit.tier(frame, "abmkit.toml", ledger=3),
            "ledger: a value of type int is neither a text nor a file",
        ),
        (
            lambda frame: abmkit.load([frame]),
            "files: a value of type Table is neither a text nor a file",
        ),
    ],
)
def test_what_a_function_does_not_take_is_one_line(project: Path, call: Any, told: str) -> None:
    frame = parquet.read_table("score.parquet")
    with pytest.raises(UsageError, match=re.escape(told)):
        call(frame)


def test_a_function_that_is_called_wrongly_says_which(project: Path) -> None:
    with pytest.raises(TypeError, match=re.escape("score(): missing a required argument")):
        abmkit.score(parquet.read_table("score.parquet"))


@pytest.mark.filterwarnings("ignore::abmkit.AbmkitWarning")
def test_days_counts_and_files_are_taken_as_people_give_them(project: Path) -> None:
    by_text = abmkit.load("companies.csv", "abmkit.toml", as_of="2026-11-21", max_rejects=3)
    by_day = abmkit.load(["companies.csv"], "abmkit.toml", as_of=datetime(2026, 11, 21, 9))
    assert rows(by_text) == rows(by_day)
    assert abmkit.init("own", files="companies.csv", as_of=DAY).startswith("6 rows are")


@pytest.mark.filterwarnings("error::abmkit.AbmkitWarning")
def test_an_error_is_told_also_where_warnings_are_errors(project: Path) -> None:
    with pytest.raises(UsageError, match="neither a count nor a share"):
        abmkit.load("companies.csv", "abmkit.toml", max_rejects="many")


@pytest.mark.parametrize("below_zero", ["-1", "-5%", "nan"])
def test_fewer_rejects_than_none_are_no_count(project: Path, below_zero: str) -> None:
    with pytest.raises(UsageError, match="neither a count nor a share"):
        abmkit.load("companies.csv", "abmkit.toml", max_rejects=below_zero)


@pytest.mark.filterwarnings("ignore::abmkit.AbmkitWarning")
def test_what_a_run_found_out_is_there_after_it(project: Path) -> None:
    result = abmkit.run("abmkit.toml", as_of=DAY, output="later")
    excluded = [row for batch in result.run.excluded for row in batch.to_pylist()]
    assert {row["name"] for row in excluded} == {"Initech", "Umbrella"}
    assert len(repr(result)) < 3_000


def test_every_verb_but_the_schema_is_a_function_of_the_package(project: Path) -> None:
    names: dict[str, Any] = {}
    exec("from abmkit import *", names)
    assert {verb.name for verb in VERBS} - {"schema"} <= set(names)
    assert "schema" not in names
