"""What the program says to people, by language: one table of sentences each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from string import Formatter
from typing import Any

from abmkit.domain.facts import Fact
from abmkit.reports.numbers import number, points, short
from abmkit.reports.words import en

_LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": en.SENTENCES}


class Sentence(str):
    """A sentence that was said, and the name of it."""

    code: str


class Words(Formatter):
    """The sentences of a language, filled with values.

    Fields are those of `str.format`, and further: `{count:?one|many}` chooses by a number,
    `{value:number}`, `{value:short}`, `{hundredths:points}` and, where it may be anything,
    `{value:value}` write it as people do, a list
    becomes an enumeration, a fact its own sentence.
    """

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self.sentences = sentences

    def __call__(self, sentence: str, /, **values: Any) -> str:
        """The sentence of this name with its values, a `Sentence`."""
        said = Sentence(self.vformat(self.sentences[sentence], (), values))
        said.code = sentence
        return said

    def of(self, found: Fact | str) -> str:
        """A fact in words; what a person wrote stays as it is."""
        return found if isinstance(found, str) else self(found.code, **found.values)

    def either(self, texts: list[str]) -> str:
        """Several as a choice: `A, B or C`."""
        if len(texts) < 2:
            return "".join(texts)
        return self("list.or", first=texts[:-1], last=texts[-1])

    def pieces(self, sentence: str) -> Iterator[tuple[str, str | None]]:
        """A sentence's pieces in order: a text, and the field that follows it."""
        for text, field, _, _ in self.parse(self.sentences[sentence]):
            yield text, field

    def format_field(self, value: Any, format_spec: str) -> str:
        """One value as its field asks for it."""
        if isinstance(value, Fact):
            return self.of(value)
        if isinstance(value, list | tuple):
            return self.sentences["list.comma"].join(map(self.of, value))
        if format_spec == "value":
            return _value(value)
        if format_spec.startswith("?"):
            one, many = format_spec[1:].split("|")
            return one if value == 1 else many
        if format_spec in _NUMBERS:
            return _NUMBERS[format_spec](value)
        return str(super().format_field(value, format_spec))


def _value(value: Any) -> str:
    """A value of an account or a config as a person would write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(value) if isinstance(value, int | float) else str(value)


_NUMBERS = {"number": number, "points": points, "short": short}


@cache
def words(language: str) -> Words:
    """The words of a language: `en`. Raises KeyError for one that there is not."""
    return Words(_LANGUAGES[language])


def every_language() -> list[Words]:
    """The words of all languages: what is read again may be in any."""
    return [words(each) for each in _LANGUAGES]
