"""Likeness: whether names could be one company's, as spellings or by a first word in common."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.companies.trust.pages import squeezed
from abmkit.domain.matching.names.classes import WordClass, word_classes
from abmkit.domain.matching.names.tokens import words

_ALIKE = 0.92
"""From which Jaro-Winkler similarity on two names are spellings of one."""
_IN_ORDER = 80
"""From which percentage of letters in common telling words may be slips of one another."""
_LEAST = 4
"""How many letters a word must have to be told in a longer text."""
_MOST_LABEL = 0.5
"""The share of a site's label that a single word of a name fills where it is the name's site."""


@dataclass(frozen=True)
class Name:
    """A name as it is held against others."""

    words: tuple[str, ...]
    cores: frozenset[str]
    """Those of its words that are no place, trade, kind, number or everyday word."""

    @cached_property
    def telling(self) -> tuple[str, ...]:
        """Its cores, without single letters; all its words where there are none."""
        own = tuple(word for word in self.words if word in self.cores and len(word) > 1)
        return own or self.words

    @cached_property
    def core(self) -> str:
        """The first of the words that tell: what the parts of a chain have in common."""
        return self.telling[0]

    @cached_property
    def letters(self) -> str:
        """All of it without spaces."""
        return squeezed("".join(self.words))

    @cached_property
    def initials(self) -> str:
        """The first letters of its words."""
        return "".join(word[0] for word in self.words)

    @cached_property
    def latin(self) -> bool:
        """Whether it is in Latin letters: names in two scripts are neither alike nor unlike."""
        return all(sign < "\u0370" for sign in self.letters)


def names_of(keys: pa.StringArray) -> list[Name]:
    """The names of name keys, none of which is null."""
    split = words(keys)
    vocabulary = pc.list_flatten(split).unique().to_pylist()
    are_cores = (word_classes(vocabulary) == WordClass.CORE).tolist()
    cores = frozenset(word for word, is_core in zip(vocabulary, are_cores, strict=True) if is_core)
    return [Name(tuple(of_name), cores.intersection(of_name)) for of_name in split.to_pylist()]


def spelled_alike(one: Name, other: Name) -> bool:
    """Whether two names are spellings of one, or one has all the telling words of the other."""
    if one.letters == other.letters or {*one.telling} == {*other.telling}:
        return True
    fewer, more = sorted((one, other), key=lambda name: len(name.words))
    if len(fewer.words) > 1 and {*fewer.words} <= {*more.words}:
        return True
    if {fewer.letters} & {more.initials} and len(fewer.letters) > 1:
        return True
    from rapidfuzz.distance import JaroWinkler

    alike: float = JaroWinkler.similarity(one.letters, other.letters, score_cutoff=_ALIKE)
    return alike > 0


def unlike(one: Name, other: Name) -> bool:
    """Whether nothing in two names of one script says that they could be one company's."""
    if one.latin != other.latin:
        return False
    shorter, longer = sorted((one.letters, other.letters), key=len)
    if len(shorter) >= _LEAST and longer.startswith(shorter):
        return False
    shared = {*one.telling} & {*other.telling}
    if one.core == other.core or 2 * len(shared) > min(len(one.telling), len(other.telling)):
        return False
    return not (spelled_alike(one, other) or _slipped(one, other))


def _slipped(one: Name, other: Name) -> bool:
    """Whether the telling words of two names have most of their letters in common, in their order,
    or two ideographs beside each other."""
    told, others = "".join(one.telling), "".join(other.telling)
    if not one.latin:
        return any(told[at : at + 2] in others for at in range(len(told) - 1))
    from rapidfuzz.fuzz import ratio

    return ratio(told, others, score_cutoff=_IN_ORDER) > 0


def bears_label(name: Name, label: str) -> bool:
    """Whether a site's label (`acme` of `acme.com`) could be this name's own."""
    label = squeezed(label)
    letters, core = name.letters, name.core
    if len(label) > 1 and (label in letters or label == name.initials):
        return len(label) > 2 or label in name.words or label == name.initials
    if len(letters) >= _LEAST and letters in label:
        return True
    if len(name.initials) > 2 and label.startswith(name.initials):
        return True
    return any(
        word in label and len(word) > _MOST_LABEL * len(label) for word in {core, *name.telling}
    )


def bears_name(page: str, name: Name) -> bool:
    """Whether a page's letters name a company by a word that tells it from others."""
    if len(page) >= _LEAST and page in name.letters:
        return True
    return any(word in page for word in name.telling if len(word) >= _LEAST or not name.latin)
