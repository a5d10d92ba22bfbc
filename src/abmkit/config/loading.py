"""Reading a config: every problem in it at once, each with its place and its remedy."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from abmkit.config.project import Config, names_given_twice
from abmkit.errors import AbmkitError, ConfigError, UsageError
from abmkit.nearby import nearby
from abmkit.places import Place, Remote, is_url, within

# What explains a mistake is imported where there is one.
FILE = "abmkit.toml"
VARIABLE = "ABMKIT_CONFIG"
_ESCAPED = {"\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r"}


@dataclass(frozen=True)
class Project:
    """A config and where it was read from; relative paths in it are relative to its folder."""

    config: Config
    path: Path | None = None

    @property
    def folder(self) -> Path:
        """The folder that relative paths start from."""
        return self.path.parent if self.path else Path()

    def resolve(self, path: str) -> Place:
        """A path of the config as one that can be opened."""
        return within(self.folder, path)


def find_config(given: Path | None = None) -> Path:
    """The config that was given, else the one `ABMKIT_CONFIG` names, else `./abmkit.toml`.

    Raises UsageError where there is none.
    """
    named = given or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    path = named or Path(FILE)
    if path.is_dir():
        path = path / FILE
    if not path.is_file():
        make = "name one with -c, or make one with `abmkit init`"
        near = nearby(path, [".toml"]) if named else ""
        remedy = near if "did you mean" in near else make
        what = "no such config" if named else "there is no config here"
        raise UsageError(what, where=str(path), remedy=remedy)
    return path


def load_project(given: Path | None = None) -> Project:
    """The project of a config file. Raises ConfigError with all of its problems."""
    path = find_config(given)
    return Project(read_config(path), path)


def read_config(path: Path) -> Config:
    """The config in a file. Raises ConfigError with all of its problems."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
        if "\x00" in text:
            raise UnicodeError
        return parse_config(tomllib.loads(_filled(text, path)), str(path))
    except UnicodeError:
        from abmkit.config.slips import not_text

        raise ConfigError([UsageError(not_text(data), where=str(path))]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_toml_problem(error, text, path)]) from None


def _filled(text: str, path: Path) -> str:
    """The text, where it says anything."""
    if not any(line.strip() and line.lstrip()[0] != "#" for line in text.splitlines()):
        from abmkit.config.slips import whole

        raise ConfigError([UsageError(str(whole(text)), where=str(path))])
    return text


def parse_config(data: Mapping[str, Any], name: str = "config") -> Config:
    """The config in a table, named so in errors. Raises ConfigError with all of its problems."""
    try:
        config = Config.model_validate(data)
        if broken := [*_broken_paths(config, name)]:
            raise ConfigError(broken)
        return config
    except ValidationError as error:
        from abmkit.config.problems import problems_of

        found = [*problems_of(error, data, name), *_given_twice(data, name)]
        problems = {str(problem): problem for problem in found}
        raise ConfigError(list(problems.values())) from None


def _broken_paths(config: Config, name: str) -> Iterator[AbmkitError]:
    """Paths in which a backslash became another sign, `"C:\\temp"` has a tab, and URLs in which a
    password stands."""
    lists = [("sources", each) for each in config.sources]
    lists += [("suppress", each) for each in config.suppress]
    paths = [(f"{where}.{each.name}.path", path) for where, each in lists for path in each.paths()]
    for number, rule in enumerate(config.assign, start=1):
        paths.append((f"assign.{number}.table", rule.table or ""))
    paths.append(("tier.pins", config.tier.pins or ""))
    paths.append(("dedupe.decisions", config.dedupe.decisions or ""))
    paths.append(("industry.map", config.industry.map if config.industry else ""))
    for where, path in paths:
        if is_url(path) and Remote(path).has_secret:
            yield UsageError(
                "a password or signature does not stand in a config",
                where=f"{name}: {where}",
                remedy="leave it out of the URL: it is read from the environment",
            )
        if any(ord(sign) < 32 for sign in path):
            meant = "".join(_ESCAPED.get(sign, sign) for sign in path)
            yield UsageError(
                "\\ in double quotes has a meaning of its own",
                where=f"{name}: {where}",
                remedy=f"use single quotes: '{meant}'",
            )


def _given_twice(data: Mapping[str, Any], name: str) -> Iterator[AbmkitError]:
    for problem in names_given_twice(data):
        yield UsageError(problem, where=name)


def _toml_problem(error: tomllib.TOMLDecodeError, text: str, path: Path) -> AbmkitError:
    from abmkit.config.slips import Slip, sentence, whole

    if (other := whole(text)) is not None:
        return UsageError(other, where=str(path))
    message, _, place = str(error).rpartition(" (at ")
    numbers = [int(n) for n in re.findall(r"\d+", place)]
    if len(numbers) != 2:
        lines = text.splitlines()
        numbers = [len(lines), len(lines[-1]) + 1]
    where = ":".join([str(path), *map(str, numbers)])
    return UsageError(sentence(Slip(text, message.lower(), *numbers)), where=where)
