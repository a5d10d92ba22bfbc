"""What the program says to people, by language: one table of sentences each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from importlib import import_module
from string import Formatter
from typing import Any

from abmkit.domain.facts import Fact
from abmkit.reports.numbers import YEARS, number, points, short
from abmkit.reports.words.forms import Forms
from abmkit.schema.accounts import ACCOUNTS

LANGUAGES = ("en", "zh")
"""A language is a room of this name: `SENTENCES`, and the `FORMS` of what is no sentence."""


class Sentence(str):
    """A sentence that was said, and the name of it."""

    code: str


class Words(Formatter):
    """The sentences of a language, filled with values.

    Fields are those of `str.format`, and further: `{count:?one|many}` chooses by a number,
    `{value:number}`, `{value:short}`, `{hundredths:points}` and, where it may be anything,
    `{value:value}` write it as people do, `{column:label}` and `{column:both}` call a column by
    its label, alone or beside its name, `{day:date}` writes a day that is a text, too,
    `{how:phrase}` tells what recognition found. A list becomes an enumeration of such, a fact its
    own sentence.
    """

    def __init__(self, sentences: Mapping[str, str], forms: Forms) -> None:
        self.sentences = sentences
        self.forms = forms
        self._specs: Mapping[str, Callable[[Any], str]] = {
            "number": self.number, "points": points, "short": short, "value": self.value,
            "label": self.label, "both": self.both, "date": self.day, "phrase": forms.phrase,
        }  # fmt: skip

    def __call__(self, sentence: str, /, **values: Any) -> str:
        """The sentence of this name with its values, a `Sentence`."""
        text, is_told = "", False
        for own, field, spec, conversion in self.parse(self.sentences[sentence]):
            # A space between two values is there to part them, whatever they are.
            parts = own == " " and bool(text)
            text = self.forms.joined(text, own) if is_told and not parts else text + own
            if is_told := field is not None:
                value = self.convert_field(values[field], conversion)
                value = self.format_field(value, self.vformat(spec or "", (), values))
                text = text + value if parts else self.forms.joined(text, value)
        said = Sentence(text)
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

    def pieces(self, sentence: str) -> Iterator[tuple[str, str | None, str]]:
        """A sentence's pieces in order: a text, the field that follows it, how it is written."""
        for text, field, spec, _ in self.parse(self.sentences[sentence]):
            yield text, field, spec or ""

    def format_field(self, value: Any, format_spec: str) -> str:
        """One value as its field asks for it."""
        if isinstance(value, Fact):
            return self.of(value)
        if isinstance(value, list | tuple):
            texts = (self.format_field(each, format_spec) for each in value)
            return self.sentences["list.comma"].join(texts)
        if format_spec.startswith("?"):
            one, many = format_spec[1:].split("|")
            return one if value == 1 else many
        if format_spec in self._specs:
            return self._specs[format_spec](value)
        if isinstance(value, date) and not format_spec:
            return self.day(value)
        return str(super().format_field(value, format_spec))

    # What is no sentence --------------------------------------------------------------------------

    def number(self, value: float) -> str:
        """A number as people write it: `1,200`, `1.2M`, `187.2亿`."""
        return number(value, self.forms.scales)

    def day(self, value: date | str) -> str:
        """A day as people write it, of a text too that is one, as `2026-11-29`."""
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value[:10])
            except ValueError:
                return str(value)
        parts = {"year": value.year, "month": value.month, "day": value.day}
        return self.sentences["value.date"].format(**parts)

    def value(self, value: Any) -> str:
        """A value of an account or a config as a person would write it."""
        if isinstance(value, bool):
            return self("value.yes" if value else "value.no")
        if isinstance(value, int | float):
            return self.number(value)
        return self.day(value) if isinstance(value, date) else str(value)

    def cell(self, column: str, value: Any) -> str:
        """A value of a column as a person would write it: `CN` may be a country's name."""
        if column.casefold() in YEARS and isinstance(value, int | float):
            return f"{value:g}"
        if isinstance(value, str):
            return self.forms.codes(column.casefold()).get(value, value)
        return self.value(value)

    def label(self, column: str) -> str:
        """What a column is called: its label, else its own name."""
        declared = ACCOUNTS.column(column)
        called = "" if declared is None else self.forms.label(declared)
        if declared is not None and declared.family:
            return called + column.removeprefix(declared.name)
        return called or column

    def within(self, column: str) -> str:
        """A column's name within a sentence: `company type`."""
        return self.forms.within(column)

    def both(self, column: str) -> str:
        """A column's name with its label beside it, where it has one of this language."""
        label = self.label(column)
        return column if label == column else self("value.named", column=column, label=label)


@cache
def words(language: str) -> Words:
    """The words of a language: `en`, `zh`. Raises KeyError for one that there is not."""
    if language not in LANGUAGES:
        raise KeyError(language)
    room = import_module(f"abmkit.reports.words.{language}")
    return Words(room.SENTENCES, room.FORMS)
