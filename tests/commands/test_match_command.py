"""`abmkit match` as its users run it: their exports in, one row each and a summary out."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from pyarrow import csv as pa_csv

import abmkit as abmkit_functions
from abmkit.config.loading import Project
from abmkit.config.project import Config
from abmkit.sources.matching import list_of_file, match_rows, rows_of_file
from shell import abmkit

LIST = """\
Company,Website,Country,City
Acme Software Inc,acme.com,US,Boston
Globex Corporation,globex.com,US,Springfield
Initech,initech.co,US,Austin
杭州海康威视数字技术股份有限公司,hikvision.com,CN,杭州
Honeywell International,honeywell.com,US,Charlotte
"""
PEOPLE = """\
First Name,Last Name,Email,Company,Country,Consent
Ann,Lee,ann.lee@acme.com,Acme,US,yes
Bob,Ray,bobby@gmail.com,Globex Corp,US,true
Cyril,Doe,cyril@acme.com,,US,no
Dinah,Fox,bad-mail,Initech LLC,US,yes
Eve,Poe,,Honeywell Intl.,US,yes
Gus,Nye,gus@gmail.com,Nowhere Ltd,US,yes
"""
PERSONAL = ("bobby", "cyril", "ann.lee", "bad-mail", "Dinah", "Cyril", "Poe")
ADDED = [
    f"match_{name}"
    for name in (
        "status", "account_id", "name", "probability", "evidence", "tier", "owner", "territory",
    )
]  # fmt: skip

CONSENT = ["match_consent", "match_consent_for", "match_consent_date"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a list and registrants."""
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    return tmp_path


def matched(folder: Path, file: str | Path = "people.csv", *more: str | Path, stdin: bytes = b""):
    """The rows of a match as text, by column."""
    done = abmkit("match", file, "--list", "list.csv", *more, stdin=stdin, cwd=folder)
    assert done.returncode == 0, done.stderr.decode()
    return list(csv.DictReader(io.StringIO(done.stdout.decode("utf-8"))))


def matched_of(folder: Path, text: str, *more: str) -> list[dict[str, str]]:
    """The rows of a match of a file with this text."""
    (folder / "file.csv").write_text(text, encoding="utf-8")
    return matched(folder, "file.csv", *more)


def found_in(folder: Path, text: str):
    """What a match of a file with this text is, in this process."""
    (folder / "file.csv").write_text(text, encoding="utf-8")
    project = Project(Config(version=1))
    rows, _ = rows_of_file(folder / "file.csv")
    listed = list_of_file(folder / "list.csv", project, date(2026, 11, 21))
    return match_rows(rows, listed, project)


def refused(folder: Path, *arguments: str | Path) -> tuple[int, str]:
    """The exit code and the one line of a match that cannot be."""
    done = abmkit("match", *arguments, cwd=folder)
    text = done.stderr.decode().strip()
    assert done.stdout == b""
    assert "Traceback" not in text
    assert len(text.splitlines()) == 1, text
    return done.returncode, text


# The rows ----------------------------------------------------------------------------------------


def test_own_columns_come_first_and_then_those_of_the_match(folder: Path) -> None:
    rows = matched(folder)
    assert list(rows[0]) == [
        "First Name", "Last Name", "Email", "Company", "Country", "Consent", *ADDED, *CONSENT,
    ]  # fmt: skip
    assert [(row["First Name"], row["match_status"], row["match_name"]) for row in rows] == [
        ("Ann", "matched", "Acme Software Inc"),
        ("Bob", "matched", "Globex Corporation"),
        ("Dinah", "matched", "Initech"),
        ("Eve", "matched", "Honeywell International"),
        ("Gus", "none", ""),
    ]
    assert rows[0]["match_evidence"] == "same domain"
    assert rows[1]["match_evidence"] == "same name; same country"
    assert [row["Email"] for row in rows][2:4] == ["bad-mail", ""]


def test_a_match_of_its_own_output_replaces_its_columns(folder: Path) -> None:
    matched(folder, "people.csv", "-o", "once.csv")
    matched(folder, "once.csv", "-o", "twice.csv")
    assert (folder / "once.csv").read_bytes() == (folder / "twice.csv").read_bytes()


