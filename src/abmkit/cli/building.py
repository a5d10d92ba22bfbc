"""Typer commands, made from verbs: their arguments and options, and what every command has."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from inspect import Parameter, Signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

import typer

from abmkit.cli.screen import Screen
from abmkit.cli.speech import Speech
from abmkit.commands.verb import Argument, Option, Taken, Verb
from abmkit.commands.work import Work, day_of
from abmkit.errors import InputError, UsageError
from abmkit.io import streams
from abmkit.io.diagnostics import Diagnostics
from abmkit.places import Place, Remote, place

if TYPE_CHECKING:
    from abmkit.config.loading import Project
    from abmkit.engines.engine import Engine
    from abmkit.sources.canonical import Accounts

_INPUT = Annotated[
    str | None, typer.Argument(metavar="INPUT", help="A file, or - for stdin, the default.")
]
_INPUT_OR_RUN = Annotated[
    str | None,
    typer.Argument(
        metavar="INPUT", help="A file, a run's folder, or - for stdin; else the newest run."
    ),
]
_NAMED_CONFIG = Annotated[
    Path | None, typer.Argument(metavar="[CONFIG]", help="The config; else ./abmkit.toml.")
]
_CONFIG = Annotated[
    Path | None,
    typer.Option(
        "-c", "--config", metavar="FILE", help="The config; else ABMKIT_CONFIG, else ./abmkit.toml."
    ),
]
_LEDGER = Annotated[
    str | None,
    typer.Option(
        "--ledger", metavar="FILE", help="The ids given before, as run keeps them: ledger.parquet."
    ),
]
_AS_OF = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="The day it is; today by default.")
]
_OUTPUT = Annotated[
    str | None,
    typer.Option("-o", "--output", metavar="FILE", help="Where to write; stdout by default."),
]
_FROM = Annotated[
    str | None,
    typer.Option("--from", metavar="FORMAT", help="The input's format, else by its name."),
]
_TO = Annotated[
    str | None,
    typer.Option("--to", metavar="FORMAT", help="csv, tsv, jsonl, parquet, arrow or xlsx."),
]
_RAW_CSV = Annotated[
    bool,
    typer.Option(
        "--raw-csv", help="CSV files for systems: no mark for Excel, no ' before what it would run."
    ),
]
_ENGINE = Annotated[str, typer.Option("--engine", metavar="NAME", help="duckdb, pandas or spark.")]
_THREADS = Annotated[
    int | None, typer.Option("--threads", metavar="N", help="Threads to use; all by default.")
]
_MEMORY_LIMIT = Annotated[
    str | None,
    typer.Option(
        "--memory-limit",
        metavar="SIZE",
        help="Memory DuckDB may use, such as 4GB; else 256MB a core, a quarter of all to sort.",
    ),
]


def command_of(verb: Verb, diagnostics: Diagnostics, speech: Speech) -> Callable[..., None]:
    """The function that Typer makes a command of; it says to `diagnostics` what it has to say."""

    def command(**given: Any) -> None:
        own = {each.name: _value(each, given[each.name]) for each in verb.taken}
        _do(verb, own, given, diagnostics, speech.language)

    parameters = [_said(each, speech) for each in _parameters(verb)]
    command.__name__ = verb.name
    command.__doc__ = speech.verb(verb.name, verb.help)
    command.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {each.name: each.annotation for each in parameters}
    return command


def _parameters(verb: Verb) -> Iterator[Parameter]:
    """What a command takes: its own, and what it has as every verb of its kind has."""
    yield from map(_own, verb.arguments)
    shared: list[tuple[bool, str, Any, Any]] = [
        (verb.reads == "accounts", "source", _INPUT_OR_RUN if verb.of_run else _INPUT, None),
        (verb.config == "named", "named_config", _NAMED_CONFIG, None),
        (verb.config != "none", "config", _CONFIG, None),
    ]
    yield from _having(shared)
    yield from map(_own, verb.options)
    shared = [
        (verb.ledger, "ledger", _LEDGER, None),
        (verb.dated, "as_of", _AS_OF, None),
        (verb.gives == "table", "target", _OUTPUT, None),
        (verb.reads is not None, "read_as", _FROM, None),
        (verb.gives != "words", "write_as", _TO, None),
        (verb.gives != "words", "raw_csv", _RAW_CSV, False),
        (verb.engine, "engine", _ENGINE, "duckdb"),
        (verb.engine or verb.threads, "threads", _THREADS, None),
        (verb.engine, "memory_limit", _MEMORY_LIMIT, None),
    ]
    yield from _having(shared)


def _having(shared: list[tuple[bool, str, Any, Any]]) -> Iterator[Parameter]:
    for has, name, annotation, default in shared:
        if has:
            yield _parameter(name, annotation, default)


def _parameter(name: str, annotation: Any, default: Any) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _said(parameter: Parameter, speech: Speech) -> Parameter:
    """A parameter with its help in a language."""
    if speech.is_own:
        return parameter
    type_, declared = get_args(parameter.annotation)
    declared = copy(declared)
    declared.help = speech.help(declared.help)
    return parameter.replace(annotation=Annotated[type_, declared])


def _own(taken: Taken) -> Parameter:
    declared, type_ = taken.declared, taken.type
    made: Any
    if isinstance(declared, Argument):
        made = typer.Argument(metavar=declared.metavar, help=declared.help)
    else:
        flags = declared.flag.split("/")
        made = typer.Option(*flags, metavar=declared.metavar, help=declared.help)
        if _is_mapping(type_):
            type_ = list[str] | None
    if _is_place(type_):
        several = any(get_origin(part) is list for part in (type_, *get_args(type_)))
        type_ = list[str] if several else str
        type_ = type_ if taken.needed else type_ | None
    return _parameter(taken.name, Annotated[type_, made], taken.default)


def _is_mapping(type_: Any) -> bool:
    return any(get_origin(part) is dict for part in (type_, *get_args(type_)))


def _is_place(type_: Any) -> bool:
    return type_ is Remote or any(map(_is_place, get_args(type_)))


def _value(taken: Taken, given: Any) -> Any:
    """What a verb is given for what was typed."""
    if isinstance(taken.declared, Option) and _is_mapping(taken.type):
        return dict(_pair(text, taken.declared) for text in given or [])
    if _is_place(taken.type) and given is not None:
        return [place(each) for each in given] if isinstance(given, list) else place(given)
    return given


def _pair(text: str, option: Option) -> tuple[str, str]:
    what, equals, column = text.partition("=")
    if not equals or not what.strip() or not column:
        raise UsageError(
            "{text!r} maps nothing",
            where=option.flag,
            remedy="write it like name=Company",
            text=text,
        )
    return what.strip(), column


def _do(
    verb: Verb, own: dict[str, Any], given: Mapping[str, Any], said: Diagnostics, language: str
) -> None:
    """Do a verb's work with what was typed."""
    raw_csv = given.get("raw_csv", False)
    guarded = not (raw_csv or verb.faithful)
    screen = Screen(said, _place(given.get("target")), given.get("write_as"), guarded)
    if verb.gives != "words":
        screen.check_format()
    if verb.threads and given.get("threads") is not None:
        from abmkit.io.ahead import use_threads

        use_threads(given["threads"])
    source = given.get("source") or ("" if verb.of_run else streams.STDIO)
    run = Path(source) if verb.of_run and source and _is_run(Path(source)) else None
    if verb.reads == "accounts" and source == streams.STDIO and streams.stdin_is_terminal():
        raise UsageError("there is no input", remedy="name a file, or pipe a table in")
    work = Work(
        verb=verb,
        find_project=lambda: _project(verb, own, given.get("named_config") or given.get("config")),
        open_engine=lambda: _engine(verb, given),
        as_of=day_of(given.get("as_of"), "--as-of"),
        output=screen,
        diagnostics=said,
        language=language,
        ledger_file=_place(given.get("ledger")),
        format=given.get("read_as"),
        raw_csv=raw_csv,
        files=screen.files,
    )
    with work:
        if verb.reads == "accounts":
            read = source if source and run is None else _of_run(work, run)
            verb.act(work, _accounts(work, read, own), **own)
        else:
            verb.act(work, **own)


