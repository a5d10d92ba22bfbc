"""Company names as displayed, and persons' names in their usual order."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import each_other, only_where
from abmkit.domain.values.names.letters import HAN
from abmkit.domain.values.unknown import Normaliser, still_known

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
PLAIN_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_SIGN = "!-%'-~\u00c0-\u024f\u2013\u2014\u2018\u2019\u201c\u201d"
_AS_DISPLAYED = f"^(?:[!-%'-~]+(?: [!-%'-~]+)*|[!-%'-~{PLAIN_HAN}]+)$"
_AS_DISPLAYED_TOO = f"^(?:(?:[{_SIGN}]+|&)(?: (?:[{_SIGN}]+|&))*|[!-%'-~{PLAIN_HAN}]+)$"
_COMMON_MARKS = "[\u200b-\u200f\ufeff\u00ad]"


@Normaliser
def display_names(names: pa.StringArray) -> pa.StringArray:
    """Names as displayed: entities, width and spaces put right; null where unknown.

    `新 希 望` becomes `新希望`, `Lowe&#8217;s` becomes `Lowe’s`, `ＴＣＬ` becomes `TCL`.
    """
    shown = only_where(pc.match_substring_regex(names, pattern=_AS_DISPLAYED), names)
    shown = each_other(filled(shown, names, _tidied), names, display_name)
    return still_known(shown, names)


_OF_WHAT = (
    "compan(?:y|ies)|investors?|customers?|clients?|accounts?|organi[sz]ations?|firms?|owners?"
)
_OF_WHAT_IN_CHINESE = "公司|企业|客户|单位|投资方|投资者|投资人|机构"
_PLACEHOLDER = (
    r"^(?i:(?:unknown|unnamed|undisclosed|anonymous|unidentified|no name)"
    rf"(?: (?:{_OF_WHAT}))?|(?:未知|匿名|未命名|不详|未透露|未披露)"
    rf"(?:{_OF_WHAT_IN_CHINESE})?"
    r"|投资方未透露|未披露投资方)(?: ?[(（]?[#\d][#\d\s-]*[)）]?)?$"
)


def stands_for_nobody(names: pa.StringArray) -> pa.BooleanArray:
    """Where what stands for a name says that there is none: `Unknown (#158291)`, `未知公司 2`."""
    return pc.match_substring_regex(names, pattern=_PLACEHOLDER)


def _tidied(names: pa.StringArray) -> pa.StringArray:
    """Names with what is commonly wrong put right, null where that takes a closer look."""
    text = pc.replace_substring(names, pattern="&amp;", replacement="&")
    text = pc.replace_substring_regex(text, pattern=_COMMON_MARKS, replacement="")
    for wide, narrow in (("（", "("), ("）", ")")):
        text = pc.replace_substring(text, pattern=wide, replacement=narrow)
    text = pc.replace_substring_regex(text, pattern="[ \u3000\t]+", replacement=" ")
    text = pc.utf8_trim(text, characters=" ")
    return only_where(pc.match_substring_regex(text, pattern=_AS_DISPLAYED_TOO), text)


def filled(
    done: pa.StringArray, values: pa.StringArray, kernel: Callable[[pa.StringArray], pa.StringArray]
) -> pa.StringArray:
    """What is done already, and what the kernel makes of the values where it is null."""
    open_ = pc.and_(pc.is_null(done), pc.is_valid(values))
    if not pc.any(open_).as_py():
        return done
    return pc.replace_with_mask(done, open_, kernel(values.filter(open_)))


# The SEC writes a person's name family name first: SMITH A O CORP, HUNT J B TRANSPORT SERVICES INC.
_INVERTED = r"^([A-Za-z'-]{3,}) ([A-Z](?: [A-Z]){1,2}) ([A-Za-z&][A-Za-z&.,'/ -]*)$"


def inverted_names(names: pa.StringArray) -> pa.StringArray:
    """Names whose initials follow the family name, in their usual order; null for all others.

    `SMITH A O CORP` is `A O SMITH CORP`. It is kept beside the name given, for matching.
    """
    inverted = only_where(pc.match_substring_regex(names, pattern=_INVERTED), names)
    return pc.replace_substring_regex(inverted, pattern=_INVERTED, replacement=r"\2 \1 \3")
