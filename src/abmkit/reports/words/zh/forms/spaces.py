"""Where a space stands in Chinese: between a sign and a Latin letter or digit, and nowhere else.

Sentences are written so; what a value begins and ends with is not known before it is told.
"""

from __future__ import annotations

_PUNCTUATION = "，。；：、？！（）“”《》…"


def joined(left: str, right: str) -> str:
    """A text and what follows it, with the space between them that the two want, or none."""
    before, after = left.rstrip(" "), right.lstrip(" ")
    if not before or not after:
        return left + right
    spaces = len(left) - len(before) + len(right) - len(after)
    first, second = before[-1], after[0]
    if spaces == 1 and (
        first in _PUNCTUATION or second in _PUNCTUATION or (_sign(first) and _sign(second))
    ):
        return before + after
    if spaces == 0 and ((_sign(first) and _latin(second)) or (_latin(first) and _sign(second))):
        return f"{before} {after}"
    return left + right


def _sign(letter: str) -> bool:
    return "\u3400" <= letter <= "\u9fff"


def _latin(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()
