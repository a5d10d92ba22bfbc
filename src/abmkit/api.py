"""The steps as functions for notebooks: a frame in, a frame of the same kind out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abmkit.config.loading import Project, load_project, parse_config
from abmkit.config.project import Config
from abmkit.config.sections.sources import Source
from abmkit.errors import UsageError

if TYPE_CHECKING:
    from abmkit.runs.run import RunResult

Configured = Config | Project | Path | str | Mapping[str, Any]
"""A config: its file, its table, a Config, or a Project (a config with its folder)."""


def load(source: Any = None, config: Configured | None = None, *, as_of: date | None = None) -> Any:
    """Accounts with canonical columns, as a pandas DataFrame with Arrow types.

    `source` is a file, several of them, or a frame of raw text (its kind is then kept); without it
    the config's sources are read. Rows without name, domain or registry id are left out; `abmkit
    load --rejects` lists them. Raises InputError for files that cannot be used, ConfigError for
    columns that are not there.
    """
    from abmkit.sources.lists import industry_labels
    from abmkit.sources.loading import load_sources

    project = _project(config)
    day = as_of or date.today()
    if source is None:
        sources: Sequence[Source] = project.config.sources
        if not sources:
            raise UsageError("there is nothing to load", remedy="give a file, a frame or a config")
    elif isinstance(source, str | Path | list | tuple):
        files = [source] if isinstance(source, str | Path) else source
        paths = [Path(file).expanduser().resolve() for file in files]
        sources = [
            Source(name="-".join(path.name.split(".")[0].split()) or "input", path=str(path))
            for path in paths
        ]
    else:
        return _loaded_frame(source, project)
    loaded = load_sources(project, sources, as_of=day, industries=industry_labels(project))
    import pandas as pd

    return loaded.table().to_pandas(types_mapper=pd.ArrowDtype)


def _loaded_frame(frame: Any, project: Project) -> Any:
    import narwhals as nw
    import pyarrow as pa

    from abmkit.domain.cells import to_text
    from abmkit.domain.frames import collected, like, opened
    from abmkit.steps import load as step

    opened_frame = opened(frame)
    table = collected(opened_frame)
    texts = pa.Table.from_arrays(
        [to_text(table[name], name) for name in table.column_names], names=table.column_names
    )
    source = Source(name="input", path="-")
    plan = step.plan(texts.column_names, texts, source, project.config)
    accounts = step.load(texts, plan, as_of=None).accounts
    return nw.to_native(like(opened_frame, accounts))


def dedupe(records: Any, config: Configured | None = None) -> Any:
    """One row per company, in `account_id` order; see `abmkit.steps.dedupe.dedupe`.

    `abmkit.steps.dedupe.dedupe` itself also gives each account's members and the pairs.
    """
    from abmkit.sources.lists import load_lists
    from abmkit.steps import dedupe as step

    project = _project(config)
    order = [source.name for source in project.config.sources]
    decisions = load_lists(project, as_of=date.min, only=["decisions"]).decisions
    settings = project.config.dedupe
    return step.dedupe(_typed(records), settings, sources=order, decisions=decisions).accounts


def assign(accounts: Any, config: Configured, *, as_of: date | None = None) -> Any:
    """The accounts with territories, owners … filled by rule; see `abmkit.steps.assign.assign`."""
    from abmkit.sources.lists import load_lists
    from abmkit.steps import assign as step

    project, day = _project(config), as_of or date.today()
    tables = load_lists(project, as_of=day, only=["assign"]).assign_tables
    return step.assign(_typed(accounts), project.config.assign, tables, as_of=day)


def exclude(accounts: Any, config: Configured, *, as_of: date | None = None) -> Any:
    """The accounts with `excluded` and `exclusions`; see `abmkit.steps.exclude.exclude`."""
    from abmkit.sources.lists import load_lists
    from abmkit.steps import exclude as step

    project, day = _project(config), as_of or date.today()
    lists = load_lists(project, as_of=day, only=["suppress"]).suppression
    return step.exclude(_typed(accounts), project.config.exclude, lists, as_of=day)


def score(
    accounts: Any,
    config: Configured,
    *,
    as_of: date | None = None,
    points: bool = False,
    reasons: bool = False,
) -> Any:
    """The accounts with `fit_score` and what belongs to it; see `abmkit.steps.score.score`."""
    from abmkit.steps import score as step

    card = _project(config).config.score
    return step.score(
        _typed(accounts), card, as_of=as_of or date.today(), points=points, reasons=reasons
    )


def tier(accounts: Any, config: Configured, *, as_of: date | None = None) -> Any:
    """The accounts with their tier, the list first; see `abmkit.steps.tier.tier`."""
    from abmkit.domain.rules.pins import pinned_by
    from abmkit.sources.lists import load_lists
    from abmkit.steps import tier as step

    project, day = _project(config), as_of or date.today()
    lists = load_lists(project, as_of=day, only=["pins"])
    tiers, accounts = project.config.tier, _typed(accounts)
    pinned = pinned_by(accounts, lists.pins, lists.pin_entries, tiers, as_of=day)
    return step.tier(accounts, tiers, pinned, as_of=day)


def match(
    people: Any,
    listed: Any,
    config: Configured | None = None,
    *,
    mapping: Mapping[str, str] | None = None,
    as_of: date | None = None,
) -> Any:
    """People or companies with what each is on a list, in `match_` columns; the same kind of frame.

    `people` is a frame of any columns; `mapping` names those that are not recognised (`{"email":
    "Mail"}`). `listed` is a frame of companies, a list's file or a run's folder. Those who said no
    to being contacted are left out. See `abmkit.steps.match.match` for the columns, and
    `abmkit.sources.matching.match_file` for errors.
    """
    import narwhals as nw

    from abmkit.domain.frames import collected, like, opened
    from abmkit.sources.matching import listed_accounts, match_rows

    project, frame = _project(config), opened(people)
    if isinstance(listed, str | Path):
        accounts, whole_run = listed_accounts(str(listed), project, as_of or date.today())
    else:
        accounts = collected(opened(_typed(listed)))
        if not {"account_id", "name_key"} <= set(accounts.column_names):
            accounts = collected(opened(_loaded_frame(listed, project)))
        whole_run = "excluded" in accounts.column_names
    found = match_rows(collected(frame), accounts, project, mapping=mapping, whole_run=whole_run)
    return nw.to_native(like(frame, found.table))


def run(
    config: Configured,
    *,
    output: Path | str | None = None,
    as_of: date | None = None,
    engine: str = "duckdb",
) -> RunResult:
    """Everything from a config into its output folder; see `abmkit.runs.run.run`."""
    from abmkit.engines.engine import engine as engine_of
    from abmkit.runs.run import run as run_project

    with engine_of(engine, preserve_insertion_order=False) as running:
        return run_project(
            _project(config),
            running,
            as_of=as_of or date.today(),
            output=Path(output) if output is not None else None,
        )


def _typed(accounts: Any) -> Any:
    """The accounts with abmkit's columns in their types where a file that was read otherwise has
    them in others: lists in one text, flags as words, ids as numbers."""
    import narwhals as nw

    from abmkit.domain.cells import typed
    from abmkit.domain.frames import DTYPES, collected, like, opened
    from abmkit.schema.accounts import kind_of

    frame = opened(accounts)
    unfit = [
        name
        for name, dtype in frame.collect_schema().items()
        if (kind := kind_of(name)) is not None
        and dtype != DTYPES[kind]
        and (
            dtype == nw.String or (kind == "string" and (dtype.is_numeric() or dtype == nw.Boolean))
        )
    ]
    if not unfit:
        return accounts
    return nw.to_native(like(frame, typed(collected(frame))))


def _project(config: Configured | None) -> Project:
    if config is None:
        return Project(Config(version=1))
    if isinstance(config, Project):
        return config
    if isinstance(config, Config):
        return Project(config)
    if isinstance(config, Mapping):
        return Project(parse_config(config))
    return load_project(Path(config))
