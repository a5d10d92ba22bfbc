"""The runs that are kept: how compact, for how long, in which order, whatever comes between."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

import abmkit
from abmkit.cli.main import run_command
from abmkit.config.sections.output import Keep
from abmkit.errors import InputError, UsageError
from abmkit.runs import folder as runs_folder
from abmkit.runs.history import compact, rollback
from abmkit.runs.history.keeping import keep
from abmkit.runs.history.kept import history_of
from abmkit.runs.history.rollback import put_in_place, rollback_to, run_meant

pytestmark = pytest.mark.filterwarnings("ignore::abmkit.AbmkitWarning")

CONFIG = """\
version = 1
name = "history"
[[sources]]
name = "firms"
path = "firms.csv"
[sources.columns]
plan = { from = "plan", type = "text" }
[[exclude.rules]]
id = "trial"
reason = "On a trial"
when = { plan = "trial" }
[[score.criteria]]
id = "size"
bands = [
  { when = { employees = { at_least = 1000 } }, points = 100 },
  { when = { employees = { at_least = 500 } }, points = 70 },
  { when = { employees = { at_least = 100 } }, points = 40 },
]
[tier]
stability = { max_moves = 2 }
[[tier.tiers]]
id = "A"
min_score = 90
capacity = 2
[[tier.tiers]]
id = "B"
min_score = 60
[output.keep]
whole = 1
"""
SIZES = {"Ash": 1500, "Birch": 1400, "Cedar": 1300, "Elm": 600, "Fir": 300, "Gum": 50}
DAYS = [date(2026, month, 1) for month in (1, 2, 3, 4)]


def firms(project: Path, known: Mapping[str, int | str], **plans: str) -> None:
    rows = [
        f"{name} Inc,{name.lower()}.com,{'US' if name != 'Elm' else 'DE'},{size},Ann,"
        f"{plans.get(name, 'pro')},{name} makes {name.lower()} of all kinds"
        for name, size in known.items()
    ]
    header = "company,website,country,employees,owner,plan,description"
    (project / "firms.csv").write_text("\n".join([header, *rows]))


def run(project: Path, day: date, **options: Any) -> Any:
    return abmkit.run(project / "abmkit.toml", output=project / "out", as_of=day, **options)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with four runs, all of them whole."""
    project = tmp_path_factory.mktemp("made")
    whole = CONFIG.replace("whole = 1", "whole = 100")
    (project / "abmkit.toml").write_text(whole)
    for day, sizes, plans in (
        (DAYS[0], {**SIZES, "Gum": "90-200"}, {}),
        (DAYS[1], {**SIZES, "Fir": 1350, "Elm": 1450}, {}),
        (DAYS[2], {**SIZES, "Fir": 1600, "Elm": 700, "Hay": 800}, {"Ash": "trial"}),
        (DAYS[3], {**SIZES, "Fir": 900, "Ash": 2000}, {"Cedar": "trial"}),
    ):
        firms(project, sizes, **plans)
        run(project, day)
    (project / "abmkit.toml").write_text(CONFIG)
    return project


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True, symlinks=True)
    # A folder's files are those of its newest run, not copies of them.
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ids(project: Path) -> list[str]:
    return [each.id for each in history_of(project / "out").runs]


def folder(project: Path, number: int) -> Path:
    return project / "out" / "runs" / ids(project)[number]


def everything(place: Path) -> dict[str, bytes]:
    return {str(f.relative_to(place)): f.read_bytes() for f in place.rglob("*") if f.is_file()}


def in_place(project: Path) -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in (project / "out").iterdir() if f.is_file()}


def between(project: Path, old: int, new: int) -> Any:
    """What diff says of two runs, as data."""
    target = project / "diff.json"
    abmkit.diff(folder(project, old), folder(project, new), output=target)
    return json.loads(target.read_text())


def rows(project: Path) -> dict[str, dict[str, Any]]:
    table = abmkit.history(project / "out")
    return {row["run"]: row for row in table.to_dict("records")}


# Kept compact ------------------------------------------------------------------------------------


