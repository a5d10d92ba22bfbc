"""What protects a company holds when any of its records says so; who is no target is not one."""

from __future__ import annotations

import pytest

import abmkit
from abmkit.config.project import Config
from abmkit.config.sections.dedupe import Dedupe
from abmkit.steps.dedupe import dedupe
from abmkit.steps.protection import unguarded


def records(column: str, *values):
    return [
        {"source": f"s{number}", "source_row": 1, "name": "Acme", "name_key": "acme",
         "domain": "acme.com", "city": "Boston", column: value}
        for number, value in enumerate(values)
    ]  # fmt: skip


SURVIVES = [
    ("do_not_contact", (False, True, None), True),
    ("do_not_contact", (None, False), False),
    ("relationship", ("prospect", "customer"), "customer"),
    ("relationship", ("prospect", "competitor"), "competitor"),
    ("relationship", ("former_customer", "open_opportunity"), "open_opportunity"),
    ("relationship", (None, "prospect", "partner"), "partner"),
    ("Email Opt Out", ("0", "1"), "1"),
    ("是否退订", ("否", "是"), "是"),
    ("Consent", ("yes", "no"), "no"),
    ("Do not allow Emails", ("Allow", "Do Not Allow"), "Do Not Allow"),
    ("Unsubscribed", (False, True), True),
    ("Opt-in", (True, False), False),
    ("Segment of ours", ("a", "b"), "a"),
    ("Email Bounce Count", ("0", "9"), "0"),
]


@pytest.mark.parametrize(("column", "values", "survives"), SURVIVES)
def test_what_protects_survives_from_any_record(engine, column, values, survives) -> None:
    found = dedupe(engine.frame(records(column, *values)), sources=["s0", "s1", "s2"])
    assert engine.values(found.accounts, column) == [survives]


def test_what_was_overruled_by_what_protects_stays_on_record(arrow) -> None:
    rows = records("relationship", "prospect", "customer")
    found = dedupe(arrow.frame(rows), sources=["s0", "s1"])
    assert found.members["overruled"].to_pylist() == [["relationship: prospect"], None]
    assert "relationship" in found.members["fields"].to_pylist()[1]


def test_a_preference_of_the_config_decides_and_is_told(arrow) -> None:
    rows = records("relationship", "prospect", "customer")
    config = Dedupe(prefer={"relationship": ["s0"]})
    found = dedupe(arrow.frame(rows), config, sources=["s0", "s1"])
    assert arrow.values(found.accounts, "relationship") == ["prospect"]
    (told,) = found.overridden
    assert (told.column, told.companies, told.kept, told.lost) == (
        "relationship", 1, "prospect", "customer",
    )  # fmt: skip
    config = Dedupe(prefer={"relationship": ["s1"]})
    assert dedupe(arrow.frame(rows), config, sources=["s0", "s1"]).overridden == ()


ACCOUNTS = [
    {"account_id": "a", "excluded": False, "relationship": "customer", "do_not_contact": False},
    {"account_id": "b", "excluded": True, "relationship": "customer", "do_not_contact": True},
    {"account_id": "c", "excluded": False, "relationship": "competitor", "do_not_contact": True},
    {"account_id": "d", "excluded": False, "relationship": "prospect", "do_not_contact": None},
    {"account_id": "e", "excluded": False, "relationship": None, "do_not_contact": None},
]


def config(*rules) -> Config:
    told = [{"id": f"r{n}", "reason": "No", "when": when} for n, when in enumerate(rules)]
    return Config.model_validate({"version": 1, "exclude": {"rules": told}})


@pytest.mark.parametrize(
    ("rules", "counts"),
    [
        ((), {"customer": 1, "competitor": 1, "do_not_contact": 1}),
        (({"relationship": "Customer"},), {"competitor": 1, "do_not_contact": 1}),
        (({"relationship": ["客户", "competitor"]},), {"do_not_contact": 1}),
        (({"relationship": "custmer"},), {"customer": 1, "competitor": 1, "do_not_contact": 1}),
        (
            ({"any": [{"relationship": "competitor"}, {"do_not_contact": True}]},),
            {"customer": 1, "do_not_contact": 1},
        ),
        (({"do_not_contact": False},), {"customer": 1, "competitor": 1, "do_not_contact": 1}),
    ],
)
def test_accounts_that_are_no_targets_and_not_excluded_are_counted(engine, rules, counts) -> None:
    assert unguarded(engine.frame(ACCOUNTS), config(*rules)) == counts


def test_a_refusal_far_down_a_list_of_statuses_is_no_less_one(tmp_path) -> None:
    rows = [
        f"Firm Number {n} Ltd,{'Do Not Contact' if n == 2_500 else 'Open'}" for n in range(3_000)
    ]
    path = tmp_path / "crm.csv"
    path.write_text("\n".join(["company,Lead Status", *rows]), encoding="utf-8")
    refused = abmkit.load(path)["do_not_contact"].to_list()
    assert [at for at, each in enumerate(refused) if each is True] == [2_500]
