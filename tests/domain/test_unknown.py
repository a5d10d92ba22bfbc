"""What is unknown is asked once for each column, and no function that reads cells forgets it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

import abmkit.domain.values
from abmkit.config.project import Config
from abmkit.config.sections.sources import Source
from abmkit.domain.arrays import strings
from abmkit.domain.recognition import readings
from abmkit.domain.values.unknown import Normaliser, known, still_known
from abmkit.schema.accounts import ACCOUNTS
from abmkit.steps.load import load, plan


def _public() -> Iterator[tuple[str, Any]]:
    """What the modules of the room define for others."""
    package = abmkit.domain.values
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if (
                callable(value)
                and getattr(value, "__module__", "") == module.name
                and name[0] != "_"
            ):
                yield f"{module.name}.{name}", value


NORMALISERS = {name: value for name, value in _public() if isinstance(value, Normaliser)}
MORE = {"choices": (ACCOUNTS.by_name["relationship"],)}


def test_every_function_of_cells_is_a_normaliser() -> None:
    assert len(NORMALISERS) > 15
    for name, value in _public():
        if inspect.isfunction(value) and value is not known:
            first = next(iter(inspect.signature(value).parameters.values()), None)
            assert first is None or first.annotation != "pa.Array", name


@pytest.mark.parametrize("name", NORMALISERS)
def test_a_normaliser_takes_out_what_says_unknown(name: str) -> None:
    more = MORE.get(name.rpartition(".")[2], ())
    read = NORMALISERS[name](strings(["N/A", " － ", "未知", None]), *more)
    for column in read if isinstance(read, tuple) else (read,):
        if isinstance(column, pa.BooleanArray) and not column.null_count:
            assert column.true_count == 0, "nothing was there to be read"
        elif column is not None:
            assert column.null_count == len(column)


def test_what_was_made_of_known_texts_may_say_that_it_is_unknown() -> None:
    texts = known(strings([" Acme ", "n&#47;a", "-", None]))
    made = strings(["ACME", "n/a", None, None])
    assert texts.to_pylist() == ["Acme", "n&#47;a", None, None]
    assert still_known(made, texts).to_pylist() == ["ACME", None, None, None]


CELLS = {
    "Account ID": ["1"], "Company": ["Acme Inc."], "Website": ["https://acme.com; acme.de"],
    "Employees": ["11-50"], "Revenue": ["$5M"], "Country": ["US"], "State": ["CA"], "City": ["LA"],
    "Phone": ["+1 202 456 1111"], "Ticker": ["ACM"], "CIK": ["1800"], "Industry": ["Software"],
    "NAICS": ["511210"], "Founded": ["1999"], "Listed": ["yes"], "Type": ["startup"],
    "Relationship": ["customer"], "Updated": ["2024-01-01"], "Technologies": ["Go; C"],
    "LinkedIn": ["https://linkedin.com/company/acme"], "Headquarters": ["Austin, Texas"],
    "注册资本": ["500万美元"], "Notes": ["-"], "Score": ["5"], "Whole": ["5"], "Since": ["2024-01-01"],
    "Trial": ["yes"], "Tags": ["a; b"],
}  # fmt: skip
OWN = {"Notes": "text", "Score": "number", "Whole": "integer", "Since": "date", "Trial": "boolean",
       "Tags": "list"}  # fmt: skip


def test_load_asks_once_for_each_column(monkeypatch: pytest.MonkeyPatch) -> None:
    table = pa.Table.from_arrays([strings(cells) for cells in CELLS.values()], list(CELLS))
    columns = {
        **{name: {"from": name, "type": kind} for name, kind in OWN.items()},
        "aliases": "Notes",
        "crm_id": {"value": "n/a"},
    }
    source = Source.model_validate({"name": "all", "path": "x", "columns": columns})
    made = plan(list(CELLS), table, source, Config(version=1))
    asked: list[list[str]] = []

    def once(cells: pa.Array, *, na: bool = False) -> pa.StringArray:
        asked.append(cells.to_pylist())
        return known(cells, na=na)

    monkeypatch.setattr(readings, "known", once)
    monkeypatch.setattr(Normaliser, "__call__", None)
    accounts = load(table, made).accounts
    read = {each.column for each in [*made.mapped, *made.own]}
    assert len(asked) == len(read) > 20
    assert accounts["crm_id"].null_count == 1
