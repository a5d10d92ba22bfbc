"""What commands say on stdout beside data: plain text, the same to a terminal and to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType

    from abmkit.commands.lists.run import RunResult
    from abmkit.config.loading import Project
    from abmkit.runs.funnel import WouldReach
    from abmkit.starter.result import Starter

WIDTH = 80


def plain(what: RenderableType) -> str:
    """A text or table as plain text, 80 cells wide."""
    from rich.console import Console

    console = Console(width=WIDTH, color_system=None, highlight=False, legacy_windows=False)
    with console.capture() as captured:
        console.print(what)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def run_report(project: Project, result: RunResult, *, files: bool = True) -> RenderableType:
    """The funnel of a run and the files it wrote, those where wanted."""
    from rich.text import Text

    from abmkit.runs.funnel import expansions

    funnel = result.funnel
    report = Text()
    report.append(f"\n{project.config.name}, as of {result.record['as_of']}\n\n", style="bold")
    for stage in funnel.stages:
        for reason in stage.left:
            report.append(_line(f"-{reason.count:,}", f"  {reason.text}"), style="dim")
        report.append(_line(f"{stage.count:,}", stage.name, _percent(stage.share)), style="bold")
    market = funnel.stages[1].count
    for tier in funnel.tiers:
        room = f", up to {tier.capacity:,}" if tier.capacity is not None else ""
        within = f" per {result.record['within']}" if room and result.record["within"] else ""
        said = f"{tier.id:<4}{tier.strategy or '':<7} from {tier.min_score:g}{room}{within}"
        share = _percent(tier.count / market if market else None)
        report.append(_line(f"{tier.count:,}", f"  {said}", share), style="cyan")
    names = {"open_opportunity": "Open opportunities", "customer": "Customers"}
    for relationship, name in names.items():
        count = funnel.relationships.get(relationship, 0)
        if count:
            share = _percent(count / market if market else None)
            report.append(_line(f"{count:,}", name, share), style="bold")
    report.append("\n")
    for each in funnel.customers:
        report.append(_proof(each) + "\n", style="green")
    for line in expansions(funnel.lists):
        report.append(f"{line}.\n", style="green")
    for line in _to_decide(result):
        report.append(f"{line}\n")
    if files:
        report.append("\n" + "\n".join(str(_short(path)) for path in result.files) + "\n")
    report.rstrip()
    return report


def starter_report(started: Starter) -> str:
    """What `init` found in the files and made of it."""
    merged = started.records - started.accounts
    lines = [f"{started.records:,} rows are {started.accounts:,} companies ({merged:,} merged)."]
    if started.customers is not None:
        known = started.customers
        lines.append(f"{known.found:,} of {known.entries:,} customers are among them.")
    if started.criteria:
        basis = "your customers" if started.learned else "the companies themselves"
        lines.append(f"\nFit, from {basis}:")
    for criterion in started.criteria:
        lines.append(f"{criterion.points:>5g}  {criterion.id}: {criterion.why}")
    if started.tiers:
        lines.append("\nTiers:")
    for tier in started.tiers:
        room = f", up to {tier.capacity:,}" if tier.capacity is not None else ""
        reach = started.customers_reach.get(tier.id) if started.customers_reach else None
        would = f"; {reach:,} of your customers would rank here" if reach is not None else ""
        lines.append(f"{tier.id:>5}  {tier.accounts:,} from {tier.min_score:g}{room}{would}")
    lines += [f"\nPlease check: {warning}" for warning in started.warnings]
    return "\n".join(_wrapped(line) for line in lines) + "\n"


def _wrapped(text: str) -> str:
    import textwrap

    indent = " " * 7 if text.startswith(" ") else ""
    return "\n".join(
        textwrap.fill(line, WIDTH, subsequent_indent=indent) if line else ""
        for line in text.split("\n")
    )


def _line(count: str, text: str, share: str = "") -> str:
    """A count, what it counts and its share, in columns; a longer text is cut with an ellipsis."""
    from rich.cells import cell_len, set_cell_size

    room = WIDTH - 9 - 2 - 8
    if cell_len(text) > room:
        text = set_cell_size(text, room - 1).rstrip() + "…"
    return f"{count:>9}  {set_cell_size(text, room)}{share:>8}".rstrip() + "\n"


def _proof(each: WouldReach) -> str:
    """Where the customers of a list would rank."""
    reached = [f"{count:,} in {tier}" for tier, count in each.tiers.items() if count]
    first = f"would be {', '.join(reached)}" if reached else "would reach no tier"
    medians = ""
    if each.median_score is not None and each.median_score_of_all is not None:
        medians = f"; median fit {each.median_score:g}, the market's {each.median_score_of_all:g}"
    return f"The {each.accounts:,} {each.list} {first}{medians}."


def _to_decide(result: RunResult) -> list[str]:
    """What the run leaves to a person."""
    said = [
        f"{each.name}: {each.entries - each.found:,} of {each.entries:,} not found"
        for each in result.funnel.lists
        if each.found < each.entries and not each.expired
    ]
    unfollowed = len(result.record["pins"]["not_followed"])
    if unfollowed:
        said.append(f"pins: {unfollowed:,} not followed")
    review = result.record["review"]
    if review.get("company"):
        several = review["company"] > 1
        pairs = f"{review['company']:,} pair{'s' if several else ''}"
        said.insert(0, f"{pairs} that may be one company")
    if review.get("decision"):
        said.append(f"decisions: {review['decision']:,} not followed")
    return [f"For a person to decide, in review.csv: {'; '.join(said)}."] if said else []


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"


def _short(path: Path) -> Path:
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path
