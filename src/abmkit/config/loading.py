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
from abmkit.config.sections.score import Score
from abmkit.errors import AbmkitError, ConfigError, Message, UsageError
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
        make = Message("name one with -c, or make one with `abmkit init`")
        near = nearby(path, [".toml"]) if named else Message("")
        what = "no such config" if named else "there is no config here"
        remedy = near if "did you mean" in near else make
        raise UsageError(what, where=str(path), remedy=remedy)
    return path


def load_project(given: Path | None = None, *, scorecard: bool = True) -> Project:
    """The project of a config file. Raises ConfigError with all of its problems.

    Without its `scorecard` where that may not be there yet.
    """
    path = find_config(given)
    config = read_config(path) if scorecard else _valid(_table(path), str(path))
    return Project(config, path)


def read_config(path: Path) -> Config:
    """The config in a file. Raises ConfigError with all of its problems."""
    return parse_config(_table(path), str(path), path.parent)


def _table(path: Path) -> dict[str, Any]:
    """The table in a file."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
        if "\x00" in text:
            raise UnicodeError
        return tomllib.loads(_filled(text, path))
    except UnicodeError:
        from abmkit.config.slips import not_text

        raise ConfigError([UsageError(not_text(data), where=str(path))]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_toml_problem(error, text, path)]) from None


def _filled(text: str, path: Path) -> str:
    """The text, where it says anything."""
    if not any(line.strip() and line.lstrip()[0] != "#" for line in text.splitlines()):
        from abmkit.config.slips import whole

        raise ConfigError([UsageError(whole(text) or "", where=str(path))])
    return text


def parse_config(
    data: Mapping[str, Any], name: str = "config", folder: Path | None = None
) -> Config:
    """The config in a table, named so in errors; its paths are relative to a folder.

    Raises ConfigError with all of its problems.
    """
    try:
        config = _valid(data, name)
    except ConfigError as error:
        raise ConfigError([*error.problems, *_of_scorecard(data, name, folder)]) from None
    return with_scorecard(config, name, folder)


def _of_scorecard(
    data: Mapping[str, Any], name: str, folder: Path | None
) -> tuple[AbmkitError, ...]:
    """What is wrong with the scorecard of a config that is not valid itself."""
    try:
        named = data["exclude"]["churn"]["scorecard"]
        with_scorecard(
            Config.model_validate(
                {"version": 1, "exclude": {"churn": {"scorecard": named, "max_probability": 1}}}
            ),
            name,
            folder,
        )
    except ConfigError as error:
        return error.problems
    except (KeyError, TypeError, ValidationError):
        pass
    return ()


def _valid(data: Mapping[str, Any], name: str) -> Config:
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


def with_scorecard(config: Config, name: str = "config", folder: Path | None = None) -> Config:
    """The config with the scorecard that `[exclude.churn]` names, where there is one to be read.

    Of that file [score] alone is used. Raises ConfigError with all of its problems.
    """
    churn = config.exclude.churn
    if churn is None or churn.is_read:
        return config
    card = _scorecard(churn.scorecard, folder or Path(), f"{name}: exclude.churn.scorecard")
    return config.with_churn_card(card)


def _scorecard(named: str, folder: Path, where: str) -> Score:
    """A scorecard that says how likely a score makes something."""
    if is_url(named):
        remedy = "download it, and name the file"
        raise ConfigError([UsageError("is no file of this machine", where=where, remedy=remedy)])
    path = folder / named
    if not path.is_file():
        problem = UsageError(
            "no such file: {path}", where=where, remedy=nearby(path, [".toml"]), path=path
        )
        raise ConfigError([problem])
    card = _valid(_table(path), str(path)).score
    if not card.criteria:
        raise ConfigError([UsageError("there are no criteria", where=f"{path}: score")])
    if card.outcome is None:
        remedy = "make it with `abmkit learn churn`: it says how likely a score makes it to leave"
        problem = UsageError("is missing", where=f"{path}: score.outcome", remedy=remedy)
        raise ConfigError([problem])
    return card


def _broken_paths(config: Config, name: str) -> Iterator[AbmkitError]:
    """Paths in which a backslash became another sign, `"C:\\temp"` has a tab, and URLs in which a
    password stands."""
    lists = [("sources", each) for each in config.sources]
    lists += [("suppress", each) for each in config.suppress]
    paths = [(f"{where}.{each.name}.path", path) for where, each in lists for path in each.paths()]
    for number, rule in enumerate(config.assign, start=1):
        paths.append((f"assign.{number}.table", rule.table or ""))
    if config.exclude.churn:
        paths.append(("exclude.churn.scorecard", config.exclude.churn.scorecard))
    paths.append(("tier.pins", config.tier.pins or ""))
    paths.append(("tier.capacities", config.tier.capacities or ""))
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
                remedy="use single quotes: '{meant}'",
                meant=meant,
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
