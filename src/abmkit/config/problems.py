"""What is wrong with the values of a config: one sentence for each place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from abmkit.config.figures import figure
from abmkit.config.project import Config
from abmkit.config.sections.conditions import Condition, Matcher
from abmkit.config.writing import toml_key, toml_value
from abmkit.errors import AbmkitError, UsageError, nearest
from abmkit.schema.accounts import CANONICAL

# What pydantic puts into an error's place for the branch of a union that it tried.
_BRANCH = re.compile(
    r"^(?:list\[|function-|constrained|literal\[|(?:str|int|float|bool|date|dict)$)"
)
_SHAPES = frozenset(["list_type", "dict_type", "model_type", "model_attributes_type"])
"""Errors that say only that a list or a table was expected."""
_SYNONYMS = {
    "equals": "is", "equal": "is", "eq": "is", "==": "is", "=": "is", "one_of": "in",
    "not": "not_in", "ne": "not_in", "!=": "not_in", "is_not": "not_in", ">": "above",
    "greater_than": "above", "gt": "above", "more_than": "above", "over": "above", ">=": "at_least",
    "gte": "at_least", "ge": "at_least", "min": "at_least", "minimum": "at_least", "<": "below",
    "less_than": "below", "lt": "below", "under_than": "below", "<=": "at_most", "lte": "at_most",
    "le": "at_most", "max": "at_most", "maximum": "at_most", "range": "between", "like": "contains",
    "includes": "contains", "regex": "matches", "pattern": "matches", "exists": "known",
    "file": "path", "filename": "path", "url": "path", "weight": "points", "score": "points",
    "condition": "when", "if": "when", "where": "when", "column": "from", "field": "from",
    "limit": "capacity", "size": "capacity", "threshold": "min_score", "label": "reason",
    "description": "reason", "why": "reason",
}  # fmt: skip
"""What others call a key of ours."""


def problems_of(
    error: ValidationError, data: Mapping[str, Any], name: str
) -> Iterator[AbmkitError]:
    """What pydantic found, each place once, in words."""
    places: dict[tuple[int | str, ...], list[_Found]] = {}
    for each in error.errors(include_url=False):
        models, path = _followed(each["loc"])
        found = _Found(each, models, tuple(path))
        places.setdefault(found.path, []).append(found)
    for place, those in places.items():
        deeper = any(len(other) > len(place) and other[: len(place)] == place for other in places)
        if deeper and all(found.type in _SHAPES for found in those):
            continue  # The other form of it, which was never meant.
        where = f"{name}: {_spelled(list(place), data)}" if place else name
        yield _problem(those, where)


class _Found:
    """An error with its place."""

    def __init__(self, error: Any, models: list[type[BaseModel]], path: tuple[int | str, ...]):
        self.error = error
        self.models = models
        self.path = path
        self.type = str(error["type"])
        self.given = error["input"]

    @property
    def key(self) -> str:
        """The last key of the path."""
        return next((part for part in reversed(self.path) if isinstance(part, str)), "")


def _problem(those: Sequence[_Found], where: str) -> AbmkitError:
    first = those[0]
    kinds = {found.type for found in those}
    if "extra_forbidden" in kinds:
        return _unknown_key(first, where)
    if "missing" in kinds:
        remedy = "write version = 1" if first.key == "version" else None
        return UsageError("is missing", where=where, remedy=remedy)
    if "value_error" in kinds:
        said = next(found for found in those if found.type == "value_error")
        return UsageError(_plain(said.error["msg"].removeprefix("Value error, ")), where=where)
    what, remedy = _said(those, kinds)
    return UsageError(what, where=where, remedy=remedy)


def _said(those: Sequence[_Found], kinds: set[str]) -> tuple[str, str | None]:
    """What is wrong with a value, and what to write."""
    first, given = those[0], those[0].given
    shown = repr(given)
    if kinds & _SHAPES and isinstance(given, dict | list):
        return _shape(first)
    if first.path[-1:] == ("between",):
        return f"{shown} is no list of two", "write it like [10, 50]"
    if kinds & {"list_type"} and len(kinds) == 1:
        return f"{shown} is no list", f"write [{_as_toml(given)}]"
    if first.key in ("when", "any", "none") and kinds & _SHAPES:
        return f"{shown} is no condition", 'write it like { country = "US" }'
    if kinds & _SHAPES and "columns" in first.path:
        return f"{shown} is no column", 'write it in quotes, or { from = "…" }'
    if kinds & _SHAPES:
        return f"{shown} is no table", None
    choices = [found for found in those if found.type == "literal_error"]
    numbers = any(kind.startswith(("int_", "float_")) for kind in kinds)
    dates = any(kind.startswith("date") for kind in kinds)
    if numbers and isinstance(given, str):
        return _no_number(shown, given, choices, dates, _is_share(first))
    if "int_from_float" in kinds:
        return f"{shown} is no whole number", None
    if dates:
        also = f", or {_choices(choices)}" if choices else ""
        return f"{shown} is no date", f"write 2024-02-01, without quotes{also}"
    if choices:
        return _no_choice(first, choices, shown)
    if "string_pattern_mismatch" in kinds or "string_too_short" in kinds:
        return _pattern(first, shown)
    if any(kind.startswith("bool_") for kind in kinds):
        return f"{shown} is neither true nor false", None
    if "less_than_equal" in kinds and first.error["ctx"]["le"] == 1:
        share = given / 100 if isinstance(given, int | float) and given <= 100 else 0.5
        return f"{shown} is above 1", f"write a share of 1, such as {share:g}"
    if "string_type" in kinds:
        return f"{shown} is no text", f'write it in quotes: "{given}"'
    return f"{shown}: {_plain(first.error['msg'])}", None


def _plain(message: str) -> str:
    return message[:1].lower() + message[1:]


def _as_toml(value: Any) -> str:
    try:
        return toml_value(value)
    except TypeError:
        return str(value)


def _no_number(
    shown: str, given: str, choices: Sequence[_Found], dates: bool, share: bool
) -> tuple[str, str | None]:
    read = figure(given)
    if read is not None and share and read > 1:
        read = read / 100
    if read is not None:
        return f"{shown} is no number", f"write {toml_value(read)}"
    what = f"{shown} is no number"
    if choices:
        return f"{what}, nor {_choices(choices)}", None
    return (f"{what} and no date" if dates else what), None


def _is_share(found: _Found) -> bool:
    """Whether a number from 0 to 1 is meant."""
    fields = [model.model_fields.get(found.key) for model in found.models]
    return any("le=1)" in f"{field.annotation} {field.metadata}" for field in fields if field)


def _choices(choices: Sequence[_Found]) -> str:
    return str(choices[0].error["ctx"]["expected"]).replace("'", '"')


def _no_choice(first: _Found, choices: Sequence[_Found], shown: str) -> tuple[str, str | None]:
    if first.key == "version":
        if str(first.given) == "1":
            return f"{shown} is no number", "write version = 1"
        return f"{shown} is a version that this abmkit does not know", "write version = 1"
    expected = re.findall(r"'([^']*)'", str(choices[0].error["ctx"]["expected"]))
    close = nearest(str(first.given), expected)
    allowed = f"allowed: {', '.join(expected)}"
    return f"{shown} is not allowed", f"{close} {allowed}" if close else allowed


def _pattern(first: _Found, shown: str) -> tuple[str, str | None]:
    text = str(first.given)
    if "[A-Z]{3}" in str(first.error.get("ctx", {}).get("pattern", "")):
        code = text.strip().upper()
        meant = code if re.fullmatch("[A-Z]{3}", code) else "USD"
        return f"{shown} is no currency code", f'write it like "{meant}"'
    name = re.sub(r"[\s/\\;+]+", "-", text.strip()) or "name"
    return f"{shown} is no name: blanks and / \\ ; + are not allowed", f'write "{name}"'


# Tables and lists --------------------------------------------------------------------------------


def _shape(found: _Found) -> tuple[str, str | None]:
    """A table where a list is meant, or the other way round."""
    parts = [part for part in found.path if isinstance(part, str)]
    header = ".".join(toml_key(part) for part in parts)
    given = found.given
    if isinstance(given, dict) and header in _LISTS:
        named = [str(key) for key, value in given.items() if isinstance(value, dict)]
        inside = ""
        if named and len(named) == len(given):
            called = "name" if header in ("sources", "suppress") else "id"
            inside = f", and {called} = {toml_value(named[0])} in it"
        return "there may be several, each with two brackets", f"write [[{header}]]{inside}"
    if isinstance(given, dict):
        return "is a table where a list is meant", "put it in brackets: [ { … } ]"
    if found.key in ("when", "any", "none"):
        return "is a list where a condition is meant", 'write it like { country = "US" }'
    if given and all(isinstance(each, dict) for each in given):
        return "there is one of it, with one bracket", f"write [{header}]"
    return "is a list where a table is meant", "write it like { … }"


def _unknown_key(found: _Found, where: str) -> AbmkitError:
    key, given = str(found.error["loc"][-1]), found.given
    allowed = [*dict.fromkeys(k for model in found.models for k in _keys(model))]
    folded = key.casefold().replace("-", "_").replace(" ", "_")
    remedy = (
        _meant(folded, key, given, allowed)
        or _section_meant(found, key, folded, given)
        or _home(found, folded, allowed)
        or nearest(key, allowed)
        or f"allowed here: {', '.join(allowed)}"
    )
    return UsageError(f"unknown key {key!r}", where=where, remedy=remedy)


def _meant(folded: str, key: str, given: Any, allowed: Sequence[str]) -> str | None:
    """The key of this section that is meant by another spelling or another word."""
    meant = folded if folded in allowed else _SYNONYMS.get(folded, "")
    if meant in allowed and not isinstance(given, dict):
        return f"did you mean {meant!r}?"
    if "when" in allowed and folded in CANONICAL:
        return f"a condition on it belongs in when = {{ {folded} = … }}"
    return None


def _section_meant(found: _Found, key: str, folded: str, given: Any) -> str | None:
    """The section that a table is, which is called otherwise or stands elsewhere."""
    if not isinstance(given, dict | list):
        return None
    headers = _headers()
    close = nearest(folded, headers)
    near = close.split("'")[1] if close and len(found.path) == 1 else folded
    if near in headers:
        return f"did you mean {headers[near]}?"
    parent = ".".join(part for part in found.path[:-1] if isinstance(part, str))
    inner = [h for h in _LISTS if h.rpartition(".")[0] == parent and parent]
    if isinstance(given, dict) and len(inner) == 1 and folded not in _homes():
        return f"write [[{inner[0]}]], and id = {toml_value(key)} in it"
    return None


def _home(found: _Found, folded: str, allowed: Sequence[str]) -> str | None:
    """The sections that have such a key, first those of the same room."""
    meant = _SYNONYMS.get(folded, folded)
    known = folded if folded in _homes() else meant
    homes = _homes().get(known, [])
    if not homes or _near(folded, allowed):
        return None
    room = str(found.path[0])
    ordered = sorted(dict.fromkeys(homes), key=lambda home: room not in home)
    called = "" if known == folded else f"it is called {known!r} and "
    return f"{called or 'it '}belongs in {' or '.join(ordered[:3])}"


def _near(key: str, allowed: Iterable[str]) -> bool:
    """Whether a key is one of those but for a letter or two."""
    return any(abs(len(key) - len(a)) < 3 and key[:3] == a[:3] for a in allowed)


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


# Where keys belong -------------------------------------------------------------------------------


def _sections(
    model: type[BaseModel] = Config, path: tuple[str, ...] = (), several: bool = False
) -> Iterator[tuple[str, bool, type[BaseModel]]]:
    """Every section of a config by its header, whether there may be several, and its model."""
    yield ".".join(path), several, model
    for name, field in model.model_fields.items():
        for inner in _models_in(field.annotation):
            if inner not in (Condition, Matcher) and len(path) < 3:
                yield from _sections(inner, (*path, field.alias or name), _is_list(field))


def _is_list(field: FieldInfo) -> bool:
    return "list[" in str(field.annotation) and "dict[" not in str(field.annotation)


_LISTS = frozenset(header for header, several, _ in _sections() if several)
"""The sections that there may be several of."""


def _headers() -> dict[str, str]:
    """The headers of sections as they are written, by their last word; the outermost of several."""
    headers = sorted((h for h, _, _ in _sections() if h), key=lambda h: -h.count("."))
    return {
        header.rpartition(".")[2]: f"[[{header}]]" if header in _LISTS else f"[{header}]"
        for header in headers
    }


def _homes() -> dict[str, list[str]]:
    """The headers of the sections that have a key."""
    homes: dict[str, list[str]] = {}
    for header, several, model in _sections():
        written = f"[[{header}]]" if several else f"[{header}]" if header else "the top of the file"
        for key in _keys(model):
            section = f"{header}.{key}" if header else key
            listed = f"[[{section}]]" if section in _LISTS else written
            homes.setdefault(key, []).append(listed)
    return homes
