"""What commands say on stdout beside data: plain text, the same to a terminal and to a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from abmkit.io import diagnostics

if TYPE_CHECKING:
    from rich.console import RenderableType

    from abmkit.config.loading import Project
    from abmkit.pipeline.run import RunResult

WIDTH = 80


def say(what: RenderableType, *, aside: bool = False) -> None:
    """Print a text or table to stdout; `aside`, where stdout carries data, to a watched stderr."""
    diagnostics.current().done()
    if aside and not diagnostics.current().interactive:
        return
    stream = sys.stderr if aside else sys.stdout
    if isinstance(what, str):
        print(what, file=stream)
        return
    from rich.console import Console

    console = Console(file=stream, width=WIDTH, color_system=None, highlight=False, legacy_windows=False)
    with console.capture() as captured:
        console.print(what)
    print("\n".join(line.rstrip() for line in captured.get().splitlines()), file=stream)


def run_report(project: Project, result: RunResult) -> RenderableType:
    """The funnel of a run and the files it wrote."""
    from rich.console import Group
    from rich.text import Text

    funnel = result.funnel
    head = Text(f"\n{project.config.name}, as of {result.record['as_of']}\n", style="bold")
    parts: list[RenderableType] = [head, _stages(result)]
    for each in funnel.customers:
        reached = [f"{count:,} {tier}" for tier, count in each.tiers.items() if count]
        first = f"would be {', '.join(reached)}" if reached else "would reach no tier"
        fit = (
            f" (median fit {each.median_score:.0f}, market {each.median_score_of_all:.0f})"
            if each.median_score is not None and each.median_score_of_all is not None
            else ""
        )
        parts.append(Text(f"{each.list}: of {each.accounts:,} accounts {first}{fit}"))
    missing = [e for e in funnel.lists if e.found < e.entries]
    for each in missing:
        parts.append(
            Text(f"{each.name}: {each.entries - each.found:,} of {each.entries:,} entries not found")
        )
    unfollowed = len(result.record["pins"]["not_followed"])
    if unfollowed:
        parts.append(Text(f"pins: {unfollowed:,} not followed"))
    if missing or unfollowed:
        parts.append(Text(f"see {_short(result.folder / 'review.csv')}"))
    parts.append(Text(""))
    parts.append(Text("\n".join(str(_short(path)) for path in result.files)))
    return Group(*parts)


def _stages(result: RunResult) -> RenderableType:
    from rich.table import Table

    funnel = result.funnel
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), expand=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for stage in funnel.stages:
        left = "\n".join(f"- {reason.count:,} {reason.text}" for reason in stage.left)
        table.add_row(f"{stage.count:,}", stage.name, _percent(stage.share), left)
    market = funnel.stages[1].count
    for tier in funnel.tiers:
        room = f", up to {tier.capacity:,}" if tier.capacity is not None else ""
        within = f" per {result.record['within']}" if room and result.record.get("within") else ""
        table.add_row(
            f"{tier.count:,}",
            f"  {tier.id}  {tier.strategy or ''}",
            _percent(tier.count / market if market else None),
            f"from {tier.min_score:g}{room}{within}",
        )
    names = {"open_opportunity": "Open opportunities", "customer": "Customers"}
    for relationship, name in names.items():
        count = funnel.relationships.get(relationship)
        if count is not None:
            table.add_row(f"{count:,}", name, _percent(count / market if market else None), "")
    return table


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"


def _short(path: Path) -> Path:
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path
