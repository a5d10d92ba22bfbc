"""How wide text is on a screen: the one place that measures, cuts and wraps it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from rich.cells import cell_len, chop_cells

WIDTH = 80
"""Cells of a line on the screen."""
_SIGN = "[\u3400-\u9fff]"
_OPENING, _CLOSING = "（“《", "，。；：、？！）”》…"
_BREAKABLE = re.compile(
    f"[{_OPENING}]*(?:{_SIGN}|(?:(?!{_SIGN})[^{_OPENING}{_CLOSING}])+)[{_CLOSING}]*"
    f"|[{_OPENING}{_CLOSING}]+"
)
"""What stays together in a sentence in Chinese: no line begins with its comma."""
_LONGEST_NAME = 24
"""Cells of the longest run of Chinese that is no sentence, and better kept whole."""


def measure(text: str) -> int:
    """How many cells a text takes: Chinese signs take two."""
    return cell_len(text)


def fit(text: str, width: int) -> str:
    """The text in exactly so many cells: filled up with spaces, or cut short with `…`."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    if measure(plain) > width:
        plain = _head(plain, width - 1) + "…"
    return pad(plain, width)


def pad(text: str, width: int, *, right: bool = False) -> str:
    """The text filled up with spaces to so many cells, behind it or, to the `right`, before it."""
    space = " " * (width - measure(text))
    return space + text if right else text + space


def wrap(
    text: str, width: int = WIDTH, *, indent: str = "", hanging: str = "", hyphens: bool = False
) -> str:
    """The text in lines of at most so many cells, the first indented, the others `hanging`.

    What is longer than a line, such as Chinese without spaces, is broken anywhere; a compound at
    its `hyphens`, where wanted.
    """
    wrapper = _Wrapper(
        width, initial_indent=indent, subsequent_indent=hanging, break_on_hyphens=hyphens
    )
    return "\n".join(wrapper.wrap(text))


class _Cells(str):
    """A text as long as it is wide."""

    def __len__(self) -> int:
        return cell_len(str(self))


class _Wrapper(textwrap.TextWrapper):
    """Wraps by cells, not by characters."""

    def _split(self, text: str) -> list[str]:
        return [_Cells(part) for chunk in super()._split(text) for part in _parts(chunk)]

    def _handle_long_word(
        self, reversed_chunks: list[str], cur_line: list[str], cur_len: int, width: int
    ) -> None:
        room = width - cur_len
        word = str(reversed_chunks.pop())
        first = _head(word, room)
        if not first and not cur_line:
            first = word[:1]
        if first:
            cur_line.append(_Cells(first))
        if rest := word[str.__len__(first) :]:
            reversed_chunks.append(_Cells(rest))


def _parts(chunk: str) -> Iterator[str]:
    """What a chunk without spaces may be broken into: a sentence in Chinese after any sign."""
    if re.search(_SIGN, chunk) and (
        any(sign in chunk for sign in _CLOSING) or measure(chunk) > _LONGEST_NAME
    ):
        yield from _BREAKABLE.findall(chunk)
    else:
        yield chunk


def _head(text: str, width: int) -> str:
    """As much of a text as so many cells hold."""
    return chop_cells(text, width)[0] if width > 0 and text else ""
