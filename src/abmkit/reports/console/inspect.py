"""An inspection as people and programs read it: a table, the TOML to paste, plain data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from abmkit.config.writing import toml_key, toml_value
from abmkit.reports.console.toml import comment_lines, with_comments
from abmkit.reports.console.width import WIDTH, fit, pad, wrap
from abmkit.reports.words import Words
from abmkit.sources.inspection import MOST_COUNTED, Column, Inspection

_GAP = "  "
_NAME, _BECOMES, _SURE, _FILLED, _DISTINCT = 20, 14, 6, 6, 8


def inspection_text(inspection: Inspection, words: Words, width: int = WIDTH) -> str:
    """What the file holds, for a terminal."""
    lines = [wrap(line, width, hanging="  ") for line in _head(inspection, words)]
    lines += ["", *_table(inspection.columns, inspection.rows, words, width)]
    lines += list(_unreadable(inspection, words, width))
    for notice in inspection.warnings:
        lines += ["", wrap(words("inspect.notice", text=notice.fact), width, hanging="  ")]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _head(inspection: Inspection, words: Words) -> Iterator[str]:
    parts = [inspection.format]
    if inspection.sheet:
        parts.append(words("inspect.sheet", sheet=inspection.sheet))
    if inspection.encoding:
        parts.append(inspection.encoding)
    if inspection.delimiter:
        parts.append(words("inspect.delimiter", delimiter=inspection.delimiter))
    if inspection.source:
        parts.append(words("inspect.source", source=inspection.source))
    name = words("inspect.stdin") if inspection.path == "-" else inspection.path
    yield words("inspect.file", name=name, parts=parts)
    counts = [
        words("inspect.rows", rows=inspection.rows),
        words("inspect.columns", columns=len(inspection.columns)),
    ]
    if inspection.rejected:
        counts.append(words("inspect.rejected", count=inspection.rejected))
    if inspection.blank:
        counts.append(words("inspect.blank", count=inspection.blank))
    if inspection.rows:
        named = inspection.rows - inspection.nameless
        sentence = "inspect.some_named" if inspection.nameless else "inspect.all_named"
        counts.append(words(sentence, count=named))
    yield words("list.dot").join(counts)
    for reject in inspection.rejects:
        yield words("inspect.reject", reject=reject)


def _table(columns: Sequence[Column], rows: int, words: Words, width: int) -> Iterator[str]:
    widths = [_NAME, _BECOMES, _SURE, _FILLED, _DISTINCT]
    rest = width - sum(widths) - len(_GAP) * len(widths)
    yield _GAP.join(
        [
            fit(words("table.column"), _NAME),
            fit(words("table.becomes"), _BECOMES),
            pad(words("table.sure"), _SURE, right=True),
            pad(words("table.filled"), _FILLED, right=True),
            pad(words("table.distinct"), _DISTINCT, right=True),
            words("table.example"),
        ]
    )
    yield _GAP.join("─" * each for each in (*widths, rest))
    for each in columns:
        filled = f"{each.filled / rows:.0%}" if rows else "–"
        distinct = f"{each.distinct:,}" + ("+" if each.distinct >= MOST_COUNTED else "")
        yield _GAP.join(
            [
                fit(each.name, _NAME),
                fit(_becomes(each, words), _BECOMES),
                pad(_sure(each, words), _SURE, right=True),
                pad(filled, _FILLED, right=True),
                pad(distinct, _DISTINCT, right=True),
                fit(words("list.comma").join(each.samples), rest),
            ]
        )


def _becomes(column: Column, words: Words) -> str:
    target = str(column.becomes)
    if column.how == "ignored":
        return words("inspect.ignored")
    if column.how == "unsure":
        return words("inspect.unsure", target=target)
    if column.how == "not recognised":
        return words("inspect.kept")
    if column.split:
        return words("inspect.split", target=target)
    return words("inspect.unit", target=target, unit=column.unit) if column.unit else target


def _sure(column: Column, words: Words) -> str:
    if column.how == "config":
        return words("inspect.config")
    return f"{column.confidence:.0%}" if column.how in ("recognised", "unsure") else ""


def _unreadable(inspection: Inspection, words: Words, width: int) -> Iterator[str]:
    columns = [each for each in inspection.columns if each.unreadable]
    if columns:
        yield ""
        yield words("inspect.unreadable")
    for each in columns:
        text = words(
            "inspect.unreadable_column",
            column=each.name,
            unreadable=each.unreadable,
            filled=each.filled,
            samples=list(map(repr, each.unreadable_samples)),
        )
        yield wrap(text, width, hanging="    ")


# To paste ----------------------------------------------------------------------------------------


def columns_to_paste(inspection: Inspection, words: Words) -> str:
    """`[sources.columns]` for this file: the sure ones as they are, the others as comments.

    What recognition reads better than a line could say, such as a place with its city, region and
    country in one column, stays a comment too.
    """
    lines, notes = _recognised(inspection, words)
    for each in inspection.columns:
        if each.how == "unsure" and each.becomes is not None:
            value = toml_value(_mapping(each, inspection))
            unsure = words("paste.unsure", evidence=each.evidence)
            lines.append((f"# {toml_key(each.becomes)} = {value}", unsure))
        elif each.without_rate:
            target = each.without_rate
            value = toml_value(_mapping(each, inspection))
            lines.append(
                (f"# {toml_key(target)} = {value}", words("paste.rate", currency=each.currency))
            )
    if (implied := inspection.implied) is not None:
        value = toml_value({"value": implied.country})
        lines.append((f"country = {value}", words("paste.check", evidence=implied.evidence)))
    own = [each for each in inspection.columns if each.how == "not recognised"]
    notes += [
        words("paste.not_mapped", column=each.name, evidence=each.evidence)
        for each in own
        if each.evidence not in ("", "header not known")
    ]
    if own:
        notes.append(words("paste.own", columns=[each.name for each in own]))
    comments = [line for note in notes for line in comment_lines(note)]
    return "\n".join(["[sources.columns]", *with_comments(lines), *comments]) + "\n"


def _recognised(inspection: Inspection, words: Words) -> tuple[list[tuple[str, str]], list[str]]:
    """The lines of what the columns surely are, and which columns are so beside others."""
    by_target: dict[str, list[Column]] = defaultdict(list)
    for each in inspection.columns:
        if each.how in ("config", "recognised") and each.becomes is not None:
            by_target[each.becomes].append(each)
    lines, notes = [], []
    for target, columns in by_target.items():
        first, *others = columns
        if first.split:
            line = f"# {toml_key(target)} = {toml_value(first.name)}"
            lines.append((line, words("paste.place")))
            continue
        values = [_mapping(each, inspection) for each in columns]
        several = target == "registry_ids" and bool(others)
        value = toml_value(values if several else values[0])
        lines.append((f"{toml_key(target)} = {value}", _why(first, inspection, words)))
        if others and not several:
            notes.append(words("paste.too", target=target, columns=[c.name for c in others]))
    return lines, notes


def _mapping(column: Column, inspection: Inspection) -> str | dict[str, str]:
    unit = column.unit
    if inspection.scale is not None and inspection.scale.column == column.name:
        unit = inspection.scale.unit
    extras = {"unit": unit, "currency": column.currency, "scheme": column.scheme}
    given = {key: value for key, value in extras.items() if value is not None}
    return {"from": column.name, **given} if given else column.name


def _why(column: Column, inspection: Inspection, words: Words) -> str:
    if inspection.scale is not None and inspection.scale.column == column.name:
        return words("paste.unit", evidence=inspection.scale.evidence)
    if column.how == "config":
        return words("paste.config")
    if column.evidence == "header":
        return words("paste.recognised")
    return words("paste.evidence", evidence=column.evidence)


def inspection_data(inspection: Inspection, words: Words) -> dict[str, Any]:
    """The inspection as plain data, for JSON."""
    data = asdict(inspection)
    data["rejects"] = list(map(words.of, inspection.rejects))
    data["warnings"] = [
        {"about": each.about, "text": words.of(each.fact)} for each in inspection.warnings
    ]
    for question in data["questions"]:
        for candidate in question["candidates"]:
            # Which columns accounts have is no news of this file.
            del candidate["entity"], candidate["without_rate"], candidate["by_header"]
    for column in data["columns"]:
        del column["without_rate"]
    return {**data, "usable": inspection.usable}