def _place(given: str | None) -> Place | None:
    return None if given is None else place(given)


def _project(verb: Verb, own: Mapping[str, Any], named: Path | None) -> Project:
    """The project that is named, or is here; that of an empty config where the verb needs none."""
    from abmkit.config.loading import FILE, VARIABLE, Project, load_project
    from abmkit.config.project import Config

    files = any(own[each.name] for each in verb.arguments)
    needed = verb.config in ("needed", "named") or (verb.config == "unless files" and not files)
    here = os.environ.get(VARIABLE) or Path(FILE).is_file()
    if named is None and not needed and not here:
        return Project(Config(version=1))
    return load_project(named, scorecard=not verb.writes_scorecards)


def _engine(verb: Verb, given: Mapping[str, Any]) -> Engine:
    from abmkit.engines.engine import engine

    return engine(
        given.get("engine", "duckdb"),
        given.get("threads"),
        given.get("memory_limit"),
        preserve_insertion_order=verb.ordered,
    )


def _is_run(folder: Path) -> bool:
    """Whether the folder of a run, or of a project with one, is named in place of accounts."""
    if not folder.is_dir():
        return False
    from abmkit.runs.folder import RECORD

    return (folder / RECORD).is_file() or any(folder.glob(f"*/{RECORD}"))


