"""The verbs, one a file: what each needs, its options, what it calls and what it gives."""

from __future__ import annotations

from abmkit.commands.lists.diff import diff
from abmkit.commands.lists.explain import explain
from abmkit.commands.lists.match import match
from abmkit.commands.lists.run import run
from abmkit.commands.project.check import check
from abmkit.commands.project.convert import convert
from abmkit.commands.project.init import init
from abmkit.commands.project.inspect import inspect
from abmkit.commands.project.schema import schema
from abmkit.commands.steps import STEPS
from abmkit.commands.verb import Verb

VERBS: tuple[Verb, ...] = (init, inspect, convert, *STEPS, run, explain, diff, match, check, schema)
"""Every verb, in the order of the help page."""
