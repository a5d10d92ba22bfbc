"""The user's files as sources of a config: mapped as recognised, decided where they must be."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from abmkit.domain.facts import Fact, fact
from abmkit.domain.values.numbers.rounding import rounded
from abmkit.errors import InputError, the_columns
from abmkit.places import Place, Remote
from abmkit.schema.accounts import kind_of
from abmkit.sources.inspection import Column, Inspection

_SAYS_SIZE = "decided.says_size"

# What one unit was worth in US dollars in 2025, roughly; a config made with them says so.
ROUGH_RATES = {
    "USD": 1.0, "EUR": 1.1, "GBP": 1.3, "CNY": 0.14, "JPY": 0.0067, "HKD": 0.13, "TWD": 0.032,
    "KRW": 0.00072, "SGD": 0.76, "INR": 0.012, "AUD": 0.65, "CAD": 0.72, "CHF": 1.2, "SEK": 0.1,
    "NOK": 0.095, "DKK": 0.15, "PLN": 0.26, "BRL": 0.18, "MXN": 0.053, "ZAR": 0.055,
}  # fmt: skip
_MONEY_OF = {
    **dict.fromkeys(
        ["AT", "BE", "CY", "DE", "EE", "ES", "FI", "FR", "GR", "HR", "IE", "IT", "LT", "LU", "LV",
         "MT", "NL", "PT", "SI", "SK"], "EUR"
    ),
    "US": "USD", "GB": "GBP", "CN": "CNY", "JP": "JPY", "HK": "HKD", "TW": "TWD", "KR": "KRW",
    "SG": "SGD", "IN": "INR", "AU": "AUD", "CA": "CAD", "CH": "CHF", "SE": "SEK", "NO": "NOK",
    "DK": "DKK", "PL": "PLN", "BR": "BRL", "MX": "MXN", "ZA": "ZAR",
}  # fmt: skip
_MOSTLY = 0.8


@dataclass(frozen=True)
class SourceDraft:
    """One of the user's files as a source, with what had to be decided about its columns."""

    name: str
    path: str
    """Relative to the config's folder, where that can be."""
    rows: int
    recognised: dict[str, str]
    """The columns left to recognition: the file's, and the canonical."""
    decided: dict[str, dict[str, Any]]
    """The columns set in the config, by canonical or own name."""
    why: dict[str, Fact]
    open: tuple[tuple[str, str, str], ...]
    """What recognition is unsure of: the canonical column, the file's, and the evidence."""
    own: tuple[str, ...]
    """The columns that pass through under their own names."""
    canonical: bool = False
    """Written by abmkit: taken as it is."""

    @property
    def doubts(self) -> dict[str, Fact]:
        """The decisions that may be wrong, with what they rest on."""
        return {target: why for target, why in self.why.items() if why.code != _SAYS_SIZE}

    @property
    def has_amounts(self) -> bool:
        """Whether some column is an amount of money."""
        targets = {*self.decided, *self.recognised.values()}
        return bool(targets & {"revenue", "revenue_min", "revenue_max", "potential"})

    def table(self) -> dict[str, Any]:
        """The source as a config has it."""
        if self.canonical:
            return {"name": self.name, "path": self.path, "canonical": True}
        return {"name": self.name, "path": self.path, "columns": self.decided}


def source_names(files: Sequence[Place]) -> list[str]:
    """Short names for the files, each its own."""
    names: list[str] = []
    for file in files:
        stem = file.name.split(".")[0] or file.name
        name = base = re.sub(r"[\W_]+", "-", stem.casefold()).strip("-") or "source"
        number = 2
        while name in (*names, "customers"):
            name, number = f"{base}-{number}", number + 1
        names.append(name)
    return names


def _relative(folder: Path, file: Place) -> str:
    if isinstance(file, Remote):
        return file.url
    try:
        return Path(os.path.relpath(file.resolve(), folder.resolve())).as_posix()
    except ValueError:  # On Windows there is no way from one drive to another.
        return file.resolve().as_posix()


