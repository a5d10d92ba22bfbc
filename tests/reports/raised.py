"""The templates of all errors in the code, found by reading it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import abmkit

SOURCE = Path(abmkit.__file__).parent
HELPERS = {
    "Message", "message", "instead", "nearest", "some", "the_columns", "together", "nearby", "sentence",
    "whole", "not_text", "_text_remedy",
}  # fmt: skip
"""What gives messages."""
SAID = ("what", "remedy")


@dataclass(frozen=True)
class Template:
    """A sentence of an error, where it is, and the fields that it is given."""

    text: str
    where: str
    given: frozenset[str] | None
    """None where it has no fields."""


def error_classes() -> set[str]:
    from abmkit import errors

    own = {
        name
        for name, each in vars(errors).items()
        if isinstance(each, type) and issubclass(each, errors.AbmkitError)
    }
    return (own - {"Several", "ConfigError", "InputErrors", "ColumnError"}) | {
        "EmptyInput",
        "SeveralMeantError",
    }


class Reading:
    """A module, read."""

    def __init__(self, path: Path, errors: set[str]) -> None:
        self.path, self.errors = path, errors
        self.tree = ast.parse(path.read_text(encoding="utf-8"))
        self.templates: list[Template] = []
        self.dynamic: list[str] = []
        self._visit(self.tree, {})

    def _visit(self, scope: ast.AST, outer: dict[str, list[ast.expr]]) -> None:
        """Read a module or a function, which sees what is assigned in it and around it."""
        inner = [*_within(scope)]
        seen = {**outer}
        for name, value in _assigned(inner):
            seen[name] = [*(seen.get(name, []) if name not in outer else []), value]
        for node in inner:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                self._read(node, called, seen)
            elif isinstance(node, ast.FunctionDef):
                self._visit(node, seen)

    def _read(self, call: ast.Call, called: str, seen: dict[str, list[ast.expr]]) -> None:
        given = {keyword.arg for keyword in call.keywords}
        whole = None if None in given else frozenset(map(str, given - {"where", "remedy"}))
        if called in self.errors or (called == "__init__" and self.path.name == "errors.py"):
            remedies = [each.value for each in call.keywords if each.arg == "remedy"]
            for each in [*call.args[:1], *remedies]:
                self._say(each, whole, seen)
        elif called == "Message":
            self._say(call.args[0], whole, seen)
        elif called == "instead":
            self._say(call.args[2], frozenset(), seen)

    def _say(
        self,
        said: ast.expr,
        given: frozenset[str] | None,
        seen: dict[str, list[ast.expr]],
        done: frozenset[str] = frozenset(),
    ) -> None:
        where = f"{self.path.relative_to(SOURCE).as_posix()}:{said.lineno}"
        if isinstance(said, ast.Constant):
            if isinstance(said.value, str):
                self.templates.append(Template(said.value, where, given))
            return
        if isinstance(said, ast.Call):
            name = getattr(said.func, "id", getattr(said.func, "attr", ""))
            if name in HELPERS:
                return
            if name == "get" and isinstance(said.func, ast.Attribute):
                # One of a table's values, or else that.
                for each in [said.func.value, *said.args[1:]]:
                    self._say(each, given, seen, done)
                return
        parts = _parts(said, seen)
        if not parts and not (isinstance(said, ast.Name) and said.id in done):
            self.dynamic.append(f"{where} {ast.unparse(said)}")
        for part in parts:
            if isinstance(said, ast.Name):
                rest = {name: values for name, values in seen.items() if name != said.id}
                self._say(part, given, rest, done | {said.id})
            else:
                self._say(part, given, seen, done)


def _within(scope: ast.AST) -> Iterator[ast.AST]:
    """What is in a function or module, without what is in functions within."""
    for child in ast.iter_child_nodes(scope):
        yield child
        if not isinstance(child, ast.FunctionDef):
            yield from _within(child)


def _assigned(nodes: list[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    for node in nodes:
        targets: list[tuple[ast.expr, ast.expr | None]] = []
        if isinstance(node, ast.Assign):
            targets = [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr):
            targets = [(node.target, node.value)]
        elif isinstance(node, ast.FunctionDef):
            pass
        for target, value in targets:
            pairs = [(target, value)]
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                pairs = list(zip(target.elts, value.elts, strict=True))
            for one, given in pairs:
                if isinstance(one, ast.Name) and given is not None:
                    yield one.id, given
                elif (
                    isinstance(one, ast.Subscript)
                    and isinstance(one.value, ast.Name)
                    and given is not None
                ):
                    yield one.value.id, given


def _parts(said: ast.expr, seen: dict[str, list[ast.expr]]) -> list[ast.expr]:
    """The expressions that one may be."""
    if isinstance(said, ast.IfExp):
        return [said.body, said.orelse]
    if isinstance(said, ast.BoolOp):
        return list(said.values)
    if isinstance(said, ast.Dict):
        return list(said.values)
    if isinstance(said, ast.Subscript):
        return [said.value]
    if isinstance(said, ast.Name):
        return seen.get(said.id, [])
    return []


def readings() -> Iterator[Reading]:
    errors = error_classes()
    for path in sorted(SOURCE.rglob("*.py")):
        if "words" not in path.relative_to(SOURCE).parts:
            yield Reading(path, errors)
