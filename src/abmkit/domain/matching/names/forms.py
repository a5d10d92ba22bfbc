"""Other forms of a name under which a company may be known, beside the name's own key."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    as_strings,
    each_distinct,
    flags,
    from_flags,
    from_numpy,
    int64s,
    only_where,
    repeated,
    strings,
    to_numpy,
)
from abmkit.domain.data import rows
from abmkit.domain.matching.names.chinese import (
    Parts,
    has_unspaced,
    is_place,
    parts,
    pinyin,
)
from abmkit.domain.values.names import HAN, inverted_names, legal_forms, name_keys
from abmkit.domain.values.places.countries import country

KINDS = (
    "name", "alias", "inverted", "former", "dba",
    "bracket", "joined", "translated", "acronym", "pinyin",
)  # fmt: skip
"""How a record comes to a name, the surest first."""
DERIVED = KINDS.index("bracket")
"""The first of the kinds that are made from a name: two names of such kinds prove nothing."""
MADE = KINDS.index("joined")
"""The first of the kinds that count only where what is made is a name of its own."""
ONE_WORD = ("joined", "translated", "pinyin")
"""Kinds that count as a word of another name too."""
ACRONYM = KINDS.index("acronym")
"""Initials count only where they are another record's very name."""

# SEC's PRICE T ROWE GROUP INC: one initial and the given name that goes with it.
_INITIAL_AND_NAME = r"^([A-Za-z'-]{3,}) ([A-Z] [A-Za-z'-]{3,})((?: .*)?)$"
_BRACKETS = r"^([^()]*[^() ]) ?\(([^()]+)\)(.*)$"
_GIVEN = r"(?:\p{Lu}\p{Ll}[\p{L}'-]*|\p{Lu}\.?)"
_BRANCH = re.compile("店$|分公司$|分店$|[支分]行$|分厂$|营业部$|办事处$|项目部$|#?[0-9]+$")
_PERSON = rf"^{_GIVEN}(?: {_GIVEN}){{0,2}}$"
_FORMER = r"formerly(?: known as)?|previously(?: known as)?|f/k/a|fka"
_ALSO = r"d/b/a|dba|doing business as|a/k/a|aka|also known as|trading as|t/a"
_FORMER_CHINESE = "原名?|曾用名|前身"
_NAMED = (
    ("former", rf"(?i)^(.*?)[ ,;(]+(?:{_FORMER})\b:? *([^()]+?)\)?$"),
    ("former", rf"^(.*?) ?[(（](?:{_FORMER_CHINESE})(?:为|是)?[:： ]*([^()（）]+)[)）]$"),
    ("dba", rf"(?i)^(.*?)[ ,;(]+(?:{_ALSO})\b:? *([^()]+?)\)?$"),
)
_MAY_BE_NAMED = rf"(?i)\b(?:{_FORMER}|{_ALSO})\b|[(（](?:{_FORMER_CHINESE})"
_SAYS_NAMED = re.compile(rf"(?:{_FORMER}|{_ALSO})\b|{_FORMER_CHINESE}")
_JOINING = r"\b(?:and|of|the|for|de) "
_MOST_LETTERS_JOINED = 18


@cache
def _given_names() -> str:
    return "|".join(row["name"] for row in rows("given_names.csv"))


class OtherForms(NamedTuple):
    """Further keys of names, an entry for each."""

    row: pa.Int64Array
    """Which of the names it is of."""
    key: pa.StringArray
    kind: pa.StringArray
    """One of `KINDS`."""


class _Forms:
    """The forms made so far."""

    def __init__(self, keys: pa.StringArray) -> None:
        self.keys = keys
        self._parts: list[OtherForms] = []

    def add(self, kind: str, forms: pa.StringArray, row: pa.Int64Array | None = None) -> None:
        """Adds a form per name, or per name that `row` numbers, null where there is none."""
        if forms.null_count == len(forms):
            return
        row = from_numpy(np.arange(len(forms), dtype="int64")) if row is None else row
        other = pc.not_equal(forms, self.keys.take(row))
        known = from_flags(flags(pc.and_(pc.is_valid(forms), other)))
        forms = forms.filter(known)
        self._parts.append(OtherForms(row.filter(known), forms, repeated(kind, len(forms))))

    def all(self) -> OtherForms:
        """All forms, each once, in the order of the names."""
        if not self._parts:
            return OtherForms(int64s([]), strings([]), strings([]))
        row, forms, kinds = (
            pa.concat_arrays(list(column)) for column in zip(*self._parts, strict=True)
        )
        encoded = forms.dictionary_encode()
        row_form = to_numpy(row) * len(encoded.dictionary) + to_numpy(encoded.indices)
        order = from_numpy(np.unique(row_form, return_index=True)[1])
        return OtherForms(row.take(order), forms.take(order), kinds.take(order))


