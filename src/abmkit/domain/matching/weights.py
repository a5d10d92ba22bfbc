"""Match weights: how much each feature of a pair says that the two records are one company.

`data/match_model.json` has them, in natural logarithms of odds (of Bayes factors), so that they add
up. `tests/benchmarks/train_matching.py` makes the file from real lists and says how.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from abmkit.domain.arrays import firsts
from abmkit.domain.matching.blocking import CandidatePairs, RecordPairs
from abmkit.domain.matching.features import (
    LENT,
    LEVELS,
    SAME,
    field_levels,
    identified,
    of_two_tickers,
    sameness_worth,
    strangers_of_values,
)
from abmkit.domain.matching.frequency import (
    AGREEING_PLACES,
    LEARNED_FROM,
    TermFrequencies,
    log_strangers,
)
from abmkit.domain.matching.names.forms import ACRONYM, KINDS
from abmkit.domain.matching.names.short import ShortFeatures, short_features
from abmkit.domain.matching.names.similarity import NameFeatures, promising
from abmkit.domain.matching.names.tokens import Names
from abmkit.domain.matching.profiles import Profiles

Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]

SCRIPTS = ("latin", "ideographic")
"""Names are compared in words; those of ideographs are taken apart otherwise than others."""
VETOES = ("heads", "modified", "places", "trades", "units", "number")
"""Differences of names that only what `identified` finds, or a person, overrules."""
NO_NAME = -1
_MOST_LETTERS = 4


@dataclass(frozen=True)
class MatchWeights:
    """What each feature of a pair says."""

    name: dict[str, dict[str, float]]
    """By script (`SCRIPTS`) what one unit of each of `NameFeatures` says, and `bias`, what a pair
    of names says before anything else is known of it."""
    short: dict[str, float]
    """What one unit of each of `ShortFeatures` says, and `bias`."""
    kind: dict[str, float]
    """What is taken off a name that is an alias, an acronym, an inversion …"""
    letter: float
    """What each letter of an acronym after the first says, up to the fourth."""
    unnamed: float
    """What is said by a pair of which one has no name."""
    field: dict[str, dict[str, float]]
    """What each level of a field says; a level that is not there says nothing."""

    def of_names(self, features: NameFeatures, script: Ints) -> Floats:
        """(n_pairs,) what the features of names say; `script` is a place in `SCRIPTS`."""
        tables = [self.name[name] for name in SCRIPTS]
        total: Floats = np.array([table["bias"] for table in tables])[script]
        for feature, values in zip(features._fields, features, strict=True):
            of_script = np.array([table[feature] for table in tables])
            if of_script.any():
                total += of_script[script] * values
        return total

    def of_short(self, features: ShortFeatures) -> Floats:
        """(n_pairs,) what the features of short names say."""
        total = np.full(len(features.lost), self.short["bias"])
        for feature, values in zip(features._fields, features, strict=True):
            total += self.short[feature] * values
        return total

    def of_kinds(self, kinds: Ints, letters: Ints) -> Floats:
        """(n_pairs,) what it says that names are of some kind; `letters` is how long they are."""
        weights = np.array([self.kind.get(kind, 0.0) for kind in KINDS])[kinds]
        more = np.clip(letters - 1, 0, _MOST_LETTERS - 1)
        total: Floats = weights + np.where(kinds == ACRONYM, self.letter * more, 0.0)
        return total

    def of_fields(self, profiles: Profiles, left: Ints, right: Ints) -> tuple[Floats, Floats]:
        """(n_pairs,) what the fields of two records say, the same value the less the more have it;
        and what of that is said by places that are the same."""
        total, same_places = np.zeros(len(left)), np.zeros(len(left))
        for field, level in field_levels(profiles, left, right).items():
            weights = np.array([self.field[field].get(name, 0.0) for name in LEVELS])[level]
            if field in profiles.fields:
                worth = sameness_worth(profiles, field, left)
                weights = np.where(level == SAME, weights * worth, weights)
            if field in LENT:
                many = np.append(np.log1p(strangers_of_values(profiles, field)), 0.0)
                less = np.maximum(weights - many[profiles.fields[field][left]], 0.0)
                weights = np.where(level == SAME, less, weights)
            total += weights
            if field in AGREEING_PLACES:
                same_places += np.where(level == SAME, weights, 0.0)
        return total, same_places


@cache
def shipped_weights() -> MatchWeights:
    """The weights in the package."""
    text = files("abmkit.domain").joinpath("data", "match_model.json").read_text("utf-8")
    data = json.loads(text)
    return MatchWeights(**{name: data[name] for name in MatchWeights.__dataclass_fields__})


@dataclass(frozen=True)
class WeighedPairs:
    """Pairs of records with their match weight, by the two names of theirs that are most alike."""

    left: Ints
    """(n_pairs,) int32: a record."""
    right: Ints
    """(n_pairs,) int32: the other record."""
    weight: Floats
    """(n_pairs,) float64: what all features say, in natural logarithms of odds."""
    left_name: Ints
    """(n_pairs,) int32: a place in `Profiles.names`, `NO_NAME` where one has no name."""
    right_name: Ints
    """(n_pairs,) int32: likewise."""
    kind: Ints
    """(n_pairs,) int8: the less sure of the two names' kinds, a place in `KINDS`."""
    short: Ints
    """(n_pairs,) bool: whether one name was read as the other's short form."""
    vetoed: Ints
    """(n_pairs,) bool: whether names differ in what tells companies apart (`VETOES`), are initials,
    or tickers are of two companies; and nothing identifies both."""

    def only(self, which: Ints | slice) -> WeighedPairs:
        """Some of the pairs, by flags, places or a slice."""
        return WeighedPairs(*(values[which] for values in vars(self).values()))

    @property
    def bayes_factor(self) -> Floats:
        """(n_pairs,) float64: the odds where a record is as likely to have a match as none."""
        odds: Floats = np.exp(np.clip(self.weight, -60, 60))
        return odds


