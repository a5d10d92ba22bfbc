"""What the documentation shows of the program: its help pages and its config keys, as they are."""

from __future__ import annotations

import contextlib
import io
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from abmkit.commands import VERBS

COMMANDS = [verb.name for verb in VERBS]


def help_page(command: str | None = None) -> str:
    """The help of a command, or of abmkit itself, as it is printed 80 columns wide."""
    from abmkit.cli.main import run_command

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        run_command([*([command] if command else []), "--help"])
    return out.getvalue().rstrip()


def help_pages() -> str:
    """Every help page as Markdown."""
    parts = [f"```text\n{help_page()}\n```"]
    parts += [f"## {command}\n\n```text\n{help_page(command)}\n```" for command in COMMANDS]
    return "\n\n".join(parts)


def config_reference() -> str:
    """Every key of the config as Markdown tables, a table per section."""
    from abmkit.config.descriptions import described
    from abmkit.config.project import Config
    from abmkit.config.sections.conditions import Matcher

    described(Config)
    parts = []
    for name, model in [*_sections("", Config), ("a matcher", Matcher)]:
        title = f"`{name}`" if " " not in name and name else name or "top level"
        rows = [
            f"| `{field.alias or key}` | {_default(field)} | {_said(field.description)} |"
            for key, field in model.model_fields.items()
        ]
        parts.append(
            f"## {title}\n\n{_said(model.__doc__)}{_readers(name)}\n\n"
            "| key | default | meaning |\n|---|---|---|\n" + "\n".join(rows)
        )
    return "\n\n".join(parts)


def _readers(section: str) -> str:
    """Which commands read a section, for one that is no part of another."""
    readers = [f"`{verb.name}`" for verb in VERBS if section.rstrip("[]") in verb.sections]
    return f" Read by {', '.join(readers)}." if readers else ""


def _said(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")


def _default(field: Any) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if value is None or isinstance(value, BaseModel):
        return ""
    shown = str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')
    return f"`{shown}`"


def _sections(prefix: str, model: type[BaseModel]) -> list[tuple[str, type[BaseModel]]]:
    from abmkit.config.sections.conditions import Condition

    found = [(prefix, model)]
    for key, field in model.model_fields.items():
        for inner, many in _models(field.annotation):
            if inner is not Condition:
                name = f"{prefix}.{field.alias or key}".lstrip(".")
                found += _sections(f"{name}[]" if many else name, inner)
    return list({model: (name, model) for name, model in reversed(found)}.values())[::-1]


def _models(annotation: Any, many: bool = False) -> list[tuple[type[BaseModel], bool]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [(annotation, many)]
    listed = many or get_origin(annotation) is list
    if get_origin(annotation) in (Union, UnionType, list, dict, None) or get_args(annotation):
        return [m for part in get_args(annotation) for m in _models(part, listed)]
    return []
