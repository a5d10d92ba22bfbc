"""The verbs as functions for notebooks: a frame in, a frame of the same kind out.

Each is made from its verb in `abmkit.commands`. A function takes what its verb is about, then a
config (its file, its table, a `Config`), then by keyword the options of the command of that name,
`as_of` (a date) and, where ids are followed, `ledger` (a file). It gives the verb's table, else
what the verb says; what should be known beside it comes as an `AbmkitWarning`. All but `schema`,
by which name the columns go there, are found in `abmkit` itself, too.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin

from abmkit.commands import VERBS
from abmkit.commands.language import language
from abmkit.commands.result import Told
from abmkit.commands.verb import Option, Taken, Verb
from abmkit.commands.work import Work, day_of
from abmkit.errors import Message, UsageError
from abmkit.io.diagnostics import Diagnostics
from abmkit.places import Place, place

if TYPE_CHECKING:
    import pyarrow as pa

    from abmkit.config.loading import Project
    from abmkit.config.project import Config
    from abmkit.engines.engine import Engine
    from abmkit.io.streams import Look

    Configured = Config | Project | Path | str | Mapping[str, Any]


class AbmkitWarning(UserWarning):
    """Something that may not be as expected."""


@dataclass
class _Given:
    """What a verb gives to a notebook."""

    like: Any = None
    """The frame whose kind a table gets; pandas where none was given."""
    texts: list[str] = field(default_factory=list)
    result: Any = None
    made: Callable[[], Mapping[str, pa.Table]] | None = None
    table_on_stdout: bool = False
    takes_names_twice: bool = False

    def frame(self, frame: Any, engine: Engine) -> None:
        """A table as a frame, given as it is."""
        from abmkit.domain.frames import named_back

        self.result = named_back(frame)

    def rows(
        self,
        schema: pa.Schema,
        batches: Iterable[Any],
        *,
        header: bool | Sequence[str] = True,
        check: Callable[[], None] | None = None,
    ) -> None:
        """A table as Arrow rows, given as a frame of the kind that was put in."""
        import narwhals as nw
        import pyarrow as pa

        from abmkit.domain.frames import like, opened
        from abmkit.sources.given import bare

        table = pa.concat_tables([pa.Table.from_batches([], schema), *_tables(batches)])
        if check is not None:
            check()
        if self.like is None:
            import pandas as pd

            self.result = table.to_pandas(types_mapper=pd.ArrowDtype)
        else:
            self.result = nw.to_native(like(opened(bare(self.like)), table))

    def words(self, text: str, *, aside: bool = False, needed: bool = True) -> None:
        """What a verb says, given where it makes no table."""
        self.texts.append(text)

    def tables(self, made: Callable[[], Mapping[str, pa.Table]]) -> None:
        """What a verb says as tables."""
        self.made = made

    def paint(self, text: str, look: Look | None) -> str:
        """A text as it is."""
        return text

    def value(self, value: Any) -> None:
        """A value of a verb's own."""
        self.result = value

    def taken(self) -> Any:
        """What the function gives."""
        if self.result is not None:
            return self.result
        return Told.of("\n".join(self.texts), self.made() if self.made is not None else {})


def _tables(batches: Iterable[Any]) -> Iterator[pa.Table]:
    import pyarrow as pa

    for batch in batches:
        yield batch if isinstance(batch, pa.Table) else pa.Table.from_batches([batch])


def _function(verb: Verb) -> Callable[..., Any]:
    """The function of a verb."""
    takes = Signature(list(_parameters(verb)))

    def function(*arguments: Any, **options: Any) -> Any:
        try:
            bound = takes.bind(*arguments, **options)
        except TypeError as error:
            raise TypeError(f"{verb.name}(): {error}") from None
        bound.apply_defaults()
        said = Diagnostics(quiet=True)
        try:
            result = _done(verb, bound.arguments, said)
        except BaseException:
            # What went wrong is told in any case, also where warnings are made errors.
            with suppress(AbmkitWarning):
                _warn(said)
            raise
        _warn(said)
        return result

    function.__name__ = function.__qualname__ = verb.name
    function.__doc__ = _described(verb)
    function.__signature__ = takes  # type: ignore[attr-defined]
    return function


def _warn(said: Diagnostics) -> None:
    for text in said.warnings:
        warnings.warn(text, AbmkitWarning, stacklevel=3)


_SHARED = {
    "config": "Its file, its table, a Config, or a Project",
    "as_of": "The day it is, a date; today by default",
    "ledger": "The ids given before, as run keeps them: ledger.parquet",
    "engine": "The engine, duckdb or pandas",
    "threads": "How many to use; all by default",
    "lang": "The language of texts: en or zh; else ABMKIT_LANG, the config's, the machine's",
    "memory_limit": "What DuckDB may use, such as 4GB; else 256MB a core, a quarter of all to sort",
}
_GIVES = {
    "table": "Gives a frame of the kind that was put in, else a pandas DataFrame.",
    "folder": "Gives a RunResult: the files, the list, the funnel, the record.",
    "words": "Gives a text that a notebook shows as a screen does; what of it is a table is in its "
    "frames, pandas DataFrames by name, the main one in its frame.",
}


