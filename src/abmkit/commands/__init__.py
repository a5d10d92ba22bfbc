"""The verbs, one a file: what each needs, its options, what it calls and what it gives."""

from __future__ import annotations

from abmkit.commands.learning.backtest import backtest
from abmkit.commands.learning.learn import learn
from abmkit.commands.lists.bench import bench
from abmkit.commands.lists.diff import diff
from abmkit.commands.lists.explain import explain
from abmkit.commands.lists.export import export
from abmkit.commands.lists.history import history
from abmkit.commands.lists.match import match
from abmkit.commands.lists.research import research
from abmkit.commands.lists.rollback import rollback
from abmkit.commands.lists.run import run
from abmkit.commands.lists.similar import similar
from abmkit.commands.planning.visibility import visibility
from abmkit.commands.project.check import check
from abmkit.commands.project.convert import convert
from abmkit.commands.project.init import init
from abmkit.commands.project.inspect import inspect
from abmkit.commands.project.schema import schema
from abmkit.commands.steps import STEPS
from abmkit.commands.verb import Verb
from abmkit.commands.workbook.notes import notes

VERBS: tuple[Verb, ...] = (
    init,
    inspect,
    convert,
    *STEPS,
    run,
    explain,
    diff,
    history,
    rollback,
    notes,
    match,
    export,
    learn,
    backtest,
    research,
    similar,
    bench,
    visibility,
    check,
    schema,
)
"""Every verb, in the order of the help page."""
