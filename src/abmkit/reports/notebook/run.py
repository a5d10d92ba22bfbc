"""A run as a notebook shows it: the funnel and the tiers, in HTML that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from abmkit.reports.words import Words
from abmkit.runs.funnel import Stage, TierCount
from abmkit.runs.result import Run

_TABLE = "border-collapse:collapse;margin:.4em 0;text-align:left"
_CELL = "padding:.15em .7em;text-align:left;border:0;background:none"
_NUMBER = f"{_CELL};text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap"
_QUIET = ";opacity:.65"
_BAR = "height:.7em;min-width:1px;background:#4c78a8;border-radius:2px"
_WIDEST = 12.0
"""The width of the whole market, in em."""


def run_html(run: Run, folder: Path, files: Sequence[Path], words: Words) -> str:
    """The funnel of a run with what took the rest, its tiers, and where its files are."""
    title = words("run.title", name=run.project.config.name, as_of=run.as_of)
    where = words("notebook.files", count=len(files), folder=str(folder))
    parts = [
        f"<p style='margin:.4em 0'><b>{escape(title)}</b></p>",
        _table(_stages(run, words)),
        *([_table(_tiers(run, words))] if run.funnel.tiers else []),
        f"<p style='margin:.4em 0{_QUIET}'>{escape(where if files else words('moves.would'))}</p>",
    ]
    return f"<div>{''.join(parts)}</div>"


def text_html(text: str) -> str:
    """A text as it stands on a screen."""
    style = "white-space:pre-wrap;font-family:monospace;line-height:1.35"
    return f"<pre style='{style}'>{escape(text)}</pre>"


def _table(rows: Iterator[str]) -> str:
    return f"<table style='{_TABLE}'>{''.join(rows)}</table>"


def _row(*cells: tuple[str, str]) -> str:
    """A row of cells, each with its style; what is in them is HTML."""
    inside = "".join(f"<td style='{style}'>{html}</td>" for html, style in cells)
    return f"<tr style='background:none'>{inside}</tr>"


def _stages(run: Run, words: Words) -> Iterator[str]:
    for stage in run.funnel.stages:
        for reason in stage.left:
            why, count = escape(words.of(reason.why)), f"{-reason.count:+,}"
            yield _row((count, _NUMBER + _QUIET), (why, f"{_CELL}{_QUIET};padding-left:2em"))
        name = escape(words(f"stage.{stage.code}"))
        share = "" if stage.share is None else words("notebook.share", share=stage.share)
        yield _row(
            (f"<b>{stage.count:,}</b>", _NUMBER), (f"<b>{name}</b>", _CELL),
            (share, _NUMBER), (_bar(stage), _CELL),
        )  # fmt: skip


def _bar(stage: Stage) -> str:
    if stage.share is None:
        return ""
    return f"<div style='{_BAR};width:{min(stage.share, 1) * _WIDEST:.2f}em'></div>"


def _tiers(run: Run, words: Words) -> Iterator[str]:
    heads = ("tier", "strategy", "accounts", "room", "from")
    styles = (_CELL, _CELL, _NUMBER, _NUMBER, _NUMBER)
    told = (escape(words(f"notebook.{head}")) for head in heads)
    yield _row(*((text, style + _QUIET) for text, style in zip(told, styles, strict=True)))
    for tier in run.funnel.tiers:
        cells = (
            f"<b>{escape(tier.id)}</b>", escape(tier.strategy or ""), f"{tier.count:,}",
            escape(_room(run, tier, words)), f"{tier.min_score:g}",
        )  # fmt: skip
        yield _row(*zip(cells, styles, strict=True))


def _room(run: Run, tier: TierCount, words: Words) -> str:
    """How many accounts a tier has room for."""
    if tier.slots is not None:
        return f"{tier.slots:,}"
    if tier.capacity is None:
        return words("notebook.no_limit")
    within = run.project.config.tier.within
    count = f"{tier.capacity:,}"
    return words("notebook.per", count=count, within=within) if within else count
