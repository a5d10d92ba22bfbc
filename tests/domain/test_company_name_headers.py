"""Which column has the companies' names, under headers of all sorts."""

from __future__ import annotations

import pyarrow as pa
import pytest

from abmkit.domain.arrays import strings
from abmkit.domain.recognition.headers import recognise


def names(columns: dict[str, list[str]]) -> dict[str, str | None]:
    """The columns that are used as names and other names."""
    table = pa.table({name: strings(values) for name, values in columns.items()})
    found = recognise(table.column_names, table)
    return {r.column: r.canonical for r in found if r.used and r.canonical in ("name", "aliases")}


@pytest.mark.parametrize(
    "header",
    ["学校名称", "院校名称", "医院名称", "酒店名称", "门店名称", "券商名稱", "项目单位名称",
     "投资机构名称", "经销商名称", "协会名称", "医疗机构名称", "培训机构全称", "药店名称"],
)  # fmt: skip
def test_names_of_any_kind_of_organisation_are_names(header: str) -> None:
    (found,) = recognise([header])
    assert (found.canonical, found.used) == ("name", True)


@pytest.mark.parametrize(
    "header", ["产品名称", "岗位名称", "项目名称", "商品名称", "职位名称", "活动名称", "课程名称"]
)
def test_names_of_other_things_are_none(header: str) -> None:
    (found,) = recognise([header])
    assert not (found.used and found.canonical == "name")


@pytest.mark.parametrize("header", ["Investor", "Supplier", "Startup", "Vendor Name", "Sponsor"])
def test_what_a_company_is_called_here_names_it_beside_its_site(header: str) -> None:
    assert names(
        {
            header: ["Do Ventures", "Mekong Capital", "ThinkZone"],
            "Website": ["doventures.vc", "mekongcapital.com", "thinkzone.vn"],
        }
    ) == {header: "name"}


def test_beside_a_name_an_investor_is_another_company() -> None:
    assert names(
        {
            "Name": ["Acme Ltd", "Beta Inc", "Gamma GmbH"],
            "Investor": ["Do Ventures", "Mekong Capital", "ThinkZone"],
            "Website": ["acme.com", "beta.com", "gamma.de"],
        }
    ) == {"Name": "name"}


@pytest.mark.parametrize("beside", ["Email", "Title", "Job Title", "email_address", "职位"])
@pytest.mark.parametrize(
    ("name", "company"),
    [("Name", "Company"), ("name", "organization"), ("Full Name", "Account Name"),
     ("Display Name", "Employer"), ("名称", "公司名称")],
)  # fmt: skip
def test_beside_a_company_a_persons_name_is_none(name: str, company: str, beside: str) -> None:
    columns = {
        name: ["Ceyda Isci", "Cepie Cahyana", "Jenny Bae"],
        beside: ["Assistant", "Sales Supervisor", "Staff"],
        company: ["Acto GmbH", "The Prepared Group", "Belco Pharma"],
    }
    assert names(columns) == {company: "name"}


def test_a_name_with_legal_forms_stays_the_companys() -> None:
    columns = {
        "Name": ["Acme Ltd", "Beta Inc", "Gamma GmbH"],
        "Organization": ["Sales", "Marketing", "Sales"],
        "Email": ["a@acme.com", "b@beta.com", "c@gamma.de"],
    }
    assert names(columns) == {"Name": "name"}


def test_a_company_column_that_is_mostly_empty_leaves_the_name() -> None:
    columns = {
        "Name": ["Acme", "Beta", "Gamma", "Delta"],
        "Company": ["Acme", "", "", ""],
        "Email": ["a@acme.com", "b@beta.com", "c@gamma.de", "d@delta.io"],
    }
    assert names(columns) == {"Name": "name"}


@pytest.mark.parametrize(
    ("first", "second"),
    [("name_en", "name_zh"), ("name_zh", "name_en"), ("Name (EN)", "Name (CN)"),
     ("company_name_en", "company_name_cn"), ("NameEnglish", "NameLocal"),
     ("英文名称", "简称")],
)  # fmt: skip
def test_of_a_name_in_two_languages_one_is_the_name(first: str, second: str) -> None:
    columns = {first: ["Acme", "Beta", "Gamma"], second: ["艾克米", "贝塔", "伽马"]}
    assert names(columns) == {first: "name", second: "aliases"}


def test_of_two_the_fuller_one_is_the_name() -> None:
    columns = {"name_en": ["Acme", "", ""], "name_zh": ["艾克米", "贝塔", "伽马"]}
    assert names(columns) == {"name_en": "aliases", "name_zh": "name"}


def test_a_name_beside_its_english_one_stays_it() -> None:
    columns = {"name": ["艾克米", "贝塔", "伽马"], "name_en": ["Acme", "Beta", "Gamma"]}
    assert names(columns) == {"name": "name", "name_en": "aliases"}


@pytest.mark.parametrize("header", ["规范简称", "标准简称", "对外简称", "品牌简称", "機構簡稱"])
def test_short_names_of_any_sort_are_other_names(header: str) -> None:
    columns = {"企业名称": ["甲乙有限公司", "丙丁有限公司"], header: ["甲乙", "丙丁"]}
    assert names(columns) == {"企业名称": "name", header: "aliases"}


def test_a_header_of_taiwan_is_read_as_that_of_the_mainland() -> None:
    (found,) = recognise(["產業類別"])
    assert (found.canonical, found.used) == ("industry", True)
