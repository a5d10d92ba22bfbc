from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shell import abmkit, process

EXAMPLES = Path(__file__).parents[1] / "examples"
AS_OF = ["--as-of", "2026-11-21"]


def piped(config: Path, engine: str, records: bytes, *, to: str = "csv") -> bytes:
    done_by = process if engine == "duckdb" and to == "csv" else abmkit
    shared = ["-c", config, "--engine", engine, "--to", to, "--from", to]
    table = records
    for step in (
        ["dedupe"],
        ["assign", *AS_OF],
        ["exclude", *AS_OF, "--all"],
        ["score", *AS_OF, "--reasons"],
        ["tier", *AS_OF, "--listed"],
    ):
        done = done_by(*step, *shared, stdin=table)
        assert done.returncode == 0, done.stderr.decode()
        table = done.stdout
    return table


@pytest.fixture(scope="module")
def fortune(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the bundled example."""
    folder = tmp_path_factory.mktemp("fortune")
    done = process("run", EXAMPLES / "fortune" / "abmkit.toml", "-o", folder, *AS_OF)
    assert done.returncode == 0, done.stderr.decode()
    return folder


def listed(folder: Path) -> bytes:
    return (folder / "target-accounts.csv").read_bytes().removeprefix(b"\xef\xbb\xbf")


def list_alone(example: str, folder: Path) -> Path:
    """The config of a copy of an example that writes its list and no workbook or page."""
    made = folder / example
    shutil.copytree(EXAMPLES / example, made, ignore=shutil.ignore_patterns("out"))
    text = (made / "abmkit.toml").read_text(encoding="utf-8")
    all_of_it = 'formats = ["parquet", "xlsx", "csv"]\n'
    assert all_of_it in text
    text = text.replace(all_of_it, 'formats = ["csv"]\nreport = false\n')
    (made / "abmkit.toml").write_text(text, encoding="utf-8")
    return made / "abmkit.toml"


@pytest.mark.parametrize("example", ["fortune", "a-share"])
def test_the_pipe_gives_the_list_that_run_gives_on_every_engine(
    example: str, tmp_path: Path
) -> None:
    config = list_alone(example, tmp_path)
    run = abmkit("run", config, "-o", tmp_path / "duckdb", *AS_OF)
    assert run.returncode == 0, run.stderr.decode()
    other = abmkit("run", config, "-o", tmp_path / "pandas", *AS_OF, "--engine", "pandas")
    assert other.returncode == 0, other.stderr.decode()
    assert listed(tmp_path / "pandas") == listed(tmp_path / "duckdb")
    records = abmkit("load", "-c", config, *AS_OF, "--quiet").stdout
    whole = listed(tmp_path / "duckdb")
    assert whole.count(b"\n") > 100
    assert piped(config, "duckdb", records) == whole
    assert piped(config, "pandas", records) == whole


def test_types_and_lists_survive_an_arrow_pipe(fortune: Path) -> None:
    config = EXAMPLES / "fortune" / "abmkit.toml"
    records = abmkit("load", "-c", config, *AS_OF, "--quiet", "--to", "arrow").stdout
    table = piped(config, "duckdb", records, to="arrow")
    import pyarrow as pa

    found = pa.ipc.open_stream(table).read_all()
    from pyarrow import parquet

    expected = parquet.read_table(fortune / "target-accounts.parquet")
    assert found.cast(expected.schema).to_pylist() == expected.to_pylist()


def test_the_record_of_a_run_adds_up(fortune: Path) -> None:
    record = json.loads((fortune / "run.json").read_text(encoding="utf-8"))
    rows = record["rows"]
    load, dedupe = rows["load"], rows["dedupe"]
    assert load["read"] == load["rejected"] + load["filtered"] + load["records"] == 11_580
    assert dedupe["in"] == dedupe["merged"] + dedupe["out"]
    assert rows["exclude"]["in"] == rows["exclude"]["excluded"] + rows["exclude"]["out"]
    assert rows["tier"]["listed"] == sum(rows["tier"]["tiers"].values())
    from pyarrow import parquet

    accounts = parquet.read_table(fortune / "accounts.parquet", columns=["excluded", "tier"])
    assert accounts.num_rows == dedupe["out"]
    assert sum(accounts["excluded"].to_pylist()) == rows["exclude"]["excluded"]
    members = parquet.read_table(fortune / "members.parquet")
    assert members.num_rows == load["records"]
    for source in record["inputs"]:
        for file in source["files"]:
            assert len(file["sha256"]) == 64
            assert not Path(file["path"]).is_absolute()


def test_a_run_says_where_the_customers_would_rank(fortune: Path) -> None:
    record = json.loads((fortune / "run.json").read_text(encoding="utf-8"))
    (customers,) = record["would_reach"]
    assert customers["accounts"] == 50
    assert sum(customers["tiers"].values()) <= 50
    assert customers["median_score"] > customers["median_score_of_all"]


def test_entries_that_were_not_found_and_pins_without_account_go_to_review(fortune: Path) -> None:
    with (fortune / "review.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    told = [
        (row["kind"], row["list"], row["row"], row["left_name"], row["evidence"])
        for row in rows
        if row["kind"] != "company"
    ]
    assert told == [
        ("suppression", "competitors", "5", "Kinaxis", "not found"),
        ("pin", "B", "", "Harborlight Foods", "no such account"),
    ]
    record = json.loads((fortune / "run.json").read_text(encoding="utf-8"))
    companies = sum(row["kind"] == "company" for row in rows)
    assert record["review"] == {"company": companies, "pin": 1, "suppression": 1}


def test_a_second_run_leaves_the_first_in_the_history(fortune: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(fortune, tmp_path / "fortune")
    before = list(csv.DictReader(io.StringIO(listed(folder).decode())))
    done = abmkit("run", EXAMPLES / "fortune" / "abmkit.toml", "-o", folder, *AS_OF)
    assert done.returncode == 0
    runs = sorted((folder / "runs").iterdir())
    assert len(runs) == 2
    assert not [path for path in folder.rglob("*") if path.name.endswith((".part", ".probe"))]
    again = list(csv.DictReader(io.StringIO(listed(folder).decode())))
    assert [{name: row[name] for name in before[0]} for row in again] == before
    assert {row["change"] for row in again} == {"stays"}
    assert all((run / "run.json").is_file() for run in runs)


def test_stdout_takes_what_tier_would_write(tmp_path: Path) -> None:
    config = EXAMPLES / "a-share" / "abmkit.toml"
    done = abmkit("run", config, "-o", tmp_path, *AS_OF, "--stdout", "--to", "jsonl")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == 3_621
    tiers = [row["tier"] for row in rows]
    assert tiers == sorted(tiers, key=lambda tier: (tier is None, tier or ""))
    assert b"Target market" not in done.stdout


# Explaining ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("account", "said"),
    [
        ("General Mills", "Tier A, 1:1"),
        ("generalmills.com", "industry Food & Beverage: 30 of 30"),
        ("cik:40704", "sec row"),
        ("Oracle", "competitors: Sells what we sell"),
        ("Walmart", "B is full (30)"),
    ],
)
def test_explain_says_why_an_account_stands_where_it_stands(
    fortune: Path, account: str, said: str
) -> None:
    config = EXAMPLES / "fortune" / "abmkit.toml"
    done = abmkit("explain", account, "-c", config, "-o", fortune)
    assert done.returncode == 0, done.stderr.decode()
    assert said in done.stdout.decode()


def test_explain_names_what_is_close_to_an_account_it_does_not_know(fortune: Path) -> None:
    config = EXAMPLES / "fortune" / "abmkit.toml"
    done = abmkit("explain", "generalmill", "-c", config, "-o", fortune)
    assert done.returncode == 2
    done = abmkit("explain", "Delta", "-c", config, "-o", fortune)
    assert b"did you mean Delta Air Lines" in done.stderr


# Bad input ----------------------------------------------------------------------------------------

FIVE_MISTAKES = """
version = 1
[[sources]]
name = "a"
path = "a.csv"
sheeet = "x"
[[sources]]
name = "A"
path = "a.csv"
[[exclude.rules]]
id = "micro"
reason = "small"
when = { employees = { beloww = 10 } }
[[score.criteria]]
id = "size"
bands = [{ when = { employees = { above = 5 } }, points = -3 }]
[tier]
wthin = "territory"
"""


def test_five_mistakes_in_a_config_are_told_at_once(tmp_path: Path) -> None:
    config = tmp_path / "abmkit.toml"
    config.write_text(FIVE_MISTAKES, encoding="utf-8")
    done = abmkit("check", config)
    said = done.stderr.decode().splitlines()
    assert done.returncode == 2
    assert len(said) == 5
    for wanted in (
        "unknown key 'sheeet'; did you mean 'sheet'?",
        "unknown key 'beloww'; did you mean 'below'?",
        "-3: input should be greater than or equal to 0",
        "unknown key 'wthin'; did you mean 'within'?",
        "the name 'a' / 'A' is given twice",
    ):
        assert any(wanted in line for line in said), wanted


COLUMN_MISTAKES = """
version = 1
[[sources]]
name = "a"
path = "a.csv"
[[exclude.rules]]
id = "gone"
reason = "?"
when = { contract = "monthly", any = [{ plann = "x" }] }
[[score.criteria]]
id = "size"
bands = [
  { when = { employees = { above = 5 } }, points = 3 },
  { when = { employees = { above = 50 } }, points = 5 },
  { when = { founded_year = "old" }, points = 5 },
]
[tier]
within = "teritory"
"""


def test_columns_that_are_not_there_are_told_at_once_with_those_that_are(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,plan,founded\nAcme,paid,1990\n", encoding="utf-8")
    config = tmp_path / "abmkit.toml"
    config.write_text(COLUMN_MISTAKES, encoding="utf-8")
    done = abmkit("run", config)
    said = done.stderr.decode()
    assert done.returncode == 2
    assert "no column 'contract'; did you mean 'country'? the columns are account_id, name" in said
    assert "no column 'plann'; did you mean 'plan'?" in said
    assert "founded_year" in said
    assert "no column 'teritory'; did you mean" in said
    assert "warning: score.criteria.size: band 2 is never reached" in said
    assert not (tmp_path / "out" / "target-accounts.csv").exists()


def config_with(folder: Path, table: str) -> Path:
    path = folder / "abmkit.toml"
    path.write_text(f'version = 1\n[[sources]]\nname = "a"\npath = "{table}"\n', encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["load", "nowhere.csv"], 3, "nowhere.csv"),
        (["load", "empty.csv"], 3, "empty"),
        (["load", "wrong.csv"], 3, "xlsx"),
        (["load", "good.csv", "--to", "csvv"], 2, "did you mean 'csv'?"),
        (["score", "good.csv"], 2, "abmkit init"),
        (["score", "good.csv", "-c", "nowhere.toml"], 2, "no such config"),
        (["scoore"], 2, "scoore"),
        (["load", "good.csv", "--as-of", "soon"], 2, "2026-01-31"),
        (["load", "good.csv", "--enginee", "x"], 2, "--enginee"),
        (["dedupe", "good.csv", "--engine", "duckdbb"], 2, "did you mean 'duckdb'?"),
        (["dedupe", "good.csv", "--level", "grp"], 2, "say --level company or group"),
        (["load", "good.csv", "-o", "nowhere/x.csv"], 2, "nowhere"),
        (["--log-format", "xml", "schema"], 2, "xml"),
        (["--quiet=1", "schema"], 2, "takes nothing"),
        (["--log-format"], 2, "takes text or json"),
    ],
)
def test_every_error_is_one_line_with_its_exit_code(
    tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "good.csv").write_text("name,employees\nAcme,5\n", encoding="utf-8")
    import openpyxl

    openpyxl.Workbook().save(tmp_path / "wrong.xlsx")
    (tmp_path / "wrong.xlsx").rename(tmp_path / "wrong.csv")
    done = abmkit(*arguments, cwd=tmp_path)
    lines = done.stderr.decode().splitlines()
    assert done.returncode == code, lines
    assert len(lines) == 1, lines
    assert lines[0].startswith("error: ")
    assert said in lines[0]
    assert b"Traceback" not in done.stderr


def test_three_kinds_of_bad_rows_are_all_in_the_rejects(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text(
        "name,website,employees\nAcme,acme.com,51-200\n,,7\nBolt,bolt.com,1,2,3\n"
        '-,http://,-\nCrane,crane.com,many\n"Dyn, Inc",dyn.com,5,extra\n',
        encoding="utf-8",
    )
    done = abmkit(
        "load", "bad.csv", "--rejects", "rejects.csv", "--max-rejects", "80%", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().count("\n") == 3
    rejects = (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rejects[0] == "source,file,row,reason,raw"
    assert len(rejects) == 5
    assert "1 of 'employees' not read as employees: 'many'" in done.stderr.decode()
    strict = abmkit("load", "bad.csv", "--max-rejects", "2", cwd=tmp_path)
    assert strict.returncode == 3
    assert b"4 of 6 rows rejected, more than --max-rejects 2" in strict.stderr


def test_a_step_on_unread_values_says_to_load_them_first(tmp_path: Path) -> None:
    done = abmkit("dedupe", "--from", "csv", stdin=b"name,employees\nAcme,51-200\n", cwd=tmp_path)
    assert done.returncode == 3
    assert b"abmkit load" in done.stderr


def test_the_folder_that_cannot_be_written_is_told_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name\nAcme\n", encoding="utf-8")
    config = config_with(tmp_path, "a.csv")
    (tmp_path / "taken").touch()
    done = abmkit("run", config, "-o", tmp_path / "taken")
    assert done.returncode == 2
    assert b"taken" in done.stderr


def test_log_lines_are_json_for_cron(tmp_path: Path) -> None:
    done = abmkit("load", "nowhere.csv", "--log-format", "json", cwd=tmp_path)
    (line,) = done.stderr.decode().splitlines()
    entry = json.loads(line)
    assert entry["level"] == "error"
    assert entry["exit_code"] == 3


# Streams ------------------------------------------------------------------------------------------


def test_head_ends_a_pipe_quietly() -> None:
    config = EXAMPLES / "fortune" / "abmkit.toml"
    command = (
        f"{sys.executable} -m abmkit load -c {config} --quiet | head -2; echo ${{PIPESTATUS[0]}}"
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60, check=False)
    assert done.stderr == b""
    assert done.stdout.decode().splitlines()[-1] == "0"


def test_words_into_a_closed_pipe_end_quietly() -> None:
    piped = f"{sys.executable} -m abmkit schema | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", piped], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_stdout_is_the_same_to_a_pipe_and_to_a_file(tmp_path: Path) -> None:
    source = EXAMPLES / "fortune" / "sp500.csv"
    piped_bytes = abmkit("load", source).stdout
    with (tmp_path / "out.csv").open("wb") as file:
        subprocess.run(
            [sys.executable, "-m", "abmkit", "load", source], stdout=file, check=True, timeout=60
        )
    abmkit("load", source, "-o", tmp_path / "named.csv")
    assert (tmp_path / "out.csv").read_bytes() == piped_bytes
    assert (tmp_path / "named.csv").read_bytes() == piped_bytes


def test_rows_in_another_order_give_the_same_list(tmp_path: Path) -> None:
    import random

    whole = list_alone("a-share", tmp_path).parent
    folder = tmp_path / "shuffled"
    shutil.copytree(whole, folder)
    lines = (folder / "stock_basic.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    body = lines[1:]
    random.Random(1).shuffle(body)
    (folder / "stock_basic.csv").write_text("".join([lines[0], *body]), encoding="utf-8")
    for name, config in (("a", whole), ("b", folder)):
        done = abmkit("run", config / "abmkit.toml", "-o", tmp_path / name, *AS_OF)
        assert done.returncode == 0, done.stderr.decode()
    assert listed(tmp_path / "a") == listed(tmp_path / "b")


def test_threads_change_nothing(tmp_path: Path) -> None:
    config = list_alone("a-share", tmp_path)
    outputs = [
        process("run", config, "-o", tmp_path / n, *AS_OF, "--stdout", "--threads", n).stdout
        for n in ("1", "4")
    ]
    assert outputs[0] == outputs[1] != b""


# Starting up --------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [[], ["score"], ["run"], ["init"]])
def test_help_imports_nothing_heavy(command: list[str]) -> None:
    code = (
        "import sys; from abmkit.cli.main import run_command; "
        f"run_command({[*command, '--help']!r}); "
        "heavy = {'pandas', 'pyarrow', 'duckdb', 'narwhals', 'numpy', 'polars', 'rich.console'}; "
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stderr.decode().strip() == "[]"


@pytest.mark.parametrize(
    ("command", "needless"),
    [
        (
            ["load", "sp500.csv"],
            ["steps.dedupe", "domain.matching", "domain.groups", "domain.companies", "io.excel",
             "io.json", "engines", "runs"],
        ),
        (["score", "accounts.csv"], ["steps.load", "domain.matching", "sources.loading", "runs"]),
        (["convert", "sp500.csv"], ["config", "steps", "engines", "sources.loading"]),
        (["schema"], ["domain.recognition", "steps", "io.reading"]),
    ],
)  # fmt: skip
def test_a_verb_loads_only_what_it_needs(
    command: list[str], needless: list[str], tmp_path: Path
) -> None:
    fortune = EXAMPLES / "fortune"
    abmkit("load", fortune / "sp500.csv", "-o", tmp_path / "accounts.csv")
    (tmp_path / "sp500.csv").write_bytes((fortune / "sp500.csv").read_bytes())
    (tmp_path / "abmkit.toml").write_text("version = 1\n", encoding="utf-8")
    code = (
        "import sys, os; from abmkit.cli.main import run_command; "
        f"code = run_command({command!r}); "
        f"found = [n for n in {needless!r} for m in sys.modules if m == f'abmkit.{{n}}'"
        " or m.startswith(f'abmkit.{n}.')]; "
        "print(int(code), sorted(set(found)), file=sys.stderr); sys.stderr.flush(); "
        "sys.stdout.flush(); os._exit(0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, cwd=tmp_path
    )
    assert done.stderr.decode().splitlines()[-1] == "0 []"


def test_a_step_on_duckdb_never_imports_pandas(tmp_path: Path) -> None:
    config = EXAMPLES / "a-share" / "abmkit.toml"
    code = (
        "import sys; from abmkit.cli.main import run_command; "
        f"code = run_command(['run', {str(config)!r}, '-o', {str(tmp_path)!r}]); "
        "print(code, 'pandas' in sys.modules, file=sys.stderr); "
        "from abmkit.io.streams import end_process; end_process(0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stderr.decode().strip() == "0 False"


def test_importing_abmkit_costs_next_to_nothing() -> None:
    code = (
        "import abmkit, sys; print(sorted({'pydantic', 'narwhals', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"


# Starting a project -------------------------------------------------------------------------------


def test_a_project_from_own_files_runs_at_once(tmp_path: Path) -> None:
    fortune_files = [EXAMPLES / "fortune" / name for name in ("fortune_1000.csv", "sp500.csv")]
    customers = EXAMPLES / "fortune" / "customers.csv"
    done = abmkit("init", tmp_path, "--from", *fortune_files, "--customers", customers)
    assert done.returncode == 0, done.stderr.decode()
    assert b"50 of 50 customers are among them" in done.stdout
    run = abmkit("run", tmp_path)
    assert run.returncode == 0, run.stderr.decode()
    assert b"The 50 customers would be" in run.stdout


def test_the_sample_project_runs_as_it_is_and_is_not_overwritten(tmp_path: Path) -> None:
    assert abmkit("init", tmp_path / "sample").returncode == 0
    run = abmkit("run", tmp_path / "sample")
    assert run.returncode == 0, run.stderr.decode()
    record = json.loads((tmp_path / "sample" / "out" / "run.json").read_text(encoding="utf-8"))
    assert all(tier["count"] for tier in record["tiers"])
    assert record["rows"]["dedupe"]["merged"] > 0
    assert record["rows"]["load"]["rejected"] > 0
    again = abmkit("init", tmp_path / "sample")
    assert again.returncode == 2
    assert b"is there already" in again.stderr


def test_inspect_prints_what_to_paste(tmp_path: Path) -> None:
    done = abmkit("inspect", EXAMPLES / "fortune" / "fortune_1000.csv", cwd=tmp_path)
    said = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    assert "[sources.columns]" in said
    assert all(len(line) <= 80 for line in said.split("[sources.columns]")[0].splitlines())
    as_json = abmkit("inspect", EXAMPLES / "fortune" / "sp500.csv", "--json", cwd=tmp_path)
    assert json.loads(as_json.stdout)["rows"] == 503


def test_what_a_spreadsheet_damaged_is_told_and_recorded(tmp_path: Path) -> None:
    (tmp_path / "hr.csv").write_text(
        "name,employees\nAcme,11-50\nBolt,2-10\nCrane,Oct-50\nDyn,51-200\n", encoding="utf-8"
    )
    done = abmkit("load", "hr.csv", cwd=tmp_path)
    assert b"1 of 'employees' " in done.stderr
    config = config_with(tmp_path, "hr.csv")
    run = abmkit("run", config, "-o", tmp_path / "out")
    assert run.returncode == 0, run.stderr.decode()
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    (source,) = record["inputs"]
    found = [*source["repaired"], *source["unreadable"]]
    assert [(each["column"], each["samples"]) for each in found] == [("employees", ["Oct-50"])]
    assert found[0]["note"]


# Lists as their owners saved them -----------------------------------------------------------------


def test_a_japanese_list_in_shift_jis_is_read(tmp_path: Path) -> None:
    text = (
        "会社名,住所,従業員数,ホームページ\n"
        "トヨタ自動車株式会社,愛知県豊田市トヨタ町1番地,375235,https://global.toyota\n"
        "任天堂株式会社,京都府京都市南区上鳥羽鉾立町11-1,7317,https://www.nintendo.co.jp\n"
        "株式会社島津製作所,京都府京都市中京区西ノ京桑原町1,14219,https://www.shimadzu.co.jp\n"
    )
    (tmp_path / "meibo.csv").write_bytes(text.encode("shift_jis"))
    done = abmkit("load", "meibo.csv", "--to", "jsonl", cwd=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["name"] for row in rows][1] == "任天堂株式会社"
    assert [row["employees"] for row in rows] == [375_235, 7_317, 14_219]
    assert rows[1]["domain"] == "nintendo.co.jp"


@pytest.mark.parametrize("form", ["gb18030", "utf-16", "xlsx"])
def test_the_a_share_list_gives_the_same_accounts_however_it_was_saved(
    form: str, tmp_path: Path
) -> None:
    import csv

    source = EXAMPLES / "a-share" / "stock_basic.csv"
    text = source.read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))
    saved = tmp_path / ("stock_basic.xlsx" if form == "xlsx" else "stock_basic.csv")
    if form == "xlsx":
        import openpyxl

        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in [["A 股上市公司 2019"], [], *rows]:
            sheet.append(row)
        book.save(saved)
    elif form == "utf-16":
        saved.write_bytes("\r\n".join("\t".join(row) for row in rows).encode(form))
    else:
        saved.write_bytes(text.encode(form))
    expected = abmkit("load", source, *AS_OF).stdout
    assert abmkit("load", saved, *AS_OF).stdout == expected
