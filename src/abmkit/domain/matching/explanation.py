"""Explanation: the evidence for and against a match, in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from abmkit.domain.arrays import strings
from abmkit.domain.matching.features import CONTRADICTORY, DIFFERENT, SAME, field_levels
from abmkit.domain.matching.names.forms import KINDS
from abmkit.domain.matching.names.similarity import NameFeatures, name_features
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
    "industry": "industry",
}
_LEVELS = ((SAME, "same"), (DIFFERENT, "different"), (CONTRADICTORY, "contradictory"))
"""What speaks for a match comes first."""
_KINDS = {
    "alias": "by another name",
    "inverted": "family name first",
    "listed": "as an exchange shortens it",
    "bracket": "in brackets",
    "former": "by a former name",
    "dba": "by the name it trades under",
    "joined": "written as one word",
    "short": "by its short name",
    "contracted": "with words as their first signs",
    "acronym": "by its initials",
    "translated": "in pinyin and translation",
    "pinyin": "in pinyin",
}


def explained(profiles: Profiles, pairs: WeighedPairs) -> pa.StringArray:
    """What speaks for each pair and what against it: `same name; same city; different domain`."""
    levels = field_levels(profiles, pairs.left, pairs.right)
    by_field = {field: level.tolist() for field, level in levels.items()}
    texts = []
    for pair, name in enumerate(_of_names(_name_features(profiles, pairs), pairs)):
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


def _of_names(features: NameFeatures, pairs: WeighedPairs) -> list[str]:
    texts = []
    rows = zip(
        pairs.left_name.tolist(),
        pairs.kind.tolist(),
        features.same.tolist(),
        features.squeezed.tolist(),
        features.begins.tolist(),
        features.within.tolist(),
        features.misspelt.tolist(),
        features.shared.tolist(),
        strict=True,
    )
    for name, kind, same, squeezed, begins, within, misspelt, shared in rows:
        if name == NO_NAME:
            texts.append("")
            continue
        if same:
            text = "same name"
        elif squeezed:
            text = "same name but for spaces"
        elif misspelt:
            text = "name spelled differently"
        elif begins:
            text = "one name begins with the other"
        elif within:
            text = "one name within the other"
        elif shared:
            text = "names with words in common"
        else:
            text = "other name"
        how = _KINDS.get(KINDS[kind])
        texts.append(f"{text} {how}" if how and shared else text)
    return texts
