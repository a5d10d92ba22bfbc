"""What an error says, in a language: its templates by a catalogue, English where there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from string import Formatter
from typing import Any, NamedTuple

from abmkit.errors import AbmkitError, Message, Several


class Marks(NamedTuple):
    """How a language puts parts of an error beside each other."""

    where: str = ": "
    remedy: str = "; "
    comma: str = ", "
    choice: str = " or "


class Messages(Formatter):
    """The templates of errors in a language, filled with the values of messages."""

    def __init__(self, catalogue: Mapping[str, str], marks: Marks) -> None:
        self.catalogue = catalogue
        self.marks = marks

    def of(self, text: str) -> str:
        """A message in this language; what is none, or has no template in it, as it is."""
        if not isinstance(text, Message):
            return text
        template = self.catalogue.get(text.template, text.template)
        return self.vformat(template, (), text.values) if text.values else template

    def format_field(self, value: Any, format_spec: str) -> str:
        """One value; a message as it is said in this language."""
        if isinstance(value, Message):
            return self.of(value)
        if isinstance(value, list | tuple):
            between = self.marks.choice if format_spec == "or" else self.marks.comma
            return between.join(self.format_field(each, "") for each in value)
        return str(super().format_field(value, format_spec))

    def lines(self, error: AbmkitError) -> Iterator[str]:
        """An error in one line, several in one each."""
        if isinstance(error, Several):
            for problem in error.problems:
                yield from self.lines(problem)
            return
        text = self.of(error.what)
        if error.where:
            text = f"{self.of(error.where)}{self.marks.where}{text}"
        if error.remedy:
            text = f"{text}{self.marks.remedy}{self.of(error.remedy)}"
        # Names of columns, sheets and files may have line breaks in them.
        yield " ".join(text.splitlines())


@cache
def messages(language: str) -> Messages:
    """The messages of a language: English is what the code says."""
    if language == "en":
        return Messages({}, Marks())
    room = import_module(f"abmkit.reports.words.{language}.errors")
    return Messages(room.MESSAGES, room.MARKS)
