"""The keys of a column of names."""

from __future__ import annotations

from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import each_distinct, each_other, only_where, strings
from abmkit.domain.values.names.keys import name_key
from abmkit.domain.values.names.legal import EAST_ASIAN_FORMS, WITHIN, last_words, legal_forms
from abmkit.domain.values.names.letters import HAS_DIGRAPH, plain_vowels
from abmkit.domain.values.names.notes import VALUE_AT_END, ends_of_notes, notes
from abmkit.domain.values.names.shown import PLAIN_HAN, filled
from abmkit.domain.values.simplified import all_simplified
from abmkit.domain.values.unknown import Normaliser


@Normaliser
def name_keys(names: pa.StringArray) -> pa.StringArray:
    """The keys that two spellings of one company's name share.

    Case, width, accents, punctuation, traditional Chinese signs, legal forms, a leading "The", the
    state that the SEC adds (`/DE/`, `(DE)`) and the marks of Chinese exchanges (`*ST`) do not
    count. A name that consists of these alone keeps them, so that a known name never has an empty
    key.
    """
    names = all_simplified(names)
    keys = filled(pc.coalesce(_latin_keys(names), _han_keys(names)), names, _folded_keys)
    return each_other(keys, names, name_key)


# Most names are plain words with at most a few forms of one word each after them; Arrow's kernels
# make their keys many times faster than `name_key`. What could be anything else is left to it.


@cache
def _plain_endings() -> tuple[str, str, str, pa.StringArray]:
    """Patterns for forms of one word after a name, and for names that take a closer look.

    With the words at the end of which names do so too: those of longer forms, notes and suffixes.
    """
    forms = legal_forms()[0]
    single = "|".join(sorted(form for form in forms if form.isascii() and " " not in form))
    words = {word for form in forms for word in form.split(" ")} | {"and", "the"} | ends_of_notes()
    words |= {"of"}
    remarks = [note for note in notes("marked off", "ending") if note.isascii()]
    before = "|".join(sorted({"the", *legal_forms()[1], *remarks, *notes("first")}))
    within = "|".join(sorted({*WITHIN, *(word for word in last_words() if word.isascii())}))
    # Initials are one word ("a o smith"); a form before the name may go, and so may a note; what
    # follows a form in the midst of a name may be no part of it.
    odd = (
        rf" [a-z]$|{VALUE_AT_END}|(?:^| )(?:{within}) "
        rf"| (?:{'|'.join(sorted(notes('first')))})\b"
    )
    first = rf"\b[a-z] [a-z]\b|^(?:{before}) "
    return f"(?: (?:{single}))+$", first, odd, strings(sorted(words))


# Marks with points: without par value, a nominal value, in liquidation, a class of shares; notes
# set off from the name before them.
_POINTED = (
    r"o\. ?n\.?[ .,-]*$|- ?, ?[0-9]+ ?[a-z]?[ .,-]*$|- ?[a-z] ?-[ .,-]*$"
    r"|[iv]\. ?[a-z]+[ .,-]*$|^(?:s\.? ?c|fa)\.?[ .]"
)


def _latin_keys(names: pa.StringArray) -> pa.StringArray:
    """The keys of names in plain Latin words, null where that takes a closer look."""
    plain = pc.match_substring_regex(names, pattern="^[A-Za-z0-9][A-Za-z0-9 .,-]*$")
    text = pc.ascii_lower(only_where(plain, names))
    if text.null_count == len(text):
        return text
    pointed = pc.match_substring_regex(text, pattern=_POINTED)
    text = pc.replace_substring_regex(text, pattern="[ .,-]{2,}|[.,-]", replacement=" ")
    text = _with_plain_vowels(pc.ascii_rtrim(text, characters=" "))
    endings, first, closer, words_of_forms = _plain_endings()
    key = pc.replace_substring_regex(text, pattern=endings, replacement="")
    last = pc.replace_substring_regex(key, pattern="^.* ", replacement="")
    odd = pc.or_(pointed, pc.match_substring_regex(key, pattern=closer))
    odd = pc.or_(odd, pc.match_substring_regex(text, pattern=first))
    odd = pc.or_(odd, pc.is_in(last, value_set=words_of_forms))
    return only_where(pc.invert(odd), key)


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
    text = pc.utf8_normalize(only_where(latin, names), form="NFKD")
    text = pc.replace_substring_regex(text, pattern="[\u0300-\u036f'’]", replacement="")
    text = pc.replace_substring(text, pattern="&", replacement=" and ")
    text = pc.replace_substring_regex(text, pattern=" {2,}", replacement=" ")
    text = pc.replace_substring_regex(text, pattern=_TWO_INITIALS, replacement=r"\1 \2\3")
    text = only_where(pc.invert(pc.match_substring_regex(names, pattern="^[Oo][Üü] ")), text)
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
    odd = pc.match_substring_regex(key, pattern=f"^$|^ |  |(?:{after})$|^(?:{before})")
    key = only_where(pc.invert(odd), key)
    return pc.replace_substring(key, pattern=" ", replacement="")
