"""Another config on the accounts of a run: the list that it would have given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from abmkit.config.loading import Project, load_project
from abmkit.config.project import Config
from abmkit.domain.rules.asked import columns_deciding
from abmkit.domain.rules.pins import Pin, pinned_by
from abmkit.domain.rules.tiers.stability import Previous
from abmkit.engines.engine import Engine
from abmkit.errors import InputError
from abmkit.runs.changes.replay import Given, Listing, on_list, tiered_by
from abmkit.sources.lists import load_lists
from abmkit.steps.suppression import suppressed_by


def tried(run: Listing, config: Path, engine: Engine) -> Listing:
    """The accounts of a run with what another config makes of them on its day, in codes.

    Lists and pins that both have are as they were then; others are read. Raises InputError for a
    run that did not keep its config.
    """
    if run.config is None or run.as_of is None:
        raise InputError(
            "that run did not keep its config", remedy="run once more, then try another"
        )
    project = load_project(config)
    _check_kept(run, project.config)
    pins = _pins(run, project)
    lists, before = _lists(run, project), Previous.of(run.accounts, run.as_of)
    slots = load_lists(project, as_of=run.as_of, only=("capacities",)).capacities
    given = Given(run.as_of, pins, lists, before, slots)
    accounts = engine.spool(tiered_by(run.accounts, project.config, given, engine.spool))
    run = replace(run, accounts=accounts, pins=pins, before=run.run)
    return replace(run, config=project.config, capacities=slots)


def _check_kept(run: Listing, config: Config) -> None:
    """Raise InputError where a config reads of accounts what a compact run has no more."""
    assert run.config is not None
    read = {name.casefold() for name in columns_deciding(config)}
    if config.tier.pins != run.config.tier.pins or config.suppress != run.config.suppress:
        read |= {"other_domains", "phone"}
    lost = [name for name in run.gone if name.casefold() in read]
    if lost:
        raise InputError(
            "that run is kept compact, without {lost}, which this config reads",
            where="--try",
            remedy="try it on a run that is kept whole: see `abmkit history`",
            lost=", ".join(lost),
        )


def _lists(run: Listing, project: Project) -> Mapping[str, Sequence[str]]:
    """By suppression list the accounts that are on it; of one that the run had, as it was."""
    assert run.config is not None
    assert run.as_of is not None
    day, known = run.as_of, run.config.suppress
    counting = [e for e in project.config.suppress if e.counts_on(day)]
    found = {e.name: on_list(run.accounts, e.name) for e in counting if e in known}
    others = [each for each in counting if each not in known]
    if others:
        config = project.config.model_copy(update={"suppress": others})
        lists = load_lists(Project(config, project.path), as_of=day, only=("suppress",))
        on = suppressed_by(run.accounts, lists.suppression, as_of=day).accounts
        for each in others:
            found[each.name] = sorted(i for i, names in on.items() if each.name in names)
    return found


def _pins(run: Listing, project: Project) -> Mapping[str, Pin]:
    assert run.config is not None
    assert run.as_of is not None
    if run.config.tier.pins == project.config.tier.pins:
        return run.pins or {}
    lists = load_lists(project, as_of=run.as_of, only=("pins",))
    tiers = project.config.tier
    return pinned_by(run.accounts, lists.pins, lists.pin_entries, tiers, as_of=run.as_of).accounts
