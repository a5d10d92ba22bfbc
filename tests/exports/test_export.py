"""Export, by its command: what is written, what is not and why, and what it says."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made import exported, project

import abmkit
from abmkit.cli.main import run_command
from abmkit.errors import ColumnError, GuardError, OutputError, UsageError
from abmkit.exports.target import target_names
from abmkit.runs.history.kept import history_of

pytestmark = pytest.mark.filterwarnings("ignore::abmkit.AbmkitWarning")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def test_who_is_known_to_the_crm_is_updated_who_is_not_inserted_who_left_cleared(
    crm: Path, tmp_path: Path
) -> None:
    said = exported(crm, "salesforce-accounts", tmp_path)
    by_company = {row["Company"]: row["Account ID"] for row in rows(crm / "crm.csv")}
    listed = {row["name"]: row for row in rows(crm / "out" / "target-accounts.csv")}
    known = {by_company.get(name) for name in by_company if name.replace("\n", " ") in listed}
    known.discard("")
    update = rows(tmp_path / "salesforce-accounts-update.csv")
    insert = rows(tmp_path / "salesforce-accounts-insert.csv")
    clear = rows(tmp_path / "salesforce-accounts-clear.csv")
    assert "001C" in {row["Account ID"] for row in update}
    assert {row["Account ID"] for row in update} >= known
    assert {row["Account Name"] for row in insert} == {"Globex Corporation", "No Site"}
    assert len(update) + len(insert) == len(listed)
    # One of them had no id when it was listed, and has one now.
    assert {row["Account ID"] for row in clear} == {"001D", "001E", "001G"}
    assert {row["ABM_Tier__c"] for row in clear} == {"#N/A"}
    assert "4 to update" in said
    assert "2 to insert" in said
    assert "3 to clear" in said


def test_who_left_since_an_older_run_is_told_by_since(crm: Path, tmp_path: Path) -> None:
    newest = history_of(crm / "out").runs[-1].id
    said = exported(crm, "salesforce-accounts", tmp_path, since=newest)
    assert f"0 to clear: they left the list since {newest}" in " ".join(said.split())
    assert "salesforce-accounts-clear.csv" not in names(tmp_path)
    with pytest.raises(UsageError, match="no run of this folder"):
        exported(crm, "salesforce-accounts", tmp_path, since="1999")


def test_an_account_that_goes_by_another_id_has_not_left(tmp_path: Path) -> None:
    text = "Account ID,Company,Website,Employees\n{}\n"
    config = project(tmp_path)
    config["sources"][0]["columns"] = {"crm_id": "Account ID"}
    for row in (
        "1,Acme Software,,900\n2,Globex,globex.com,900",
        "1,Acme Software,acme.com,900\n2,Globex,globex.com,9",
    ):
        (tmp_path / "crm.csv").write_text(text.format(row), encoding="utf-8")
        abmkit.run(config, output=tmp_path / "out")
    config["export"] = {"hubspot-companies": {}}
    exported(tmp_path, "hubspot-companies", tmp_path / "files", config=config)
    assert rows(tmp_path / "files" / "hubspot-companies-clear.csv") == [
        {"Record ID": "2", "Target account": "false"}
    ]


def test_who_left_without_a_crm_id_stands_with_the_reason(tmp_path: Path) -> None:
    config = project(tmp_path)
    config["sources"][0]["columns"] = {"crm_id": "Account ID"}
    for size in (900, 9):
        text = f"Account ID,Company,Website,Employees\n1,A Co,a.com,900\n,B Co,b.com,{size}\n"
        (tmp_path / "crm.csv").write_text(text, encoding="utf-8")
        abmkit.run(config, output=tmp_path / "out")
    config["export"] = {"salesforce-accounts": {"fields": {"T": "tier"}}}
    exported(tmp_path, "salesforce-accounts", tmp_path / "files", config=config)
    (row,) = rows(tmp_path / "files" / "skipped.csv")
    assert row["name"] == "B Co"
    assert row["reason"] == "left the list without a Account ID: cannot be cleared"
    assert "salesforce-accounts-clear.csv" not in names(tmp_path / "files")


def test_a_field_of_the_config_takes_the_place_of_one_of_its_name(
    crm: Path, tmp_path: Path
) -> None:
    own = {"fields": {"industry": "tier", "T": "tier"}, "clear": {"T": "none"}}
    exported(crm, "hubspot-companies", tmp_path, config=project(crm, hubspot_companies=own))
    with (tmp_path / "hubspot-companies-update.csv").open(encoding="utf-8") as file:
        header = next(csv.reader(file))
    assert [name.casefold() for name in header].count("industry") == 1
    first, *_ = rows(tmp_path / "hubspot-companies-clear.csv")
    assert first == {"Record ID": "001E", "Target account": "false", "T": "none"}


def test_an_id_of_ones_own_gives_the_three_files_of_any_crm(crm: Path, tmp_path: Path) -> None:
    own = {"id": "External ID", "fields": {"Level": "tier"}, "clear": {"Level": "-"}}
    exported(crm, "zoho-accounts", tmp_path, config=project(crm, zoho_accounts=own))
    assert names(tmp_path) >= {f"zoho-accounts-{p}.csv" for p in ("update", "insert", "clear")}
    assert rows(tmp_path / "zoho-accounts-clear.csv")[0] == {"External ID": "001E", "Level": "-"}


def test_files_of_an_earlier_export_do_not_stay(crm: Path, tmp_path: Path) -> None:
    own = {"rows": 2}
    exported(crm, "zoho-accounts", tmp_path, config=project(crm, zoho_accounts=own))
    assert {"zoho-accounts-1.csv", "zoho-accounts-3.csv"} <= names(tmp_path)
    (tmp_path / "zoho-accounts-notes.csv").write_text("mine", encoding="utf-8")
    exported(crm, "zoho-accounts", tmp_path)
    assert names(tmp_path) == {"zoho-accounts.csv", "zoho-accounts-notes.csv", "skipped.csv"}


def test_two_targets_in_one_folder_keep_their_reasons(crm: Path, tmp_path: Path) -> None:
    for name in ("salesloft-accounts", "terminus", "salesloft-accounts"):
        exported(crm, name, tmp_path)
    found = [(row["target"], row["name"]) for row in rows(tmp_path / "skipped.csv")]
    assert sorted(found) == [
        ("salesloft-accounts", "No Site"), ("terminus", "Globex Corporation"),
        ("terminus", "No Site"),
    ]  # fmt: skip


def test_a_dry_run_writes_nothing(crm: Path, tmp_path: Path) -> None:
    said = exported(crm, "salesforce-accounts", tmp_path / "no", dry_run=True)
    assert not (tmp_path / "no").exists()
    assert "salesforce-accounts-update.csv: 4 rows" in said
    assert said.endswith("Nothing was written.")


def test_too_few_stop_with_the_rule_and_its_source(
    crm: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["export", str(crm / "out"), "--for", "linkedin-contacts",
               "--people", str(crm / "people.csv"), "-o", str(tmp_path / "no")]  # fmt: skip
    assert run_command(command) == 4
    said = capsys.readouterr()
    (line,) = [x for x in said.err.splitlines() if x.startswith("error: ")]
    assert "takes at least 300 rows, here are 3 (linkedin.com" in line
    assert "read 2026-11-29" in line
    assert not (tmp_path / "no").exists()
    assert run_command([*command, "--force"]) == 0
    assert len(rows(tmp_path / "no" / "linkedin-contacts.csv")) == 3


def test_nothing_that_a_target_would_take_stops_also_by_force(tmp_path: Path) -> None:
    config = project(tmp_path)
    config["sources"][0]["columns"] = {}
    (tmp_path / "crm.csv").write_text("Company,Employees\nA Co,900\n", encoding="utf-8")
    abmkit.run(config, output=tmp_path / "out")
    with pytest.raises(GuardError, match="no row that it would take"):
        exported(tmp_path, "demandbase", tmp_path / "no", force=True, config=config)
    assert not (tmp_path / "no").exists()


def test_people_without_a_yes_are_in_no_file(crm: Path, tmp_path: Path) -> None:
    said = exported(crm, "linkedin-contacts", tmp_path, people=crm / "people.csv", force=True)
    found = {row["email"] for row in rows(tmp_path / "linkedin-contacts.csv")}
    assert found == {"ann@acme.com", "cara@globex.de", "wang@bytedance.com"}
    told = " ".join(said.split())
    assert "4 held back, in no file: 2 of no account on the list, 1 said no, 1 did not" in told
    written = "".join(p.read_text(encoding="utf-8") for p in tmp_path.iterdir())
    for absent in ("bob@", "zoe@", "sid@", "eve@"):
        assert absent not in written
    held = {row["row"]: row["reason"] for row in rows(tmp_path / "held-back.csv")}
    assert held == {
        "2": "said no", "3": "did not answer", "8": "of no account on the list",
        "9": "of no account on the list",
    }  # fmt: skip


def test_where_no_column_asks_for_consent_nobody_is_in_a_file(crm: Path, tmp_path: Path) -> None:
    text = "Email,Company\nann@acme.com,Acme\n"
    (tmp_path / "people.csv").write_text(text, encoding="utf-8")
    with (
        pytest.warns(abmkit.AbmkitWarning, match="no column says who agreed"),
        pytest.raises(GuardError),
    ):
        abmkit.export(
            crm / "out", project(crm), platform="meta-custom-audience", output=tmp_path / "no",
            people=tmp_path / "people.csv", force=True,
        )  # fmt: skip
    (tmp_path / "people.csv").write_text(
        "Email,Company,Said\nann@acme.com,Acme,yes\n", encoding="utf-8"
    )
    exported(
        crm, "meta-custom-audience", tmp_path / "yes", people=tmp_path / "people.csv",
        mapping={"consent": "Said"}, force=True,
    )  # fmt: skip
    assert len(rows(tmp_path / "yes" / "meta-custom-audience.csv")) == 1


def test_company_only_leaves_out_what_may_tell_of_a_person(crm: Path, tmp_path: Path) -> None:
    own = {"fields": {"Rep": "owner"}}
    config = project(crm, demandbase=own)
    exported(crm, "demandbase", tmp_path / "all", config=config)
    exported(crm, "demandbase", tmp_path / "only", config=config, company_only=True)
    every, only = (rows(tmp_path / n / "demandbase.csv")[0].keys() for n in ("all", "only"))
    assert every - only == {"Owner", "Rep", "Phone Number"}


def test_a_field_is_none_of_people_and_one_that_there_is(tmp_path: Path) -> None:
    config = project(tmp_path)
    config["sources"][0]["columns"] = {}
    text = "Company,Website,Employees,who,Contact Email\nA Co,a.com,900,x@y.org,x@y.org\n"
    (tmp_path / "crm.csv").write_text(text, encoding="utf-8")
    abmkit.run({**config, "export": {}}, output=tmp_path / "out")
    wrong = {"Contact Email": UsageError, "who": UsageError, "nowhere": ColumnError}
    for column, error in wrong.items():
        config["export"] = {"demandbase": {"fields": {"X": column}}}
        with pytest.raises(error, match=column):
            exported(tmp_path, "demandbase", tmp_path / "no", config=config)
    assert not (tmp_path / "no").exists()


def test_targets_are_listed_without_a_name_and_by_a_wrong_one(
    crm: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["export"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in target_names())
    assert all(len(line) <= 80 for line in listed.splitlines())
    assert run_command(["export", str(crm / "out"), "--for", "linkedin-company"]) == 2
    told = capsys.readouterr().err
    assert "did you mean 'linkedin-companies'?" in told
    assert all(name in told for name in target_names())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--for", "6sense"], "needs a folder to write to"),
        (["--for", "6sense", "-o", "s3://a/b"], "a folder on this machine"),
        (["--for", "linkedin-contacts", "--dry-run"], "is a list of people"),
        (["--for", "6sense", "--people", "p.csv", "--dry-run"], "takes companies"),
        (["--for", "6sense", "--since", "previous", "--dry-run"], "so that nothing is cleared"),
        (["--for", "6sense", "--map", "name=X", "--dry-run"], "there are no people to map"),
        (["--for", "wecom-contacts", "--company-only", "--dry-run"], "is a list of people"),
    ],
)
def test_a_command_that_cannot_work_says_what_to_do(
    options: list[str], said: str, crm: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["export", str(crm / "out"), *options]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "; " in told


def test_a_folder_without_a_run_is_no_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["export", str(tmp_path), "--for", "6sense", "-o", str(tmp_path)]) == 3
    assert "there is no run in this folder" in capsys.readouterr().err


def test_the_config_names_only_targets_that_there_are(
    crm: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "abmkit.toml"
    text = 'version = 1\n[export.hubspot]\nfields = { a = "tier" }\n[export.6sense]\nclear = { b = "" }\n'
    config.write_text(text, encoding="utf-8")
    for command in (["export", str(crm / "out"), "-c", str(config)], ["check", str(config)]):
        assert run_command(command) == 2
        told = capsys.readouterr().err
        assert "export.hubspot: no target is called 'hubspot'" in told
        assert "export.6sense.clear.b: is none of the fields" in told


def test_a_folder_that_cannot_be_made_is_said(crm: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="name another folder with -o"):
        exported(crm, "6sense", tmp_path / "file")


def test_all_files_are_written_or_none(
    crm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from abmkit.io import writing

    exported(crm, "salesforce-accounts", tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    real: Callable[..., int] = writing.write

    def failing(*given: Any, **options: Any) -> int:
        if given[2].name == "skipped.csv":
            raise OSError("the disk is gone")
        return real(*given, **options)

    monkeypatch.setattr(writing, "write", failing)
    own = {"rows": 1}
    with pytest.raises(OSError, match="the disk is gone"):
        exported(crm, "salesforce-accounts", tmp_path, config=project(crm, salesforce_accounts=own))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_rollback_clears_what_only_the_run_had_that_was_rolled_back(tmp_path: Path) -> None:
    config = project(tmp_path)
    config["sources"][0]["columns"] = {"crm_id": "Account ID"}
    for more in ("", "2,B Co,b.com,900\n"):
        text = f"Account ID,Company,Website,Employees\n1,A Co,a.com,900\n{more}"
        (tmp_path / "crm.csv").write_text(text, encoding="utf-8")
        abmkit.run(config, output=tmp_path / "out")
    abmkit.rollback("previous", output=tmp_path / "out")
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["run"] == history_of(tmp_path / "out").runs[0].id
    config["export"] = {"hubspot-companies": {}}
    exported(tmp_path, "hubspot-companies", tmp_path / "files", config=config)
    (row,) = rows(tmp_path / "files" / "hubspot-companies-clear.csv")
    assert row["Record ID"] == "2"
