"""What people and exchanges write beside a company's name: notes on it, and what is traded."""

from __future__ import annotations

import re
from functools import cache

from abmkit.domain.data import rows
from abmkit.domain.values.names.legal import form_after, joined_after, last_words
from abmkit.domain.values.names.letters import HAN, folded, tokens


@cache
def notes(*places: str) -> frozenset[str]:
    """The notes of some places, as words of a key; read from `data/name_notes.csv`."""
    return frozenset(
        " ".join(tokens(folded(row["note"])))
        for row in rows("name_notes.csv")
        if row["place"] in places
    )


_BRACKETED = re.compile(r"[(\[{【〔〖<]([^()\[\]{}【】〔〕〖〗<>]*)[)\]}】〕〗>]")
_OPENING = re.compile(r"[(\[{【〔〖<]")
# Dashes with a space beside them, and signs that stand within no name.
_SET_OFF = re.compile(
    r"\s+[-–—]+\s*|[-–—]+\s+|-{2,}|\s*[—*:;|#~!]+\s*|(?<=[^\W_])_+(?=[^\W_])|\s+/+\s+"
)
_MAY_SET_OFF = re.compile(r"\s[-–—/]|[-–—]\s|--|[—*:;|#~!_]")
_DECORATION = " .!*~#-_\t"
_HAN_SET_OFF = re.compile(rf"(?<=[{HAN}])-(?=[{HAN}]+$)")
_LONGEST_NOTE = 8


def _is_note(text: str, *places: str) -> bool:
    """Whether a text is one of the notes, with the year or number that may follow it."""
    words = tokens(text)
    while len(words) > 1 and words[-1].isdigit():
        words.pop()
    said = " ".join(words)
    return said in notes(*places) or said.startswith(_first_notes())


@cache
def _first_notes() -> tuple[str, ...]:
    return tuple(notes("first"))


def without_marked_notes(text: str) -> str:
    """A folded name without notes in brackets or set off by dashes, stars or colons."""
    if _OPENING.search(text):
        kept = _BRACKETED.sub(_without_bracketed_note, text)
        text = _without_country(kept if tokens(kept) else text)
    while parts := _set_off(text):
        before, after = parts
        if _is_note(after[1], "marked off", "ending"):
            text = after[0]
        elif _is_note(before[0], "marked off", "ending"):
            text = before[1]
        elif _is_country(*after):
            text = after[0]
        else:
            break
    return text


def _without_bracketed_note(match: re.Match[str]) -> str:
    return " " if _is_note(match[1], "in brackets", "marked off", "ending") else match[0]


def _set_off(text: str) -> list[tuple[str, str]]:
    """A name split at the first and at the last sign that sets something off, nothing without."""
    if not _MAY_SET_OFF.search(text):
        return []
    text = text.strip(_DECORATION)
    found = [*_SET_OFF.finditer(text)] or [*_HAN_SET_OFF.finditer(text)]
    split = [(text[: sign.start()], text[sign.end() :]) for sign in found]
    split = [(one, other) for one, other in split if tokens(one) and tokens(other)]
    return [split[0], split[-1]] if split else []


_LAST_BRACKET = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]\s*$")


def _without_country(text: str) -> str:
    """A name without the country in brackets after its legal form: `Acme Ltd (UK)`."""
    match = _LAST_BRACKET.search(text)
    return text[: match.start()] if match and _is_country(text[: match.start()], match[1]) else text


def _is_country(name: str, text: str) -> bool:
    """Whether a text is a country, and what is before it ends with a legal form.

    In the midst of a name and without a form it may tell a subsidiary: `Acme (China)`.
    """
    if " ".join(tokens(text)) not in notes("country"):
        return False
    words = tokens(name)
    return bool(words) and bool(form_after(words) or joined_after(words))


# Marks with points, as the words that say them: without par value, in liquidation, class A.
_POINTED = (
    (r"(?<=[\w.)/]) *(?<!\b\w\.)(?<!\w)\(?o\.\s?n\.?\)?\s*$", " nonparvalue"),
    (r"(?<=[\w.)])\s*-\s?,\s?\d+\s*[a-z]?\s*$", " parvalue"),
    (r"(?<=[\w.)])[\s,/]*-\s?([a-z])\s?-\s*$", r" class \1"),
    (r"(?<=[\w.)])[\s,(]*(?<![\w.])i\. ?(?:l|gr|ins|abw)(?:\.|\b)\)?\s*$", " in liquidation"),
    (r"(?<=[\w.)])[\s,(]*(?<![\w.])v\. ?l\.\)?\s*$", " in liquidation"),
)
_MARKS = [(re.compile(pattern), said) for pattern, said in _POINTED]


@cache
def _single_letters() -> list[tuple[re.Pattern[str], str]]:
    """Notes and values with one letter, which would be one word with initials before it."""
    noted = "|".join(note for note in notes("ending") if note[1:2] == " ")
    value = rf"(?:{'|'.join(_words_of_suffixes()['currency'])})\s?-?\s?,?\d[\d,]*\s*$"
    return [
        (re.compile(rf"(?<=\.)[\s,]+(?:{noted})\W*$"), " in liquidation"),
        (re.compile(rf"(?<=\.)\s+([a-hz])\s+(?={value})"), r" class \1 "),
    ]


_LIKE_A_MARK = re.compile(r"o\.\s?n|[iv]\. ?[a-z]|-\s?[a-z,]")
_LONGEST_MARK = 24
_AFTER_A_POINT = re.compile(r"\.\s+[a-z] ")