def _described(verb: Verb) -> str:
    """What a verb does, what its function takes, and what it gives."""
    own = {each.name: each.declared.help for each in verb.taken}
    if verb.reads == "accounts":
        own[verb.subject] = "A frame of any kind, as the step before gave it"
    told = {**_SHARED, **own}
    takes = [f"{each.name}: {told[each.name]}" for each in _parameters(verb)]
    gives = _GIVES[verb.gives]
    if verb.reads == "accounts":
        where = verb.result_of or f"abmkit.steps.{verb.name}.{verb.name}"
        gives += f"\nIts columns, those it reads, and its errors: see {where}."
    return "\n\n".join([verb.help, "\n".join(takes), gives])


def _parameters(verb: Verb) -> Iterator[Parameter]:
    """The parameters of a function: what its verb is about, the config, by keyword the rest."""
    place, keyword = Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY
    declared = {each.name: each for each in verb.in_notebooks}
    own = [p for p in signature(verb.act).parameters.values() if p.name != "work"]
    configured = [Parameter("config", place)]
    if verb.config in ("if there", "unless files"):
        configured = [Parameter("config", place, default=None)]
    if verb.config == "named":
        yield from configured
    yield from (p.replace(annotation=Parameter.empty) for p in own if p.kind is not keyword)
    if verb.config not in ("none", "named"):
        yield from configured
    for parameter in own:
        if parameter.kind is keyword and parameter.name in declared:
            default = _default(declared[parameter.name])
            yield parameter.replace(annotation=Parameter.empty, default=default)
    engine = verb.engine and verb.reads != "accounts"
    for has, name, default in (
        (verb.ledger, "ledger", None),
        (verb.dated, "as_of", None),
        (engine, "engine", "duckdb"),
        (engine, "threads", None),
        (engine, "memory_limit", None),
        (True, "lang", None),
    ):
        if has:
            yield Parameter(name, keyword, default=default)


def _default(taken: Taken) -> Any:
    declared = taken.declared
    of_notebook = declared.notebook if isinstance(declared, Option) else None
    return taken.default if of_notebook is None else of_notebook


def _done(verb: Verb, given: Mapping[str, Any], said: Diagnostics) -> Any:
    """Do a verb's work on what a function was given."""
    from abmkit.sources.canonical import with_known_types

    own = {each.name: _as_declared(each, given[each.name]) for each in verb.in_notebooks}
    frames = [given[each.name] for each in verb.arguments if _is_frame(given[each.name])]
    output = _Given(frames[0] if frames else None)
    ledger = given.get("ledger")
    work = Work(
        verb=verb,
        find_project=lambda: project_of(given.get("config")),
        open_engine=lambda: _engine(verb, given),
        as_of=day_of(given.get("as_of"), "as_of"),
        output=output,
        diagnostics=said,
        language=language(given.get("lang"), given.get("config") or {}, "lang"),
        ledger_file=None if ledger is None else place(_text(ledger, "ledger")),
    )
    with work:
        if verb.reads == "accounts":
            verb.act(work, with_known_types(given[verb.subject]), **own)
        else:
            verb.act(work, **own)
    return output.taken()


def _as_declared(taken: Taken, value: Any) -> Any:
    """What is given as a verb takes it: paths as such, one where several may be as a list.

    Raises UsageError for a frame or anything else where a file or a text is meant.
    """
    types = {get_origin(part) or part for part in (taken.type, *get_args(taken.type))}
    if value is None or not types & {Path, list, str} or dict in types:
        return value
    if taken.declared.frames and _is_frame(value):
        return value
    if list in types:
        several = value if isinstance(value, list | tuple) else [value]
        texts = [_text(each, taken.name) for each in several]
        names = list[str] in (taken.type, *get_args(taken.type))
        return texts if names else [place(text) for text in texts]
    if Path in types:
        return place(_text(value, taken.name))
    if isinstance(taken.declared, Option) and isinstance(value, int | float):
        return str(value)
    return _text(value, taken.name)


def _text(value: Any, where: str) -> str | Place:
    """The text or path that is given. Raises UsageError for anything else."""
    if isinstance(value, str | Place):
        return value
    what = Message("a value of type {kind} is neither a text nor a file", kind=type(value).__name__)
    raise UsageError(what, where=where)


def _is_frame(value: Any) -> bool:
    return value is not None and not isinstance(value, str | Place | list | tuple | dict)


def _engine(verb: Verb, given: Mapping[str, Any]) -> Engine:
    """The engine that is asked for; frames that are given stay with their own."""
    from abmkit.engines.engine import engine

    if verb.reads == "accounts":
        return engine("pandas")
    return engine(
        given.get("engine", "duckdb"),
        given.get("threads"),
        given.get("memory_limit"),
        preserve_insertion_order=verb.ordered,
    )


def project_of(config: Configured | None) -> Project:
    """The project that a config means: its file, its table, a Config, or a Project."""
    from abmkit.config.loading import Project, load_project, parse_config, with_scorecard
    from abmkit.config.project import Config

    if config is None:
        return Project(Config(version=1))
    if isinstance(config, Project):
        return config
    if isinstance(config, Config):
        return Project(with_scorecard(config))
    if isinstance(config, Mapping):
        return Project(parse_config(config))
    if not isinstance(config, str | Path):
        raise UsageError(
            "a value of type {kind} is no config",
            where="config",
            remedy="give its file, its table, a Config or a Project",
            kind=type(config).__name__,
        )
    return load_project(Path(config))


FUNCTIONS: dict[str, Callable[..., Any]] = {verb.name: _function(verb) for verb in VERBS}


def __getattr__(name: str) -> Any:
    if name in FUNCTIONS:
        return FUNCTIONS[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
