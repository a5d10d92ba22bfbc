"""The accounts of the list as the page's script reads them: by columns, each text once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa

from abmkit.domain.rules.codes import NO_BAND, SEPARATOR, UNDECIDED, UNKNOWN
from abmkit.domain.rules.scorecards import Card, Criterion, cards
from abmkit.engines.engine import engine as engine_of
from abmkit.reports.conditions import condition_text, requirement_text
from abmkit.reports.html.fields import ROW, Field, fields_of
from abmkit.reports.html.plain import plain
from abmkit.reports.words import Words
from abmkit.runs.result import Rows, Run
from abmkit.schema.accounts import POINTS_PREFIX
from abmkit.steps.score import score

SHOWN = 10_000
"""The page has at most so many accounts: the first of the list."""


def listed(rows: Rows, most: int) -> pa.Table:
    """The first accounts of a list."""
    schema, batches = rows.opened()
    found: list[pa.RecordBatch] = []
    left = most
    for batch in batches:
        found.append(batch.slice(0, left))
        left -= found[-1].num_rows
        if not left:
            break
    return pa.Table.from_batches(found, schema)


def accounts_data(accounts: pa.Table, run: Run, words: Words) -> dict[str, Any]:
    """Accounts with what they are, and how their scores come about."""
    fields = fields_of(accounts, run, words)
    return {
        "count": accounts.num_rows,
        "fields": [_encoded_field(each) for each in fields],
        **_scores(accounts, run, {field.id for field in fields}, words),
    }


def _encoded_field(field: Field) -> dict[str, Any]:
    return {
        "id": field.id,
        "label": plain(field.label),
        "where": [*field.where],
        "number": field.number,
        "text": all(key is None or isinstance(key, str) for key in field.keys),
        **_encoded(field.keys, field.told),
    }


def _encoded(keys: Sequence[Any], told: Callable[[Any], str]) -> dict[str, Any]:
    """Each different value once, in order, and per account which it has; -1 for none."""
    distinct = sorted({key for key in keys if key is not None})
    places = {key: n for n, key in enumerate(distinct)}
    return {
        "texts": [plain(told(key)) for key in distinct],
        "at": [-1 if key is None else places[key] for key in keys],
    }


def _scores(accounts: pa.Table, run: Run, fields: set[str], words: Words) -> dict[str, Any]:
    """Per account its card, what decided on each criterion, and the points, in hundredths, which
    add up to its score."""
    config = run.project.config.score
    made = cards(config)
    if not made:
        return {"cards": []}
    # On a frame of Arrow's, narwhals would import pandas.
    with engine_of("duckdb") as engine:
        frame = engine.from_table(accounts)
        again = score(frame, config, as_of=run.as_of, points=True, reasons=True)
        schema, batches = engine.batches(again)
        scored = pa.Table.from_batches(batches, schema)
    names = {card.id: n for n, card in enumerate(made)}
    cards_of = (
        [names.get(each, -1) for each in scored["fit_card"].to_pylist()]
        if config.segments
        else [len(made) - 1] * accounts.num_rows
    )
    codes = [_codes(text) for text in scored["fit_reasons"].to_pylist()]
    asked = dict.fromkeys(each.id for card in made for each in card.criteria)
    return {
        "cards": [_card(card, fields, words) for card in made],
        "card": cards_of,
        "codes": _encoded(codes, str),
        "points": {
            plain(name): _hundredths(scored[f"{POINTS_PREFIX}{name}"].to_pylist()) for name in asked
        },
    }


def _codes(text: str | None) -> str | None:
    """What decided on each criterion, comma-separated, without what makes codes equally wide."""
    if text is None:
        return None
    return ",".join(each.strip() for each in text.split(SEPARATOR))


def _hundredths(values: Sequence[float | None]) -> list[int | None]:
    return [None if value is None else round(value * 100) for value in values]


def _card(card: Card, fields: set[str], words: Words) -> dict[str, Any]:
    return {
        "id": plain(card.id),
        "criteria": [
            {
                "id": plain(each.id),
                "best": each.best,
                "fields": [name for name in each.columns if name in fields],
                "codes": {code: plain(text) for code, text in _decided(each, words).items()},
            }
            for each in card.criteria
        ],
    }


def _decided(criterion: Criterion, words: Words) -> dict[str, str]:
    """What each code of a criterion says beside what is known."""
    told = {}
    (first, *others) = criterion.columns or [""]
    for number, (when, _) in enumerate(criterion.bands, start=1):
        alone = None if others else requirement_text(when, first, words)
        told[str(number)] = alone or condition_text(when, words)
    assumed = words("page.left_out" if criterion.missing is None else "page.assumed")
    told[UNKNOWN] = assumed
    told[UNDECIDED] = words("page.undecided")
    told[NO_BAND] = words("page.in_no_band")
    return told


def row_fields(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields that are columns of the list."""
    return [field for field in data["fields"] if ROW in field["where"]]


def choices(data: dict[str, Any], *names: str, most: int) -> list[tuple[dict[str, Any], list[str]]]:
    """Fields to choose accounts by, each with its values: those with a few."""
    by_id = {field["id"]: field for field in data["fields"]}
    found = [by_id[name] for name in names if name in by_id]
    return [
        (field, list(islice(field["texts"], most)))
        for field in found
        if 1 < len(field["texts"]) + (-1 in field["at"]) <= most
    ]
