"""Lists in one cell, as enrichment tools, databases and spreadsheets write them."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

# Under which of its keys an object of a list has its name.
_NAMED = ("name", "title", "label", "technology", "value", "text", "tag", "slug", "名称")
_BULLET = re.compile(r"^\s*(?:[•·●▪‣*–—-]|\(?\d{1,3}[.)、])\s+")
_LINES = re.compile(r"[\r\n]+|<br\s*/?>|\s[•●▪‣]\s", re.IGNORECASE)
_QUOTED = re.compile(r'^(["\'“])(.*)(?:\1|(?<=.)”)$', re.DOTALL)
_POSTGRES = re.compile(r'"((?:[^"\\]|\\.)*)"|([^,"]+)')
# What a backslash escapes in Python; before anything else it is one of its own.
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = frozenset("\\'\"abfnrtvxuUN01234567\n")
_MOST = 1_000_000


def items(text: str, between: str) -> list[str]:
    """The parts of a list, at the signs of a regular expression where it is none of a language.

    JSON `["a", {"name": "b"}]`, Python `['a']`, Postgres `{a,"b c"}`, lines, bullets, and `a; b`.
    """
    first, last = text[:1], text[-1:]
    if first + last in ("[]", "{}", "()") and len(text) < _MOST:
        found = _of_language(text)
        if found is not None:
            return found
        if _closes_last(text):
            text = text[1:-1]
    lines = _LINES.split(text)
    if len(lines) > 1:
        lines = [_BULLET.sub("", line) for line in lines]
    return [_bare(part) for line in lines for part in re.split(between, line)]


def _closes_last(text: str) -> bool:
    """Whether the bracket that a text begins with is closed by its last sign."""
    deep = 0
    for at, sign in enumerate(text):
        deep += (sign == text[0]) - (sign == text[-1])
        if not deep:
            return at == len(text) - 1
    return False


def _of_language(text: str) -> list[str] | None:
    """The parts of a list in JSON, Python or Postgres; None for what is none."""
    for parse in (json.loads, _python):
        try:
            read = parse(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        return list(_names(read))
    if text[0] == "{" and ":" not in text:
        parts = _POSTGRES.findall(text[1:-1])
        return [re.sub(r"\\(.)", r"\1", quoted) or plain.strip() for quoted, plain in parts]
    return None


def _python(text: str) -> Any:
    """What a literal of Python stands for."""

    def escaped(found: re.Match[str]) -> str:
        return found[0] if found[1] in _ESCAPES else f"\\{found[0]}"

    return ast.literal_eval(_ESCAPED.sub(escaped, text))


def _names(read: Any) -> Iterator[str]:
    """What the parts of a list are called, however deep they lie."""
    if isinstance(read, dict):
        by_key = {str(key).casefold(): value for key, value in read.items()}
        named = next((by_key[key] for key in _NAMED if isinstance(by_key.get(key), str)), None)
        if named is not None:
            yield named
        elif all(isinstance(value, bool) for value in read.values()):
            yield from (str(key) for key, value in read.items() if value)
        else:
            parts = [each for each in read.values() if isinstance(each, list | dict | set)]
            # `{"crm": "Salesforce"}`: what has no name of its own is what its keys have.
            for value in parts or read.values():
                yield from _names(value)
    elif isinstance(read, list | tuple | set | frozenset):
        for each in sorted(read, key=str) if isinstance(read, set | frozenset) else read:
            yield from _names(each)
    elif read is not None and not isinstance(read, bool):
        yield str(read)


def _bare(part: str) -> str:
    """A part without the quotes and halves of brackets that stand around it."""
    part = part.strip()
    if part[:1] in "[{" and part[-1:] not in "]}":
        part = part[1:].strip()
    elif part[-1:] in "]}" and not set("[{") & set(part):
        part = part[:-1].strip()
    if part[:1] in ("'", '"') and part.count(part[0]) == 1:
        part = part[1:]
    quoted = _QUOTED.match(part)
    return quoted[2].strip() if quoted else part
