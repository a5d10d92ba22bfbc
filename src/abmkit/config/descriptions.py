"""What the keys of the config mean, from the docstrings under their fields.

Pydantic can read them itself, which parses every section's source whenever a command starts; they
are wanted for the JSON Schema and the documentation alone.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel


def described(model: type[BaseModel]) -> type[BaseModel]:
    """The model with the descriptions of its fields and of those of all models within it."""
    for each in _within(model, {}):
        meanings = _docstrings(each)
        for name, field in each.model_fields.items():
            field.description = meanings.get(name, field.description)
        each.model_rebuild(force=True)
    return model


def _within(model: type[BaseModel], seen: dict[Any, None]) -> Iterator[type[BaseModel]]:
    """The models of a model's fields, the inner ones first, and the model."""
    if model in seen:
        return
    seen[model] = None
    for field in model.model_fields.values():
        for inner in _models(field.annotation):
            yield from _within(inner, seen)
    yield model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    """What stands under each field of a model and of those that it is made from."""
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if issubclass(each, BaseModel) and each is not BaseModel:
            body = ast.parse(textwrap.dedent(inspect.getsource(each))).body[0]
            assert isinstance(body, ast.ClassDef)
            for field, text in zip(body.body, body.body[1:], strict=False):
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                    match text:
                        case ast.Expr(value=ast.Constant(value=str(said))):
                            found[field.target.id] = inspect.cleandoc(said)
    return found
