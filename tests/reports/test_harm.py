"""Warnings are read from the one that does most harm."""

from __future__ import annotations

import pytest

from abmkit.reports.words import Sentence
from abmkit.reports.words.harm import harm_of


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
    ],
)
def test_what_does_more_harm_comes_first(worse: str, better: str) -> None:
    assert harm(worse) > harm(better) > 0
