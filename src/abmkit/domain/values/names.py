"""Company names: as displayed, and as a key for matching."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import each_other, only_where, strings
from abmkit.domain.data import rows
from abmkit.domain.values.simplified import all_simplified, simplified
from abmkit.domain.values.unknown import Normaliser, still_known

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

# Controls, soft hyphens and marks without width; a joiner between letters means nothing in a name.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe00-\ufe0f]"
)
_FULL_WIDTH = re.compile("[\uff00-\uffef\u3000]+")
_SPACED_OUT = re.compile(f"(?<![^ ])([{HAN}]) (?=[{HAN}](?![{HAN}]))")


def display_name(name: str) -> str | None:
    """One name as it should be shown, None where nothing is left of it."""
    if name.isascii() and name.isprintable() and "&" not in name and "  " not in name:
        return name.strip() or None
    shown = name
    while True:
        text = _INVISIBLE.sub("", html.unescape(shown) if "&" in shown else shown)
        text = _FULL_WIDTH.sub(lambda part: unicodedata.normalize("NFKC", part[0]), text)
        text = " ".join(unicodedata.normalize("NFC", text).split())
        text = _SPACED_OUT.sub(r"\1", text)
        if text == shown:
            return text or None
        shown = text


# Names that `display_name` leaves as they are; ideographs that have no other form of their own.
_PLAIN_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_SIGN = "!-%'-~\u00c0-\u024f\u2013\u2014\u2018\u2019\u201c\u201d"
_AS_DISPLAYED = f"^(?:[!-%'-~]+(?: [!-%'-~]+)*|[!-%'-~{_PLAIN_HAN}]+)$"
_AS_DISPLAYED_TOO = f"^(?:(?:[{_SIGN}]+|&)(?: (?:[{_SIGN}]+|&))*|[!-%'-~{_PLAIN_HAN}]+)$"
_COMMON_MARKS = "[\u200b-\u200f\ufeff\u00ad]"


@Normaliser
def display_names(names: pa.StringArray) -> pa.StringArray:
    """Names as displayed: entities, width and spaces put right; null where unknown.

    `新 希 望` becomes `新希望`, `Lowe&#8217;s` becomes `Lowe’s`, `ＴＣＬ` becomes `TCL`.
    """
    shown = only_where(pc.match_substring_regex(names, pattern=_AS_DISPLAYED), names)
    shown = each_other(_filled(shown, names, _tidied), names, display_name)
    return still_known(shown, names)


def _tidied(names: pa.StringArray) -> pa.StringArray:
    """Names with what is commonly wrong put right, null where that takes a closer look."""
    text = pc.replace_substring(names, pattern="&amp;", replacement="&")
    text = pc.replace_substring_regex(text, pattern=_COMMON_MARKS, replacement="")
    for wide, narrow in (("（", "("), ("）", ")")):
        text = pc.replace_substring(text, pattern=wide, replacement=narrow)
    text = pc.replace_substring_regex(text, pattern="[ \u3000\t]+", replacement=" ")
    text = pc.utf8_trim(text, characters=" ")
    return only_where(pc.match_substring_regex(text, pattern=_AS_DISPLAYED_TOO), text)


def _filled(
    done: pa.StringArray, values: pa.StringArray, kernel: Callable[[pa.StringArray], pa.StringArray]
) -> pa.StringArray:
    """What is done already, and what the kernel makes of the values where it is null."""
    open_ = pc.and_(pc.is_null(done), pc.is_valid(values))
    if not pc.any(open_).as_py():
        return done
    return pc.replace_with_mask(done, open_, kernel(values.filter(open_)))


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
_THE = re.compile(r"^[\W_]*(?:the[\W_]+)+(?=\w)|[\s,]*\(the\)\s*$|,\s*the\s*$")
# The Securities and Exchange Commission tells namesakes apart by state, country or form after a
# slash; share classes in brackets are several securities of one company.
_STATES = (
    "al|ak|az|ar|ca|co|ct|de|dc|fl|ga|hi|id|il|in|ia|ks|ky|la|me|md|ma|mi|mn|ms|mo|mt|ne|nv|nh|nj|"
    "nm|ny|nc|nd|oh|ok|or|pa|pr|ri|sc|sd|tn|tx|ut|vt|va|wa|wv|wi|wy|"
    "ab|bc|mb|nb|nl|ns|on|pe|qc|sk|can|canada|uk|ci|fi|adr|new|old|"
    "cayman|cayman islands|marshall islands|bermuda|bvi"
)
_REGISTERED_IN = re.compile(rf"\s*[/\\]\s*(?:{_STATES})\s*[/\\]?\s*$|(?<=\w)\s*[/\\]\s*$")
_SHARE_CLASS = re.compile(r"\s*\((?:class|series) [a-z]\)\s*$")
_STATE_IN_BRACKETS = re.compile(rf"(?<=[\w.])\s*\((?:{_STATES.partition('|ab|')[0]})\)\s*$")
# Marks of the Chinese exchanges: special treatment, ex dividend or rights; classes of shares.
_EXCHANGE_MARK = re.compile(rf"^(?:\*?s?\*?st|xd|xr|dr)\s*(?=[{HAN}])")
_EXCHANGE_CLASS = re.compile(rf"(?<=[{HAN}])(?:-(?:sw|uw|w|u|b|s|r)|[ab])$")
_BETWEEN_HAN = re.compile(f"(?<=[{HAN}]) (?=[{HAN}])")


def _folded(name: str) -> str:
    if name.isascii():
        return name.lower()
    text = unicodedata.normalize("NFKD", name.casefold()).translate(_LETTERS)
    return simplified(unicodedata.normalize("NFC", _ACCENTS.sub("", text)).casefold())


def _tokens(text: str) -> list[str]:
    """Words of letters and digits; neighbouring single letters are one word (`A. O.`, `S.A.`)."""
    text = _APOSTROPHES.sub("", text).replace("&", " and ").replace("+", " plus ")
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
    return words


@cache
def legal_forms() -> tuple[frozenset[str], frozenset[str], tuple[str, ...], tuple[str, ...]]:
    """Legal forms as in a key: after a name, before it, and both for scripts without spaces.

    Read from `data/legal_forms.csv`; its source is named in `data/LICENSES.md`.
    """
    forms: dict[str, list[str]] = {"after": [], "before": [], "joined": [], "joined before": []}
    for row in rows("legal_forms.csv"):
        forms[row["place"]].append(simplified(row["form"]))
    longest_first = sorted(forms["joined"], key=len, reverse=True)
    return (
        frozenset(forms["after"]),
        frozenset(forms["before"]),
        tuple(longest_first),
        tuple(sorted(forms["joined before"], key=len, reverse=True)),
    )


_LONGEST_FORM = 6
# A form within a name is part of it, however it is spelled: Packaging Corp. of America.
_WITHIN = {"corporation": "corp", "company": "co", "incorporated": "inc", "limited": "ltd"}


@cache
def _last_words() -> frozenset[str]:
    return frozenset(form.rpartition(" ")[2] for form in legal_forms()[0])


def _without_legal_forms(words: list[str]) -> list[str]:
    after, before, joined, joined_before = legal_forms()
    last_words = _last_words()
    words = list(words)
    changed = True
    while changed:
        changed = False
        longest = min(_LONGEST_FORM, len(words) - 1) if words[-1] in last_words else 0
        for size in range(longest, 0, -1):
            if " ".join(words[-size:]) in after:
                del words[-size:]
                # "Smith & Co", "Group of Companies": what joined them goes with it.
                if len(words) > 1 and words[-1] in ("and", "of"):
                    del words[-1]
                changed = True
                break
        for size in range(min(_LONGEST_FORM, len(words) - 1), 0, -1):
            if " ".join(words[:size]) in before:
                del words[:size]
                changed = True
                break
        for form in () if words[-1].isascii() else joined:
            if words[-1].endswith(form) and (len(words[-1]) > len(form) or len(words) > 1):
                words[-1] = words[-1][: -len(form)]
                words = [word for word in words if word]
                changed = True
                break
        for form in () if words[0].isascii() else joined_before:
            if words[0].startswith(form) and (len(words[0]) > len(form) or len(words) > 1):
                words[0] = words[0][len(form) :]
                words = [word for word in words if word]
                changed = True
                break
    return [_WITHIN.get(word, word) for word in words] if len(words) > 1 else words


def name_key(name: str) -> str | None:
    """The matching key of one name, None where the name is empty."""
    shown = display_name(name)
    if shown is None:
        return None
    text = full = _folded(shown)
    patterns = [_THE]
    if "/" in text or "\\" in text:
        patterns.insert(0, _REGISTERED_IN)
    if text.endswith(")"):
        patterns += [_SHARE_CLASS, _STATE_IN_BRACKETS]
    if not text.isascii():
        patterns += [_EXCHANGE_MARK, _EXCHANGE_CLASS]
    for pattern in patterns:
        text = pattern.sub("", text) or text
    words = _tokens(text) or _tokens(full)
    if not words:
        return shown.casefold()
    key = _BETWEEN_HAN.sub("", " ".join(_without_legal_forms(words)))
    # What punctuation kept apart from a Chinese name may be a mark of its exchange after all.
    return key if key.isascii() or key == name else name_key(key)


@Normaliser
def name_keys(names: pa.StringArray) -> pa.StringArray:
    """The keys that two spellings of one company's name share.

    Case, width, accents, punctuation, traditional Chinese signs, legal forms, a leading "The", the
    state that the SEC adds (`/DE/`, `(DE)`) and the marks of Chinese exchanges (`*ST`) do not
    count. A name that consists of these alone keeps them, so that a known name never has an empty
    key.
    """
    names = all_simplified(names)
    keys = _filled(pc.coalesce(_latin_keys(names), _han_keys(names)), names, _folded_keys)
    return each_other(keys, names, name_key)


# Most names are plain words with at most a few forms of one word each after them; Arrow's kernels
# make their keys many times faster than `name_key`. What could be anything else is left to it.


@cache
def _plain_endings() -> tuple[str, pa.StringArray]:
    """A pattern for forms of one word after a name, and the words of which longer ones consist."""
    forms = legal_forms()[0]
    single = "|".join(sorted(form for form in forms if form.isascii() and " " not in form))
    words = {word for form in forms for word in form.split(" ")} | {"and", "the"}
    return f"(?: (?:{single}))+$", strings(sorted(words))


def _latin_keys(names: pa.StringArray) -> pa.StringArray:
    """The keys of names in plain Latin words, null where that takes a closer look."""
    plain = pc.match_substring_regex(names, pattern="^[A-Za-z0-9][A-Za-z0-9 .,-]*$")
    text = pc.ascii_lower(only_where(plain, names))
    if text.null_count == len(text):
        return text
    text = pc.replace_substring_regex(text, pattern="[ .,-]{2,}|[.,-]", replacement=" ")
    text = pc.ascii_rtrim(text, characters=" ")
    endings, words_of_forms = _plain_endings()
    key = pc.replace_substring_regex(text, pattern=endings, replacement="")
    last = pc.replace_substring_regex(key, pattern="^.* ", replacement="")
    # Initials are one word ("a o smith"), and a form before the name or "the" may go.
    before = "|".join(["the", *legal_forms()[1]])
    within = "|".join(_WITHIN)
    odd = pc.match_substring_regex(text, pattern=rf"\b[a-z] [a-z]\b|^(?:{before}) ")
    odd = pc.or_(odd, pc.match_substring_regex(key, pattern=rf"(?:^| )(?:{within}) | of$"))
    return only_where(pc.invert(pc.or_(odd, pc.is_in(last, value_set=words_of_forms))), key)


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
    bracketed = pc.match_substring_regex(
        names, pattern=f"^[{_PLAIN_HAN}]+(?:\\([{_PLAIN_HAN}]+\\))+[{_PLAIN_HAN}]*$"
    )
    parts = pc.replace_substring_regex(
        only_where(bracketed, names), pattern="[()]+", replacement=" "
    )
    return pc.coalesce(_latin_keys(text), _han_keys(pc.ascii_rtrim(parts, characters=" ")))


def _han_keys(names: pa.StringArray) -> pa.StringArray:
    """The keys of names in plain ideographs alone, null where that takes a closer look."""
    plain = pc.match_substring_regex(names, pattern=f"^[{_PLAIN_HAN}][{_PLAIN_HAN} ]*$")
    text = only_where(plain, names)
    if text.null_count == len(text):
        return text
    after, before = map("|".join, legal_forms()[2:])
    key = pc.replace_substring_regex(text, pattern=f" ?(?:{after})$", replacement="")
    odd = pc.match_substring_regex(key, pattern=f"^$|^ |  |(?:{after})$|^(?:{before})")
    key = only_where(pc.invert(odd), key)
    return pc.replace_substring(key, pattern=" ", replacement="")


# The SEC writes a person's name family name first: SMITH A O CORP, HUNT J B TRANSPORT SERVICES INC.
_INVERTED = r"^([A-Za-z'-]{3,}) ([A-Z](?: [A-Z]){1,2}) ([A-Za-z&][A-Za-z&.,'/ -]*)$"


def inverted_names(names: pa.StringArray) -> pa.StringArray:
    """Names whose initials follow the family name, in their usual order; null for all others.

    `SMITH A O CORP` is `A O SMITH CORP`. It is kept beside the name given, for matching.
    """
    inverted = only_where(pc.match_substring_regex(names, pattern=_INVERTED), names)
    return pc.replace_substring_regex(inverted, pattern=_INVERTED, replacement=r"\2 \1 \3")
