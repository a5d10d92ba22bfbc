"""The sections of a config and their keys: where a key belongs that stands elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from abmkit.config.project import Config
from abmkit.config.sections.conditions import Condition, Matcher


def keys(model: type[BaseModel]) -> list[str]:
    """The keys of a section, as a config spells them."""
    return [field.alias or key for key, field in model.model_fields.items()]


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """The models that a field's type holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in models_in(part)]


def _sections(
    model: type[BaseModel] = Config, path: tuple[str, ...] = (), several: bool = False
) -> Iterator[tuple[str, bool, type[BaseModel]]]:
    """Every section of a config by its header, whether there may be several, and its model."""
    yield ".".join(path), several, model
    for name, field in model.model_fields.items():
        for inner in models_in(field.annotation):
            if inner not in (Condition, Matcher) and len(path) < 3:
                yield from _sections(inner, (*path, field.alias or name), _is_list(field))


def _is_list(field: FieldInfo) -> bool:
    return "list[" in str(field.annotation) and "dict[" not in str(field.annotation)


LISTS = frozenset(header for header, several, _ in _sections() if several)
"""The sections that there may be several of."""


def headers() -> dict[str, str]:
    """The headers of sections as they are written, by their last word; the outermost of several."""
    ordered = sorted((h for h, _, _ in _sections() if h), key=lambda h: -h.count("."))
    return {
        header.rpartition(".")[2]: f"[[{header}]]" if header in LISTS else f"[{header}]"
        for header in ordered
    }


def homes() -> dict[str, list[str]]:
    """The headers of the sections that have a key."""
    found: dict[str, list[str]] = {}
    for header, several, model in _sections():
        written = f"[[{header}]]" if several else f"[{header}]" if header else "the top of the file"
        for key in keys(model):
            section = f"{header}.{key}" if header else key
            listed = f"[[{section}]]" if section in LISTS else written
            found.setdefault(key, []).append(listed)
    return found