def other_forms(
    names: pa.StringArray, keys: pa.StringArray, latin: Container[str] | None = None
) -> OtherForms:
    """Further keys of names.

    `inverted`: a person's name in its usual order (SMITH A O, Lilly (Eli)). `acronym`: initials of
    three to six words. `joined`: words written as one (super micro, o reilly). `bracket`: what
    stands in brackets, and the name without it. `former` and `dba`: names said to be such.
    `pinyin`: the brand's reading, for comparison with Latin names; `translated`: that with place
    and trades in English. A form only adds a candidate; it may be wrong. Readings are those in
    `latin`, where it is given.
    """
    names, keys = as_strings(names), as_strings(keys)
    forms = _Forms(keys)
    _add_inverted(forms, names)
    _add_acronyms(forms)
    _add_joined(forms)
    _add_bracketed(forms, names)
    _add_named(forms, names)
    if has_unspaced(keys):
        _add_chinese(forms, names, latin)
    return forms.all()


def _where(values: pa.StringArray, pattern: str) -> tuple[pa.Int64Array, pa.StringArray]:
    """The rows whose text matches a pattern, and their texts."""
    matching = from_flags(flags(pc.match_substring_regex(values, pattern=pattern)))
    return _places(matching), values.filter(matching)


def _turned(
    values: pa.StringArray, pattern: str, replacement: str
) -> tuple[pa.Int64Array, pa.StringArray]:
    """The rows whose text matches a pattern, and what is made of them."""
    row, texts = _where(values, pattern)
    return row, pc.replace_substring_regex(texts, pattern=pattern, replacement=replacement)


def _places(mask: pa.BooleanArray) -> pa.Int64Array:

    return from_numpy(np.flatnonzero(flags(mask)).astype("int64"))


def _add_inverted(forms: _Forms, names: pa.StringArray) -> None:

    inverted = inverted_names(names)
    known = from_flags(flags(pc.is_valid(inverted)))
    forms.add("inverted", name_keys(inverted.filter(known)), _places(known))
    row, texts = _turned(names, _INITIAL_AND_NAME, r"\2 \1\3")
    forms.add("inverted", name_keys(texts), row)
    given = rf"^([a-z]{{3,}}) ({_given_names()})( [a-z])?((?: .*)?)$"
    row, texts = _turned(forms.keys, given, r"\2\3 \1\4")
    forms.add("inverted", texts, row)


def _add_acronyms(forms: _Forms) -> None:

    row, many = _where(forms.keys, "^[a-z0-9]+ [a-z0-9]+ [a-z0-9 ]+$")
    words = pc.replace_substring_regex(many, pattern=_JOINING, replacement="")
    letters = pc.replace_substring_regex(words, pattern="([a-z0-9])[a-z0-9]* ?", replacement=r"\1")
    acronym = pc.match_substring_regex(letters, pattern="^[a-z][a-z0-9]{2,5}$")
    forms.add("acronym", only_where(acronym, letters), row)


def _add_joined(forms: _Forms) -> None:

    latin = pc.match_substring_regex(
        forms.keys, pattern=r"^[a-z0-9]{1,15} [a-z0-9]{1,15}(?: [a-z0-9]{1,15})?$"
    )
    joined = pc.replace_substring(only_where(latin, forms.keys), pattern=" ", replacement="")
    short = pc.match_substring_regex(joined, pattern=f"^.{{1,{_MOST_LETTERS_JOINED}}}$")
    forms.add("joined", only_where(short, joined))
    first_two = "^([a-z0-9]{1,6}) ([a-z0-9]{1,7})( .*)$"
    row, texts = _turned(forms.keys, first_two, r"\1\2\3")
    forms.add("joined", texts, row)


