"""What is wrong with the values of a config: one sentence for each place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from abmkit.config.figures import figure
from abmkit.config.homes import LISTS, headers, homes, keys, models_in
from abmkit.config.project import Config
from abmkit.config.sections.conditions import Condition, Matcher
from abmkit.config.writing import toml_key, toml_value
from abmkit.errors import AbmkitError, Message, UsageError, message, nearest, together
from abmkit.schema.accounts import CANONICAL

# What pydantic puts into an error's place for the branch of a union that it tried.
_BRANCH = re.compile(
    r"^(?:list\[|function-|constrained|literal\[|(?:str|int|float|bool|date|dict)$)"
)
_SHAPES = frozenset(["list_type", "dict_type", "model_type", "model_attributes_type"])
"""Errors that say only that a list or a table was expected."""
_A_CONDITION = Message('write it like { country = "US" }')
_BOUNDS = {
    "greater_than": "{shown}: input should be greater than {gt:g}",
    "greater_than_equal": "{shown}: input should be greater than or equal to {ge:g}",
    "less_than": "{shown}: input should be less than {lt:g}",
    "less_than_equal": "{shown}: input should be less than or equal to {le:g}",
    "too_short": "{shown}: list should have at least {min_length} item after validation, "
    "not {actual_length}",
    "string_too_long": "{shown}: string should have at most {max_length} character",
    "finite_number": "{shown}: input should be a finite number",
}
"""What pydantic says of a bound that is passed, by the name of the error."""
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
        return UsageError(message(said.error["ctx"]["error"].args[0], {}), where=where)
    problem = _said(those, kinds)
    problem.where = where
    return problem


def _said(those: Sequence[_Found], kinds: set[str]) -> UsageError:
    """What is wrong with a value, and what to write."""
    first, given = those[0], those[0].given
    shown = repr(given)
    if kinds & _SHAPES and isinstance(given, dict | list):
        return _shape(first)
    if first.path[-1:] == ("between",):
        return UsageError("{shown} is no list of two", remedy="write it like [10, 50]", shown=shown)
    if kinds & {"list_type"} and len(kinds) == 1:
        remedy = Message("write [{given}]", given=_as_toml(given))
        return UsageError("{shown} is no list", remedy=remedy, shown=shown)
    if first.key in ("when", "any", "none") and kinds & _SHAPES:
        return UsageError("{shown} is no condition", remedy=_A_CONDITION, shown=shown)
    if kinds & _SHAPES and "columns" in first.path:
        remedy = Message('write it in quotes, or { from = "…" }')
        return UsageError("{shown} is no column", remedy=remedy, shown=shown)
    if kinds & _SHAPES:
        return UsageError("{shown} is no table", shown=shown)
    choices = [found for found in those if found.type == "literal_error"]
    numbers = any(kind.startswith(("int_", "float_")) for kind in kinds)
    dates = any(kind.startswith("date") for kind in kinds)
    if numbers and isinstance(given, str):
        return _no_number(shown, given, choices, dates, _is_share(first))
    if "int_from_float" in kinds:
        return UsageError("{shown} is no whole number", shown=shown)
    if dates:
        also = Message(", or {choices}", choices=_choices(choices)) if choices else ""
        remedy = Message("write 2024-02-01, without quotes{also}", also=also)
        return UsageError("{shown} is no date", remedy=remedy, shown=shown)
    if choices:
        return _no_choice(first, choices, shown)
    if "string_pattern_mismatch" in kinds or "string_too_short" in kinds:
        return _pattern(first, shown)
    if any(kind.startswith("bool_") for kind in kinds):
        return UsageError("{shown} is neither true nor false", shown=shown)
    return _of_pydantic(first, kinds, shown)


def _of_pydantic(first: _Found, kinds: set[str], shown: str) -> UsageError:
    """What is wrong with a value by a bound of its field, else as pydantic says it."""
    given, bounds = first.given, first.error.get("ctx", {})
    if "less_than_equal" in kinds and bounds["le"] == 1:
        share = given / 100 if isinstance(given, int | float) and given <= 100 else 0.5
        remedy = "write a share of 1, such as {share:g}"
        return UsageError("{shown} is above 1", remedy=remedy, shown=shown, share=share)
    if "string_type" in kinds:
        quoted = 'write it in quotes: "{given}"'
        return UsageError("{shown} is no text", remedy=quoted, shown=shown, given=given)
    if first.type in _BOUNDS:
        return UsageError(_BOUNDS[first.type], shown=shown, **bounds)
    return UsageError("{shown}: {why}", shown=shown, why=_plain(first.error["msg"]))


def _plain(message: str) -> str:
    return message[:1].lower() + message[1:]


def _as_toml(value: Any) -> str:
    try:
        return toml_value(value)
    except TypeError:
        return str(value)


def _no_number(
    shown: str, given: str, choices: Sequence[_Found], dates: bool, share: bool
) -> UsageError:
    read = figure(given)
    if read is not None and share and read > 1:
        read = read / 100
    if read is not None:
        remedy = "write {number}"
        return UsageError(
            "{shown} is no number", remedy=remedy, shown=shown, number=toml_value(read)
        )
    if choices:
        nor = _choices(choices)
        return UsageError("{shown} is no number, nor {choices}", shown=shown, choices=nor)
    what = "{shown} is no number and no date" if dates else "{shown} is no number"
    return UsageError(what, shown=shown)


def _is_share(found: _Found) -> bool:
    """Whether a number from 0 to 1 is meant."""
    fields = [model.model_fields.get(found.key) for model in found.models]
    return any("le=1)" in f"{field.annotation} {field.metadata}" for field in fields if field)


def _choices(choices: Sequence[_Found]) -> str:
    return str(choices[0].error["ctx"]["expected"]).replace("'", '"')


def _no_choice(first: _Found, choices: Sequence[_Found], shown: str) -> UsageError:
    if first.key == "version":
        quoted = str(first.given) == "1"
        what = "{shown} is no number"
        what = what if quoted else "{shown} is a version that this abmkit does not know"
        return UsageError(what, remedy="write version = 1", shown=shown)
    expected = re.findall(r"'([^']*)'", str(choices[0].error["ctx"]["expected"]))
    allowed = Message("allowed: {expected}", expected=expected)
    remedy = together(nearest(str(first.given), expected), allowed)
    return UsageError("{shown} is not allowed", remedy=remedy, shown=shown)


def _pattern(first: _Found, shown: str) -> UsageError:
    text = str(first.given)
    if "[A-Z]{3}" in str(first.error.get("ctx", {}).get("pattern", "")):
        code = text.strip().upper()
        meant = code if re.fullmatch("[A-Z]{3}", code) else "USD"
        remedy = 'write it like "{meant}"'
        return UsageError("{shown} is no currency code", remedy=remedy, shown=shown, meant=meant)
    name = re.sub(r"[\s/\\;+]+", "-", text.strip()) or "name"
    what = "{shown} is no name: blanks and / \\ ; + are not allowed"
    return UsageError(what, remedy='write "{name}"', shown=shown, name=name)


# Tables and lists --------------------------------------------------------------------------------


def _shape(found: _Found) -> UsageError:
    """A table where a list is meant, or the other way round."""
    parts = [part for part in found.path if isinstance(part, str)]
    header = ".".join(toml_key(part) for part in parts)
    given = found.given
    if isinstance(given, dict) and header in LISTS:
        named = [str(key) for key, value in given.items() if isinstance(value, dict)]
        remedy = Message("write [[{header}]]", header=header)
        if named and len(named) == len(given):
            called = "name" if header in ("sources", "suppress") else "id"
            remedy = Message(
                "write [[{header}]], and {called} = {name} in it",
                header=header,
                called=called,
                name=toml_value(named[0]),
            )
        return UsageError("there may be several, each with two brackets", remedy=remedy)
    if isinstance(given, dict):
        remedy = Message("put it in brackets: [ { … } ]")
        return UsageError("is a table where a list is meant", remedy=remedy)
    if found.key in ("when", "any", "none"):
        return UsageError("is a list where a condition is meant", remedy=_A_CONDITION)
    if given and all(isinstance(each, dict) for each in given):
        remedy = Message("write [{header}]", header=header)
        return UsageError("there is one of it, with one bracket", remedy=remedy)
    return UsageError("is a list where a table is meant", remedy="write it like { … }")


def _unknown_key(found: _Found, where: str) -> AbmkitError:
    key, given = str(found.error["loc"][-1]), found.given
    allowed = [*dict.fromkeys(k for model in found.models for k in keys(model))]
    folded = key.casefold().replace("-", "_").replace(" ", "_")
    remedy = (
        _meant(folded, key, given, allowed)
        or _section_meant(found, key, folded, given)
        or _home(found, folded, allowed)
        or nearest(key, allowed)
        or Message("allowed here: {allowed}", allowed=allowed)
    )
    return UsageError("unknown key {key!r}", where=where, remedy=remedy, key=key)


def _meant(folded: str, key: str, given: Any, allowed: Sequence[str]) -> Message | None:
    """The key of this section that is meant by another spelling or another word."""
    meant = folded if folded in allowed else _SYNONYMS.get(folded, "")
    if meant in allowed and not isinstance(given, dict):
        return Message("did you mean {meant!r}?", meant=meant)
    if "when" in allowed and folded in CANONICAL:
        return Message("a condition on it belongs in when = {{ {folded} = … }}", folded=folded)
    return None


def _section_meant(found: _Found, key: str, folded: str, given: Any) -> Message | None:
    """The section that a table is, which is called otherwise or stands elsewhere."""
    if not isinstance(given, dict | list):
        return None
    named = headers()
    close = nearest(folded, named)
    near = close.split("'")[1] if close and len(found.path) == 1 else folded
    if near in named:
        return Message("did you mean {header}?", header=named[near])
    parent = ".".join(part for part in found.path[:-1] if isinstance(part, str))
    inner = [h for h in LISTS if h.rpartition(".")[0] == parent and parent]
    if isinstance(given, dict) and len(inner) == 1 and folded not in homes():
        return Message("write [[{inner}]], and id = {id} in it", inner=inner[0], id=toml_value(key))
    return None


def _home(found: _Found, folded: str, allowed: Sequence[str]) -> Message | None:
    """The sections that have such a key, first those of the same room."""
    meant = _SYNONYMS.get(folded, folded)
    known = folded if folded in homes() else meant
    found_in = homes().get(known, [])
    if not found_in or _near(folded, allowed):
        return None
    room = str(found.path[0])
    ordered = sorted(dict.fromkeys(found_in), key=lambda home: room not in home)
    sections = ordered[:3]
    if known == folded:
        return Message("it belongs in {sections:or}", sections=sections)
    called = "it is called {known!r} and belongs in {sections:or}"
    return Message(called, known=known, sections=sections)


def _near(key: str, allowed: Iterable[str]) -> bool:
    """Whether a key is one of those but for a letter or two."""
    return any(abs(len(key) - len(a)) < 3 and key[:3] == a[:3] for a in allowed)


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
                models = [m for field in fields for m in models_in(field.annotation)] or models
            if Condition in models and part == "columns":
                models = [Matcher]
        elif not _BRANCH.match(part):
            path.append(part)
    return models, path


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