def with_words_for_marks(text: str) -> str:
    """A folded name with what its points mean as words, where these may end it."""
    if _AFTER_A_POINT.search(text):
        for pattern, said in _single_letters():
            text = pattern.sub(said, text)
    if not _LIKE_A_MARK.search(text[-_LONGEST_MARK:]):
        return text
    for pattern, said in _MARKS:
        text = pattern.sub(said, text)
    return text


@cache
def _words_of_suffixes() -> dict[str, list[str]]:
    """The words of `data/security_suffixes.csv` by place, the longest first."""
    found: dict[str, list[str]] = {}
    for row in rows("security_suffixes.csv"):
        found.setdefault(row["place"], []).append(" ".join(tokens(folded(row["words"]))))
    return {place: sorted(words, key=len, reverse=True) for place, words in found.items()}


@cache
def _suffix() -> re.Pattern[str]:
    """What is traded, at the end of a name: nominal values, receipts and classes of shares.

    The parts are those of WM Datenservice and Deutsche Börse (`EO -,50`: fifty euro cents each;
    `NA O.N.`: registered, without par value) and of depositary receipts.
    """
    words = {place: "|".join(found) for place, found in _words_of_suffixes().items()}
    plain, any_ = words["currency"], f"{words['currency']}|{words['currency with a comma']}"
    value = rf"(?:{plain}) ?\d+(?: \d+)?|(?:{any_}) 0\d+|(?:(?:{any_}) )?parvalue|nonparvalue"
    receipt = (
        r"(?:sponsored|spons|sp|unsponsored|unspons|unsp|uns) (?:adr|ads|gdr)s?\d?(?: \d+z?){0,2}"
        r"|(?:adr|gdr)s?\d?(?: \d+z?){0,2}|nvdrs?(?: ba ?\d+)?"
    )
    traded = rf"{receipt}|{words['anywhere']}|[a-h] sh(?:are)?s"
    kinds = "ord|ordinary|common|com|pref|preferred|shs|shares|stock"
    share_class = r"(?:class|cl|klasse|kl|classe|clase) [a-z]\d?"
    return re.compile(
        rf"(?: (?:{words['before a value']}|{receipt}|{share_class}|[a-hz]))*(?: (?:{value}))+$"
        rf"|(?: (?:ord|pref|pfd|shs|[a-hz]))*(?: (?:{traded}))$"
        rf"|(?: (?:{kinds}))*(?: {share_class})(?: (?:{kinds}))*$"
    )


@cache
def _after_a_form() -> re.Pattern[str]:
    return re.compile(rf"^(?:{'|'.join(_words_of_suffixes()['after a form'])}|[a-h])$")


@cache
def ends_of_notes() -> frozenset[str]:
    """The words that may end a note or a suffix written without brackets or points."""
    found = _words_of_suffixes()
    ends = [*notes("marked off", "ending"), *found["anywhere"], *found["after a form"]]
    return frozenset({end.rpartition(" ")[2] for end in ends} | _MORE_ENDS)


_MORE_ENDS = frozenset(
    ["common", "ordinary", "preferred", "stock", "shares", "shs", "parvalue", "nonparvalue"]
)
# What may end with a nominal value, the ratio of a receipt or a class of shares.
VALUE_AT_END = (
    r" (?:[a-z]{2}|adrs?|ads|gdrs?|ba)(?: ?[0-9]+)+z?$|[0-9]z$"
    r"| [a-h] sh(?:are)?s$| (?:class|cl|klasse|kl|classe|clase) [a-z][0-9]?(?: |$)"
)


def suffixes(place: str) -> list[str]:
    """The suffixes that stand in a place, as words of a key."""
    return _words_of_suffixes()[place]


def _suffix_size(words: list[str]) -> int:
    """How many words at the end say what is traded, leaving the first word at least."""
    if match := _suffix().search(" ".join(words)):
        return len(match[0].split())
    size = 0
    while size < len(words) - 1 and _after_a_form().match(words[-1 - size]):
        size += 1
    return size if size and form_after(words[:-size]) else 0


def _note_size(words: list[str]) -> int:
    for size in range(min(_LONGEST_NOTE, len(words) - 1), 0, -1):
        if " ".join(words[-size:]) in notes("ending"):
            return size
    return 0


def _repeated(words: list[str]) -> int:
    """How many words after a legal form say the name again, cut off: `Evotec AG Evotec ORD`."""
    for at in range(len(words) - 1, 1, -1):
        if words[at - 1] not in last_words():
            continue
        again = "".join(words[at:])
        name = words[:at]
        if len(again) >= _LEAST_AGAIN and "".join(name).startswith(again[:_LEAST_AGAIN]):
            size = form_after(name)
            said = "".join(name[:-size])
            if size and (said.startswith(again) or _ORDINARY.startswith(again.removeprefix(said))):
                return len(words) - at
    return 0


_LEAST_AGAIN = 4
_ORDINARY = "ordshs"


def without_note(words: list[str]) -> list[str]:
    """The words without one note or suffix that stands at their end, the same without any."""
    if len(words) < 2:
        return words
    last, size = words[-1], 0
    if last in ends_of_notes() or last[-1].isdigit() or len(last) == 1 or last[-1] == "z":
        size = _suffix_size(words) or _note_size(words)
    size = size or _repeated(words)
    return words[:-size] if size else words
