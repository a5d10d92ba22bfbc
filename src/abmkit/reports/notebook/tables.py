"""What verbs say in words, as tables for analysis: columns by names that do not change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from abmkit.domain.arrays import doubles, int64s, lists, strings, whole
from abmkit.domain.cells import to_text
from abmkit.reports.quality import column_quality
from abmkit.reports.reasons import fit_in_words
from abmkit.reports.words import Words
from abmkit.runs.explain import Explanation
from abmkit.schema.accounts import STEP
from abmkit.sources.inspection import Inspection
from abmkit.sources.loading import SourceReport
from abmkit.starter.result import Starter
from abmkit.steps.suppression import SuppressionList

Tables = Mapping[str, pa.Table]

_POINTS = "points_"


def inspection_tables(found: Sequence[Inspection], words: Words) -> Tables:
    """`columns`: each column of each file, what it becomes, how sure that is and why, how full it
    is; `warnings`: what is to be known of the files."""
    each = [(file.path, file.rows, column) for file in found for column in file.columns]
    columns = {
        "file": strings(path for path, _, _ in each),
        "column": strings(c.name for *_, c in each),
        "becomes": strings(c.becomes for *_, c in each),
        "how": strings(c.how for *_, c in each),
        "confidence": doubles([float(c.confidence) for *_, c in each]),
        "evidence": strings(c.evidence for *_, c in each),
        "unit": strings(c.unit for *_, c in each),
        "currency": strings(c.currency for *_, c in each),
        "filled": int64s([c.filled for *_, c in each]),
        "rows": int64s([rows for _, rows, _ in each]),
        "distinct": int64s([c.distinct for *_, c in each]),
        "unreadable": int64s([c.unreadable for *_, c in each]),
        "samples": lists([list(c.samples) for *_, c in each]),
    }
    told = [(file.path, notice) for file in found for notice in file.warnings]
    warned = {
        "file": strings(path for path, _ in told),
        "about": strings(notice.about for _, notice in told),
        "warning": strings(words.of(notice.fact) for _, notice in told),
    }
    return {"columns": pa.table(columns), "warnings": pa.table(warned)}


def quality_tables(
    sources: Sequence[SourceReport], suppression: Sequence[SuppressionList]
) -> Tables:
    """`columns`: how full, valid and varied each column of each source is; `sources`: their rows,
    taken and not; `lists`: what is suppressed by."""
    each = [(report, row) for report in sources for row in column_quality(report)]
    counts = ("filled", "valid", "distinct", "unreadable", "outliers")
    columns = {
        "source": strings(report.name for report, _ in each),
        "column": strings(row["column"] for _, row in each),
        "becomes": strings(row["as"] for _, row in each),
        "rows": int64s([report.quality.rows for report, _ in each]),
        **{name: int64s([row[name] for _, row in each]) for name in counts},
    }
    totals = ("read", "accepted", "rejected", "filtered")
    read = {
        "source": strings(report.name for report in sources),
        **{name: int64s([report.total(name) for report in sources]) for name in totals},
    }
    listed = {
        "list": strings(each.name for each in suppression),
        "reason": strings(each.reason for each in suppression),
        "entries": int64s([each.entries.num_rows for each in suppression]),
    }
    return {"columns": pa.table(columns), "sources": pa.table(read), "lists": pa.table(listed)}


def explanation_tables(found: Explanation, words: Words) -> Tables:
    """`criteria`: the points of each criterion; `fields`: what is known of the account, as text;
    `records`: the records that it is made of, and what each gave."""
    account = fit_in_words(found.account, found.config.score, words)
    points = [n for n in account.column_names if n.startswith(_POINTS) and n not in STEP]
    names = [name for name in account.column_names if name not in points]
    texts = {name: to_text(whole(account[name]), name)[0].as_py() for name in names}
    known = {name: text for name, text in texts.items() if text is not None}
    criteria = {
        "criterion": strings(name.removeprefix(_POINTS) for name in points),
        "points": doubles([account[name][0].as_py() for name in points]),
    }
    fields = {"field": strings(known), "value": strings(known.values())}
    rows = found.records
    records: dict[str, pa.Array] = {
        "source": strings(row.get("source") for row in rows),
        "row": int64s([row.get("source_row") for row in rows]),
        "gave": lists([row.get("fields") for row in rows]),
        "overruled": lists([row.get("overruled") for row in rows]),
        "evidence": strings(row.get("evidence") for row in rows),
    }
    return {
        "criteria": pa.table(criteria),
        "fields": pa.table(fields),
        "records": pa.table(records),
    }


def starter_tables(started: Starter) -> Tables:
    """`criteria`: the bands of the profile and their points; `tiers`: with their least score and
    room; `sources`: the files, and the config that they are in."""
    data = started.data
    bands: list[dict[str, Any]] = [
        {"criterion": each["id"], **band}
        for each in data.get("score", {}).get("criteria", ())
        for band in each["bands"]
    ]
    criteria = {
        "criterion": strings(band["criterion"] for band in bands),
        "when": strings(str(band["when"]) for band in bands),
        "points": doubles([float(band["points"]) for band in bands]),
    }
    rooms = data.get("tier", {}).get("tiers", ())
    tiers = {
        "tier": strings(each["id"] for each in rooms),
        "strategy": strings(each.get("strategy") for each in rooms),
        "min_score": doubles([float(each.get("min_score", 0)) for each in rooms]),
        "capacity": int64s([each.get("capacity") for each in rooms]),
    }
    sources = {
        "source": strings(each["name"] for each in data["sources"]),
        "path": strings(str(each["path"]) for each in data["sources"]),
        "config": strings(str(started.path) for _ in data["sources"]),
    }
    return {"criteria": pa.table(criteria), "tiers": pa.table(tiers), "sources": pa.table(sources)}