def _of_run(work: Work, named: Path | None = None) -> Place:
    """The accounts of a run, told: that in a folder, else the project's newest. Raises InputError
    where there is none."""
    from abmkit.runs.folder import on_this_machine
    from abmkit.runs.reading import accounts_of, doubts_of

    folder = on_this_machine(named or work.project.resolve(work.config.output.dir))
    path, day = accounts_of(folder)
    work.warn(map(work.words.of, doubts_of(folder)))
    work.diagnostics.info(work.words("input.of_run", path=path, day=day))
    return path


def _accounts(work: Work, source: Place | str, own: Mapping[str, Any]) -> Any:
    """A step's input as a frame of its engine; rows that need no others go by as they come.

    Raises InputError for rows that cannot be read.
    """
    from abmkit.domain.finite import check_numbers
    from abmkit.domain.frames import opened
    from abmkit.sources.canonical import own_kinds, read_accounts

    accounts = read_accounts(source, work.format, own_kinds(work.config))
    if accounts.left_out:
        columns = accounts.left_out
        work.warn(work.words("load.left_out", source=accounts.name, columns=columns))
    if accounts.in_place:
        frame = work.engine.in_place(accounts.in_place, accounts.schema)
        if frame is not None:
            check_numbers(opened(frame))
            return frame
    if work.verb.one_by_one is not None and work.verb.one_by_one(work.config, own):
        from abmkit.commands.meeting import columns_read
        from abmkit.commands.passing import Passing

        passing = Passing(accounts.schema, columns_read(work.config, {}))
        frame = work.engine.stream(passing.seen(_fitting(accounts)), accounts.schema)
        if frame is not None:
            work.callback(passing.close)
            work.passing = passing
            return frame
    return work.engine.frame(_fitting(accounts), accounts.schema)


def _fitting(accounts: Accounts) -> Iterator[Any]:
    """The rows of accounts. Raises InputError at their end for those that do not fit."""
    # One batch ahead: what is small is not begun before all of it is known to be right.
    waiting = None
    for batch in accounts.batches:
        if waiting is not None:
            yield waiting
        waiting = batch
    if accounts.rejects:
        first = accounts.rejects[0]
        raise InputError(
            "{count} rows do not fit the header: {reason}",
            where=f"{accounts.name}:{first.line}" if first.line else accounts.name,
            remedy="read it with `abmkit load --rejects rejects.csv`",
            count=len(accounts.rejects),
            reason=first.reason,
        )
    if waiting is not None:
        yield waiting
