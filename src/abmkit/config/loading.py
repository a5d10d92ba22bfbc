"""Reading a config: every problem in it at once, each with its place and its remedy."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from abmkit.config.project import Config, names_given_twice
from abmkit.config.sections.conditions import Condition, Matcher
from abmkit.errors import AbmkitError, ConfigError, UsageError, nearest

FILE = "abmkit.toml"
VARIABLE = "ABMKIT_CONFIG"
# What pydantic puts into an error's place for the branch of a union that it tried.
_BRANCH = re.compile(
    r"^(?:list\[|function-|constrained|literal\[|(?:str|int|float|bool|date|dict)$)"
)


@dataclass(frozen=True)
class Project:
    """A config and where it was read from; relative paths in it are relative to its folder."""

    config: Config
    path: Path | None = None

    @property
    def folder(self) -> Path:
        """The folder that relative paths start from."""
        return self.path.parent if self.path else Path()

    def resolve(self, path: str) -> Path:
        """A path of the config as one that can be opened."""
        return self.folder / Path(path).expanduser()


def find_config(given: Path | None = None) -> Path:
    """The config that was given, else the one `ABMKIT_CONFIG` names, else `./abmkit.toml`.

    Raises UsageError where there is none.
    """
    named = given or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    path = named or Path(FILE)
    if path.is_dir():
        path = path / FILE
    if not path.is_file():
        raise UsageError(
            "no such config" if named else "there is no config here",
            where=str(path),
            remedy="name one with -c, or make one with `abmkit init`",
        )
    return path


def load_project(given: Path | None = None) -> Project:
    """The project of a config file. Raises ConfigError with all of its problems."""
    path = find_config(given)
    return Project(read_config(path), path)


def read_config(path: Path) -> Config:
    """The config in a file. Raises ConfigError with all of its problems."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        data = tomllib.loads(text)
    except UnicodeDecodeError:
        problem = UsageError("is not UTF-8", where=str(path), remedy="save it as UTF-8")
        raise ConfigError([problem]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_toml_problem(error, text, path)]) from None
    return parse_config(data, str(path))


def parse_config(data: Mapping[str, Any], name: str = "config") -> Config:
    """The config in a table, named so in errors. Raises ConfigError with all of its problems."""
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        found = [*_problems(error, data, name), *_given_twice(data, name)]
        problems = {str(problem): problem for problem in found}
        raise ConfigError(list(problems.values())) from None


def _given_twice(data: Mapping[str, Any], name: str) -> Iterator[AbmkitError]:
    for problem in names_given_twice(data):
        yield UsageError(problem, where=name)


def _toml_problem(error: tomllib.TOMLDecodeError, text: str, path: Path) -> AbmkitError:
    message, _, place = str(error).partition(" (at ")
    numbers = [int(n) for n in place.replace(",", " ").rstrip(")").split() if n.isdigit()]
    where = ":".join([str(path), *map(str, numbers)])
    line = (
        text.splitlines()[numbers[0] - 1] if numbers and numbers[0] <= text.count("\n") + 1 else ""
    )
    key = line.partition("=")[0].strip()
    remedy = None
    if line.count("{") > line.count("}") or (numbers and not line.strip()):
        remedy = "an inline table { … } has to stay on one line"
    elif key and not key.isascii() and not key.startswith(('"', "'", "#")):
        remedy = f'put the Chinese key in quotes: "{key.split(".")[-1]}" = …'
    elif "value" in message.lower():
        remedy = "text needs quotes, and true and false are lower case"
    return UsageError(
        f"no valid TOML: {message[:1].lower()}{message[1:]}", where=where, remedy=remedy
    )


def _problems(error: ValidationError, data: Mapping[str, Any], name: str) -> Iterator[AbmkitError]:
    for each in error.errors(include_url=False):
        if each["type"] == "list_type" and isinstance(each["input"], dict):
            continue  # The other form of a mapping, which this one was never meant to be.
        models, path = _followed(each["loc"])
        where = f"{name}: {_spelled(path, data)}" if path else name
        if each["type"] == "extra_forbidden":
            key = str(each["loc"][-1])
            allowed = [k for model in models for k in _keys(model)]
            remedy = nearest(key, allowed) or f"allowed here: {', '.join(allowed)}"
            yield UsageError(f"unknown key {key!r}", where=where, remedy=remedy)
        elif each["type"] == "missing":
            yield UsageError("is missing", where=where)
        else:
            yield UsageError(_said(each), where=where)


def _said(error: Any) -> str:
    message = error["msg"].removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    given = error["input"]
    if error["type"] == "string_pattern_mismatch":
        return f"{given!r} is not of the form {error['ctx']['pattern']}"
    if error["type"] == "value_error" or isinstance(given, dict | list):
        return str(message)
    return f"{given!r}: {message}"


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or key for key, field in model.model_fields.items()]


def _followed(location: tuple[int | str, ...]) -> tuple[list[type[BaseModel]], list[int | str]]:
    """The models an error's key belongs to, and its path as the config spells it."""
    models: list[type[BaseModel]] = [Config]
    path: list[int | str] = []
    for at, part in enumerate(location):
        last = at == len(location) - 1
        if isinstance(part, int):
            path.append(part)
            continue
        chosen = [model for model in models if model.__name__ == part]
        if chosen:
            models = chosen
            continue
        fields = [
            field
            for model in models
            for key, field in model.model_fields.items()
            if part in (key, field.alias)
        ]
        if fields:
            if Condition not in models or part != "columns":
                path.append(part)
            if not last:
                models = [m for field in fields for m in _models_in(field.annotation)] or models
            if Condition in models and part == "columns":
                models = [Matcher]
        elif not _BRANCH.match(part):
            path.append(part)
    return models, path


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]


def _spelled(path: list[int | str], data: Any) -> str:
    """A path with the names that entries of lists have, else their number: `sources.fortune`."""
    spelled = []
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            data = None
        if isinstance(part, int):
            named = data.get("name") or data.get("id") if isinstance(data, dict) else None
            spelled.append(str(named or part + 1))
        else:
            spelled.append(part)
    return ".".join(spelled)
