"""Legal forms around a name, which are no part of its key."""

from __future__ import annotations

from functools import cache

from abmkit.domain.data import rows
from abmkit.domain.values.names.letters import folded, tokens


@cache
def legal_forms() -> tuple[frozenset[str], frozenset[str], tuple[str, ...], tuple[str, ...]]:
    """Legal forms as in a key: after a name, before it, and both for scripts without spaces.

    Read from `data/legal_forms.csv`; its source is named in `data/LICENSES.md`.
    """
    forms: dict[str, list[str]] = {"after": [], "before": [], "joined": [], "joined before": []}
    for row in rows("legal_forms.csv"):
        forms[row["place"]].append(" ".join(tokens(folded(row["form"]))))
    longest_first = sorted(forms["joined"], key=len, reverse=True)
    return (
        frozenset(forms["after"]),
        frozenset(forms["before"]),
        tuple(longest_first),
        tuple(sorted(forms["joined before"], key=len, reverse=True)),
    )


_LONGEST_FORM = 6
# A form within a name is part of it, however it is spelled: Packaging Corp. of America.
# So is "and", in whatever language.
WITHIN = {
    "corporation": "corp", "company": "co", "incorporated": "inc", "limited": "ltd",
    "und": "and", "et": "and", "och": "and", "og": "and",
}  # fmt: skip
EAST_ASIAN_FORMS = "株|有|合|资|社|财|名|주|유|사|재"


@cache
def last_words() -> frozenset[str]:
    """The words that end a form after a name."""
    return frozenset(form.rpartition(" ")[2] for form in legal_forms()[0])


@cache
def _first_words() -> frozenset[str]:
    return frozenset(form.partition(" ")[0] for form in legal_forms()[1])


def form_after(words: list[str]) -> int:
    """How many words at the end are a legal form, none of a name that consists of one."""
    if words[-1] in last_words():
        after = legal_forms()[0]
        for size in range(min(_LONGEST_FORM, len(words) - 1), 0, -1):
            if " ".join(words[-size:]) in after:
                return size
    return 0


def _form_before(words: list[str]) -> int:
    if words[0] in _first_words():
        before = legal_forms()[1]
        for size in range(min(_LONGEST_FORM, len(words) - 1), 0, -1):
            if " ".join(words[:size]) in before:
                return size
    return 0


def joined_after(words: list[str]) -> int:
    """How many signs of the last word are a legal form of a script without spaces."""
    word = words[-1]
    for form in () if word.isascii() else legal_forms()[2]:
        if word.endswith(form) and (len(word) > len(form) or len(words) > 1):
            return len(form)
    return 0


def _joined_before(words: list[str]) -> int:
    word = words[0]
    for form in () if word.isascii() else legal_forms()[3]:
        if word.startswith(form) and (len(word) > len(form) or len(words) > 1):
            return len(form)
    return 0


def without_form(words: list[str]) -> list[str]:
    """The words without one form after and before them, the same where they have none."""
    if size := form_after(words):
        words = words[:-size]
        # "Smith & Co", "Group of Companies": what joined them goes with it.
        if len(words) > 1 and words[-1] in ("and", "of"):
            words = words[:-1]
    whole = words
    if size := _form_before(words):
        words = words[size:]
    if size := joined_after(words):
        words = [word for word in [*words[:-1], words[-1][:-size]] if word]
    if size := _joined_before(words):
        words = [word for word in [words[0][size:], *words[1:]] if word]
    if words[0] == "the" and len(words) > 1 and words[0] != whole[0]:
        words = words[1:]
    return words
