"""Explanation: the evidence for and against a match, in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from abmkit.domain.arrays import strings
from abmkit.domain.matching.features import CONTRADICTORY, DIFFERENT, SAME, field_levels
from abmkit.domain.matching.names.forms import KINDS
from abmkit.domain.matching.names.similarity import NameFeatures, name_features, words_apart
from abmkit.domain.matching.profiles import Profiles
from abmkit.domain.matching.weights import NO_NAME, WeighedPairs

Ints = npt.NDArray[Any]

_FIELDS = {
    "registry_ids": "registry id",
    "domain": "domain",
    "phone": "phone",
    "linkedin_url": "LinkedIn page",
    "ticker": "ticker",
    "country": "country",
    "region": "region",
    "city": "city",
    "postal_code": "postal code",
    "address": "address",
    "industry": "industry",
}
_LEVELS = ((SAME, "same"), (DIFFERENT, "different"), (CONTRADICTORY, "contradictory"))
"""What speaks for a match comes first."""
_KINDS = {
    "alias": "by another name",
    "inverted": "family name first",
    "bracket": "in brackets",
    "former": "by a former name",
    "dba": "by the name it trades under",
    "joined": "written as one word",
    "acronym": "by its initials",
    "translated": "in pinyin and translation",
    "pinyin": "in pinyin",
}


_AT_ONCE = 50_000
_MOST_WORDS = 4
"""How many words are shown that only one name has."""
_IN_COMMON = {
    "squeezed": "same name but for spaces",
    "same": "same name",
    "slips": "name spelled differently",
    "abbreviated": "name abbreviated",
    "cut": "name cut off",
    "placed": "same name but for its place",
    "begins": "one name begins with the other",
    "within": "one name within the other",
    "shared": "names with words in common",
}
"""By feature of the names what is said of them, the first that is there."""
_APART = {
    "heads": "different first words",
    "modified": "different names of one kind of institution",
    "places": "different places in the names",
    "trades": "different trades in the names",
    "kinds": "different kinds of institution in the names",
    "number": "different numbers in the names",
}


def explained(profiles: Profiles, pairs: WeighedPairs) -> pa.StringArray:
    """What speaks for each pair and what against it: `same name; same city; different domain`."""
    parts = [
        _explained(profiles, pairs.only(slice(start, start + _AT_ONCE)))
        for start in range(0, max(len(pairs.left), 1), _AT_ONCE)
    ]
    return pa.concat_arrays(parts)


def _explained(profiles: Profiles, pairs: WeighedPairs) -> pa.StringArray:
    levels = field_levels(profiles, pairs.left, pairs.right)
    by_field = {field: level.tolist() for field, level in levels.items()}
    texts = []
    for pair, name in enumerate(_of_names(profiles, _name_features(profiles, pairs), pairs)):
        parts = [name] if name else []
        for level, word in _LEVELS:
            parts += [
                f"{word} {_FIELDS[field]}"
                for field, of_pairs in by_field.items()
                if of_pairs[pair] == level
            ]
        texts.append("; ".join(parts) or None)
    return strings(texts)


def _name_features(profiles: Profiles, pairs: WeighedPairs) -> NameFeatures:
    """The features of the names that speak for each pair; those without names at 0."""
    named = pairs.left_name != NO_NAME
    arrays = []
    for values in name_features(profiles.names, pairs.left_name[named], pairs.right_name[named]):
        of_pairs = np.zeros(len(named))
        of_pairs[named] = values
        arrays.append(of_pairs)
    return NameFeatures(*arrays)


def _of_names(profiles: Profiles, features: NameFeatures, pairs: WeighedPairs) -> list[str]:
    """What the names of each pair have in common, then in what they differ."""
    texts = []
    columns = (values.tolist() for values in features)
    rows = map(NameFeatures._make, zip(*columns, strict=True))
    apart = iter(_words_apart(profiles, pairs))
    sides = zip(
        pairs.left_name.tolist(), pairs.kind.tolist(), pairs.short.tolist(), rows, strict=True
    )
    for name, kind, short, alike in sides:
        if name == NO_NAME:
            texts.append("")
            continue
        words = next(apart)
        if short:
            texts.append("one is short for the other name")
            continue
        how = _KINDS.get(KINDS[kind])
        text = _in_common(alike)
        text = f"{text} {how}" if how and alike.shared else text
        flags = [word for feature, word in _APART.items() if getattr(alike, feature)]
        texts.append("; ".join(filter(None, [text, *flags, words])))
    return texts


def _words_apart(profiles: Profiles, pairs: WeighedPairs) -> list[str | None]:
    """The words that only one of the names has, of each pair that has names."""
    named = np.flatnonzero((pairs.left_name != NO_NAME) & (pairs.right_name != NO_NAME))
    texts: list[str | None] = []
    every = words_apart(profiles.names, pairs.left_name[named], pairs.right_name[named])
    for left, right in every:
        one, other = (" ".join(words[:_MOST_WORDS]) for words in (left, right))
        both = f"differ in {one} / {other}" if one and other else f"only one has {one or other}"
        texts.append(both if one or other else None)
    return texts


def _in_common(alike: NameFeatures) -> str:
    """What two names have in common, in words."""
    for feature, text in _IN_COMMON.items():
        if getattr(alike, feature):
            return text
    return "other name"
