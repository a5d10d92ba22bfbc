"""The key of one company's name, by which its spellings meet."""

from __future__ import annotations

import re

from abmkit.domain.values.names.legal import EAST_ASIAN_FORMS, WITHIN, legal_forms, without_form
from abmkit.domain.values.names.letters import HAN, folded, tokens
from abmkit.domain.values.names.notes import (
    with_words_for_marks,
    without_marked_notes,
    without_note,
)
from abmkit.domain.values.names.shown import display_name

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
# What is read otherwise once the signs around it are gone: an article, initials beside each other.
_UNSETTLED = re.compile(r"^the |\b[a-z] [a-z]\b")


# What stands before a name: Polish and Baltic forms before a name in quotes, `Fa.`, `M/s`, `OÜ`.
_QUOTED = re.compile(r"^([^\W\d_][\w./ -]{0,40}?)\s*[\"«„“”]\s*(?=\w)")
_FIRM = re.compile(r"^(?:fa\.|m/s\.?|messrs\.?)\s+(?=\w)")
_OSAUHING = re.compile("^oü\\s+(?=\\w)", re.IGNORECASE)
# `S.C. Acme S.R.L.`: societatea comercială.
_ROMANIAN = re.compile(r"^s\.?\s?c\.?\s+(?=\w.*\bs\.?\s?r\.?\s?l\b)")
_PRIVATE = re.compile(r"\(p\)\s*(?=(?:ltd|limited)\b)")
# The signs ㈱, ㈲ and ㈜ are letters in brackets when folded.
_EAST_ASIAN_FORM = re.compile(rf"\s*\((?:{EAST_ASIAN_FORMS})\)\s*")


def _without_quoted_form(text: str) -> str:
    """A name in quotes without the legal form before it: `UAB "Acme"`, `АО «Ромашка»`."""
    match = _QUOTED.match(text)
    if match:
        after, before = legal_forms()[:2]
        if " ".join(tokens(match[1])) in after | before:
            return text[match.end() :]
    return text


def _cleared(text: str) -> str:
    """A folded name without what punctuation shows to be no part of it."""
    patterns = [_THE]
    if "/" in text or "\\" in text:
        patterns.insert(0, _REGISTERED_IN)
        patterns.append(_FIRM)
    if "(" in text:
        patterns += [_SHARE_CLASS, _STATE_IN_BRACKETS, _PRIVATE]
    if "." in text:
        patterns += [_FIRM, _ROMANIAN]
    if not text.isascii():
        patterns += [_EXCHANGE_MARK, _EXCHANGE_CLASS]
    for pattern in patterns:
        text = pattern.sub("", text) or text
    if not text.isascii() and "(" in text:
        text = _EAST_ASIAN_FORM.sub(" ", text).strip() or text
    text = without_marked_notes(_without_quoted_form(text))
    return with_words_for_marks(text)


def _stripped(words: list[str]) -> list[str]:
    while True:
        rest = without_form(without_note(words))
        if rest == words:
            return [*(WITHIN.get(word, word) for word in words[:-1]), words[-1]]
        words = rest


def name_key(name: str) -> str | None:
    """The matching key of one name, None where the name is empty."""
    shown = display_name(name)
    if shown is None:
        return None
    full = folded(shown)
    osauhing = None if shown.isascii() else _OSAUHING.match(shown)
    words = tokens(_cleared(folded(shown[osauhing.end() :]) if osauhing else full)) or tokens(full)
    if not words:
        return shown.casefold()
    key = _BETWEEN_HAN.sub("", " ".join(_stripped(words)))
    # What punctuation kept apart from a Chinese name may be a mark of its exchange after all.
    settled = key == name or (key.isascii() and not _UNSETTLED.search(key))
    return key if settled else name_key(key)
