"""Warnings are read from the one that does most harm."""

from __future__ import annotations

import pytest

from abmkit.domain.facts import fact
from abmkit.reports.words import Sentence
from abmkit.reports.words.en import SENTENCES
from abmkit.reports.words.harm import WORST_FIRST, harm_of


@pytest.mark.parametrize("beginning", [each for rank in WORST_FIRST for each in rank])
def test_every_rank_is_of_sentences_that_there_are(beginning: str) -> None:
    assert any(code.startswith(beginning) for code in SENTENCES)


def test_what_was_found_in_a_file_counts_as_what_it_is() -> None:
    missing = fact("init.notice", file="a.csv", text=fact("notice.nameless", nameless=1, rows=2))
    assert harm_of(missing) > harm_of(fact("init.decided", file="a.csv"))


def harm(code: str) -> int:
    sentence = Sentence("…")
    sentence.code = code
    return harm_of(sentence)


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ("suppression.none_found", "quality.not_given"),
        ("quality.not_given", "quality.labels_differ"),
        ("quality.kept", "load.unreadable"),
        ("match.rejected", "quality.sparse"),
        ("match.never_answered", "ids.no_ledger"),
        ("match.unclear", "quality.half_known"),
        ("load.not_used", "load.repaired"),
        ("load.no_rate", "ids.no_ledger"),
    ],
)
def test_what_does_more_harm_comes_first(worse: str, better: str) -> None:
    assert harm(worse) > harm(better) > 0
