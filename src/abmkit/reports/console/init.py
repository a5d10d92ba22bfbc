"""What `init` says: what it found in the files, and what it made of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from abmkit.reports.console.width import wrap
from abmkit.reports.words import Words
from abmkit.reports.words.harm import harm_of
from abmkit.starter.result import Starter

_DEEP = " " * 7
_MOST_CHECKED = 5
"""What more there is to check is counted: a screen full of it is not read."""


def starter_report(started: Starter, words: Words) -> str:
    """What `init` found in the files and made of it."""
    merged = started.records - started.accounts
    lines = [
        words("init.companies", records=started.records, accounts=started.accounts, merged=merged)
    ]
    if (known := started.customers) is not None:
        lines.append(words("init.customers", found=known.found, entries=known.entries))
    if started.criteria:
        lines += ["", words("init.fit_learned" if started.learned else "init.fit_guessed")]
    for criterion in started.criteria:
        why = words("reason.separator").join(map(words.of, criterion.why))
        lines.append(
            f"{criterion.points:>5g}  {words('init.criterion', criterion=criterion.id, why=why)}"
        )
    if started.tiers:
        lines += ["", words("init.tiers")]
    for tier in started.tiers:
        reach = started.customers_reach.get(tier.id) if started.customers_reach else None
        text = words(
            "init.tier",
            accounts=tier.accounts,
            least=tier.min_score,
            room="" if tier.capacity is None else words("run.room", capacity=tier.capacity),
            reach="" if reach is None else words("init.tier_reach", reach=reach),
        )
        lines.append(f"{tier.id:>5}  {text}")
    worst_first = sorted(started.warnings, key=harm_of, reverse=True)
    for warning in worst_first[:_MOST_CHECKED]:
        lines += ["", words("init.check", warning=warning)]
    if (more := len(started.warnings) - _MOST_CHECKED) > 0:
        lines += ["", words("init.more_checks", count=more)]
    return "\n".join(map(_wrapped, lines)) + "\n"


def _wrapped(line: str) -> str:
    return wrap(line, hanging=_DEEP if line.startswith(" ") else "", hyphens=True)


def next_steps(names: Sequence[str], folder: Path, words: Words, *, sample: bool) -> str:
    """What was written, and the command that comes next."""
    place = "" if folder == Path() else f" {folder}"
    written = words("init.sample" if sample else "init.written", files=list(names))
    return f"{wrap(written)}\n\n{words('init.next', folder=place)}"
