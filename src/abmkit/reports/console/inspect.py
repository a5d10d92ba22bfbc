"""An inspection as people and programs read it: a table, the TOML to paste, plain data."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from abmkit.config.writing import toml_comment, toml_key, toml_value
from abmkit.sources.inspection import MOST_COUNTED, Column, Inspection

WIDTH = 80
_COMMENTS_AT = 52
_GAP = "  "
_NAME, _BECOMES, _SURE, _FILLED, _DISTINCT = 20, 14, 6, 6, 8


def display_width(text: str) -> int:
    """How many cells of a terminal a text takes: Chinese signs take two."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def fitted(text: str, width: int) -> str:
    """The text in exactly so many cells: filled up with spaces, or cut short with `…`."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    if display_width(plain) > width:
        while plain and display_width(plain) > width - 1:
            plain = plain[:-1]
        plain += "…"
    return plain + " " * (width - display_width(plain))


def wrapped(text: str, indent: str = "", width: int = WIDTH) -> str:
    """The text in lines of at most so many cells, those after the first indented."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        extended = f"{line} {word}" if line.strip() else line + word
        if display_width(extended) > width and line.strip():
            lines.append(line)
            extended = indent + word
        line = extended
    return "\n".join([*lines, line])


def inspection_text(inspection: Inspection, width: int = WIDTH) -> str:
    """What the file holds, for a terminal."""
    lines = [wrapped(line, "  ", width) for line in _head(inspection)]
    lines += ["", *_table(inspection.columns, inspection.rows, width)]
    lines += list(_unreadable(inspection, width))
    for notice in inspection.warnings:
        lines += ["", wrapped(f"! {notice.text}", "  ", width)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _head(inspection: Inspection) -> Iterator[str]:
    parts = [inspection.format]
    if inspection.sheet:
        parts.append(f"sheet {inspection.sheet!r}")
    if inspection.encoding:
        parts.append(inspection.encoding)
    if inspection.delimiter:
        parts.append(f"cells divided by {inspection.delimiter!r}")
    if inspection.source:
        parts.append(f"source {inspection.source!r} of the config")
    name = "stdin" if inspection.path == "-" else inspection.path
    yield f"{name}: {', '.join(parts)}"
    counts = [f"{inspection.rows:,} rows", f"{len(inspection.columns)} columns"]
    if inspection.rejected:
        counts.append(f"{inspection.rejected:,} rejected")
    if inspection.blank:
        counts.append(f"{inspection.blank:,} blank")
    told = inspection.rows - inspection.nameless
    if inspection.rows:
        counts.append(
            "every row names a company" if not inspection.nameless else f"{told:,} name a company"
        )
    yield " · ".join(counts)
    for reject in inspection.rejects:
        yield f"  rejected {reject}"


def _table(columns: Sequence[Column], rows: int, width: int) -> Iterator[str]:
    widths = [_NAME, _BECOMES, _SURE, _FILLED, _DISTINCT]
    rest = width - sum(widths) - len(_GAP) * len(widths)
    yield _GAP.join(
        [
            fitted("column", _NAME),
            fitted("becomes", _BECOMES),
            "sure".rjust(_SURE),
            "filled".rjust(_FILLED),
            "distinct".rjust(_DISTINCT),
            "for example",
        ]
    )
    yield _GAP.join("─" * each for each in (*widths, rest))
    for each in columns:
        filled = f"{each.filled / rows:.0%}" if rows else "–"
        distinct = f"{each.distinct:,}" + ("+" if each.distinct >= MOST_COUNTED else "")
        yield _GAP.join(
            [
                fitted(each.name, _NAME),
                fitted(_becomes(each), _BECOMES),
                _sure(each).rjust(_SURE),
                filled.rjust(_FILLED),
                distinct.rjust(_DISTINCT),
                fitted(", ".join(each.samples), rest),
            ]
        )


def _becomes(column: Column) -> str:
    if column.how == "ignored":
        return "(ignored)"
    if column.how == "unsure":
        return f"{column.becomes}?"
    if column.how == "not recognised":
        return "(kept)"
    if column.split:
        return f"{column.becomes}, city"
    return str(column.becomes) + (f", {column.unit}" if column.unit else "")


def _sure(column: Column) -> str:
    if column.how == "config":
        return "config"
    return f"{column.confidence:.0%}" if column.how in ("recognised", "unsure") else ""


def _unreadable(inspection: Inspection, width: int) -> Iterator[str]:
    found = [each for each in inspection.columns if each.unreadable]
    if found:
        yield ""
        yield "Cannot be read, and would be unknown:"
    for each in found:
        samples = ", ".join(repr(sample) for sample in each.unreadable_samples)
        text = f"  {each.name}: {each.unreadable:,} of {each.filled:,}, such as {samples}"
        yield wrapped(text, "    ", width)


# To paste ----------------------------------------------------------------------------------------


def columns_to_paste(inspection: Inspection) -> str:
    """`[sources.columns]` for this file: the sure ones as they are, the others as comments.

    What recognition reads better than a line could say, such as a place with its city, region and
    country in one column, stays a comment too.
    """
    lines: list[tuple[str, str]] = []
    by_target: dict[str, list[Column]] = defaultdict(list)
    for each in inspection.columns:
        if each.how in ("config", "recognised") and each.becomes is not None:
            by_target[each.becomes].append(each)
    later = []
    for target, columns in by_target.items():
        first = columns[0]
        if first.split:
            line = f"# {toml_key(target)} = {toml_value(first.name)}"
            lines.append((line, "left to recognition: a place with city, region and country"))
            continue
        values = [_mapping(each, inspection) for each in columns]
        several = target == "registry_ids" and len(columns) > 1
        value = toml_value(values if several else values[0])
        lines.append((f"{toml_key(target)} = {value}", _why(first, inspection)))
        if len(columns) > 1 and not several:
            later.append(f"recognised as {target}, too: {', '.join(c.name for c in columns[1:])}")
    for each in inspection.columns:
        if each.how == "unsure" and each.becomes is not None:
            value = toml_value(_mapping(each, inspection))
            lines.append((f"# {toml_key(each.becomes)} = {value}", f"unsure: {each.evidence}"))
        elif each.currency is not None and " for which rates has none" in each.evidence:
            target = each.evidence.partition(" in ")[0]
            value = toml_value(_mapping(each, inspection))
            said = f"needs a rate: rates = {{ {each.currency} = … }}"
            lines.append((f"# {toml_key(target)} = {value}", said))
    if (implied := inspection.implied) is not None:
        value = toml_value({"value": implied.country})
        lines.append((f"country = {value}", f"check this: {implied.said}"))
    own = [each.name for each in inspection.columns if each.how == "not recognised"]
    later += [
        f"not mapped: {each.name} ({each.evidence})"
        for each in inspection.columns
        if each.how == "not recognised" and each.evidence not in ("", "header not known")
    ]
    if own:
        later.append("kept under their own names: " + ", ".join(own))
    notes = [wrapped(toml_comment(text), "# ") for text in later]
    return "\n".join(["[sources.columns]", *with_comments(lines), *notes]) + "\n"


def with_comments(lines: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Lines of a config with their comments under each other."""
    at = min(max((display_width(line) for line, _ in lines), default=0), _COMMENTS_AT)
    for line, comment in lines:
        yield (
            f"{line}{' ' * max(at - display_width(line), 0)}  {toml_comment(comment)}"
            if comment
            else line
        )


def _mapping(column: Column, inspection: Inspection) -> str | dict[str, str]:
    unit = column.unit
    if inspection.scale is not None and inspection.scale.column == column.name:
        unit = inspection.scale.unit
    extras = {"unit": unit, "currency": column.currency, "scheme": column.scheme}
    given = {key: value for key, value in extras.items() if value is not None}
    return {"from": column.name, **given} if given else column.name


def _why(column: Column, inspection: Inspection) -> str:
    if inspection.scale is not None and inspection.scale.column == column.name:
        return f"check the unit: {inspection.scale.said}"
    if column.how == "config":
        return "from the config"
    return "recognised" if column.evidence == "header" else f"recognised: {column.evidence}"


def inspection_data(inspection: Inspection) -> dict[str, Any]:
    """The inspection as plain data, for JSON."""
    return {**asdict(inspection), "usable": inspection.usable}
