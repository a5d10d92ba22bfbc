"""What is told of texts by their bytes is what their signs tell."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from abmkit.domain.arrays import last_words, strings
from abmkit.domain.signs import DASH, HAN, LATIN, MARK, OTHER, POINT, SPACE, WORD, signs

KINDS = {
    WORD: "[A-Za-z0-9]",
    SPACE: " ",
    POINT: "[.,]",
    DASH: "-",
    MARK: "[!-%'-+/:-@[-`{-~]",
    LATIN: "[\u00c0-\u00ff]",
    HAN: "[\u4e00-\u9fff]",
}
TEXTS = st.lists(
    st.none()
    | st.text(alphabet="aZ9 .,-&!~\x7fé×ü中龥㐀䷿ア’İ\U00020000") | st.text(max_size=8),
    max_size=40,
)  # fmt: skip


def told(text: str) -> int:
    found = sum(kind for kind, pattern in KINDS.items() if re.search(pattern, text))
    other = re.sub("|".join(KINDS.values()), "", text) or "  " in text
    return found | (OTHER if other else 0)


@given(TEXTS, st.integers(0, 5))
def test_the_kinds_of_signs_are_told(texts: list[str | None], skipped: int) -> None:
    array = strings(texts).slice(min(skipped, len(texts)))
    kinds = signs(array).tolist()
    for text, kind in zip(array.to_pylist(), kinds, strict=True):
        # Two spaces may be one that ends the text before and one that begins this.
        least = told(text or "")
        assert kind & ~OTHER == least & ~OTHER
        assert kind & OTHER >= least & OTHER
        if text is not None and not text.startswith(" "):
            assert kind == least


@given(TEXTS)
def test_last_words_stand_after_the_last_space(texts: list[str | None]) -> None:
    expected = [None if text is None else text.rpartition(" ")[2] for text in texts]
    assert last_words(strings(texts)).to_pylist() == expected
