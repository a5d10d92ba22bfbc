"""Nobody is in a file for an ad platform who did not clearly say yes to that."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import exported, project

import abmkit
from abmkit.config.loading import Project, parse_config
from abmkit.domain.recognition.people import (
    STATES,
    permission,
    permission_columns,
    personal_columns,
)
from abmkit.errors import GuardError
from abmkit.exports.cells import hashed
from abmkit.exports.people import people_listed
from abmkit.exports.preflight import checked
from abmkit.exports.target import Target, target, target_names
from abmkit.runs.reading import accounts_to_match
from abmkit.sources.matching import Matched, match_rows

TODAY = date(2026, 11, 21)
TARGETS = [each for name in target_names() if (each := target(name)).people]


def said(columns: dict[str, list[str]], as_of: date | None = TODAY) -> list[str]:
    """What each row of such columns says."""
    table = pa.table(columns)
    found = permission(table, permission_columns(table.column_names), as_of)
    return [STATES[number] for number in found.state]


@pytest.mark.parametrize(
    ("header", "answers", "states"),
    [
        ("Consent", ["yes", "no", "", "ask Bob", "withdrawn"],
         ["yes", "refused", "unanswered", "unclear", "withdrawn"]),
        ("Unsubscribed", ["yes", "no", ""], ["withdrawn", "unasked", "unasked"]),
        ("Do not contact", ["yes", ""], ["refused", "unasked"]),
        ("Opt-in date", ["2024-05-01", ""], ["yes", "unanswered"]),
        ("Consent valid until", ["2026-11-20", "2026-11-21", "12/01/2026"],
         ["expired", "yes", "expired"]),
        ("同意", ["是", "否", "已撤回"], ["yes", "refused", "withdrawn"]),
        ("退订", ["是", "否"], ["withdrawn", "unasked"]),
    ],
)  # fmt: skip
def test_each_row_says_what_it_says(header: str, answers: list[str], states: list[str]) -> None:
    assert said({header: answers}) == states


def test_a_consent_that_ends_is_none_where_nobody_knows_the_day() -> None:
    assert said({"Consent expires": ["2031-01-01"]}, as_of=None) == ["unclear"]


def test_no_outweighs_yes_and_the_stronger_no_is_told() -> None:
    table = {
        "Marketing consent": ["yes", "yes", "no", ""],
        "Consent withdrawn on": ["2025-02-03", "", "2025-02-03", ""],
    }
    assert said(table) == ["withdrawn", "yes", "withdrawn", "unanswered"]
    told = permission(pa.table(table), permission_columns([*table]), TODAY)
    assert told.days.to_pylist() == [date(2025, 2, 3), None, date(2025, 2, 3), None]


@pytest.mark.parametrize(
    ("header", "to"),
    [
        ("Marketing consent", {"any", "ads", "email", "phone", "messages"}),
        ("Email opt-in", {"email"}),
        ("Newsletter", {"email"}),
        ("SMS consent", {"messages"}),
        ("Consent to personalised ads", {"ads"}),
        ("Agrees to e-mail and ads", {"email", "ads"}),
        ("是否同意接收短信", {"messages"}),
        ("广告同意", {"ads"}),
        ("同意", {"any", "ads", "email", "phone", "messages"}),
    ],
)
def test_a_yes_to_one_thing_is_no_yes_to_another(header: str, to: set[str]) -> None:
    table = pa.table({header: ["yes"]})
    found = permission(table, permission_columns([header]), TODAY)
    purposes = ("any", "ads", "email", "phone", "messages")
    assert {purpose for purpose in purposes if found.agrees(purpose).all()} == to


# In files -----------------------------------------------------------------------------------------

YES = ["yes", "Y", "true", "1", "是", "同意", "opted in"]
OTHERWISE = [
    "",
    "no",
    "No",
    "0",
    "否",
    "withdrawn",
    "pending",
    "maybe",
    "ask Bob",
    "n/a",
    "不同意",
    "-",
]
GENERAL, OF_MAIL, AGAINST = "Marketing consent", "Email opt-in", "Do not contact"

answers = st.tuples(
    st.sampled_from([*YES, *OTHERWISE]),
    st.sampled_from([*YES, *OTHERWISE]),
    st.sampled_from(["", "", "", "yes", "no", "asked in May"]),
)


def written(wanted: Target, found: Matched, accounts: pa.Table) -> set[str]:
    """All cells that a target is given of people."""
    given = people_listed(found, accounts, wanted.purpose)
    everybody = len(found.permission.state)
    assert len(given.held) + given.rows.num_rows == everybody, "nobody is lost"
    parts = checked(wanted, given.rows, ["A", "B"]).parts
    return {cell for part in parts for column in part.table.columns for cell in column.to_pylist()}


PROJECT = Project(parse_config({"version": 1}))


@settings(max_examples=15, deadline=None)
@given(people=st.lists(answers, min_size=1, max_size=12), asked=st.sampled_from([
    (GENERAL, OF_MAIL, AGAINST), (GENERAL,), (OF_MAIL,), (AGAINST,), (OF_MAIL, AGAINST), (),
]))  # fmt: skip
def test_no_row_without_a_clear_yes_is_in_any_file_for_any_target(
    crm: Path, people: list[tuple[str, str, str]], asked: tuple[str, ...]
) -> None:
    accounts = accounts_to_match(crm / "out")
    count = len(people)
    mails = [f"p{n}@acme.com" for n in range(count)]
    columns = {
        "Email": mails, "First Name": [f"F{n}" for n in range(count)],
        "Last Name": [f"L{n}" for n in range(count)], "Company": ["Acme Best"] * count,
        "Phone": [f"+1 212 555 {n:04}" for n in range(100, 100 + count)],
    }  # fmt: skip
    said_to = dict(zip((GENERAL, OF_MAIL, AGAINST), zip(*people, strict=True), strict=True))
    columns |= {name: list(said_to[name]) for name in asked}
    found = match_rows(pa.table(columns), accounts, PROJECT, whole_run=True, as_of=TODAY)
    for wanted in TARGETS:
        cells = written(wanted, found, accounts)
        for number, (general, of_mail, against) in enumerate(people):
            yes = (GENERAL in asked and general in YES) or (
                OF_MAIL in asked and of_mail in YES and wanted.purpose == "email"
            )
            no = AGAINST in asked and against in ("yes", "asked in May")
            told = {
                mails[number],
                hashed(mails[number]),
                f"F{number}",
                f"+1212555{100 + number:04}",
            }
            if not yes or no:
                assert not told & cells, (wanted.name, people[number])
    if asked == (GENERAL,) and all(general in YES for general, _, _ in people):
        assert mails[0] in written(target("linkedin-contacts"), found, accounts)


def test_who_is_held_back_stands_there_by_row_and_day_and_not_by_name(
    crm: Path, tmp_path: Path
) -> None:
    text = (
        "Email,Company,Email opt-in,Consent to ads,Unsubscribed on\n"
        "ann@acme.com,Acme,yes,yes,\n"
        "bob@acme.com,Acme,yes,,\n"
        "cy@acme.com,Acme,yes,yes,2025-02-03\n"
        "dee@acme.com,Acme,,,\n"
    )
    (tmp_path / "people.csv").write_text(text, encoding="utf-8")
    out = tmp_path / "ads"
    say = exported(crm, "linkedin-contacts", out, people=tmp_path / "people.csv", force=True)
    assert "ann@" in (out / "linkedin-contacts.csv").read_text(encoding="utf-8")
    held = (out / "held-back.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(held)))
    assert [(row["row"], row["reason"]) for row in rows] == [
        ("2", "said yes, but not to ads"), ("3", "took the yes back, 2025-02-03"),
        ("4", "did not answer"),
    ]  # fmt: skip
    assert "@" not in held
    assert "3 held back" in say
    mails = exported(crm, "outreach-prospects", tmp_path, people=tmp_path / "people.csv")
    assert "2 held back" in mails


def test_a_yes_to_mail_alone_is_said_and_a_person_may_say_that_it_covers_ads(
    crm: Path, tmp_path: Path
) -> None:
    people = tmp_path / "people.csv"
    people.write_text("Email,Company,Email opt-in\nann@acme.com,Acme,yes\n", encoding="utf-8")
    told = {"platform": "rollworks-contacts", "people": people, "force": True}
    with (
        pytest.warns(abmkit.AbmkitWarning, match="said yes to e-mail alone, and this is for ads"),
        pytest.raises(GuardError),
    ):
        abmkit.export(crm / "out", project(crm), output=tmp_path / "no", **told)
    exported(
        crm, "rollworks-contacts", tmp_path / "yes", people=people, force=True,
        mapping={"consent": "Email opt-in"},
    )  # fmt: skip
    assert "ann@" in (tmp_path / "yes" / "rollworks-contacts.csv").read_text(encoding="utf-8")


# In a match ---------------------------------------------------------------------------------------


def test_rows_of_people_carry_what_they_said_to_what_and_when(crm: Path, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text(
        "Email,Company,Email opt-in,Marketing consent date\n"
        "ann@acme.com,Acme,yes,2024-05-01\nbob@acme.com,Acme,yes,\ncy@acme.com,Acme,no,\n",
        encoding="utf-8",
    )
    with pytest.warns(abmkit.AbmkitWarning):
        found = abmkit.match(people, crm / "out", as_of=TODAY)
    assert found["match_consent"].tolist() == ["yes", "yes"]
    assert [list(each) for each in found["match_consent_for"]] == [["email", "any"], ["email"]]
    assert found["match_consent_date"].tolist()[0] == date(2024, 5, 1)
    people.write_text("Email,Company\nann@acme.com,Acme\n", encoding="utf-8")
    assert abmkit.match(people, crm / "out")["match_consent"].tolist() == ["unasked"]
    people.write_text("Name,Site\nAcme,acme.com\n", encoding="utf-8")
    assert "match_consent" not in abmkit.match(people, crm / "out").columns


def test_company_only_drops_every_personal_column(crm: Path) -> None:
    with pytest.warns(abmkit.AbmkitWarning, match="columns about people are left out: Email"):
        found = abmkit.match(crm / "people.csv", crm / "out", company_only=True)
    own = [name for name in found.columns if not name.startswith("match_")]
    assert own == ["Company", "Zip", "Google AID", "Consent"]
    assert "match_owner" not in found
    assert not found.map(lambda cell: "@" in str(cell)).any().any()


def test_a_column_of_addresses_is_personal_whatever_it_is_called() -> None:
    table = pa.table({
        "Company": ["A", "B"], "Remark": ["call x@y.org", "x@y.org"], "Size": ["1", "2"],
        "Mobile": ["1", "2"], "联系人": ["王", "李"],
    })  # fmt: skip
    assert personal_columns(table) == ["Remark", "Mobile", "联系人"]


def test_a_million_rows_are_read_by_their_distinct_answers() -> None:
    answers = pa.array(np.array(["yes", "no", ""])[np.arange(1_000_000) % 3])
    found = permission(pa.table({"Consent": answers}), permission_columns(["Consent"]), TODAY)
    assert np.bincount(found.state).tolist() == [333334, 0, 333333, 0, 0, 333333]
