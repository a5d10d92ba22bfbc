"""Number formats of workbooks that keep digits: `00000` shows 2138 as 02138.

The codes are those of ECMA-376 part 1, 18.8.31.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

_SECTION = re.compile(r'((?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\\[])*)(?:;|$)')
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[([^\]]*)\]|(.)', re.DOTALL)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_LITERALS = " ()-/+:"
_PLACES = "0#?"
_MOST = 10**15
"""Whole numbers beyond it have lost digits already."""
_TESTS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
}


def keeps_digits(code: str) -> bool:
    """Whether a format shows whole numbers as ids, postal codes or phones are written."""
    return any(tokens is not None and _keeps(tokens) for _, tokens in _sections(code))


def shown(value: float, code: str) -> str | None:
    """A whole number as the format shows it; None where it shows no more than the number."""
    if value < 0 or value != int(value) or value >= _MOST:
        return None
    for condition, tokens in _sections(code):
        if condition is None or _TESTS[condition[0]](value, condition[1]):
            return _filled(str(int(value)), tokens) if tokens and _keeps(tokens) else None
    return None


Condition = tuple[str, float]


@cache
def _sections(code: str) -> tuple[tuple[Condition | None, tuple[str, ...] | None], ...]:
    """The parts of a format for numbers that are not negative, each with when it holds."""
    texts = [match[1] for match in _SECTION.finditer(code)][:3]
    found = [_section(text) for text in texts]
    if any(condition is not None for condition, _ in found):
        return tuple(found)
    return tuple(found[:1])


def _section(text: str) -> tuple[Condition | None, tuple[str, ...] | None]:
    """When a part holds, and its places and literals; None for what is no row of digits."""
    tokens: list[str] = []
    condition = None
    for quoted, escaped, bracket, sign in _TOKEN.findall(text):
        if bracket:
            limit = _CONDITION.fullmatch(bracket)
            condition = (limit[1], float(limit[2])) if limit else condition
        elif quoted or escaped:
            tokens.append(f"={quoted or escaped}")
        elif sign and sign in _PLACES:
            tokens.append(sign)
        elif sign and sign in _LITERALS:
            tokens.append(f"={sign}")
        elif sign:
            return condition, None
    return condition, tuple(tokens)


def _keeps(tokens: tuple[str, ...]) -> bool:
    """Whether zeros are kept, or digits stand in groups that are none of thousands."""
    places = [at for at, token in enumerate(tokens) if token in _PLACES]
    if not places:
        return False
    within = tokens[places[0] : places[-1] + 1]
    grouped = any("-" in token or ")" in token for token in within)
    return sum(token == "0" for token in tokens) > 1 or grouped


def _filled(digits: str, tokens: tuple[str, ...]) -> str:
    places = sum(token in _PLACES for token in tokens)
    padded = digits.rjust(places)
    more, at = padded[: len(padded) - places], len(padded) - places
    texts = []
    for token in tokens:
        if token not in _PLACES:
            texts.append(token[1:])
            continue
        digit = padded[at]
        texts.append(more + (digit if digit != " " else "0" if token == "0" else ""))
        more, at = "", at + 1
    return "".join(texts).strip()
