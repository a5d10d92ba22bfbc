"""What `bench` says in sum: how many wait, and of whom the next best are given."""

from __future__ import annotations

from abmkit.planning.bench import Asked, Bench
from abmkit.reports.console.width import wrap
from abmkit.reports.words import Words


def bench_text(found: Bench, asked: Asked, words: Words) -> str:
    """How many there are to draw from."""
    named = [each for each in (asked.territory, asked.owner) if each is not None]
    place = words("bench.place", at=named) if named else ""
    into = "" if found.tier is None else words("bench.tier", tier=found.tier)
    if not found.waiting:
        return wrap(words("bench.nobody", place=place, tier=into))
    given = found.accounts.num_rows
    return wrap(words("bench.given", given=given, waiting=found.waiting, place=place, tier=into))