def test_free_mail_says_nothing_of_a_company(folder: Path) -> None:
    mails = [f"someone@{site}" for site in ("gmail.com", "qq.com", "163.com", "outlook.com")]
    text = "Company,Website,Country\n" + "".join(
        f"Mail {n},{mail.partition('@')[2]},US\n" for n, mail in enumerate(mails)
    )
    (folder / "list.csv").write_text(LIST + "Google,gmail.com,US,\n" + text.partition("\n")[2])
    rows = matched_of(folder, "Email,Company\n" + "".join(f"{mail},\n" for mail in mails))
    assert {row["match_status"] for row in rows} == {"none"}


def test_two_companies_that_share_a_site_are_told_apart_by_name(folder: Path) -> None:
    lines = ["Company,Website,Country,EIN", "Umbrella Foods,umbrella.com,US,04-3567890"]
    lines += ["Umbrella Research,umbrella.com,US,13-5562308"]
    (folder / "list.csv").write_text("\n".join(lines) + "\n")
    rows = matched_of(folder, "Email,Company\na@umbrella.com,Umbrella Research\nb@umbrella.com,\n")
    assert rows[0]["match_name"] == "Umbrella Research"
    assert rows[1]["match_status"] != "matched"


def test_a_list_with_the_same_company_twice_has_it_once(folder: Path) -> None:
    (folder / "list.csv").write_text(LIST + "Acme Software,,US,\nACME Software Inc.,acme.com,,\n")
    rows = matched(folder, "people.csv", "--summary", "s.json")
    assert rows[0]["match_account_id"] == "domain:acme.com"
    summary = json.loads((folder / "s.json").read_text(encoding="utf-8"))
    assert summary["accounts"] == 5
    assert [each["name"] for each in summary["nobody"]] == ["杭州海康威视数字技术股份有限公司"]


PAGES = """name,website,country
Quelax Bakery,https://fairground.com/quelax,US
Morvik Roofing,https://fairground.com/morvik,US
Zandum Dental,https://fairground.com/zandum,DE
Pluvaro Tools,https://fairground.com/pluvaro,FR
"""


@pytest.mark.parametrize("door", ["command", "frame", "loaded frame"])
def test_companies_with_pages_on_one_site_are_not_called_by_it(folder: Path, door: str) -> None:
    (folder / "list.csv").write_text(PAGES, encoding="utf-8")
    if door == "command":
        found = [row["match_account_id"] for row in matched_of(folder, PAGES)]
    else:
        rows = pa_csv.read_csv(folder / "list.csv")
        listed = rows if door == "frame" else abmkit_functions.load(folder / "list.csv")
        with pytest.warns(abmkit_functions.AbmkitWarning, match="fairground"):
            told = abmkit_functions.match(rows, listed)
        found = told["match_account_id"].to_pylist()
    assert len(set(found)) == 4
    assert not any("fairground" in account_id for account_id in found)


def test_the_order_of_a_list_changes_nothing(folder: Path) -> None:
    rows = ["Zorbit,,US", "Zorbit,zorbit.com,US", "ZORBIT Inc.,,US"]
    (folder / "people.csv").write_text("Email,Company\n,Zorbit\nann@zorbit.com,\n")
    for told in (rows, rows[::-1]):
        (folder / "list.csv").write_text("\n".join(["Company,Website,Country", *told, ""]))
        found = [row["match_account_id"] for row in matched(folder, "people.csv")]
        assert found == ["domain:zorbit.com"] * 2


# Which columns say what --------------------------------------------------------------------------