def weigh(
    profiles: Profiles,
    weights: MatchWeights,
    frequencies: TermFrequencies,
    candidates: CandidatePairs,
    least: float,
) -> tuple[WeighedPairs, RecordPairs]:
    """The pairs of records whose weight is at least `least`, and the other candidates.

    Pairs without a name are among the first whatever their weight.
    """
    left, right = profiles.row[candidates.left_name], profiles.row[candidates.right_name]
    left_name, right_name = (
        profiles.name[side] for side in (candidates.left_name, candidates.right_name)
    )
    kinds = np.maximum(profiles.kind[candidates.left_name], profiles.kind[candidates.right_name])
    besides = weights.of_kinds(kinds, profiles.names.name_letters[left_name])
    of_fields, same_places = weights.of_fields(profiles, left, right)
    besides += of_fields + _chances_of_namesakes(profiles, left_name, right_name)
    besides[(kinds == ACRONYM) & (left_name != right_name)] = -np.inf
    places, weight, more_bits, short, vetoed = _weigh_names(
        profiles, weights, candidates, besides, least
    )
    strangers = log_strangers(
        profiles,
        frequencies,
        (left[places], right[places]),
        (left_name[places], right_name[places]),
        more_bits,
    )
    # Strangers who agree by chance come on top of those that the weights are from.
    weight = -np.logaddexp(-weight, strangers - (of_fields - same_places)[places])
    # Initials are those of many.
    vetoed |= (kinds == ACRONYM) | of_two_tickers(profiles, left, right)
    vetoed &= ~identified(profiles, left, right)
    enough = np.isfinite(weight) & (weight >= least)
    places, weight = places[enough], weight[enough]
    # Of the names of two records those that are most alike stand for them.
    entries = candidates.right_name[places], candidates.left_name[places]
    order = np.lexsort((*entries, -weight, right[places], left[places]))
    best = order[firsts(left[places[order]], right[places[order]])]
    places, weight = places[best], weight[best]
    unnamed = candidates.unnamed
    nothing = np.full(len(unnamed.left), NO_NAME)
    of_fields, _ = weights.of_fields(profiles, unnamed.left, unnamed.right)
    columns = (
        ("int32", left[places], unnamed.left),
        ("int32", right[places], unnamed.right),
        ("float64", weight, np.broadcast_to(weights.unnamed + of_fields, len(nothing))),
        ("int32", left_name[places], nothing),
        ("int32", right_name[places], nothing),
        ("int8", kinds[places], nothing),
        ("bool", short[places], np.zeros(len(nothing), dtype=bool)),
        ("bool", vetoed[places], np.zeros(len(nothing), dtype=bool)),
    )
    weighed = WeighedPairs(*(np.concatenate(parts, dtype=dtype) for dtype, *parts in columns))
    every, some = RecordPairs(left, right), RecordPairs(left[places], right[places])
    return weighed, _others(profiles.count, every, some)


