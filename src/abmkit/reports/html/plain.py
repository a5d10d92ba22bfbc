"""Texts of others as the page shows them: they cannot turn around or hide what stands there."""

from __future__ import annotations

import json
import re
from typing import Any

# Marks of direction that a name needs (LRM, RLM) stay; what overrides or embeds, and what is no
# sign at all, goes.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
_STAND_IN = "\ufffd"


def plain(text: str) -> str:
    """The text with a sign in place of each that would change the direction of what is read, or
    is none."""
    return _UNSEEN.sub(_STAND_IN, text)


def as_script_data(data: Any) -> str:
    """JSON that can stand in a page: nothing in it ends the element that it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    # A half of a pair is no character.
    return text.encode("utf-8", "replace").decode("utf-8")