def draft(folder: Path, file: Place, name: str, inspection: Inspection) -> SourceDraft:
    """The file as a source, with what recognition can't know decided where its values say it."""
    path = _relative(folder, file)
    header = [each.name for each in inspection.columns]
    if {"account_id", "name_key"} <= set(header):
        return SourceDraft(name, path, inspection.rows, {}, {}, {}, (), (), canonical=True)
    decided: dict[str, dict[str, Any]] = {}
    why: dict[str, Fact] = {}
    if (scale := inspection.scale) is not None and scale.unit is not None:
        decided["revenue"] = {"from": scale.column, "unit": scale.unit}
        why["revenue"] = fact("decided.check", evidence=scale.evidence)
    if (implied := inspection.implied) is not None:
        decided["country"] = {"value": implied.country}
        why["country"] = fact("decided.check", evidence=implied.evidence)
    columns = inspection.columns
    if not inspection.usable and inspection.rows:
        column, target = _identity(inspection)
        decided[target] = {"from": column.name}
        why[target] = (
            fact("decided.check", evidence=column.evidence)
            if column.evidence.startswith("header, ")
            else fact("decided.no_heading", column=column.name, target=target)
        )
    for question in inspection.questions:
        best = question.candidates[0]
        # A name is worth a guess that says so; a wrong site or id would make one company of two.
        if question.target == "name" and "name" not in decided:
            decided["name"] = {"from": best.column}
            why["name"] = fact("decided.check", evidence=best.evidence)
            continue
        for each in question.candidates:
            own = _own_name(each.column, name)
            decided[own] = {"from": each.column}
            why[own] = fact("decided.perhaps", target=question.target, evidence=each.evidence)
    given = {setting.get("from") for setting in decided.values()}
    left = [each for each in columns if each.name not in given]
    return SourceDraft(
        name,
        path,
        inspection.rows,
        {each.name: str(each.becomes) for each in left if each.how == "recognised"},
        decided,
        why,
        tuple((str(c.becomes), c.name, c.evidence) for c in left if c.how == "unsure"),
        tuple(each.name for each in left if each.how == "not recognised"),
    )


def _own_name(column: str, source: str) -> str:
    return column if kind_of(column.casefold()) is None else f"{source}_{column}"


def _identity(inspection: Inspection) -> tuple[Column, str]:
    """The likeliest column to tell companies by, where none is recognised surely."""
    unsure = [
        c
        for c in inspection.columns
        if c.how == "unsure" and c.becomes in ("name", "website", "domain")
    ]
    if unsure:
        best = max(unsure, key=lambda column: column.confidence)
        return best, str(best.becomes)
    if len(inspection.columns) == 1:
        (column,) = inspection.columns
        sites = [text for text in column.samples if "." in text and " " not in text]
        return column, "domain" if len(sites) * 2 > len(column.samples) else "name"
    raise InputError(
        "no column gives a name, a domain or a registry id",
        where=inspection.path,
        remedy="call the column with the companies' names `name`; {columns}",
        columns=the_columns(column.name for column in inspection.columns),
    )


def with_numbers(draft: SourceDraft, columns: Sequence[str]) -> SourceDraft:
    """The draft with its own columns of numbers read as such."""
    mine = [column for column in columns if column in draft.own]
    if not mine:
        return draft
    decided = {**draft.decided, **{c: {"from": c, "type": "number"} for c in mine}}
    why = {**draft.why, **dict.fromkeys(mine, fact(_SAYS_SIZE))}
    return replace(
        draft, decided=decided, why=why, own=tuple(c for c in draft.own if c not in mine)
    )


def money(inspections: Sequence[Inspection]) -> dict[str, Any]:
    """The project's currency and the rates it needs, from what the columns are in.

    It is the commonest, of equally common ones the first file's; none where no column says one.
    """
    found = [c.currency for each in inspections for c in each.columns if c.currency]
    if not found:
        return {}
    currency = max(dict.fromkeys(found), key=found.count)
    of_us = ROUGH_RATES.get(currency, 1.0)
    rates = {
        other: rounded(ROUGH_RATES[other] / of_us)
        for other in dict.fromkeys(found)
        if other != currency and other in ROUGH_RATES
    }
    return {"currency": currency, **({"rates": rates} if rates else {})}


def local_money(countries: Sequence[str]) -> str | None:
    """The currency of the country that most companies are in; None where there is no such one."""
    money = Counter(_MONEY_OF.get(country) for country in countries).most_common(1)
    return money[0][0] if money and money[0][1] >= _MOSTLY * len(countries) else None