def test_a_run_makes_older_ones_compact_and_says_which_it_could_not(project: Path) -> None:
    (folder(project, 1) / "accounts.parquet").write_bytes(b"no parquet")
    before = [everything(folder(project, n)) for n in range(4)]
    with pytest.warns(abmkit.AbmkitWarning, match="stays as it is"):
        result = run(project, date(2026, 5, 1))
    assert json.loads((project / "out" / "run.json").read_text()) == result.record
    kept = [each.lacking is not None for each in history_of(project / "out").runs]
    assert kept == [True, False, True, True, False]
    for number in (0, 2, 3):
        was, now = before[number], everything(folder(project, number))
        assert not {"members.parquet", "excluded.parquet", "ledger.parquet"} & now.keys()
        for name in ("run.json", "target-accounts.parquet", "changes.csv", "target-accounts.xlsx"):
            assert now[name] == was[name]
    assert everything(folder(project, 1)) == before[1]
    assert {"members.parquet", "excluded.parquet"} <= everything(folder(project, 4)).keys()
    assert not (project / "out" / "compact.json").exists()


def test_a_compact_run_has_what_decides_and_identifies(project: Path) -> None:
    whole = parquet.read_table(folder(project, 1) / "accounts.parquet").sort_by("account_id")
    keep(project / "out", Keep(whole=1))
    narrow = parquet.read_table(folder(project, 1) / "accounts.parquet")
    assert {"name", "domain", "owner", "plan", "employees", "tier", "fit_known"} <= {
        *narrow.column_names
    }
    # Sizes are exact here: their ends say nothing beside them.
    gone = set(whole.column_names) - set(narrow.column_names)
    assert {"description", "employees_min", "employees_max", "website"} <= gone
    assert narrow.equals(whole.select(narrow.column_names))
    said = json.loads((folder(project, 1) / "compact.json").read_text())["columns"]
    assert set(said) == gone - {"employees_min", "employees_max"}


def test_ends_of_intervals_that_say_something_stay(project: Path) -> None:
    keep(project / "out", Keep(whole=1))
    first, second = (
        set(compact.columns_of(folder(project, n) / "accounts.parquet")) for n in (0, 1)
    )
    assert first - second == {"employees_min", "employees_max"}


def test_compact_runs_are_compared_as_whole_ones_are(project: Path) -> None:
    pairs = [(0, 1), (2, 3), (3, 0)]
    whole = [between(project, *pair) for pair in pairs]
    assert any(each["causes"] for each in whole)
    assert len(keep(project / "out", Keep(whole=1)).compacted) == 3
    assert [between(project, *pair) for pair in pairs] == whole


def test_columns_that_are_no_more_are_not_called_unknown(project: Path) -> None:
    keep(project / "out", Keep(whole=1))
    text = CONFIG.replace(
        '[[tier.tiers]]\nid = "B"',
        '[[tier.tiers]]\nid = "B"\nwhen = { website = { known = true } }',
    )
    assert text != CONFIG
    (project / "abmkit.toml").write_text(text)
    firms(project, {**SIZES, "Birch": 100})
    run(project, date(2026, 5, 1))
    found = between(project, 0, 4)
    assert "website" not in " ".join(row["why"] or "" for row in found["accounts"])
    assert any("what website was is not compared" in doubt for doubt in found["doubts"])
    with pytest.raises(InputError, match="kept compact, without website"):
        abmkit.diff(folder(project, 0), trial=project / "abmkit.toml")