@cache
def _no_name() -> frozenset[str]:
    """What stands in brackets and is no name: legal forms, the words of groups."""
    return legal_forms()[0] | {
        "the",
        "publ",
        "group",
        "holdings",
        "holding",
        "international",
        "集团",
    }


def _inner_name(text: str) -> str | None:
    """What brackets hold, where that may be a name."""
    plain = text.strip(" .").casefold()
    if len(plain) < 2 or not re.search(r"[^\W\d_]", plain):
        return None
    if (
        plain in _no_name()
        or _SAYS_NAMED.match(plain)
        or re.fullmatch("(?:class|series) .*", plain)
    ):
        return None
    return None if is_place(plain) or _BRANCH.search(plain) or country(text) else text


def _outer_name(text: str) -> str | None:
    """What is left without the brackets, where they say the same: their letters are in it.

    Jones Lang LaSalle (JLL) is Jones Lang LaSalle; Acme (Houston) is a part of Acme.
    """
    match = re.match(_BRACKETS, text)
    if match is None or (inner := _inner_name(match[2])) is None:
        return None
    outer = match[1] + match[3]
    if re.search(f"[{HAN}]", inner):
        return outer
    letters = iter(re.sub(r"[\W\d_]", "", outer.casefold()))
    wanted = re.sub(r"[\W\d_]", "", inner.casefold())
    same_start = outer[:1].casefold() == wanted[:1]
    return outer if same_start and all(letter in letters for letter in wanted) else None


def _add_bracketed(forms: _Forms, names: pa.StringArray) -> None:

    row, names = _where(names, "[)）]")
    for wide, narrow in (("（", "("), ("）", ")")):
        names = pc.replace_substring(names, pattern=wide, replacement=narrow)
    bracketed = pc.match_substring_regex(names, pattern=_BRACKETS)
    row, names = row.filter(bracketed), names.filter(bracketed)
    if not len(row):
        return
    inner = each_distinct(
        pc.replace_substring_regex(names, pattern=_BRACKETS, replacement=r"\2"), _inner_name
    )
    outer = each_distinct(names, _outer_name)
    forms.add("bracket", name_keys(inner), row)
    forms.add("bracket", name_keys(outer), row)
    person = pc.match_substring_regex(inner, pattern=_PERSON)
    turned = pc.replace_substring_regex(names, pattern=_BRACKETS, replacement=r"\2 \1\3")
    forms.add("inverted", name_keys(only_where(person, turned)), row)


def _add_named(forms: _Forms, names: pa.StringArray) -> None:

    row, names = _where(names, _MAY_BE_NAMED)
    if not len(row):
        return
    for kind, pattern in _NAMED:
        named = pc.match_substring_regex(names, pattern=pattern)
        for part in (r"\1", r"\2"):
            text = pc.replace_substring_regex(
                only_where(named, names), pattern=pattern, replacement=part
            )
            forms.add(kind, name_keys(text), row)


def _add_chinese(forms: _Forms, names: pa.StringArray, latin: Container[str] | None) -> None:

    row, keys = _where(forms.keys, f"^[{HAN}]+$")
    if not len(row):
        return
    known = {key: parts(key) for key in keys.unique().to_pylist()}
    readings = {key: _in_pinyin(known[key].brand, latin) for key in known}
    forms.add("pinyin", each_distinct(keys, readings.get), row)
    read = from_flags(flags(pc.is_valid(each_distinct(keys, readings.get))))
    translated = each_distinct(
        keys.filter(read), lambda key: _translated(readings[key], known[key])
    )
    forms.add("translated", translated, row.filter(read))


def _in_pinyin(brand: str, latin: Container[str] | None) -> str | None:
    """A brand's reading, where it is one of the Latin words that may be meant."""
    read = pinyin(brand) if 2 <= len(brand) <= 6 else None
    return read if latin is None or read in latin else None


def _translated(brand: str | None, name: Parts) -> str | None:
    """The brand's reading, with its place's and what its trades are in English."""
    english = _trades_in_english()
    places = [pinyin(place) for place in name.places[:2]]
    trades = [english.get(word) for word in (*name.trades, *name.organisation)]
    english_words = [word for word in (*places, *trades) if word is not None]
    # The brand comes first: by it the form is looked up.
    return " ".join([str(brand), *english_words]) if english_words else None


@cache
def _trades_in_english() -> dict[str, str]:
    return {row["chinese"]: row["english"] for row in rows("trades_in_english.csv")}