EXPORTS = {
    "HubSpot": (
        "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,"
        "Associated Company,Company Name,Website URL,Country/Region",
        "101,Ann,Lee,ann@gmail.com,+1 617 555 0100,Jo,NEW,Globex Corporation,Globex Corporation,,"
        "United States",
    ),
    "HubSpot companies": ("Name,Company Name,Email", "Ann Lee,Globex Corporation,ann@gmail.com"),
    "Salesforce leads": (
        "Lead ID,Salutation,First Name,Last Name,Title,Company,City,State/Province,Country,Email,"
        "Lead Source,Email Opt Out,Do Not Call",
        "00Q1,Ms,Ann,Lee,CTO,Globex Corporation,Springfield,IL,United States,ann@gmail.com,Web,0,0",
    ),
    "Salesforce contacts": (
        "Contact ID,Name,Account Name,Mailing City,Mailing Country,Email",
        "003,Ann Lee,Globex Corporation,Springfield,USA,ann@gmail.com",
    ),
    "Eventbrite": (
        "Order ID,Order Date,Attendee Status,First Name,Last Name,Email,Ticket Type,Event Name,"
        "Company,Job Title",
        "1,2024-01-01,Attending,Ann,Lee,ann@gmail.com,Free,Summit 2024,Globex Corporation,CTO",
    ),
    "LinkedIn lead form": (
        "Form Name,Lead Id,First Name,Last Name,Email Address,Company Name,Country/Region,"
        "Campaign Name",
        "Q3 form,77,Ann,Lee,ann@gmail.com,Globex Corporation,United States,ABM Q3",
    ),
    "LinkedIn connections": (
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
        "Ann,Lee,https://www.linkedin.com/in/ann,ann@gmail.com,Globex Corporation,CTO,01 Jan 2024",
    ),
    "Marketo": (
        "Id,First Name,Last Name,Email Address,Company Name,Unsubscribed",
        "1,Ann,Lee,ann@gmail.com,Globex Corporation,false",
    ),
    "Zoom": (
        "First Name,Last Name,Email,Organization,Registration Time,Approval Status",
        "Ann,Lee,ann@gmail.com,Globex Corporation,2024-01-01 10:00,approved",
    ),
    "a shop": ("Customer Name,Company,Email", "Ann Lee,Globex Corporation,ann@gmail.com"),
    "full names": ("Full Name,Employer,E-mail", "Ann Lee,Globex Corporation,ann@gmail.com"),
    "work and private mail": ("Name,Personal Email,Work Email", "Ann,ann@gmail.com,ann@globex.com"),
    "no word of mail": ("who,contact", "Ann,ann@globex.com"),
    "报名表": ("姓名,公司,职位,手机,邮箱", "张三,Globex Corporation,经理,13800138000,zs@qq.com"),
    "签到表": ("名称,公司名称,联系邮箱", "张三,Globex Corporation,zs@qq.com"),
    "问卷": ("姓名,单位名称,电子邮箱,是否同意", "张三,Globex Corporation,zs@qq.com,是"),
}


@pytest.mark.parametrize("export", EXPORTS)
def test_the_company_of_a_person_is_found_in_any_export(folder: Path, export: str) -> None:
    (row,) = found_in(folder, "\n".join(EXPORTS[export]) + "\n").table.to_pylist()
    assert (row["match_status"], row["match_name"]) == ("matched", "Globex Corporation")


def test_columns_may_be_told(folder: Path) -> None:
    text = "a,b,c\nGlobex Corporation,x@acme.com,n\nGlobex Corporation,,y\n"
    rows = matched_of(folder, text, "--map", "name=a", "--map", "email=b", "--map", "consent=c")
    assert [row["match_name"] for row in rows] == ["Globex Corporation"]


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ("name=Compny", "--map name: no column 'Compny'; did you mean 'Company'"),
        ("Company", "'Company' maps nothing"),
        ("nam=Company", "nam"),
    ],
)
def test_a_mapping_that_is_none_is_one_line(folder: Path, mapping: str, expected: str) -> None:
    code, said = refused(folder, "people.csv", "--list", "list.csv", "--map", mapping)
    assert code == 2
    assert expected in said


