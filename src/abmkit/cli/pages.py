"""Pages of help in a language whose signs take two cells: Typer measures and breaks by letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from abmkit.cli.speech import Speech
from abmkit.reports.console.width import measure, pad, wrap

if TYPE_CHECKING:
    _Formatter: Any = object
else:
    # Typer has its own copy of Click, and this is the way to it that it shows.
    _Formatter = typer.Context.formatter_class

_EXTRAS = re.compile(r"(?<=\[)(?:default: (?P<default>[^\]]*)|required)(?=\])")
_WIDEST = 30


def context_of(speech: Speech) -> type[typer.Context]:
    """The context of commands whose pages are in a language."""

    class Page(_Formatter):  # type: ignore[misc]
        """A page of help."""

        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or f"{speech.of_typer('Usage')}：")

        def write_heading(self, heading: str) -> None:
            self.write(f"{'':{self.current_indent}}{speech.of_typer(heading)}：\n")

        def write_text(self, text: str) -> None:
            indent = " " * self.current_indent
            parts = re.split(r"\n{2,}", text)
            wrapped = [wrap(part, self.width, indent=indent, hanging=indent) for part in parts]
            self.write("\n\n".join(wrapped) + "\n")

        def write_dl(
            self, rows: Sequence[tuple[str, str]], col_max: int = _WIDEST, col_spacing: int = 2
        ) -> None:
            rows = [(first, _EXTRAS.sub(_extra, speech.of_typer(second))) for first, second in rows]
            first_column = min(max(measure(first) for first, _ in rows), col_max) + col_spacing
            indent = " " * self.current_indent
            room = max(self.width - self.current_indent - first_column, 10)
            for first, second in rows:
                lines = wrap(second, room).splitlines() or [""]
                fits = measure(first) <= first_column - col_spacing
                begin = (
                    pad(first, first_column) if fits else f"{first}\n{indent}{'':{first_column}}"
                )
                self.write(f"{indent}{begin}{lines[0]}".rstrip() + "\n")
                for line in lines[1:]:
                    self.write(f"{indent}{'':{first_column}}{line}\n")

    def _extra(found: re.Match[str]) -> str:
        if found["default"] is None:
            return speech.of_typer("required")
        return speech.of_typer(f"default: {found['default']}")

    class Context(typer.Context):
        """What a command is called with."""

        formatter_class = Page

    return Context
