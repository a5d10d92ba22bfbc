"""The evidence for and against a match, in words."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt
import pyarrow as pa

from abmkit.domain.arrays import strings
from abmkit.domain.matching.features import CONTRADICTORY, DIFFERENT, NO_NAME, SAME, Named
from abmkit.domain.matching.names.similarity import Likeness
from abmkit.domain.matching.profiles import KINDS

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


def evidence(alike: Likeness, named: Named, said: dict[str, Ints]) -> pa.StringArray:
    """What speaks for each pair and what against it: `same name; same city; different domain`."""
    names = _of_names(alike, named)
    fields = [
        (SAME, "same"),
        (DIFFERENT, "different"),
        (CONTRADICTORY, "contradictory"),
    ]
    texts = []
    columns = {field: values.tolist() for field, values in said.items()}
    for place, name in enumerate(names):
        parts = [name] if name else []
        for sign, word in fields:
            parts += [
                f"{word} {_FIELDS[field]}"
                for field, values in columns.items()
                if values[place] == sign
            ]
        texts.append("; ".join(parts) or None)
    return strings(texts)


def _of_names(alike: Likeness, named: Named) -> list[str]:
    texts = []
    rows = zip(
        named.one.tolist(),
        named.kind.tolist(),
        alike.same.tolist(),
        alike.squeezed.tolist(),
        alike.begins.tolist(),
        alike.within.tolist(),
        alike.misspelt.tolist(),
        alike.shared.tolist(),
        strict=True,
    )
    for one, kind, same, squeezed, begins, within, misspelt, shared in rows:
        if one == NO_NAME:
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