# Who said no -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "held", "kept"),
    [
        ("Consent", ["no", "N", "false", "0", "Declined", "No, thanks", "否", ""], ["yes", "1"]),
        ("Opt-in", ["no", "Not given", "opted out"], ["Yes", "opted in"]),
        ("GDPR consent", ["withdrawn"], ["2024-01-01", "yes"]),
        ("Email Opt Out", ["1", "yes", "TRUE", "2024-05-01"], ["0", "no", "", "FALSE"]),
        ("Unsubscribed", ["true", "unsubscribed"], ["false", "never"]),
        ("Do Not Contact", ["x", "Yes"], ["", "No"]),
        ("是否同意联系", ["否", "不同意", "拒绝", ""], ["是", "同意"]),
        ("已退订", ["是", "已退订"], ["否", "未退订"]),
        ("Consent", ["unsubscribed", "DNC", "已退订", "nein", "off", "perhaps"], ["ok", "同意"]),
        ("Email Status", ["unsubscribed", "bounced", "cleaned"], ["subscribed", "verified"]),
        ("Subscribed", ["no", "0"], ["yes", "1"]),
        ("Do not allow Bulk Emails", ["Do Not Allow", "Yes"], ["Allow", "No"]),
        ("Lead Status", ["Do Not Contact", "Unsubscribed"], ["New", "Unqualified"]),
        ("UNSUB_TIME", ["2024-05-01 10:00:00"], [""]),
        ("订阅状态", ["已退订", "未订阅"], ["已订阅"]),
    ],
)
def test_people_who_said_no_are_held_back(folder: Path, column: str, held, kept) -> None:
    text = f"Email,{column},Who\n"
    text += "".join(f'held{n}@acme.com,"{said}",h\n' for n, said in enumerate(held))
    text += "".join(f'kept{n}@acme.com,"{said}",k\n' for n, said in enumerate(kept))
    found = found_in(folder, text)
    assert [value or "" for value in found.table[column].to_pylist()] == kept
    assert found.held_back == len(held)


def test_what_is_neither_yes_nor_no_holds_back_and_is_named(folder: Path) -> None:
    (folder / "file.csv").write_text(
        "Email,Consent\nann@acme.com,yes\nbea@acme.com,yess\ncy@acme.com,ask cy@acme.com\n"
        "dan@acme.com,\n"
    )
    done = abmkit("match", "file.csv", "--list", "list.csv", "-o", "out.csv", cwd=folder)
    assert done.returncode == 0
    written = (folder / "out.csv").read_text(encoding="utf-8-sig")
    assert [line.partition("@")[0] for line in written.splitlines()[1:]] == ["ann"]
    said = done.stderr.decode()
    assert "2 rows held back: 'Consent' says 'yess', 'xxx xx@xxxx.xxx', neither yes nor no" in said
    assert "1 row held back: 'Consent' is empty there, and only a clear yes is consent" in said
    assert (
        "1 rows, 1 people, 2 held back who said no, 1 held back who gave no consent"
        in (done.stdout + done.stderr).decode()
    )


def test_a_column_of_consent_that_says_nothing_at_all_is_told(folder: Path) -> None:
    (folder / "file.csv").write_text("Email,Opt-in\nann@acme.com,\nbea@acme.com,\n")
    done = abmkit("match", "file.csv", "--list", "list.csv", "-o", "out.csv", cwd=folder)
    assert len((folder / "out.csv").read_text().splitlines()) == 1
    assert "every row is held back: 'Opt-in' says nothing in any" in done.stderr.decode()


def test_a_column_of_objections_may_be_told(folder: Path) -> None:
    text = "Email,q7\nann@acme.com,y\nbea@acme.com,n\n"
    (row,) = matched_of(folder, text, "--map", "objection=q7")
    assert row["Email"] == "bea@acme.com"


def test_nothing_personal_is_told(folder: Path) -> None:
    arguments = ("match", "people.csv", "--list", "list.csv", "-o", "out.csv", "--rejects", "r.csv")
    for summary in ("s.json", "s.txt"):
        done = abmkit(*arguments, "--summary", summary, cwd=folder)
        assert done.returncode == 0
        told = done.stdout + done.stderr + (folder / summary).read_bytes()
        assert not [text for text in PERSONAL if text in told.decode()]
    written = (folder / "out.csv").read_text(encoding="utf-8-sig")
    assert "cyril" not in written
    assert "bobby" in written


