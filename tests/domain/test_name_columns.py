"""The column of companies' names is found by its values where its header is new."""

from __future__ import annotations

import pyarrow as pa
import pytest

from abmkit.domain.arrays import strings
from abmkit.domain.recognition.headers import recognise

ENGLISH = ["Alpha Works Ltd", "Beta Tools GmbH", "Gamma Corp", "Delta LLC", "Epsilon Inc"]
CHINESE = ["城捷有限公司", "云行有限公司", "华泰科技股份有限公司", "中油管道公司", "蓝海贸易公司"]
BRANDS = ["Alpha", "Beta", "Gamma", "Delta", "Epsilon"]
PEOPLE = ["John Smith", "Mary Jones", "Peter Brown", "Anna Lee", "David Clark"]


def names(**columns: list[str]) -> list[str]:
    """The columns that are used as the name, or as other names of the company."""
    table = pa.Table.from_arrays([strings(v) for v in columns.values()], names=list(columns))
    found = recognise(list(columns), table)
    return [each.column for each in found if each.used and each.canonical in ("name", "aliases")]


@pytest.mark.parametrize(
    "header",
    [
        "公司名字", "当前公司", "任职公司", "企业法定名称", "参展单位名称", "所在单位", "客户公司",
        "工商登记名称", "证券中文简称", "企业简称", "采购单位",
    ],
)  # fmt: skip
def test_a_chinese_header_of_a_companys_name_is_known_in_all_its_forms(header: str) -> None:
    assert names(**{header: CHINESE}) == [header]
    assert names(**{header: CHINESE[:2], "注册地址": ["郑州市1号", "郑州市2号"]}) == [header]


@pytest.mark.parametrize(
    "header",
    [
        "Organisation Legal Title", "Current Company", "Name of the company", "Employer Name",
        "Business Legal Name", "Firma", "Raison sociale", "Razón social", "Unternehmen",
        "Ragione sociale", "Bedrijfsnaam", "Registered Name", "TARGET_COMPANY",
    ],
)  # fmt: skip
def test_a_header_of_a_companys_name_is_known_in_other_words(header: str) -> None:
    assert names(**{header: BRANDS}) == [header]


@pytest.mark.parametrize("header", ["Prospect", "Listing", "Who", "Ziel", "对象", "Lead"])
def test_names_of_companies_tell_their_column_under_a_new_header(header: str) -> None:
    values = CHINESE if header == "对象" else ENGLISH
    assert names(**{header: values, "Town": list("ABCDE")}) == [header]


@pytest.mark.parametrize(
    "header",
    ["Parent Co", "Broker firm", "Owner co", "Bank", "Previous employer", "前公司", "母公司名称"],
)
def test_another_company_of_a_row_is_not_taken_for_it(header: str) -> None:
    assert names(**{header: ENGLISH, "Town": list("ABCDE")}) == []


def test_people_and_their_addresses_are_no_companies() -> None:
    mail = [f"{at}@alpha.com" for at in "abcde"]
    assert names(Name=PEOPLE, Email=mail, Position=["CEO"] * 5) == []
    assert names(Company=mail, City=list("ABCDE")) == []
    assert names(Contact=PEOPLE, Email=mail, Lead=ENGLISH) == ["Lead"]
    # A company may be called as a person is: nothing here is about people.
    assert names(Name=PEOPLE, City=list("ABCDE")) == ["Name"]
