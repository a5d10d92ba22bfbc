"""Every error keeps a template, and every language has all of them."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

import pytest
from raised import Reading, readings

from abmkit.config.loading import parse_config
from abmkit.errors import ColumnError, ConfigError, InputError, Message, UsageError, instead, some
from abmkit.reports.words import LANGUAGES
from abmkit.reports.words.messages import messages

OTHERS = [language for language in LANGUAGES if language != "en"]
NOT_WRITTEN_OUT = {
    # What a language's own words say.
    "commands/learning/learn.py": {"work.words"},
    "commands/lists/export.py": {"next(stops", "work.words(remedy)"},
    # Messages that were made elsewhere.
    "config/loading.py": {"problem"},
    "config/problems.py": {"_meant(", "_section_meant(", "_home("},
    "domain/recognition/mapping.py": {"what", "remedy"},
    "runs/history/over_time.py": {"error.remedy"},
    "runs/reading.py": {"remedy"},
    "steps/assign.py": {"SINGLE_ONLY"},
    "errors.py": {"text", "what", "self.what", "'\\n'.join("},
}
"""Where an error's sentence is no literal, and why it may be."""


@pytest.fixture(scope="module")
def read() -> list[Reading]:
    return list(readings())


def fields_of(template: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(template) if field is not None}


def says_something(template: str) -> bool:
    words = "".join(text for text, _, _, _ in Formatter().parse(template))
    return any(letter.isalpha() for letter in words)


def test_no_error_is_put_together_where_nobody_can_say_it_otherwise(read: list[Reading]) -> None:
    found = [each for reading in read for each in reading.dynamic]
    unknown = [
        each
        for each in found
        if not any(
            each.split(" ", 1)[1].startswith(start)
            for start in NOT_WRITTEN_OUT.get(each.split(":")[0], set())
        )
    ]
    assert unknown == []


def test_every_template_is_given_its_fields(read: list[Reading]) -> None:
    templates = [each for reading in read for each in reading.templates]
    assert len(templates) > 500
    # Without values a template is what it is, braces too.
    wrong = [each for each in templates if each.given and not fields_of(each.text) <= each.given]
    assert wrong == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_every_template_with_its_fields(language: str, read: list[Reading]) -> None:
    catalogue = messages(language).catalogue
    every = {each.text: each for reading in read for each in reading.templates}
    templates = {text: each for text, each in every.items() if says_something_of(text, each.given)}
    missing = {text: each.where for text, each in templates.items() if text not in catalogue}
    assert missing == {}
    assert set(catalogue) - set(every) == set(), "said by nobody"
    unlike = [
        text
        for text, each in templates.items()
        if each.given and fields_of(catalogue[text]) != fields_of(text)
    ]
    assert unlike == []


def says_something_of(text: str, given: frozenset[str] | None) -> bool:
    """Whether there is something to translate in a template; of a literal all of it is text."""
    return says_something(text) if given else any(letter.isalpha() for letter in text)


def test_an_error_is_in_english_whoever_reads_it_as_text() -> None:
    error = UsageError("no column {name!r}", where="a.csv", remedy="name one of them", name="x")
    assert str(error) == "a.csv: no column 'x'; name one of them"
    assert error.what == "no column 'x'"
    assert str(Message('write it like { country = "US" }')) == 'write it like { country = "US" }'


def test_an_error_is_said_in_chinese_with_all_that_is_in_it() -> None:
    error = ColumnError("nme", ["name", "city"], where="名录.csv")
    (line,) = messages("zh").lines(error)
    assert line == "名录.csv：没有列 'nme'；是否想写 'name'？现有的列：name、city"
    error = InputError("no sheet {sheet!r}", remedy=instead("x", ["一", "二"], "sheets"), sheet="x")
    assert [*messages("zh").lines(error)] == ["没有工作表 'x'；现有的工作表：一、二"]
    assert messages("zh").of(some([f"c{at}" for at in range(30)])).endswith("等，另有 10 个")


def test_what_no_catalogue_knows_is_said_as_it_is() -> None:
    error = UsageError("{reason}", where="x", reason="Permission denied")
    assert [*messages("zh").lines(error)] == ["x：Permission denied"]


def test_every_problem_of_a_config_is_said_in_chinese() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config({
            "version": 1,
            "scor": {},
            "rates": {"EUR": 0},
            "tier": {"tiers": [{"id": "A", "capacity": -1}]},
            "exclude": {"rules": [{"id": "a", "reason": "b", "when": {}}]},
            "score": {"missing": 2},
        })  # fmt: skip
    lines = [*messages("zh").lines(caught.value)]
    assert len(lines) >= 5
    for line in lines:
        said = line.partition("：")[2]
        assert any("\u4e00" <= sign <= "\u9fff" for sign in said), line


def test_messages_are_kept_by_pickle() -> None:
    import pickle

    error = UsageError("no column {name!r}", remedy="name one of them", name="x")
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert [*messages("zh").lines(again)] == ["没有列 'x'；请指定其中一个"]


def test_the_readings_are_of_all_the_code(read: list[Reading]) -> None:
    assert len({reading.path for reading in read}) > 300
    assert all(isinstance(reading.path, Path) for reading in read)
