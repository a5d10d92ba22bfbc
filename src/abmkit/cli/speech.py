"""What the command line itself says, in the language of who reads it: help and errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from importlib import import_module
from typing import Any

from abmkit.errors import AbmkitError


class Speech:
    """A language of the command line. English is what the code says, and costs nothing."""

    def __init__(self, language: str) -> None:
        self.language = language

    @property
    def is_own(self) -> bool:
        """Whether it is what the code says."""
        return self.language == "en"

    def lines(self, error: AbmkitError) -> Iterator[str]:
        """What an error says, a line for each problem."""
        if self.is_own:
            yield from str(error).splitlines()
            return
        from abmkit.reports.words.messages import messages

        yield from messages(self.language).lines(error)

    def verb(self, name: str, text: str) -> str:
        """What a command does, as its help says it in English."""
        return text if self.is_own else self._room("verbs").VERBS.get(name, text)

    def help(self, text: str) -> str:
        """What an argument or option is, as its help says it in English."""
        return text if self.is_own else self._room("options").OPTIONS.get(text, text)

    def of_typer(self, text: str) -> str:
        """A sentence of Typer's, which has no template any more: told by what it looks like."""
        if self.is_own:
            return text
        for pattern, template in self._typer:
            if found := pattern.fullmatch(text):
                return template.format(**found.groupdict())
        return text

    def _room(self, name: str) -> Any:
        return import_module(f"abmkit.reports.words.{self.language}.help.{name}")

    @cached_property
    def _typer(self) -> list[tuple[re.Pattern[str], str]]:
        typer = self._room("typer").TYPER
        return [(_pattern(template), said) for template, said in typer.items()]


def _pattern(template: str) -> re.Pattern[str]:
    """What a template looks like when it is filled."""
    escaped = re.escape(template).replace(r"\{", "{").replace(r"\}", "}")
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>.+?)", escaped), re.DOTALL)
