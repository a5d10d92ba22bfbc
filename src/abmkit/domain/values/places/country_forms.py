"""The forms that a country's name takes in lists: turned round, abbreviated, with its state."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from abmkit.domain.data import rows

# What an abbreviation stands for; `n` and `northern` both stand for north.
_LONGER = {
    "st": "saint", "ste": "saint", "is": "island", "isl": "island", "isls": "island",
    "islands": "island", "isle": "island", "rep": "republic", "dem": "democratic",
    "fed": "federated", "sts": "states", "ter": "territory", "terr": "territory",
    "territories": "territory", "rb": "bolivarian republic", "pdr": "people democratic republic",
    "peoples": "people", "prov": "province", "n": "north", "northern": "north", "s": "south",
    "southern": "south", "fyr": "former yugoslav republic", "faeroe": "faroe", "gt": "great",
    "brit": "british", "kgdm": "kingdom", "herzegowina": "herzegovina", "eq": "equatorial",
    "cent": "central", "afr": "african", "dr": "democratic republic",
}  # fmt: skip
_SMALL = frozenset(["the", "of", "and"])
# What states call themselves; without it the name is the country's, unless several share it.
_STATE_WORDS = (
    "republic kingdom state federal federation federated islamic democratic people socialist "
    "commonwealth union principality duchy grand sultanate plurinational bolivarian cooperative "
    "arab hashemite oriental eastern independent national emirate sovereign"
)
_OF_STATES = frozenset(_STATE_WORDS.split())
# Alone, these name no country.
_SHARED_WORDS = "united north south east west central new island states"
_OF_SEVERAL = frozenset(_SHARED_WORDS.split())
_FLAGS = re.compile("[\U0001f1e6-\U0001f1ff]|[\U000e0020-\U000e007f]|\U0001f3f4")
_PARTS = re.compile(
    r"\s*[()\[\]（）【】/|;；,，、:：·\"“”]\s*|\s+[-–—]+\s+|\s*[–—]\s*|"
    r"(?<=[\u3400-\u9fff])[\s-]+|\s+(?=[\u3400-\u9fff])"
)
# What may stand beside a country's name and says nothing of which it is.
_NEUTRAL = re.compile(
    r"(?:the|mainland|metropolitan|continental|republic|rep|republic of|sar|"
    r"special administrative region|all|country|大陆|大陸|内地|中国大陆|本土|地区|特区|"
    r"特别行政区|特別行政區)\.?",
    re.IGNORECASE,
)
_FORMERLY = re.compile(r"^(?:fmr|formerly|former|ex|aka|also|now|原)\b\.?:?\s*", re.IGNORECASE)

LONGEST = 100
"""No name of a country is longer."""
Key = tuple[str, ...]
_Find = Callable[[str], "str | None"]


def without_flags(text: str) -> str:
    """A text without the flags that some lists set before a country."""
    return _FLAGS.sub("", text).strip() if not text.isascii() else text


def words(name: str) -> Key:
    """The words of a folded name as far as they tell, sorted: `Korea, Rep.`, Republic of Korea."""
    plain = re.sub(r"\(s\)|'s\b|(?<=\w)\.(?=\w\b)", "", name)
    plain = re.sub(r"\bd[' ]ivoire\b", "divoire", plain.replace("&", " and "))
    plain = " ".join(re.sub(r"[^\w]+", " ", plain).split())
    plain = re.sub(r"\b(\w) (?=\w\b)", r"\1", plain)
    longer = " ".join(_LONGER.get(word, word) for word in plain.split())
    return tuple(sorted(word for word in longer.split() if word not in _SMALL))


def core(key: Key) -> Key:
    """The words without those that only say what kind of state it is."""
    left = tuple(word for word in key if word not in _OF_STATES)
    return () if set(left) <= _OF_SEVERAL else left


def by_words(names: Mapping[str, str]) -> tuple[dict[Key, str], dict[Key, str]]:
    """Codes by the words of names, and by their core where one country alone has it."""
    keys = [(words(name), code) for name, code in names.items() if len(name) > 3]
    return _single(keys), _single((core(key), code) for key, code in keys)


def _single(pairs: Iterable[tuple[Key, str]]) -> dict[Key, str]:
    codes: dict[Key, set[str]] = {}
    for key, code in pairs:
        codes.setdefault(key, set()).add(code)
    return {key: min(several) for key, several in codes.items() if len(several) == 1 and key}


@cache
def _states_of() -> dict[str, str]:
    """The state that a territory with a code of its own belongs to."""
    return {row["code"]: row["state"] for row in rows("territories.csv")}


def of_parts(text: str, find: _Find) -> str | None:
    """The country of `United States (US)`, `Hong Kong, China` or `DE – Germany`.

    Every part must be a country, and all the same one, or a territory and its state.
    """
    if len(text) > LONGEST or not _PARTS.search(text):
        return None
    pieces = [_FORMERLY.sub("", part.strip(" .'")) for part in _PARTS.split(text)]
    pieces = [part for part in pieces if part and not _NEUTRAL.fullmatch(part)]
    if not pieces or len(pieces) > 4:
        return None
    codes = {find(part) for part in pieces}
    if None in codes:
        return None
    territories = {code for code in codes if _states_of().get(code or "") in codes}
    left = codes - {_states_of()[code or ""] for code in territories}
    return left.pop() if len(left) == 1 else None
