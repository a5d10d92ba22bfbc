"""Lines of a config with comments beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from abmkit.config.writing import toml_comment
from abmkit.reports.console.width import WIDTH, measure, pad, wrap

_COMMENTS_AT = 52
_LEAST_ROOM = 20


def comment_lines(text: str, width: int = WIDTH) -> list[str]:
    """A comment in lines of its own."""
    return wrap(toml_comment(text), width, hanging="# ").split("\n")


def with_comments(lines: Sequence[tuple[str, str]], width: int = WIDTH) -> Iterator[str]:
    """Lines of a config with their comments under each other.

    A comment with too little room beside its line goes on under itself, or stands above the line.
    """
    at = min(max((measure(line) for line, _ in lines), default=0), _COMMENTS_AT)
    for line, comment in lines:
        if not comment:
            yield line
            continue
        room = width - max(at, measure(line)) - 2
        if room < min(measure(toml_comment(comment)), _LEAST_ROOM):
            inward = line[: len(line) - len(line.lstrip())]
            yield from (f"{inward}{each}" for each in comment_lines(comment, width - len(inward)))
            yield line
            continue
        first, *others = comment_lines(comment, room)
        yield f"{pad(line, at)}  {first}"
        yield from (f"{' ' * (width - room)}{other}" for other in others)
