"""The letters of a key: folded, with digraphs as the plain vowels that stand for them too."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from abmkit.domain.data import rows
from abmkit.domain.values.simplified import simplified

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

# Letters that casefolding and the removal of accents leave as they are.
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"}
)
# Accents, and the points over and under Hebrew and Arabic letters.
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")
# Vowels of Indic and Southeast Asian scripts are marks to Unicode, and part of a word to a reader.
_VOWEL_SIGNS = (
    "\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a4d\u0a81-\u0acd\u0b01-\u0b57"
    "\u0b82-\u0bcd\u0c00-\u0c56\u0c81-\u0cd6\u0d00-\u0d57\u0d82-\u0ddf\u0e31-\u0e4e\u0eb1-\u0ece"
    "\u0f71-\u0fbc\u102b-\u103e\u1056-\u1059\u17b4-\u17d3"
)
_APOSTROPHES = re.compile("['’‘ʼ`´]")
_NOT_IN_KEY = re.compile(rf"(?:(?![{_VOWEL_SIGNS}])[\W_])+")
# "Eckert + Ziegler" and "Eckert+Ziegler", but neither "Canal+" nor "A+ Systems".
_AND = re.compile(r"(?<=[^\s+])(?: \+ |\+)(?=[^\s+])")
_TRADE_MARKS = re.compile("[™®©℠]|(?<=[\\w.])\\s*\\((?:tm|sm|r)\\)", re.IGNORECASE)

# How ä, ö and ü are written without the letter, where a word may have it: not beside another vowel
# (Boeing, Queue), except that of `äu`. `Aero` is Greek, `ue` ends words of other languages (Value,
# Revenues), `ael` and `uel` end given names (Rafael, Samuel).
_DIGRAPH = re.compile(
    "(?<![aeiou])(?:(a)e(?!ro|ls?$|[aeioy])|(o)e(?!lectr|[aeiouy])|(?<!q)(u)e(?!s?$|ls?$|[aeiouy]))"
)
_SHORTEST = 5
HAS_DIGRAPH = "[aou]e"
# Initials that become one word may have it, too (`S.A. e S.R.L.`).
_MAY_HAVE_DIGRAPH = re.compile(r"[aou][\W_]*e")


def folded(name: str) -> str:
    """A name without case, accents, trade marks and traditional Chinese signs."""
    if name.isascii():
        return _TRADE_MARKS.sub(" ", name).lower() if "(" in name else name.lower()
    plain = _TRADE_MARKS.sub(" ", name) or name
    text = unicodedata.normalize("NFKD", plain.casefold()).translate(_LETTERS)
    return simplified(unicodedata.normalize("NFC", _ACCENTS.sub("", text)).casefold())


def tokens(text: str) -> list[str]:
    """Words of letters and digits; neighbouring single letters are one word (`A. O.`, `S.A.`)."""
    text = _APOSTROPHES.sub("", text).replace("&", " and ")
    if "+" in text:
        text = _AND.sub(" and ", text).replace("+", " plus ")
    words: list[str] = []
    joining = False
    for word in _NOT_IN_KEY.split(text):
        if not word:
            continue
        single = len(word) == 1 and "a" <= word <= "z"
        if single and joining:
            words[-1] += word
        else:
            words.append(word)
        joining = single
    return [plain_vowels(word) for word in words] if _MAY_HAVE_DIGRAPH.search(text) else words


@cache
def _words_of_two_vowels() -> frozenset[str]:
    """Words whose `ae`, `oe` or `ue` are two vowels, and words that other tables have."""
    known = {row["word"] for row in rows("words_of_two_vowels.csv")}
    for table, column in _TABLES_OF_WORDS:
        known |= {word for row in rows(table) for word in row[column].lower().split()}
    return frozenset(known)


_TABLES_OF_WORDS = (
    ("given_names.csv", "name"),
    ("abbreviations.csv", "abbreviation"),
    ("abbreviations.csv", "word"),
    ("trades_in_english.csv", "english"),
)


def plain_vowels(word: str) -> str:
    """A folded word with ae, oe and ue as a, o and u where they may stand for ä, ö and ü.

    So that Müller, Mueller and Muller are one word. Words that are known to have two vowels
    (`data/words_of_two_vowels.csv`) and words of less than five letters stay.
    """
    if len(word) < _SHORTEST or not ("ae" in word or "oe" in word or "ue" in word):
        return word
    if word in _words_of_two_vowels():
        return word
    return _DIGRAPH.sub(lambda match: match[1] or match[2] or match[3], word)