def test_an_error_tells_nothing_personal(folder: Path) -> None:
    text = "Note,Number\nbobby@gmail.com wrote,1\n"
    (folder / "file.csv").write_text(text)
    _, said = refused(folder, "file.csv", "--list", "list.csv", "--map", "email=Mail")
    assert "bobby" not in said


# Inputs ------------------------------------------------------------------------------------------


def written(folder: Path, kind: str) -> Path:
    rows = list(csv.DictReader(io.StringIO(PEOPLE)))
    path = folder / f"other.{kind}"
    if kind == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    elif kind == "parquet":
        import pyarrow as pa
        from pyarrow import parquet

        parquet.write_table(pa.Table.from_pylist(rows), path)
    else:
        from openpyxl import Workbook

        book = Workbook()
        book.active.append(list(rows[0]))
        for row in rows:
            book.active.append(list(row.values()))
        book.save(path)
    return path


@pytest.mark.parametrize("kind", ["xlsx", "jsonl", "parquet"])
def test_people_may_come_in_any_format(folder: Path, kind: str) -> None:
    expected = [row["match_account_id"] for row in matched(folder)]
    rows = matched(folder, written(folder, kind).name)
    assert [row["match_account_id"] for row in rows] == expected


def test_people_may_come_through_a_pipe(folder: Path) -> None:
    assert matched(folder, "-", stdin=PEOPLE.encode()) == matched(folder)


def test_a_chinese_export_in_its_own_encoding_is_read(folder: Path) -> None:
    text = "姓名,公司名称,电子邮箱\n张三,海康威视,zs@qq.com\n李四,无此公司,\n"
    (folder / "cn.csv").write_bytes(text.encode("gb18030"))
    rows = matched(folder, "cn.csv")
    assert [row["match_status"] for row in rows] == ["matched", "none"]
    assert rows[0]["姓名"] == "张三"


def test_the_list_may_be_a_workbook(folder: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in csv.reader(io.StringIO(LIST)):
        book.active.append(row)
    book.save(folder / "list.xlsx")
    done = abmkit("match", "people.csv", "--list", "list.xlsx", cwd=folder)
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode())))
    assert rows == matched(folder)


WIDE = ",".join(f"p{n}" for n in range(1, 41)) + "\n" + ",".join("?" * 40) + "\n"


def test_a_file_without_rows_gives_its_header(folder: Path) -> None:
    assert matched_of(folder, "Email,Company\n") == []
    done = abmkit("match", "file.csv", "--list", "list.csv", cwd=folder)
    assert done.stdout.decode().strip().split(",") == ["Email", "Company", *ADDED]


@pytest.mark.parametrize(
    ("file", "text", "listed", "code", "expected"),
    [
        ("f.csv", "Note,Number\nhello,1\n", "list.csv", 2, "no column names companies, sites"),
        ("f.csv", WIDE, "list.csv", 2, "columns are p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11"),
        ("f.csv", WIDE, "list.csv", 2, "p19, p20 and 20 more"),
        ("f.csv", "", "list.csv", 3, "f.csv"),
        ("absent.csv", None, "list.csv", 3, "absent.csv"),
        ("people.csv", None, "absent.csv", 3, "absent.csv"),
        ("people.csv", None, ".", 3, "there is no run in this folder"),
    ],
)
def test_what_cannot_be_matched_is_one_line(
    folder: Path, file: str, text: str | None, listed: str, code: int, expected: str
) -> None:
    if text is not None:
        (folder / file).write_text(text)
    found, said = refused(folder, file, "--list", listed)
    assert expected in said
    assert found == code


def test_rows_that_do_not_fit_are_counted_and_kept(folder: Path) -> None:
    text = PEOPLE + "one,two,three,four,five,six,seven,eight,nine,ten\n"
    matched_of(folder, text, "--rejects", "r.csv", "--summary", "s.json")
    summary = json.loads((folder / "s.json").read_text())
    kept = list(csv.DictReader((folder / "r.csv").open(encoding="utf-8-sig")))
    assert len(kept) == summary["rejected"]
    assert summary["rows"] + summary["rejected"] + summary["held_back"] == 7


