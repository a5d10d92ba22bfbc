"""The keys of a column of names."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import bools, each_distinct, each_other, only_where, strings
from abmkit.domain.data import rows
from abmkit.domain.values.names.keys import name_key
from abmkit.domain.values.names.legal import EAST_ASIAN_FORMS, WITHIN, last_words, legal_forms
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
    keys = filled(pc.coalesce(_latin_keys(names), _han_keys(names)), names, _folded_keys)
    return each_other(keys, names, name_key)


# Most names are plain words with at most a few forms of one word each after them; Arrow's kernels
# make their keys many times faster than `name_key`. What could be anything else is left to it.


@cache
def _single_forms() -> list[str]:
    return sorted(form for form in legal_forms()[0] if form.isascii() and " " not in form)


@cache
def _closer_ends() -> tuple[pa.StringArray, str]:
    """Last words of names that take a closer look when forms of one word are off, and a pattern.

    They end forms, notes and suffixes of several words; where many names end with the last word,
    the last two are looked at.
    """
    single = set(_single_forms())
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


def _latin_keys(names: pa.StringArray) -> pa.StringArray:
    """The keys of names in plain Latin words, null where that takes a closer look."""
    plain = pc.match_substring_regex(names, pattern="^[A-Za-z0-9][A-Za-z0-9 .,-]*$")
    text = pc.ascii_lower(only_where(plain, names))
    if text.null_count == len(text):
        return text
    pointed = pc.match_substring_regex(text, pattern=_POINTED)
    dashed = pc.match_substring_regex(text, pattern=_DASHED)
    text = pc.replace_substring_regex(text, pattern="[ .,-]{2,}|[.,-]", replacement=" ")
    text = _with_plain_vowels(pc.ascii_rtrim(text, characters=" "))
    # Initials are one word ("a o smith"), and a form before the name or "the" may go.
    before = _any_of({"the", *legal_forms()[1]})
    first = pc.match_substring_regex(text, pattern=rf"\b[a-z] [a-z]\b|^(?:{before}) ")
    endings = f"(?: (?:{_any_of(_single_forms())}))+$"
    key = pc.replace_substring_regex(text, pattern=endings, replacement="")
    closer, last_two = _closer_ends()
    last = pc.replace_substring_regex(key, pattern="^.* ", replacement="")
    ends = pc.match_substring_regex(key, pattern=last_two)
    odd = pc.or_(pc.or_(pointed, first), pc.or_(ends, pc.is_in(last, value_set=closer)))
    odd = pc.or_(odd, _goes_on_after_a_form(key))
    if pc.any(dashed).as_py():
        noted = pc.match_substring_regex(only_where(dashed, text), pattern=_marked_off())
        odd = pc.or_(odd, pc.fill_null(noted, bools([False])[0]))
    return only_where(pc.invert(odd), key)


def _goes_on_after_a_form(keys: pa.StringArray) -> pa.BooleanArray:
    """Whether something after a form is a kind of share, or the name again, or to be spelled."""
    forms = _any_of(word for word in last_words() if word.isascii())
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


# Two letters at the end are one word: `Acme S.A.`
_TWO_INITIALS = r"([A-Za-z0-9]{2}|[ .,-][0-9])[ .,-]+([A-Za-z])[ .,-]+([A-Za-z])[ .,-]*$"


def _folded_keys(names: pa.StringArray) -> pa.StringArray:
    """The keys of names with accents, apostrophes, "&" or places in brackets, null for others."""
    latin = pc.match_substring_regex(names, pattern=f"^(?:[A-Za-z0-9 .,'’{_ACCENTED}-]|& )+$")
    pointed = pc.match_substring_regex(names, pattern=f"(?i){_POINTED}|^oü ")
    text = only_where(pc.and_(latin, pc.invert(pointed)), names)
    text = pc.utf8_normalize(text, form="NFKD")
    text = pc.replace_substring_regex(text, pattern="[\u0300-\u036f'’]", replacement="")
    text = pc.replace_substring(text, pattern="&", replacement=" and ")
    text = pc.replace_substring_regex(text, pattern=" {2,}", replacement=" ")
    text = pc.replace_substring_regex(text, pattern=_TWO_INITIALS, replacement=r"\1 \2\3")
    bracketed = pc.match_substring_regex(
        names, pattern=f"^[{PLAIN_HAN}]+(?:\\([{PLAIN_HAN}]+\\))+[{PLAIN_HAN}]*$"
    )
    noted = pc.match_substring_regex(names, pattern=_notes_in_brackets())
    bracketed = pc.and_(bracketed, pc.invert(noted))
    parts = pc.replace_substring_regex(
        only_where(bracketed, names), pattern="[()]+", replacement=" "
    )
    return pc.coalesce(_latin_keys(text), _han_keys(pc.ascii_rtrim(parts, characters=" ")))


@cache
def _notes_in_brackets() -> str:
    """What may be a note, a form or a country in brackets in a Chinese or Japanese name."""
    said = "|".join(note for note in notes("in brackets", "marked off", "ending") if _plain(note))
    return rf"\((?:{said}|{EAST_ASIAN_FORMS})\)|(?:{'|'.join(legal_forms()[2])})\("


def _plain(note: str) -> bool:
    return not note.isascii() and " " not in note


def _han_keys(names: pa.StringArray) -> pa.StringArray:
    """The keys of names in plain ideographs alone, null where that takes a closer look."""
    plain = pc.match_substring_regex(names, pattern=f"^[{PLAIN_HAN}][{PLAIN_HAN} ]*$")
    text = only_where(plain, names)
    if text.null_count == len(text):
        return text
    after, before = map("|".join, legal_forms()[2:])
    key = pc.replace_substring_regex(text, pattern=f" ?(?:{after})$", replacement="")
    noted = _any_of(note for note in notes("ending") if _plain(note))
    odd = pc.match_substring_regex(
        key, pattern=f"^$|^ |  |(?:{after})$|^(?:{before})| (?:{noted})$"
    )
    key = only_where(pc.invert(odd), key)
    return pc.replace_substring(key, pattern=" ", replacement="")
