"""The keys of a column of names."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import (
    bools,
    each_distinct,
    each_other,
    filled_where,
    from_flags,
    last_words,
    only_where,
    scalar,
    strings,
)
from abmkit.domain.data import rows
from abmkit.domain.signs import DASH, HAN, POINT, SPACE, WORD, Kinds, signs
from abmkit.domain.values.names.keys import name_key
from abmkit.domain.values.names.legal import EAST_ASIAN_FORMS, WITHIN, legal_forms
from abmkit.domain.values.names.legal import last_words as legal_last_words
from abmkit.domain.values.names.letters import HAS_DIGRAPH, plain_vowels
from abmkit.domain.values.names.notes import VALUE_AT_END, notes, suffixes
from abmkit.domain.values.names.shown import PLAIN_HAN, filled
from abmkit.domain.values.simplified import all_simplified
from abmkit.domain.values.unknown import Normaliser


@Normaliser
def name_keys(names: pa.StringArray) -> pa.StringArray:
    """The keys that two spellings of one company's name share.

    Case, width, accents, umlauts written as two letters (`Mueller`), punctuation, trade marks,
    traditional Chinese signs, legal forms before and after, a leading "The", the state that the
    SEC adds (`/DE/`, `(DE)`), the marks of Chinese exchanges (`*ST`), what exchanges and data
    vendors say is traded (`O.N.`, `EO -,50`, `SP.ADR`, `Class A`) and notes (`(HQ)`,
    `[duplicate]`, `in Liquidation`) do not count. A name that consists of these alone keeps them,
    so that a known name never has an empty key.
    """
    names = all_simplified(names)
    kinds = signs(names)
    han = from_flags(kinds & HAN != 0)
    plain = pc.or_(_plain_latin(names, kinds), _plain_han(kinds))
    texts = filled(only_where(plain, names), names, _plainer)
    known = pc.is_valid(texts)
    keys = filled_where(pc.and_not(known, han), texts, _latin_keys)
    keys = filled_where(pc.and_(known, han), texts, _han_keys, keys)
    return each_other(keys, names, name_key)


# Most names are plain words with at most a few forms of one word each after them; Arrow's kernels
# make their keys many times faster than `name_key`. What could be anything else is left to it.


@cache
def _single_forms() -> pa.StringArray:
    return strings(sorted(f for f in legal_forms()[0] if f.isascii() and " " not in f))


@cache
def _closer_ends() -> tuple[pa.StringArray, str]:
    """Last words of names that take a closer look when forms of one word are off, and a pattern.

    They end forms, notes and suffixes of several words; where many names end with the last word,
    the last two are looked at.
    """
    single = set(_single_forms().to_pylist())
    common = {row["word"] for row in rows("name_words.csv.gz")}
    last, last_two = {"and", "the", "of"}, set()
    for phrase in [*legal_forms()[0], *notes("ending"), *suffixes("anywhere")]:
        words = phrase.split(" ")
        while words and words[-1] in single:
            words.pop()
        if len(words) > 1 and words[-1] in common:
            last_two.add(" ".join(words[-2:]))
        elif words:
            last.add(words[-1])
    return strings(sorted(last)), rf" (?:{_any_of(last_two)})$|{VALUE_AT_END}"


@cache
def _marked_off() -> str:
    """A pattern for words that may be a note when a dash stands beside them."""
    said = _any_of(note for note in notes("marked off", "ending") if note.isascii())
    countries = _any_of(note for note in notes("country") if note.isascii())
    first = _any_of(notes("first"))
    return (
        rf" (?:{said})(?: [0-9]+)*$|^(?:{said})(?: [0-9]+)* "
        rf"|(?:^| )(?:{first})| (?:{countries})$| [a-z]$"
    )


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(words))


# Marks with points: without par value, a nominal value, in liquidation; forms before a name.
_POINTED = (
    r"o\. ?n\.?[ .,-]*$|- ?, ?[0-9]+ ?[a-z]?[ .,-]*$|- ?[a-z] ?-[ .,-]*$"
    r"|[iv]\. ?[a-z]+[ .,-]*$|^(?:s\.? ?c|fa)\.?[ .]"
)
_DASHED = " -|- |--"


_LATIN_SIGNS = WORD | SPACE | POINT | DASH
_HAN_SIGNS = HAN | SPACE


def _plain_latin(names: pa.StringArray, kinds: Kinds) -> pa.BooleanArray:
    """Where names are plain Latin words and a word is first."""
    plain = (kinds | _LATIN_SIGNS == _LATIN_SIGNS) & (kinds & WORD != 0)
    firsts = [pc.starts_with(names, pattern=sign) for sign in " .,-"]
    return pc.and_not(from_flags(plain), pc.fill_null(reduce(pc.or_, firsts), scalar(True)))


def _latin_keys(names: pa.StringArray) -> pa.StringArray:
    """The keys of names in plain Latin words, null where that takes a closer look."""
    text, noted = _bare(pc.ascii_lower(names))
    text = _with_plain_vowels(text)
    last = last_words(text)
    key = filled_where(pc.is_in(last, value_set=_single_forms()), text, _without_forms, text)
    maybe = pc.match_substring_regex(text, pattern=_may_be_odd())
    odd = filled_where(maybe, text, _are_odd, from_flags(np.zeros(len(text), dtype=bool)))
    odd = pc.or_(pc.or_(noted, odd), pc.is_in(last_words(key), value_set=_closer_ends()[0]))
    return only_where(pc.invert(odd), key)


# Two letters at the end are one word: `Acme S.A.`
_TWO_INITIALS = r"([a-z0-9]{2}|[ .,-][0-9])[ .,-]+([a-z])[ .,-]+([a-z])[ .,-]*$"


def _bare(text: pa.StringArray) -> tuple[pa.StringArray, pa.BooleanArray]:
    """Names in small letters without points and dashes, and where these may set a note off."""
    kinds = signs(text)
    marked = from_flags(kinds & (POINT | DASH) != 0)
    nothing = from_flags(np.zeros(len(text), dtype=bool))
    noted = filled_where(marked, text, _pointed, nothing)
    ends_in_letter = pc.equal(pc.utf8_slice_codeunits(text, -2, -1), scalar(" "))
    text = filled_where(pc.or_(marked, ends_in_letter), text, _with_two_letters, text)
    bare = filled_where(marked, text, _without_marks, text)
    dashed = pc.match_substring_regex(
        only_where(from_flags(kinds & DASH != 0), text), pattern=_DASHED
    )
    if pc.any(dashed).as_py():
        said = pc.match_substring_regex(only_where(dashed, bare), pattern=_marked_off())
        noted = pc.or_(noted, pc.fill_null(said, scalar(False)))
    return bare, noted


def _with_two_letters(text: pa.StringArray) -> pa.StringArray:
    return pc.replace_substring_regex(text, pattern=_TWO_INITIALS, replacement=r"\1 \2\3")


def _pointed(text: pa.StringArray) -> pa.BooleanArray:
    return pc.match_substring_regex(text, pattern=_POINTED)


def _without_marks(text: pa.StringArray) -> pa.StringArray:
    bare = pc.replace_substring_regex(text, pattern="[ .,-]{2,}|[.,-]", replacement=" ")
    return pc.ascii_rtrim(bare, characters=" ")


def _without_forms(text: pa.StringArray) -> pa.StringArray:
    """Texts without the forms of one word after them."""
    endings = f"(?: (?:{_any_of(_single_forms().to_pylist())}))+$"
    return pc.replace_substring_regex(text, pattern=endings, replacement="")


# Initials are one word ("a o smith"), and a form before the name or "the" may go.
def _first_words() -> str:
    return rf"\b[a-z] [a-z]\b|^(?:{_any_of({'the', *legal_forms()[1]})}) "


@cache
def _may_be_odd() -> str:
    """A pattern for texts, forms after them included, whose keys may take a closer look."""
    forms = _any_of(word for word in legal_last_words() if word.isascii())
    within = f"(?:^| )(?:{_any_of(WITHIN)}) | (?:{forms}) "
    ends = _closer_ends()[1].replace("$", "(?: |$)")
    return f"^(?:s ?c|fa) |{_first_words()}|{within}|{ends}"


def _are_odd(text: pa.StringArray) -> pa.BooleanArray:
    """Whether the keys of texts without points and dashes take a closer look."""
    key = _without_forms(text)
    odd = pc.match_substring_regex(text, pattern=f"^(?:s ?c|fa) |{_first_words()}")
    ends = pc.match_substring_regex(key, pattern=_closer_ends()[1])
    return pc.or_(pc.or_(odd, ends), _goes_on_after_a_form(key))


def _goes_on_after_a_form(keys: pa.StringArray) -> pa.BooleanArray:
    """Whether something after a form is a kind of share, or the name again, or to be spelled."""
    forms = _any_of(word for word in legal_last_words() if word.isascii())
    within = pc.match_substring_regex(keys, pattern=f"(?:^| )(?:{_any_of(WITHIN)}) ")
    some = only_where(pc.match_substring_regex(keys, pattern=f" (?:{forms}) "), keys)
    if some.null_count == len(some):
        return within
    kinds = _any_of(suffixes("after a form"))
    kind = pc.match_substring_regex(
        some, pattern=f" (?:{kinds}|[a-z])$| (?:{forms}) .*(?: (?:{forms})) "
    )
    name = pc.replace_substring_regex(some, pattern=f" (?:{forms}) .*$", replacement="")
    again = pc.replace_substring_regex(some, pattern=f"^.* (?:{forms}) ", replacement="")
    starts = [
        pc.utf8_slice_codeunits(pc.replace_substring(part, pattern=" ", replacement=""), 0, 3)
        for part in (name, again)
    ]
    return pc.or_(within, pc.fill_null(pc.or_(kind, pc.equal(*starts)), bools([False])[0]))


def _with_plain_vowels(texts: pa.StringArray) -> pa.StringArray:
    """Folded texts with the vowels that their digraphs stand for."""
    some = only_where(pc.match_substring_regex(texts, pattern=HAS_DIGRAPH), texts)
    if some.null_count == len(some):
        return texts
    changed = each_distinct(some, lambda text: " ".join(map(plain_vowels, text.split(" "))))
    return pc.coalesce(changed, texts)


# Letters whose capitals and accents alone tell them from plain ones; `ø` and `ß` do not decompose.
_ACCENTED = (
    "\u00c0-\u00c5\u00c7-\u00cf\u00d1-\u00d6\u00d9-\u00dd"
    "\u00e0-\u00e5\u00e7-\u00ef\u00f1-\u00f6\u00f9-\u00fd\u00ff"
)


def _plainer(names: pa.StringArray) -> pa.StringArray:
    """Names without accents, apostrophes, "&" and brackets, null where not plain all the same."""
    han = from_flags(signs(names) & HAN != 0)
    texts = filled_where(han, names, _without_brackets)
    return filled_where(pc.invert(han), names, _without_accents, texts)


def _without_accents(names: pa.StringArray) -> pa.StringArray:
    latin = pc.match_substring_regex(names, pattern=f"^(?:[A-Za-z0-9 .,'’{_ACCENTED}-]|& )+$")
    pointed = pc.match_substring_regex(names, pattern=f"(?i){_POINTED}|^oü ")
    text = only_where(pc.and_not(latin, pointed), names)
    text = pc.utf8_normalize(text, form="NFKD")
    text = pc.replace_substring_regex(text, pattern="[\u0300-\u036f'’]", replacement="")
    text = pc.replace_substring(text, pattern="&", replacement=" and ")
    text = pc.replace_substring_regex(text, pattern=" {2,}", replacement=" ")
    return only_where(_plain_latin(text, signs(text)), text)


def _without_brackets(names: pa.StringArray) -> pa.StringArray:
    bracketed = pc.match_substring_regex(
        names, pattern=f"^[{PLAIN_HAN}]+(?:\\([{PLAIN_HAN}]+\\))+[{PLAIN_HAN}]*$"
    )
    noted = pc.match_substring_regex(names, pattern=_notes_in_brackets())
    parts = pc.replace_substring_regex(
        only_where(pc.and_not(bracketed, noted), names), pattern="[()]+", replacement=" "
    )
    return only_where(_plain_han(signs(parts)), pc.ascii_rtrim(parts, characters=" "))


@cache
def _notes_in_brackets() -> str:
    """What may be a note, a form or a country in brackets in a Chinese or Japanese name."""
    said = "|".join(note for note in notes("in brackets", "marked off", "ending") if _plain(note))
    return rf"\((?:{said}|{EAST_ASIAN_FORMS})\)|(?:{'|'.join(legal_forms()[2])})\("


def _plain(note: str) -> bool:
    return not note.isascii() and " " not in note


def _plain_han(kinds: Kinds) -> pa.BooleanArray:
    """Where names are plain ideographs, perhaps with spaces between."""
    return from_flags((kinds | _HAN_SIGNS == _HAN_SIGNS) & (kinds & HAN != 0))


def _han_keys(text: pa.StringArray) -> pa.StringArray:
    """The keys of names in plain ideographs alone, null where that takes a closer look."""
    after, before = map("|".join, legal_forms()[2:])
    key = pc.replace_substring_regex(text, pattern=f" ?(?:{after})$", replacement="")
    noted = _any_of(note for note in notes("ending") if _plain(note))
    odd = pc.match_substring_regex(
        key, pattern=f"^$|^ |  |(?:{after})$|^(?:{before})| (?:{noted})$"
    )
    key = only_where(pc.invert(odd), key)
    return pc.replace_substring(key, pattern=" ", replacement="")
