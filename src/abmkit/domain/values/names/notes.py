"""What people and exchanges write beside a company's name: notes on it, and what is traded."""

from __future__ import annotations

import re
from functools import cache

from abmkit.domain.data import rows
from abmkit.domain.values.names.legal import form_after, joined_after
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
_SET_OFF = (
    r"(?:\s+[-–—]+\s*|\s*[-–—]+\s+|\s*-{2,}\s*|\s*[—*:;|#~!]+\s*|(?<=[^\W_])_+(?=[^\W_])|\s+/+\s+)"
)
_SET_OFF_AFTER = re.compile(rf"^(.*[^\W_].*?){_SET_OFF}([^\W_].*?)[\s.!*~#-]*$", re.DOTALL)
_SET_OFF_BEFORE = re.compile(rf"^[\s.!*~#-]*(.*?[^\W_]){_SET_OFF}(.*[^\W_].*)$", re.DOTALL)
_HAN_SET_OFF = re.compile(rf"^(.*[{HAN}])-([{HAN}]+)$")
_LONGEST_NOTE = 8


def _is_note(text: str, *places: str) -> bool:
    """Whether a text is one of the notes, with the year or number that may follow it."""
    words = tokens(text)
    while len(words) > 1 and words[-1].isdigit():
        words.pop()
    said = " ".join(words)
    first = " ".join(words[:_LONGEST_NOTE])
    return said in notes(*places) or any(first.startswith(note) for note in notes("first"))


def without_marked_notes(text: str) -> str:
    """A folded name without notes in brackets or set off by dashes, stars or colons."""
    kept = _BRACKETED.sub(
        lambda match: (
            " " if _is_note(match[1], "in brackets", "marked off", "ending") else match[0]
        ),
        text,
    )
    text = kept if tokens(kept) else text
    while True:
        for pattern, name, note in (
            (_SET_OFF_AFTER, 1, 2),
            (_SET_OFF_BEFORE, 2, 1),
            (_HAN_SET_OFF, 1, 2),
        ):
            match = pattern.match(text)
            if match and _is_note(match[note], "marked off", "ending"):
                text = match[name]
                break
        else:
            return _without_country(text)


_LAST_BRACKET = re.compile(r"^(.*[^\W_].*?)\s*\(([^()]*)\)\s*$", re.DOTALL)


def _without_country(text: str) -> str:
    """A name without the country in brackets after its legal form: `Acme Ltd (UK)`.

    In the midst of a name and without a form it may tell a subsidiary: `Acme (China)`.
    """
    match = _LAST_BRACKET.match(text) or _SET_OFF_AFTER.match(text)
    if match and " ".join(tokens(match[2])) in notes("country"):
        before = tokens(match[1])
        if before and (form_after(before) or joined_after(before)):
            return match[1]
    return text


# Marks with points, as the words that say them: without par value, in liquidation, class A.
_POINTED = (
    (
        re.compile(r"(?<=[\w.)/]) *(?<!\b\w\.)(?<!\b\w\. )(?<!\w)\(?o\.\s?n\.?\)?\s*$"),
        " nonparvalue",
    ),
    (re.compile(r"(?<=[\w.)])\s*-\s?,\s?\d+\s*[a-z]?\s*$"), " parvalue"),
    (re.compile(r"(?<=[\w.)])[\s,/]*-\s?([a-z])\s?-\s*$"), r" class \1"),
    (
        re.compile(r"(?<=[\w.)])[\s,(]*(?<![\w.])i\. ?(?:l|gr|ins|abw)(?:\.|\b)\)?\s*$"),
        " in liquidation",
    ),
    (re.compile(r"(?<=[\w.)])[\s,(]*(?<![\w.])v\. ?l\.\)?\s*$"), " in liquidation"),
)


def with_words_for_marks(text: str) -> str:
    """A folded name with what its points mean as words, where these may end it."""
    for pattern, said in _POINTED:
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
    kinds = "ord|ordinary|common|com|pref|preferred|shs|shares|stock"
    share_class = r"(?:class|cl|klasse|kl|classe|clase) [a-z]\d?"
    return re.compile(
        rf"(?: (?:{words['before a value']}|{receipt}|{share_class}|[a-hz]))*(?: (?:{value}))+$"
        rf"|(?: (?:ord|pref|pfd|shs|[a-hz]))*(?: (?:{receipt}|{words['anywhere']}|[a-h] sh(?:are)?s))$"
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
# A column's names that may end with a nominal value or the ratio of a receipt.
VALUE_AT_END = r" (?:[a-z]{2}|adrs?|ads|gdrs?|class|cl)(?: ?[0-9]+)+z?$| [a-z][0-9]$|[0-9]z$|144a$"


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
    last = words[-1]
    if last in ends_of_notes() or last[-1].isdigit() or len(last) == 1 or last[-1] == "z":
        if size := _suffix_size(words) or _note_size(words):
            return words[:-size]
    if size := _repeated(words):
        return words[:-size]
    return words
