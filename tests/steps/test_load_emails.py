"""A company that names no site is known by the domain of its e-mail address."""

from __future__ import annotations

import random
from typing import Any

import pyarrow as pa
import pytest

from abmkit.config.project import Config
from abmkit.config.sections.sources import Source
from abmkit.domain.arrays import strings
from abmkit.domain.data import rows
from abmkit.steps.load import load, plan


def domains(given: dict[str, list[str | None]], **source: Any) -> list[str | None]:
    table = pa.Table.from_arrays([strings(v) for v in given.values()], names=list(given))
    setting = Source.model_validate({"name": "crm", "path": "crm.csv", **source})
    accounts = load(table, plan(table.column_names, table, setting, Config(version=1))).accounts
    assert "website" not in accounts.column_names or "Website" in given
    return accounts["domain"].to_pylist()


@pytest.mark.parametrize("header", ["Email", "E-mail", "Business Email", "Contact email", "邮箱"])
def test_an_address_at_a_site_of_its_own_names_the_company(header) -> None:
    given = {"Company": ["Zenvero", "Quaxon", "Brelvik"],
             header: ["jo@zenvero.com", "Q <info@mail.quaxon.co.uk>", None]}  # fmt: skip
    assert domains(given) == ["zenvero.com", "quaxon.co.uk", None]


def test_a_site_that_is_given_comes_before_an_address() -> None:
    given = {"Company": ["A", "B", "C"], "Website": ["a.com", None, "facebook.com/c"],
             "Email": ["x@other.com", "x@b.com", "x@c.com"]}  # fmt: skip
    assert domains(given) == ["a.com", "b.com", "c.com"]


def test_free_mail_names_nobody() -> None:
    shared = [row["host"] for row in rows("no_identity.csv")]
    some = random.Random(1).sample(shared, 40)
    given = {"Company": [f"Company {n}" for n in range(40)], "Email": [f"jo@{h}" for h in some]}
    assert domains(given) == [None] * 40


@pytest.mark.parametrize("header", ["Account Owner Email", "Sales Rep E-mail", "Created By Email"])
def test_the_address_of_who_looks_after_a_company_is_not_its_own(header) -> None:
    given = {"Company": ["A", "B"], header: ["jo@us.com", "jo@us.com"]}
    assert domains(given) == [None, None]


def test_one_domain_for_companies_of_many_names_is_none_of_theirs() -> None:
    names = [
        f"Company {word}"
        for word in ["Alba", "Bolt", "Cork", "Dune", "Echo", "Fern", "Gale", "Hush"]
    ]
    assert domains({"Company": names, "Email": ["jo@chamber.org"] * 8}) == [None] * 8
    # People of one company are its own.
    assert domains({"Company": ["Alba"] * 8, "Email": ["jo@alba.org"] * 8}) == ["alba.org"] * 8


def test_a_column_that_the_config_ignores_says_nothing() -> None:
    given = {"Company": ["A", "B"], "Email": ["jo@a.com", "jo@b.com"]}
    assert domains(given, ignore=["Email"]) == [None, None]
    assert domains(given, columns={"mail": "Email"}) == ["a.com", "b.com"]


def test_addresses_alone_name_companies() -> None:
    assert domains({"Email": ["a@alba.org", "b@bolt.com", "c@gmail.com"]}) == [
        "alba.org", "bolt.com",
    ]  # fmt: skip
