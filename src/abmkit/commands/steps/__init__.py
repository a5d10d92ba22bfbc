"""The steps from sources to a list, in the order in which `run` takes them."""

from __future__ import annotations

from abmkit.commands.steps.assign import assign
from abmkit.commands.steps.dedupe import dedupe
from abmkit.commands.steps.exclude import exclude
from abmkit.commands.steps.load import load
from abmkit.commands.steps.score import score
from abmkit.commands.steps.tier import tier
from abmkit.commands.verb import Verb

STEPS: tuple[Verb, ...] = (load, dedupe, assign, exclude, score, tier)
