"""Values as TOML writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
}
_GROUPED_FROM = 10_000


def toml_key(key: str) -> str:
    """A key, quoted where it has to be: Chinese, spaces, dots."""
    return key if _BARE_KEY.fullmatch(key) else _text(key)


def toml_value(value: Any) -> str:
    """A text, number, truth, date, list or table on one line; long numbers in groups of three.

    Raises TypeError for anything else.
    """
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value:_}" if abs(value) >= _GROUPED_FROM else str(value)
    if isinstance(value, float):
        return toml_value(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        inside = ", ".join(f"{toml_key(k)} = {toml_value(v)}" for k, v in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, Sequence):
        return f"[{', '.join(map(toml_value, value))}]"
    raise TypeError(f"TOML has no form for a {type(value).__name__}")


def toml_comment(text: str) -> str:
    """A comment on one line, whatever the text holds."""
    return "# " + "".join(c if c.isprintable() else " " for c in text)


def _text(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(c) or _plain(c) for c in text) + '"'


def _plain(sign: str) -> str:
    code = ord(sign)
    if code < 0x20 or code == 0x7F:
        return f"\\u{code:04X}"
    # A lone half of a pair cannot be written in UTF-8.
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else sign