# A run's folder ----------------------------------------------------------------------------------

PROJECT = """\
version = 1
name = "p"
[[sources]]
name = "directory"
path = "directory.csv"
[[suppress]]
name = "customers"
path = "customers.csv"
reason = "Already a customer"
[[suppress]]
name = "competitors"
path = "competitors.csv"
reason = "A competitor"
[score]
[[score.criteria]]
id = "size"
bands = [{ when = { employees = { above = 100 } }, points = 1 }]
[tier]
[[tier.tiers]]
id = "A"
min_score = 50
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a small project: on the list, in the market, a customer, a competitor."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "abmkit.toml").write_text(PROJECT)
    (folder / "directory.csv").write_text(
        "Company,Website,Country,Employees\n"
        "Globex Corporation,globex.com,US,500\n"
        "Initech,initech.co,US,10\n"
        "Acme Software Inc,acme.com,US,900\n"
        "Hooli,hooli.com,US,9000\n"
        "Stark Industries,stark.com,US,700\n"
    )
    (folder / "customers.csv").write_text("Company,Website\nAcme Software,acme.com\n")
    (folder / "competitors.csv").write_text("Company\nHooli\n")
    done = abmkit("run", "abmkit.toml", "-o", "out", cwd=folder)
    assert done.returncode == 0, done.stderr.decode()
    return folder


def test_customers_competitors_and_strangers_are_told_apart(run: Path) -> None:
    lines = ["Email,Company", "a@globex.com,", "b@gmail.com,Initech", "c@acme.com,"]
    (run / "f.csv").write_text("\n".join([*lines, "d@hooli.com,", "e@gmail.com,Nowhere"]) + "\n")
    arguments = ("match", "f.csv", "--list", "out", "--summary", "s.json")
    done = abmkit(*arguments, cwd=run)
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode())))
    added = [*ADDED, "match_list_status", "match_exclusions", *CONSENT]
    assert list(rows[0]) == ["Email", "Company", *added]
    told = [(r["match_list_status"], r["match_tier"], r["match_exclusions"]) for r in rows]
    assert told == [
        ("on_list", "A", ""),
        ("target_market", "", ""),
        ("excluded", "", "customers"),
        ("excluded", "", "competitors"),
        ("unknown", "", ""),
    ]
    summary = json.loads((run / "s.json").read_text())
    assert {each["label"]: each["companies"] for each in summary["found"]} == {
        "On the list": 1,
        "In the market, not on the list": 1,
        "Excluded": 2,
        "Not found": 0,
    }
    assert summary["tiers"] == [{"label": "A", "accounts": 2, "reached": 1, "people": 1}]
    assert [each["name"] for each in summary["nobody"]] == ["Stark Industries"]


def test_the_summary_fits_a_terminal(run: Path) -> None:
    (run / "f.csv").write_text("Email,Company\na@globex.com,\n")
    abmkit("match", "f.csv", "--list", "out", "--summary", "s.txt", cwd=run)
    text = (run / "s.txt").read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= 80
    assert "1 of the list's 2 accounts have nobody: Stark Industries" in " ".join(text.split())


def test_a_list_of_companies_has_no_people(folder: Path) -> None:
    (folder / "f.csv").write_text("Company\nGlobex Corporation\nNowhere\n")
    matched(folder, "f.csv", "--summary", "s.txt")
    assert "people" not in (folder / "s.txt").read_text(encoding="utf-8")
    matched(folder, "people.csv", "--summary", "s.txt")
    assert "5 rows, 5 people, 1 held back" in (folder / "s.txt").read_text(encoding="utf-8")


def test_a_match_needs_no_pandas(folder: Path) -> None:
    code = (
        "import sys; from abmkit.cli.main import run_command; "
        "code = run_command(['match', 'people.csv', '--list', 'list.csv', '-o', 'out.csv']); "
        "print(code, 'pandas' in sys.modules, file=sys.stderr); "
        "from abmkit.io.streams import end_process; end_process(0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=folder)
    assert done.stderr.decode().splitlines()[-1] == "0 False"
