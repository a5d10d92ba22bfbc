"""Short names of Chinese companies: signs of the full name in their order (抚顺特钢, 深赛格).

A full legal name is read in words; a short name takes the brand whole and of other words as a rule
the first signs, beginning where the brand or the name does.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from abmkit.domain.arrays import flags
from abmkit.domain.matching.names.chinese import area_of, parts, unspaced_words
from abmkit.domain.matching.names.tokens import Names, sign_bits
from abmkit.domain.values.names import HAN

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

FEWEST, MOST = 2, 6
"""How many signs a short name has."""
_FULL = (
    "(?:公司|企业|合伙|中心|支行|分行|大学|中学|小学"
    "|[厂院所局会部社厅署处室队站台馆园段矿庭校])[)）]?$"
)
_LEFT_OUT = ("股份", "集团", "控股")
"""What a short name adds that the full one need not have."""
_STARTS, _FOLLOWS, _OF_WORD, _INSIDE = 1.5, 1.0, 0.6, 0.0
"""How well a sign stands where it does: at the beginning of the brand or of the name, after the
sign before it, at the beginning of a word, within one."""


class ShortFeatures(NamedTuple):
    """How a short name stands in a full one, per feature an array of (n_pairs,) floats."""

    three: Floats
    """1 where it has three signs that count."""
    four: Floats
    """1 where it has four or more."""
    starts: Floats
    """1 where it begins where the brand does."""
    begins: Floats
    """1 where it begins where the name does."""
    jumps: Floats
    """How many of its signs do not follow the one before."""
    inside: Floats
    """How many of these stand within a word."""
    skipped: Floats
    """How many words of the full name are left out between its first and its last sign."""
    lost: Floats
    """How many signs or words it has that the full name has not."""
    partial: Floats
    """1 where it takes some signs of the brand and not the next ones."""
    unit: Floats
    """1 where the full name is of a unit of what the rest of it names: a branch, an office."""


def full_names(names: pa.StringArray) -> Ints:
    """Which names are written as the law has them, with a form or a kind of institution."""
    return flags(pc.match_substring_regex(names, pattern=_FULL))


def short_keys(keys: pa.StringArray) -> Ints:
    """Which keys may be short names."""
    return flags(pc.match_substring_regex(keys, pattern=f"^[{HAN}]{{{FEWEST},{MOST + 2}}}$"))


def may_be_short(names: Names, short: Ints, full: Ints) -> tuple[Ints, Ints]:
    """The places of pairs of which the full name has the signs of the short one in their order, but
    for one of three or more, and how many it has not.

    Both are given by their places in `names.squeezed`.
    """
    from rapidfuzz.distance import LCSseq
    from rapidfuzz.process import cpdist

    distinct, place = np.unique(short, return_inverse=True)
    bare = [_bare(text) for text in names.texts(distinct)]
    unseen = np.bitwise_count(sign_bits(bare)[place] & ~names.squeezed_signs[full])
    maybe = np.flatnonzero(unseen <= 1)
    shorts = [bare[each] for each in place[maybe].tolist()]
    fulls = names.texts(full[maybe])
    in_order = cpdist(shorts, fulls, scorer=LCSseq.similarity, dtype=np.int32)
    sizes = np.fromiter(map(len, shorts), "int64", len(shorts))
    lacking = sizes - in_order
    found = lacking <= (sizes > FEWEST)
    return maybe[found], lacking[found]


def short_features(names: Names, short: Ints, full: Ints) -> tuple[Ints, ShortFeatures]:
    """The places of pairs of a short name and one that it may be short for, and their features.

    Both are given by their places in `names.squeezed`.
    """
    maybe, lacking = may_be_short(names, short, full)
    # Only the sign of an area may be missing.
    begins = [area_of(text[0]) is not None for text in names.texts(short[maybe])]
    maybe = maybe[(lacking == 0) | np.array(begins, dtype=bool)]
    hit, rows = [], []
    texts = names.texts(short[maybe]), names.texts(full[maybe])
    for pair, one, other in zip(maybe.tolist(), *texts, strict=True):
        found = _best(one, other)
        if found is not None:
            hit.append(pair)
            rows.append(found)
    table = np.array(rows, dtype="float64").reshape(-1, len(ShortFeatures._fields))
    return np.array(hit, dtype="int64"), ShortFeatures(*table.T)


def _bare(short: str) -> str:
    """A short name without what it adds."""
    for ending in _LEFT_OUT:
        if short.endswith(ending) and len(short) >= len(ending) + FEWEST:
            return short[: -len(ending)]
    return short


@lru_cache(maxsize=200_000)
def _readings(short: str) -> list[tuple[str, str | None, int]]:
    """What of a short name is to be in the full one, with the place that its first sign stands for
    where that is to be there too, and how much is left out."""
    forms: list[tuple[str, str | None, int]] = [(short, None, 0)]
    for ending in _LEFT_OUT:
        if short.endswith(ending) and len(short) >= len(ending) + FEWEST:
            forms.append((short[: -len(ending)], None, int(ending != _LEFT_OUT[0])))
    for text, _, lost in list(forms):
        if len(text) > FEWEST and (area := area_of(text[0])) is not None:
            forms += [(text[1:], area, lost), (text[1:], None, lost + 1)]
    return forms


@lru_cache(maxsize=200_000)
def _best(short: str, full: str) -> tuple[float, ...] | None:
    """The features of the reading of a short name that fits best."""
    fits = []
    for text, area, lost in _readings(short):
        if len(text) >= len(full) or (area is not None and area not in full):
            continue
        fit = _fit(text, full)
        if fit is not None:
            score, places, starts = fit
            if area is None and len(text) < len(_bare(short)) and not _at_brand(full, places):
                continue
            count = len(text) + (area is not None)
            fits.append((score - 2 * lost, places, starts, count, area, lost))
    if not fits:
        return None
    _, places, starts, count, area, lost = max(fits, key=lambda fit: fit[0])
    jumps = [b for a, b in pairwise(places) if b != a + 1]
    skipped = [
        place
        for place, end in zip(starts, [*starts[1:], len(full)], strict=True)
        if places[0] < place < places[-1] and not any(place <= each < end for each in places)
    ]
    return (
        float(count == 3),
        float(count > 3),
        float(places[0] == _brand_start(full)),
        float(places[0] == 0 or area is not None),
        float(len(jumps)),
        float(sum(place not in starts for place in jumps)),
        float(len(skipped)),
        float(lost),
        float(_takes_part(full, places)),
        float(_is_unit(full, places[-1])),
    )


def _at_brand(full: str, places: tuple[int, ...]) -> bool:
    """Whether the first two signs stand at the beginning of the brand."""
    return places[0] == _brand_start(full) and places[1] == places[0] + 1


def _takes_part(full: str, places: tuple[int, ...]) -> bool:
    """Whether some signs of the brand are taken, and the one after the last of these is not."""
    start = _brand_start(full)
    end = start + len(parts(full).brand)
    taken = [place for place in places if start <= place < end]
    return bool(taken) and taken[-1] + 1 < end


def _is_unit(full: str, last: int) -> bool:
    """Whether a kind of institution or unit stands beyond what a short name takes of a full one."""
    kinds = parts(full).kinds
    return any(full.rfind(kind) > last for kind in kinds)


def _fit(short: str, full: str) -> tuple[float, tuple[int, ...], tuple[int, ...]] | None:
    """How well signs stand in a name in their order, where, and where its words begin."""
    starts = _word_starts(full)
    brand = _brand_start(full)
    best: dict[int, tuple[float, tuple[int, ...]]] = {}
    for order, sign in enumerate(short):
        fresh: dict[int, tuple[float, tuple[int, ...]]] = {}
        for place, there in enumerate(full):
            if there != sign:
                continue
            if order == 0:
                worth = _STARTS if place in (0, brand) else _OF_WORD if place in starts else _INSIDE
                fresh[place] = (worth, (place,))
                continue
            for before, (score, places) in best.items():
                if before >= place:
                    continue
                worth = _OF_WORD if place in starts else _INSIDE
                worth = max(worth, _FOLLOWS if place == before + 1 else 0.0)
                if place not in fresh or fresh[place][0] < score + worth:
                    fresh[place] = (score + worth, (*places, place))
        if not fresh:
            return None
        best = fresh
    score, places = max(best.values())
    return score, places, starts


@lru_cache(maxsize=200_000)
def _word_starts(full: str) -> tuple[int, ...]:
    starts, place = [], 0
    for word in unspaced_words(full).split(" "):
        place = max(full.find(word, place), place)
        starts.append(place)
        place += len(word)
    return tuple(starts)


@lru_cache(maxsize=200_000)
def _brand_start(full: str) -> int:
    brand = parts(full).brand
    return max(full.find(brand), 0) if brand else 0
