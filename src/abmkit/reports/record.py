"""A run's record: what went in, what came out, and by which rules, as one JSON object."""

from __future__ import annotations

import platform
from dataclasses import asdict
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from abmkit.config.loading import Project
from abmkit.places import is_url
from abmkit.reports.console.diff import changes_data
from abmkit.reports.quality import quality_data
from abmkit.reports.words import Words
from abmkit.runs.changes.replay import slots_recorded
from abmkit.runs.fingerprints import fingerprint, scorecard_fingerprint
from abmkit.runs.funnel import RowCounts, Stage
from abmkit.runs.result import Run
from abmkit.runs.review import kinds_of
from abmkit.sources.loading import FileReport, SourceReport
from abmkit.steps.load import Issue

_LIBRARIES = ("duckdb", "pyarrow", "narwhals", "pandas", "pydantic")


def record_of(run: Run, words: Words) -> dict[str, Any]:
    """The record of a run: versions, inputs with fingerprints, rows per step, counts, timings.

    Paths are relative to the config's folder where they lie below it.
    """
    project, funnel = run.project, run.funnel
    return {
        "abmkit": version("abmkit"),
        "run": run.id,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "as_of": run.as_of.isoformat(),
        "within": project.config.tier.within,
        "engine": run.engine,
        "versions": {"python": platform.python_version(), **{n: version(n) for n in _LIBRARIES}},
        "config": {
            "name": project.config.name,
            "path": _relative(str(project.path), project) if project.path else None,
            "sha256": fingerprint(project.path),
            "churn_sha256": scorecard_fingerprint(project),
            "churn": _card(project),
            "values": project.config.model_dump(mode="json", by_alias=True, exclude_none=True),
        },
        "before": None if run.changes is None else {"run": run.before},
        "changes": None if run.changes is None else changes_data(run.changes, words),
        "inputs": [_source(report, project) for report in run.sources],
        "lists": [
            {**_source(report, project), **{"entries": count.entries, "found": count.found}}
            for report, count in zip(run.lists.suppression_reports, funnel.lists, strict=True)
        ],
        "rows": _rows(run),
        "funnel": [_stage(stage, words) for stage in funnel.stages],
        "tiers": [asdict(tier) for tier in funnel.tiers],
        "rooms": [{**asdict(each), "free": each.free} for each in funnel.rooms.rooms],
        "unplaced": [asdict(each) for each in funnel.rooms.unplaced],
        "capacities": slots_recorded(run.lists.capacities),
        "exclusions": {
            "rules": [{**asdict(rule), "reason": words.of(rule.reason)} for rule in funnel.rules],
            "lists": [asdict(each) for each in funnel.lists],
        },
        "would_reach": [asdict(each) for each in funnel.customers],
        "relationships": funnel.relationships,
        "could_rise": funnel.could_rise,
        "cards": [asdict(each) for each in run.parts.cards],
        "clusters": [asdict(each) for each in run.parts.clusters],
        "pins": _pins(run, words),
        "notes": len(run.lists.notes.by_account) if run.lists.notes else 0,
        "warnings": list(run.warnings),
        "seconds": dict(run.seconds),
        "ids": dict(run.ids),
        "similar": dict(run.similar),
        "review": kinds_of(run.review),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _pins(run: Run, words: Words) -> dict[str, Any]:
    """Which pins were followed, and which were not."""
    return {
        "followed": len(run.pinned.accounts),
        "accounts": [
            {"account_id": account, **asdict(pin), "until": _day(pin.until)}
            for account, pin in sorted(run.pinned.accounts.items())
        ],
        "not_followed": [
            {"account": pin.account, "tier": pin.tier, "why": words.of(why)}
            for pin, why in run.pinned.unfollowed
        ],
    }


def _rows(run: Run) -> dict[str, dict[str, Any]]:
    """The rows that each step took and gave."""
    rows, funnel = RowCounts.of(run.sources), run.funnel
    market, target_market = funnel.count("market"), funnel.count("target_market")
    return {
        "load": {
            "read": rows.read,
            "rejected": rows.rejected,
            "filtered": rows.filtered,
            "records": rows.accepted,
        },
        "dedupe": {"in": rows.accepted, "merged": rows.accepted - market, "out": market},
        "exclude": {"in": market, "excluded": market - target_market, "out": target_market},
        "tier": {
            "in": market,
            "listed": funnel.count("target_accounts"),
            "tiers": {tier.id: tier.count for tier in funnel.tiers},
        },
    }


def _stage(stage: Stage, words: Words) -> dict[str, Any]:
    return {
        "name": words(f"stage.{stage.code}"),
        "count": stage.count,
        "share": stage.share,
        "left": [{"text": words.of(each.why), "count": each.count} for each in stage.left],
    }


def _source(report: SourceReport, project: Project) -> dict[str, Any]:
    plan = report.plan
    return {
        "name": report.name,
        "files": [_file(file, project) for file in report.files],
        "columns": {
            mapped.column: mapped.target for mapped in plan.mapped if mapped.column is not None
        }
        if plan
        else None,
        "renamed": plan.renamed if plan else {},
        "asked": [each.column for each in plan.asked] if plan else [],
        "unreadable": [_issue(issue) for issue in report.issues],
        "repaired": [_issue(issue) for issue in report.repairs],
        "unmapped_industries": report.unmapped_industries,
        "quality": quality_data(report),
    }


def _issue(issue: Issue) -> dict[str, Any]:
    return {
        "column": issue.column,
        "as": issue.canonical,
        "count": issue.count,
        "samples": list(issue.samples),
        "note": issue.note,
    }


def _file(file: FileReport, project: Project) -> dict[str, Any]:
    return {**asdict(file), "path": _relative(file.path, project)}


def _relative(path: str, project: Project) -> str:
    if is_url(path):
        return path
    try:
        return Path(path).resolve().relative_to(project.folder.resolve()).as_posix()
    except ValueError:
        return path


def _card(project: Project) -> dict[str, Any] | None:
    """The scorecard of churn as it was: its file may be another by the next run."""
    churn = project.config.exclude.churn
    if churn is None:
        return None
    return churn.card.model_dump(mode="json", by_alias=True, exclude_none=True)