def _weigh_names(
    profiles: Profiles,
    weights: MatchWeights,
    candidates: CandidatePairs,
    besides: Floats,
    least: float,
) -> tuple[Ints, Floats, Floats, Ints, Ints]:
    """The places of the candidates that may weigh `least`, in order, what each weighs with what is
    known `besides`, and the bits of the words that they share in other spellings; which of all
    candidates are short names, and which names tell apart."""
    names = profiles.names
    left_name = profiles.name[candidates.left_name]
    right_name = profiles.name[candidates.right_name]
    script = script_of_pairs(profiles, left_name, right_name)
    shortened, by_short = short_pairs(profiles, candidates)
    short = np.zeros(len(left_name), dtype=bool)
    short[shortened] = True
    whole = np.flatnonzero(~short)

    def may_be_enough(places: Ints, best: NameFeatures) -> Ints:
        places = whole[places]
        enough: Ints = weights.of_names(best, script[places]) + besides[places] >= least
        return enough

    places, features = promising(names, left_name[whole], right_name[whole], may_be_enough)
    places = whole[places]
    vetoed = np.zeros(len(left_name), dtype=bool)
    vetoed[places] = np.any([getattr(features, name) > 0 for name in VETOES], axis=0)
    weight = weights.of_names(features, script[places]) + besides[places]
    more_bits = _bits_otherwise(names, left_name[places], right_name[places], features.shared)
    more_bits = np.concatenate([more_bits, np.zeros(len(shortened))])
    places = np.concatenate([places, shortened])
    weight = np.concatenate([weight, weights.of_short(by_short) + besides[shortened]])
    in_order = np.argsort(places, kind="stable")
    return places[in_order], weight[in_order], more_bits[in_order], short, vetoed


def _bits_otherwise(names: Names, left: Ints, right: Ints, shared: Floats) -> Floats:
    """(n_pairs,) what of the shared bits is not of words that are the same on both sides."""
    one, other = names.words[left], names.words[right]
    exact = np.zeros(len(left))
    for place in range(one.shape[1]):
        same = (other == one[:, place, None]).any(1)
        exact += np.where(same, names.rarity[one[:, place]], 0.0)
    otherwise: Floats = np.maximum(10.0 * shared - exact, 0.0)
    return otherwise


def chance_of_namesakes(profiles: Profiles) -> float:
    """What it says that a list is longer than those that the weights are from: the more names there
    are, the more strangers have as much in common. As rare words are rarer there, too, half of it.
    """
    return -0.5 * math.log(max(len(profiles.names.words) / LEARNED_FROM, 1.0))


def _chances_of_namesakes(profiles: Profiles, left_name: Ints, right_name: Ints) -> Floats:
    """(n_pairs,) the same of pairs of names; of equal ones strangers are counted, not guessed."""
    spelling = profiles.names.spelling
    same = spelling[left_name] == spelling[right_name]
    return np.where(same, 0.0, chance_of_namesakes(profiles))


def script_of_pairs(profiles: Profiles, left_name: Ints, right_name: Ints) -> Ints:
    """(n_pairs,) in which of `SCRIPTS` two names are compared: ideographs where both have some."""
    ideographic = profiles.names.in_ideographs
    return (ideographic[left_name] & ideographic[right_name]).astype("int64")


def short_pairs(profiles: Profiles, candidates: CandidatePairs) -> tuple[Ints, ShortFeatures]:
    """The places of the candidates of which one may be a short name of the other, and how."""
    left, right = candidates.left_name, candidates.right_name
    forth = profiles.short[left] & profiles.full[right]
    back = profiles.full[left] & profiles.short[right]
    places = np.flatnonzero(forth | back)
    names, name = profiles.names, profiles.name
    one, other = name[left[places]], name[right[places]]
    short = names.spelling[np.where(forth[places], one, other)]
    full = names.spelling[np.where(forth[places], other, one)]
    hit, features = short_features(names, short, full)
    return places[hit], features


def _others(count: int, every: RecordPairs, some: RecordPairs) -> RecordPairs:
    """Those of all pairs of records that are not among some of them, each once."""
    numbers = np.sort(every.left.astype("int64") * count + every.right)
    numbers = numbers[firsts(numbers)]
    known = some.left.astype("int64") * count + some.right
    numbers = np.delete(numbers, np.searchsorted(numbers, known))
    return RecordPairs((numbers // count).astype("int32"), (numbers % count).astype("int32"))
