"""Who may be contacted: the columns that say so, as systems export them, and what is in them."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pytest

from abmkit.domain.arrays import strings
from abmkit.domain.recognition.people import permission, permission_columns
from abmkit.domain.values.permissions import distinct_said

HEADERS = Path(__file__).parent.parent / "data" / "contact_headers.csv"


def said(answers: str, header: str, *values: str) -> dict[str, str | None]:
    distinct, meant = distinct_said(strings(values), answers, header)
    return dict(zip(distinct.to_pylist(), meant, strict=True))


def test_columns_of_consent_and_objection_are_known_by_the_headers_that_systems_export() -> None:
    with HEADERS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = {
        row["header"]: next((e.answers for e in permission_columns([row["header"]])), "")
        for row in rows
    }
    assert found == {row["header"]: row["answers"] for row in rows}


ANSWERS = [
    ("consent", "Consent", "may", "yes|Y|1|true|x|√|ja|sí|是|同意|已订阅|已授权|subscribed|opted_in"),
    ("consent", "Consent", "may", "Given|2024-01-01|5/1/2024 10:33 AM|1700000000000|not opted out"),
    ("consent", "Legal basis", "may", "Legitimate interest – prospect/lead|Freely given consent"),
    ("consent", "Consent", "not", "no|n|0|0.0|false|off|nein|否|不同意|拒绝|未授权|已退订|DNC|none|无"),
    ("consent", "Consent", "not", "Not given|No, thanks|withdrawn|Do Not Allow|opted-out|pending"),
    ("consent", "Consent", "not", "我不同意|暂不同意|尚未同意|暂未授权|客户不允许|本人不同意接收营销信息"),
    ("consent", "Consent", "not", "Disagree|Without consent|We don't have consent|I don’t agree"),
    ("consent", "Consent", "not", "non-consent|unaccepted|uninterested|consent required|Deactivated"),
    ("consent", "Consent", "may", "I agree|We have consent|本人同意接收营销信息|active|verified"),
    ("objection", "Opt out", "not", "Don't contact|do not mail|Doesn’t want calls"),
    ("objection", "Opt out", "may", "hasn't opted out|Not opted out"),
    ("consent", "Status", "not", "unsubscribed|UNSUB|cleaned|non-subscribed|NEVER_SUBSCRIBED|bounced"),
    ("consent", "Marketing contact status", "not", "Non-marketing contact"),
    ("consent", "Marketing contact status", "may", "Marketing contact"),
    ("consent", "Consent", "unclear", "maybe|ask Jo|yess|Zug"),
    ("consent", "Consent", None, "n/a|-|unknown|未知|Not applicable"),
    ("objection", "Email Opt Out", "not", "yes|1|TRUE|x|是|已退订|2024-05-01|03-04-2024|unsubscribed"),
    ("objection", "Do not allow Emails", "not", "Do Not Allow"),
    ("objection", "Do not allow Emails", "may", "Allow"),
    ("objection", "Email Opt Out", "may", "no|0|FALSE|never|否|未退订|subscribed|nein"),
    ("objection", "Email Opt Out", "unclear", "maybe|2|Trudy"),
    ("objection", "Unsubscribe reason", "not", "too many mails|no longer interested|其他"),
    ("standing", "Lead Status", "not", "Do Not Contact|Unsubscribed|已拒收|DNC"),
    ("standing", "Lead Status", None, "New|Open|Working - Contacted|Unqualified|已成交"),
]  # fmt: skip


@pytest.mark.parametrize(("answers", "header", "meant", "values"), ANSWERS)
def test_values_say_what_they_say_in_any_language(answers, header, meant, values) -> None:
    texts = values.split("|")
    assert said(answers, header, *texts) == dict.fromkeys(texts, meant)


def test_of_several_columns_any_no_holds_back() -> None:
    table = pa.table({
        "Consent": ["yes", "yes", "", "yes"],
        "Email Opt Out": ["0", "1", "0", "0"],
        "Do Not Call": ["", "", "x", "sometimes"],
    })  # fmt: skip
    found = permission(table, permission_columns(table.column_names))
    assert found.refused.tolist() == [False, True, True, True]
    assert not found.silent.any()
    assert [(e.column, e.rows, e.samples) for e in found.unclear] == [
        ("Do Not Call", 1, ("sometimes",))
    ]
    assert [(e.column, e.rows) for e in found.unanswered] == [("Consent", 1)]


@pytest.mark.parametrize(
    "header", ["Opt In", "Subscribed", "营销同意", "GDPR consent", "Permission?"]
)
@pytest.mark.parametrize("nothing", ["", " ", "n/a", "未知"])
def test_where_consent_is_asked_for_only_a_yes_is_one(header: str, nothing: str) -> None:
    table = pa.table({header: ["yes", nothing, "no"], "Unsubscribed": ["", "", ""]})
    found = permission(table, permission_columns(table.column_names))
    assert found.refused.tolist() == [False, True, True]
    assert found.silent.tolist() == [False, True, False]
    assert [(each.column, each.rows) for each in found.unanswered] == [(header, 1)]


@pytest.mark.parametrize("header", ["Unsubscribed", "Email Opt Out", "退订", "Email Status"])
def test_where_nobody_is_asked_for_consent_an_empty_cell_says_nothing(header: str) -> None:
    table = pa.table({header: ["", "n/a", ""]})
    found = permission(table, permission_columns(table.column_names))
    assert not found.refused.any()
    assert not found.unanswered


def test_a_column_of_consent_without_any_answer_lets_nobody_through() -> None:
    table = pa.table({"Consent": ["", ""]})
    assert permission(table, permission_columns(["Consent"])).silent.tolist() == [True, True]


def test_what_may_name_somebody_is_told_by_its_form() -> None:
    table = pa.table({"Consent": ["ask ann@acme.com", "call 617 555 0100"]})
    (unclear,) = permission(table, permission_columns(["Consent"])).unclear
    assert unclear.samples == ("xxx xxx@xxxx.xxx", "xxxx 999 999 9999")


def test_what_says_when_or_where_of_a_fax_is_no_companys_wish() -> None:
    header = [
        "Email Opt Out",
        "Fax Opt Out",
        "Email Bounced Reason",
        "Subscribed",
        "Account Status",
    ]
    of_companies = [e.column for e in permission_columns(header, of_companies=True)]
    assert of_companies == ["Email Opt Out", "Account Status"]