def test_a_compaction_that_ends_anywhere_leaves_a_run_that_is_whole_or_compact(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before each thing that it does to the files, one after the other."""
    was = parquet.read_table(folder(project, 0) / "accounts.parquet").sort_by("account_id")
    rule, done = Keep(whole=3), 0
    names = ("remove", "_say", "_narrow", "_pack", "replacing", "sync_folder")
    plain = {name: getattr(compact, name) for name in names}
    monkeypatch.setattr(compact, "_LEAST_TO_PACK", 0)
    shutil.copytree(project / "out", project / "whole", symlinks=True)
    for at in range(1, 40):
        shutil.rmtree(project / "out")
        shutil.copytree(project / "whole", project / "out", symlinks=True)
        left = at

        def stopping(name: str) -> Callable[..., Any]:
            def call(*arguments: Any, **options: Any) -> Any:
                nonlocal left
                left -= 1
                if left == 0:
                    raise KeyboardInterrupt
                return plain[name](*arguments, **options)

            return call

        for name in names:
            monkeypatch.setattr(compact, name, stopping(name))
        try:
            keep(project / "out", rule)
            break
        except KeyboardInterrupt:
            done += 1
        for name in names:
            monkeypatch.setattr(compact, name, plain[name])
        assert all(each.problem is None for each in history_of(project / "out").runs)
        now = parquet.read_table(folder(project, 0) / "accounts.parquet").sort_by("account_id")
        assert now.equals(was.select(now.column_names))
        lacking = history_of(project / "out").runs[0].lacking
        if lacking is None:
            assert everything(folder(project, 0)) == everything(
                project / "whole" / "runs" / ids(project)[0]
            )
        assert len(ids(project)) == 4
        keep(project / "out", rule)
        assert compact.is_done(history_of(project / "out").runs[0])
        assert not list(folder(project, 0).glob(".*"))
    assert done >= 8


def test_nothing_is_done_while_another_run_is_written(project: Path) -> None:
    part = project / "out" / "runs" / ".20260101T000000.000000Z.part"
    part.mkdir()
    before = everything(project / "out")
    done = keep(project / "out", Keep(whole=1, runs=1, days=0))
    assert everything(project / "out") == before
    assert [each.code for each in done.problems] == ["history.busy"]


def test_a_folder_of_parquet_files_becomes_one_file_and_what_is_in_place_stays(
    project: Path,
) -> None:
    """As Spark writes them, with links in the output folder."""
    for number in (0, 2, 3):
        path = folder(project, number) / "accounts.parquet"
        table = parquet.read_table(path)
        path.unlink()
        path.mkdir()
        for part in range(2):
            parquet.write_table(
                table.slice(part * 3, 3 if part == 0 else None), path / f"{part}.parquet"
            )
    outer = project / "out" / "accounts.parquet"
    outer.unlink()
    # The record in place is of the last run, but a link still leads to the one before.
    outer.symlink_to(Path("runs") / ids(project)[2] / "accounts.parquet")
    keep(project / "out", Keep(whole=1, runs=1, days=0), now=datetime.now(UTC) + timedelta(days=9))
    assert len(ids(project)) == 2
    assert parquet.read_table(outer).num_rows == 7
    outer.unlink()
    outer.symlink_to(Path("runs") / ids(project)[1] / "accounts.parquet")
    shutil.copytree(project / "out" / "runs" / ids(project)[0], project / "old")
    keep(project / "out", Keep(whole=1))
    assert (folder(project, 0) / "accounts.parquet").is_file()
    assert parquet.read_table(outer).num_rows == 6


def test_a_folder_whose_file_never_came_is_put_back(project: Path) -> None:
    path = folder(project, 0) / "accounts.parquet"
    table = parquet.read_table(path)
    path.unlink()
    aside = path.with_name(f".{path.name}.whole")
    aside.mkdir()
    parquet.write_table(table, aside / "0.parquet")
    assert history_of(project / "out").runs[0].problem is None
    assert path.is_dir()
    assert keep(project / "out", Keep(whole=1)).compacted
    assert path.is_file()


# Pruned ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "age", "left"),
    [
        (Keep(whole=9, runs=2, days=0), 1, 2),
        (Keep(whole=9, runs=2, days=30), 1, 4),
        (Keep(whole=9, runs=1, days=30), 31, 1),
        (Keep(whole=9, runs=4, days=0), 999, 4),
        (Keep(), 999, 4),
    ],
)
def test_a_run_is_kept_while_either_holds(project: Path, rule: Keep, age: int, left: int) -> None:
    expected = ids(project)[-left:]
    gone = ids(project)[:-left]
    done = keep(project / "out", rule, now=datetime.now(UTC) + timedelta(days=age))
    assert ids(project) == expected
    assert sorted(done.removed) == gone
    assert [each["from"] for each in history_of(project / "out").events] == gone


def test_the_list_in_place_is_kept_whole_however_old_it_is(project: Path) -> None:
    abmkit.rollback(DAYS[0].isoformat(), output=project / "out")
    files = everything(folder(project, 0))
    keep(project / "out", Keep(whole=1, runs=1, days=0), now=datetime.now(UTC) + timedelta(days=1))
    assert [each.day for each in history_of(project / "out").runs] == ["2026-01-01", "2026-04-01"]
    assert everything(folder(project, 0)) == files


def test_what_was_removed_is_said_once_and_kept_in_the_history(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = "whole = 1\nruns = 2\ndays = 0"
    (project / "abmkit.toml").write_text(CONFIG.replace("whole = 1", rule))
    assert run_command(["run", "--as-of", "2026-05-01", "--log-format", "json"]) == 0
    said = [json.loads(line)["message"] for line in capsys.readouterr().err.splitlines()]
    assert sum(text.startswith("3 earlier runs removed") for text in said) == 1
    assert run_command(["history", "-o", "runs.csv", "--quiet"]) == 0
    assert capsys.readouterr().out == ""
    assert run_command(["history", "-o", "runs.csv"]) == 0
    assert "3 older ones removed by [output.keep]" in capsys.readouterr().out
    assert len((project / "runs.csv").read_text().splitlines()) == 3


# In order, whatever lies there -------------------------------------------------------------------


def test_a_clock_set_back_and_equal_times_keep_the_order(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Still(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime(2020, 1, 1, tzinfo=tz)

    monkeypatch.setattr(runs_folder, "datetime", Still)
    before, made = ids(project), []
    for _ in range(2):
        with runs_folder.RunFolder.at(project / "out").writing() as files:
            files.record({"as_of": "2026-05-01", "run": files.final.name})
            made.append(files.final.name)
    assert ids(project) == [*before, *made]
    assert list(rows(project)) == [*made[::-1], *before[::-1]]
    assert rows(project)[made[1]]["in_place"]


def test_what_is_no_run_and_what_is_damaged_stop_nothing_and_are_said(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history = project / "out" / "runs"
    (history / "my notes").mkdir()
    (history / "my notes" / "x.txt").write_text("x")
    bad = folder(project, 1)
    (bad / "run.json").write_text('{"as_of": ')
    odd = folder(project, 0)
    record = json.loads((odd / "run.json").read_text())
    (odd / "run.json").write_text(json.dumps({**record, "tiers": 5, "before": 7, "config": []}))
    assert run_command(["history"]) == 0
    told = capsys.readouterr()
    assert [row["kept"] for row in csv.DictReader(io.StringIO(told.out))] == [
        "whole", "whole", "damaged", "whole",
    ]  # fmt: skip
    assert "what is no run, and stays: my notes" in told.err
    assert f"{bad.name}/run.json: is damaged" in told.err
    keep(project / "out", Keep(whole=1))
    assert (history / "my notes" / "x.txt").exists()
    assert "ash.com" in abmkit.explain("ash.com", project / "abmkit.toml", over_time=True)
    with pytest.raises(InputError, match="is damaged"):
        abmkit.rollback(bad.name, output=project / "out")
    with pytest.raises(InputError, match="is damaged"):
        abmkit.diff(bad, folder(project, 3))


def test_a_damaged_record_in_place_says_what_to_do(project: Path) -> None:
    (project / "out" / "run.json").write_text("{")
    with pytest.raises(InputError, match="put an earlier list back"):
        abmkit.explain("ash.com", project / "abmkit.toml", output=project / "out")
    with pytest.warns(abmkit.AbmkitWarning, match="it cannot be told which list is in place"):
        abmkit.history(project / "out")
    assert "cannot be read" in abmkit.rollback("newest", output=project / "out")
    assert history_of(project / "out").in_place == ids(project)[-1]


def test_history_says_what_each_run_changed(project: Path) -> None:
    newest, _, second, first = rows(project).values()
    assert (first["listed"], list(first["tiers"])) == (4, ["A 2", "B 2"])
    assert first["entered"] is None  # There was no list before.
    record = json.loads((folder(project, 1) / "run.json").read_text())["changes"]["changes"]
    moved = sum(record.get(kind, 0) for kind in ("up", "down", "moved"))
    assert (second["entered"], second["left"], second["moved"]) == (
        record.get("entered", 0), record.get("left", 0), moved,
    )  # fmt: skip
    assert (second["config_changed"], second["inputs_changed"]) == (False, True)
    assert [newest["in_place"], second["in_place"]] == [True, False]
    (project / "abmkit.toml").write_text(CONFIG + "# other\n")
    run(project, date(2026, 5, 1))
    last, *_ = rows(project).values()
    assert (last["config_changed"], last["inputs_changed"]) == (True, False)
    sizes = [sum(f.stat().st_size for f in folder(project, n).rglob("*")) for n in range(5)]
    assert [row["bytes"] for row in rows(project).values()] == sizes[::-1]


def put_back(project: Path, number: int) -> None:
    history = history_of(project / "out")
    put_in_place(history, rollback_to(history, history.runs[number]))


# Put back ----------------------------------------------------------------------------------------


def test_a_list_that_is_put_back_is_that_of_its_run_file_by_file(project: Path) -> None:
    ledger = (project / "out" / "ledger.parquet").read_bytes()
    (project / "out" / "mine.txt").write_text("stays")
    expected = everything(folder(project, 1)) | {"ledger.parquet": ledger, "mine.txt": b"stays"}
    said = abmkit.rollback("2026-02-01", output=project / "out")
    assert in_place(project) == expected
    assert everything(folder(project, 1)).keys() == expected.keys() - {"mine.txt"}
    assert "The list of 2026-02-01" in said
    back = rows(project)
    assert [back[each]["in_place"] for each in ids(project)] == [False, True, False, False]
    event = history_of(project / "out").rolled_back
    assert event is not None
    assert (event["from"], event["to"]) == (ids(project)[3], ids(project)[1])
    assert "in place already" in abmkit.rollback("2026-02-01", output=project / "out")
    assert len(history_of(project / "out").events) == 1


def test_the_next_run_compares_with_the_list_that_was_put_back(project: Path) -> None:
    abmkit.rollback("2026-02-01", output=project / "out")
    with pytest.warns(abmkit.AbmkitWarning, match="that of 2026-02-01, put back on"):
        result = run(project, date(2026, 5, 1))
    assert result.record["before"] == {"run": ids(project)[1]}
    assert any("put back on" in each for each in result.record["warnings"])
    listed = parquet.read_table(folder(project, 1) / "target-accounts.parquet")
    assert result.run.changes.listed_before == listed.num_rows
    # Two moves a run are allowed, from that list on.
    assert len([m for m in result.run.changes.moves if m.change in ("up", "down")]) <= 2
    # The run before that one is the one whose list was in place.
    abmkit.rollback("previous", output=project / "out")
    assert history_of(project / "out").in_place == ids(project)[1]


def test_a_dry_run_says_what_would_change_and_writes_nothing(project: Path) -> None:
    before = everything(project / "out")
    said = abmkit.rollback("previous", output=project / "out", dry_run=True)
    assert everything(project / "out") == before
    assert "would be in place again" in said
    assert said.endswith("Nothing was written.")
    done = abmkit.rollback("previous", output=project / "out")
    assert done.splitlines()[2:6] == said.splitlines()[2:6]
    moved = between(project, 3, 2)
    assert f"{moved['changed']} of {moved['listed_before']} accounts changed" in said
    assert max(map(len, said.splitlines())) <= 80


def test_a_compact_run_gives_back_its_list_and_nothing_of_another(project: Path) -> None:
    whole = everything(folder(project, 0))
    excluded = parquet.read_table(folder(project, 2) / "excluded.parquet")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compact, "_LEAST_TO_PACK", 0)
        keep(project / "out", Keep(whole=1))
    assert (folder(project, 0) / "target-accounts.csv.zst").exists()
    said = abmkit.rollback("2026-01-01", output=project / "out")
    assert "members.parquet" in said
    assert "its accounts lack" in said
    there = in_place(project)
    for name in ("target-accounts.csv", "target-accounts.xlsx", "target-accounts.parquet",
                 "run.json", "changes.csv", "review.csv", "rejects.csv"):  # fmt: skip
        assert there[name] == whole[name], name
    assert "members.parquet" not in there
    assert there["compact.json"] == (folder(project, 0) / "compact.json").read_bytes()
    told = abmkit.explain("birch.com", project / "abmkit.toml")
    assert "kept compact" in told
    assert "From " not in told
    abmkit.rollback("2026-03-01", output=project / "out")
    again = parquet.read_table(project / "out" / "excluded.parquet")
    assert again.to_pylist() == excluded.select(again.column_names).to_pylist() != []
    run(project, date(2026, 5, 1))
    assert {"members.parquet", "excluded.parquet"} <= in_place(project).keys()
    assert "compact.json" not in in_place(project)
    assert "From 1 record" in abmkit.explain("birch.com", project / "abmkit.toml")


def test_a_list_of_a_compact_run_is_matched_and_said_to_lack_fields(project: Path) -> None:
    keep(project / "out", Keep(whole=1))
    (project / "people.csv").write_text("company,website\nAsh Inc,\nBirch,birch.com\n")
    abmkit.rollback("2026-01-01", output=project / "out")
    with pytest.warns(abmkit.AbmkitWarning, match="kept compact"):
        found = abmkit.match("people.csv", "out")
    assert list(found["match_account_id"]) == ["domain:ash.com", "domain:birch.com"]


def test_a_config_that_reads_more_than_a_compact_run_has_is_said(project: Path) -> None:
    keep(project / "out", Keep(whole=1))
    abmkit.rollback("2026-01-01", output=project / "out")
    text = CONFIG.replace("employees = { at_least = 100 }", 'description = { contains = "ash" }')
    (project / "abmkit.toml").write_text(text)
    told = abmkit.explain("ash.com", project / "abmkit.toml")
    assert "The config reads description, which are not kept" in told


def test_a_rollback_that_ends_half_way_is_said_and_done_again(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, shown = rollback.RunFolder.place, 0
    listed = parquet.read_metadata(folder(project, 3) / "target-accounts.parquet").num_rows
    shutil.copytree(project / "out", project / "first", symlinks=True)
    for at in range(1, 30):
        shutil.rmtree(project / "out")
        shutil.copytree(project / "first", project / "out", symlinks=True)
        left = at

        def stopping(self: Any, file: Path) -> Path:
            nonlocal left
            left -= 1
            if left == 0:
                raise KeyboardInterrupt
            return plain(self, file)

        monkeypatch.setattr(rollback.RunFolder, "place", stopping)
        try:
            put_back(project, 0)
            break
        except KeyboardInterrupt:
            shown += 1
        monkeypatch.setattr(rollback.RunFolder, "place", plain)
        assert history_of(project / "out").in_place == ids(project)[3]
        with pytest.warns(abmkit.AbmkitWarning, match="was cut off"):
            abmkit.history(project / "out")
        if at == 3:
            # A run compares with the list that its record is of, not with files of two.
            result = run(project, date(2026, 5, 1))
            assert result.record["before"] == {"run": ids(project)[3]}
            assert result.run.changes.listed_before == listed
            continue
        # Either way out is open.
        number = 0 if at % 2 else 3
        if at == 4:
            assert "2026-04-01" in abmkit.rollback("2026-04-01", output=project / "out")
        put_back(project, number)
        assert history_of(project / "out").cut_off is None
        there = {n: b for n, b in in_place(project).items() if n != "ledger.parquet"}
        assert there == {
            n: b for n, b in everything(folder(project, number)).items() if n != "ledger.parquet"
        }
    assert shown >= 8


def test_a_run_is_meant_by_id_beginning_day_or_place(project: Path) -> None:
    history = history_of(project / "out")
    first, second, third, fourth = history.runs
    for text, meant in {
        first.id: first,
        second.id[:-1]: second,
        "2026-03-01": third,
        "2026-02": second,
        "previous": third,
        "-1": third,
        "-2": second,
        "newest": fourth,
    }.items():
        assert run_meant(history, text) == meant, text
    for text in ("2020-01-01", "2026", "-9", "", "nobody", first.id[:8], f"{first.made:%Y-%m-%d}"):
        with pytest.raises(UsageError, match="RUN"):
            run_meant(history, text)
    with pytest.raises(InputError, match="no run in this folder"):
        abmkit.rollback("previous", output=project / "nowhere")
    record = json.loads((second.folder / "run.json").read_text())
    (second.folder / "run.json").write_text(json.dumps({**record, "as_of": "2026-01-01"}))
    with pytest.raises(UsageError, match="could be any of 2 runs"):
        abmkit.rollback("2026-01-01", output=project / "out")


# Over time ---------------------------------------------------------------------------------------


def test_an_account_is_told_run_by_run(project: Path) -> None:
    keep(project / "out", Keep(whole=2))
    told = abmkit.explain("Ash Inc", project / "abmkit.toml", over_time=True)
    lines = told.splitlines()
    assert lines[0] == "Ash Inc (domain:ash.com)"
    assert lines[2] == "2026-01-01  A, rank 1 · fit 100, 100% known · owner Ann"
    march = next(n for n, line in enumerate(lines) if line.startswith("2026-03-01"))
    assert lines[march].startswith("2026-03-01  excluded")
    assert "trial: On a trial" in lines[march + 1]
    assert "left: excluded" in told
    assert "entered: " in told
    assert "is kept of 2 of 4 runs" in " ".join(told.split())
    hay = abmkit.explain("hay.com", project / "abmkit.toml", over_time=True)
    assert [line[12:] for line in hay.splitlines() if "not among" in line] == [
        "not among the accounts"
    ] * 3
    abmkit.rollback("2026-02-01", output=project / "out")
    again = abmkit.explain("hay.com", project / "abmkit.toml", over_time=True)
    assert any(x.endswith(": rolled back to the list of 2026-02-01") for x in again.splitlines())
    assert max(map(len, again.splitlines())) <= 80
    with pytest.raises(UsageError, match="in any run that is kept; did you mean Hay Inc"):
        abmkit.explain("hay i", project / "abmkit.toml", over_time=True)


def test_an_account_is_followed_through_its_ids(project: Path) -> None:
    """Known by its name, then by its site, then merged with another."""
    shutil.rmtree(project / "out")
    header = "company,website,country,employees,owner,plan,description\n"
    for day, text in (
        (DAYS[0], "Acme,,US,1200,Ann,pro,x\nAjax,acme.com,DE,20,Bob,pro,y\n"),
        (DAYS[1], "Acme,acme.com,US,1200,Ann,pro,x\nAjax,acme.com,DE,20,Bob,pro,y\n"),
        (DAYS[2], "Acme,acme.com,US,1200,Ann,pro,x\n"),
    ):
        (project / "firms.csv").write_text(header + text)
        run(project, day)
    (now,) = parquet.read_table(project / "out" / "accounts.parquet")["account_id"].to_pylist()
    for known in (now, "name:acme@US", "acme.com"):
        told = abmkit.explain(known, project / "abmkit.toml", over_time=True)
        assert "as name:acme@US" in told
        assert sum(line.startswith("2026-") for line in told.splitlines()) == 3
        assert "not among" not in told
    # Back to where they were two, by ids that the ledger has as one.
    abmkit.rollback("2026-01-01", output=project / "out")
    assert "Acme (name:acme@US" in abmkit.explain("name:acme@US", project / "abmkit.toml")
    assert between(project, 0, 2)["changed"] == 0


def test_the_folder_of_a_project_says_where_its_runs_are(project: Path, capsys) -> None:
    for command in (["history", str(project)], ["bench", str(project)]):
        assert run_command(command) == 3
        said = capsys.readouterr().err
        assert f"its runs are in {project / 'out'}: name that" in said
