"""Make `src/abmkit/domain/data/match_model.json`: what each thing that two records share says.

    python tests/benchmarks/train_matching.py [write]     fit on all sets, and write the model
    python tests/benchmarks/identity.py --left-out        each set by weights from all the others

The sets with known answers are those of `identity_sets.py`. Every record that is asked for chooses
among its candidates and none of them: the weights maximise the likelihood of choosing right
(conditional logistic regression). They are natural logarithms of odds and add up. Names on a list
are asked twice, with their company on the list and with it taken out, so that "none of these" is
the answer to half of the questions. Records of a file are asked for each other, with the odds that
one of this file has another spelling in it as an offset. Labelled pairs are questions of one
candidate. Each set counts as much as `MOST` questions at most.

Where the sets say little the weights stay near a judgement (`JUDGED`): the ridge pulls them there
and not to 0. Fields that no set has (sites, phones, registry ids, tickers) are judged alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from identity_sets import (
    FileTask,
    ListTask,
    PairTask,
    file_tasks,
    list_tasks,
    pair_tasks,
    table,
)
from scipy.optimize import minimize

from abmkit.domain.matching.blocking import CandidatePairs, RecordPairs, block
from abmkit.domain.matching.features import DIFFERENT, SAME, field_levels, sameness_worth
from abmkit.domain.matching.names.forms import ACRONYM, DERIVED, KINDS
from abmkit.domain.matching.names.short import ShortFeatures
from abmkit.domain.matching.names.similarity import NameFeatures, name_features
from abmkit.domain.matching.profiles import Profiles, profile
from abmkit.domain.matching.weights import (
    SCRIPTS,
    MatchWeights,
    chance_of_namesakes,
    script_of_pairs,
    short_pairs,
)

MODEL = Path(__file__).parents[2] / "src/abmkit/domain/data/match_model.json"
MOST = 3000
RIDGE = 0.3
ROUNDS = 3
CANDIDATES = 8
"""How many candidates of a question are kept in each round, the likeliest ones."""
LETTERS = 4
HOPELESS, OF_HOPELESS = -9.0, 20
"""Pairs below that weight by the judgement are many and alike: one in so many is kept."""
UNREAD = ("cn_organisations",)
"""Files whose records are taken for companies of their own, though some are not: what is the same
but for a place or a note in brackets is nobody's answer."""
LEARNED_FIELDS = (
    "city", "country", "region", "phone", "postal_code", "address", "industry", "domain",
)  # fmt: skip

NAME, SHORT = NameFeatures._fields, ShortFeatures._fields
JUDGED: dict[str, dict[str, float]] = {
    "latin": {
        "bias": -8.0, "same": 2.5, "shared": 4.0, "less": -3.0, "more": -1.0, "landed": -4.0, "letters": 2.0,
        "balance": 4.0, "number": -8.0, "kinds": -3.0, "places": -3.0, "trades": -0.5,
        "cores": -3.0, "slips": -1.5, "cut": -0.5, "abbreviated": -1.0, "heads": -5.0,
        "modified": -6.0,
    },
    "ideographic": {
        "bias": -8.0, "same": 2.5, "shared": 4.0, "less": -3.0, "more": -2.0, "landed": -4.0, "letters": 2.0,
        "balance": 4.0, "number": -8.0, "kinds": -8.0, "places": -6.0, "trades": -3.0,
        "cores": -6.0, "core": -3.0, "slips": -2.5, "cut": -1.5, "abbreviated": -1.0,
        "heads": -6.0, "modified": -8.0, "placed": 2.0,
    },
    "short": {"bias": -3.0, "starts": 2.0, "begins": 1.0, "jumps": -0.5, "inside": -1.0,
              "skipped": -0.5, "lost": -1.5, "unit": -8.0, "three": 1.0, "four": 2.0},
    "kind": {"alias": -0.3, "former": -0.5, "dba": -0.3, "pinyin": -2.5, "acronym": -1.5},
}  # fmt: skip
"""What is expected of weights before any data are seen."""
FIELDS: dict[str, dict[str, float]] = {
    "registry_ids": {"same": 12.0, "contradictory": -30.0},
    "domain": {"same": 7.0, "different": -5.0},
    "phone": {"same": 5.0, "different": -0.4},
    "linkedin_url": {"same": 7.0, "different": -2.5},
    "country": {"same": 0.4, "different": -5.0},
    "region": {"same": 1.0, "different": -2.0},
    "city": {"same": 3.0, "different": -1.5},
    "postal_code": {"same": 3.0, "different": -0.5},
    "address": {"same": 4.0, "different": -0.5},
    "industry": {"same": 0.7, "different": -0.5},
    "ticker": {"same": 5.0, "different": -2.5},
}


def parameters() -> list[tuple[str, str]]:
    """The weights that are learned, by table and name."""
    named = [(script, name) for script in SCRIPTS for name in ("bias", *NAME)]
    named += [("short", name) for name in ("bias", *SHORT)]
    named += [("kind", name) for name in KINDS[1:]] + [("letter", "letter")]
    return named + [(field, level) for field in LEARNED_FIELDS for level in ("same", "different")]


AGAINST = (
    "less", "more", "cores", "core", "bare", "heads", "modified", "places", "trades", "kinds", "units", "number", "slips", "cut",
    "abbreviated", "jumps", "inside", "skipped", "lost", "partial", "unit", "landed",
)  # fmt: skip
"""What never speaks for a match, whatever a set says."""
FOR = ("same", "begins", "placed", "shared", "letters", "balance", "starts", "three", "four")
"""What never speaks against one."""
BOUNDS = {
    "number": (-8.0, -8.0), "heads": (None, -5.0), "modified": (None, -5.0), "alias": (-1.0, 0.0),
    "unit": (-8.0, -8.0), "acronym": (-3.0, 0.0), "bracket": (-1.2, -1.0),
}  # fmt: skip
"""What a set must not decide: a number tells companies apart, and other names are of all sorts."""


def bound(parameter: tuple[str, str]) -> tuple[float | None, float | None]:
    """Between what a weight must be."""
    name = parameter[1]
    if parameter in (("country", "different"), ("domain", "different")):
        return None, -5.0
    if name == "different" and parameter[0] in ("industry", "phone", "postal_code", "address"):
        # Real lists file one company under several trades, and give several of its phones and
        # addresses.
        return -1.0, 0.0
    if name == "letter":
        return 0.5, None
    if name in BOUNDS:
        return BOUNDS[name]
    table = parameter[0]
    if table in (*SCRIPTS, "short", "kind") and (name in AGAINST or table == "kind"):
        return None, 0.0
    if name == "different":
        return None, 0.0
    return (0.0, None) if name in FOR else (None, None)


PARAMETERS = parameters()
PLACE = {parameter: place for place, parameter in enumerate(PARAMETERS)}
PRIOR = np.array([{**JUDGED, **FIELDS}.get(table, {}).get(name, 0.0) for table, name in PARAMETERS])


@dataclass
class Examples:
    """Questions, and what each of their candidates has in common with what is asked for."""

    name: str
    question: Any
    """(n_items,) the question that each item is a candidate of."""
    company: Any
    """(n_items,) the company that it is; items of one company are names of it."""
    right: Any
    """(n_items,) whether that is the answer."""
    columns: Any
    """(n_items, n_parameters) float32."""
    worth: Any
    """(n_items,) as how many each counts: of the hopeless ones some stand for all."""
    offset: float
    twice: bool
    """Whether each question is asked again without its answer on the list."""

    @property
    def size(self) -> float:
        """How many questions they are."""
        _, first = np.unique(self.question, return_index=True)
        return float(self.worth[first].sum()) * (1 + self.twice)


def columns_of(profiles: Profiles, pairs: CandidatePairs) -> tuple[Any, Any]:
    """(n_items, n_parameters) float32 of candidates, and which of them count."""
    left, right = pairs.left_name, pairs.right_name
    one, other = profiles.name[left], profiles.name[right]
    x = np.zeros((len(left), len(PARAMETERS)), dtype="float32")
    script = script_of_pairs(profiles, one, other)
    alike = np.stack([np.asarray(each) for each in name_features(profiles.names, one, other)], 1)
    shortened, by_short = short_pairs(profiles, pairs)
    for place, name in enumerate(SCRIPTS):
        rows = np.flatnonzero(script == place)
        start = PLACE[name, "bias"]
        x[rows, start] = 1
        x[rows, start + 1 : start + 1 + len(NAME)] = alike[rows]
    start = PLACE["short", "bias"]
    x[shortened, : PLACE["short", "bias"]] = 0
    x[shortened, start] = 1
    x[shortened, start + 1 : start + 1 + len(SHORT)] = np.stack(by_short, 1)
    kinds = np.maximum(profiles.kind[left], profiles.kind[right])
    for place, kind in enumerate(KINDS):
        if place:
            x[kinds == place, PLACE["kind", kind]] = 1
    letters = profiles.names.name_letters[one]
    x[:, PLACE["letter", "letter"]] = np.where(
        kinds == ACRONYM, np.clip(letters - 1, 0, LETTERS - 1), 0
    )
    levels = field_levels(profiles, profiles.row[left], profiles.row[right])
    for field in LEARNED_FIELDS:
        if field in levels:
            worth = sameness_worth(profiles, field, profiles.row[left])
            x[:, PLACE[field, "same"]] = np.where(levels[field] == SAME, worth, 0)
            x[levels[field] == DIFFERENT, PLACE[field, "different"]] = 1
    # What a rule decides is not learned.
    decided = (x[:, [PLACE[script, "number"] for script in SCRIPTS]] > 0).any(1)
    return x, ((kinds != ACRONYM) | (one == other)) & ~decided


def of_list(task: ListTask) -> Examples:
    count = len(task.queries)
    both = profile(table({"name": [*task.queries, *task.listed]}))
    side = np.arange(both.count) < count
    pairs = block(both, side, ~side)
    x, kept = columns_of(both, pairs)
    names = {name: number for number, name in enumerate(dict.fromkeys(task.companies))}
    companies = np.array([names[name] for name in task.companies])
    truth = np.array([names.get(name, -1) for name in task.truth])
    question = both.row[pairs.left_name][kept]
    company = companies[both.row[pairs.right_name][kept] - count]
    return Examples(
        task.name, question, company, company == truth[question], x[kept],
        np.ones(len(question)), 0.0, twice=True,
    )  # fmt: skip


def of_file(task: FileTask) -> Examples:
    both = profile(task.records)
    every = np.ones(both.count, dtype=bool)
    pairs = block(both, every, every)
    known = np.array([each is not None for each in task.truth])
    numbers = {name: number for number, name in enumerate(dict.fromkeys(task.truth))}
    truth = np.array([numbers[name] for name in task.truth])
    left, right = both.row[pairs.left_name], both.row[pairs.right_name]
    some = known[left] & known[right]
    pairs = CandidatePairs(pairs.left_name[some], pairs.right_name[some], pairs.unnamed)
    left, right = left[some], right[some]
    x, kept = columns_of(both, pairs)
    x, left, right = x[kept], left[kept], right[kept]
    same = truth[left] == truth[right]
    asked = ~_by_key(both, left, right)
    if task.name in UNREAD:
        told = [PLACE[script, name] for script in SCRIPTS for name in ("same", "placed")]
        asked &= ~(x[:, told] > 0).any(1)
    x, left, right, same = x[asked], left[asked], right[asked], same[asked]
    share = len(np.unique(np.concatenate([left[same], right[same]]))) / int(known.sum())
    share = min(max(share, 0.01), 0.9)
    # Several records may be one company, so that each pair is a question of its own.
    question = left.astype("int64") * both.count + right
    offset = float(np.log(share / (1 - share)) + chance_of_namesakes(both))
    some = same | (x @ PRIOR > HOPELESS) | (np.arange(len(x)) % OF_HOPELESS == 0)
    worth = np.where(same | (x @ PRIOR > HOPELESS), 1.0, OF_HOPELESS)
    return Examples(
        task.name, question[some], right[some], same[some], x[some], worth[some], offset,
        twice=False,
    )  # fmt: skip


def _by_key(both: Profiles, left: Any, right: Any) -> Any:
    """Which pairs a key joins before anything is weighed: of one name in a place that may be one."""
    surest = np.full(both.count, -1)
    surest[both.row[::-1]] = both.name[::-1]
    joined = surest[left] == surest[right]
    if "domain" in both.fields:
        one, other = both.fields["domain"][left], both.fields["domain"][right]
        joined |= (one == other) & (one >= 0)
    for field in ("city", "country"):
        if field in both.fields:
            one, other = both.fields[field][left], both.fields[field][right]
            joined &= (one == other) | (one < 0) | (other < 0)
    return joined


def of_pairs(task: PairTask) -> Examples:
    count = len(task.left)
    both = profile(table({"name": [*task.left, *task.right]}))
    places = [np.flatnonzero(both.row == row) for row in range(2 * count)]
    named = [
        (row, a, b)
        for row in range(count)
        for a in places[row]
        for b in places[row + count]
        if both.kind[a] < DERIVED or both.kind[b] < DERIVED
    ]
    row, one, other = (np.array(each) for each in zip(*named, strict=True))
    nobody = np.empty(0, dtype="int64")
    x, kept = columns_of(both, CandidatePairs(one, other, RecordPairs(nobody, nobody)))
    right = np.array(task.same)[row]
    worth = np.ones(int(kept.sum()))
    return Examples(task.name, row[kept], row[kept], right[kept], x[kept], worth, 0.0, twice=False)


def everything() -> list[Examples]:
    return [
        *map(of_list, list_tasks()), *map(of_file, file_tasks()), *map(of_pairs, pair_tasks())
    ]  # fmt: skip


def likeliest(examples: Examples, weights: Any) -> Any:
    """The items that count: of each company of a question the likeliest name, of each question the
    likeliest companies."""
    score = examples.columns @ weights.astype("float32")
    order = np.lexsort((-score, examples.company, examples.question))
    question, company = examples.question[order], examples.company[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(question) != 0) | (np.diff(company) != 0)
    best = order[first]
    best = best[np.lexsort((-score[best], ~examples.right[best], examples.question[best]))]
    _, start = np.unique(examples.question[best], return_index=True)
    place = np.arange(len(best)) - np.repeat(start, np.diff(np.append(start, len(best))))
    return best[place < CANDIDATES]


def fit(sets: Sequence[Examples], ridge: float = RIDGE, start: Any = None) -> Any:
    weights = PRIOR.copy() if start is None else start
    for _ in range(ROUNDS):
        weights = _fit_best(sets, weights, ridge)
    return weights


def _fit_best(sets: Sequence[Examples], weights: Any, ridge: float) -> Any:
    columns, question, right, offset, counts = [], [], [], [], []
    groups = 0
    for each in sets:
        some = likeliest(each, weights)
        number = np.unique(each.question[some], return_inverse=True)[1].reshape(-1)
        worth = min(1.0, MOST / each.size)
        for without in (False, True) if each.twice else (False,):
            kept = ~each.right[some] if without else np.ones(len(some), dtype=bool)
            columns.append(each.columns[some[kept]])
            question.append(number[kept] + groups)
            right.append(each.right[some[kept]] & (not without))
            offset.append(np.full(int(kept.sum()), each.offset))
            size = int(number.max()) + 1
            of_question = np.ones(size)
            of_question[number] = each.worth[some]
            counts.append(of_question * worth)
            groups += size
    x = np.concatenate(columns).astype("float64")
    g, y, o, count = (np.concatenate(each) for each in (question, right, offset, counts))
    answered = np.bincount(g, weights=y, minlength=groups) > 0

    def loss(w: Any) -> tuple[float, Any]:
        odds = np.exp(np.clip(x @ w + o, -40, 40))
        total = 1 + np.bincount(g, weights=odds, minlength=groups)
        good = np.bincount(g, weights=odds * y, minlength=groups)
        log_likelihood = np.where(answered, np.log(np.maximum(good, 1e-300)), 0) - np.log(total)
        share = np.where(y, odds / np.where(answered, good, 1.0)[g], 0.0) - odds / total[g]
        away = w - PRIOR
        value = -(count * log_likelihood).sum() + ridge * (away @ away)
        return value, -x.T @ (count[g] * share) + 2 * ridge * away

    bounds = [bound(parameter) for parameter in PARAMETERS]
    options = {"maxiter": 2000, "maxfun": 4000, "ftol": 1e-9, "maxcor": 30}
    return minimize(loss, weights, jac=True, method="L-BFGS-B", bounds=bounds, options=options).x


def as_model(weights: Any) -> dict[str, Any]:
    value = {
        parameter: round(float(weight), 3)
        for parameter, weight in zip(PARAMETERS, weights, strict=True)
    }
    fields = {field: dict(levels) for field, levels in sorted(FIELDS.items())}
    for field in LEARNED_FIELDS:
        fields[field] |= {level: value[field, level] for level in ("same", "different")}
    return {
        "made_by": "tests/benchmarks/train_matching.py",
        "name": {
            script: {name: value[script, name] for name in ("bias", *NAME)} for script in SCRIPTS
        },
        "short": {name: value["short", name] for name in ("bias", *SHORT)},
        "kind": {kind: value["kind", kind] for kind in KINDS[1:]},
        "letter": value["letter", "letter"],
        "unnamed": -2.0,
        "field": fields,
    }


def as_weights(weights: Any) -> MatchWeights:
    model = as_model(weights)
    return MatchWeights(**{name: model[name] for name in MatchWeights.__dataclass_fields__})


def left_out(names: Sequence[str] = ()) -> dict[str, MatchWeights]:
    """By set (by each of `names`, where some are given) the weights from all the others."""
    sets = everything()
    every = fit(sets)
    return {
        held.name: as_weights(fit([each for each in sets if each is not held], start=every))
        for held in sets
        if not names or held.name in names
    }


def main(arguments: Sequence[str]) -> None:
    model = as_model(fit(everything()))
    print(json.dumps(model, indent=2))
    if "write" in arguments:
        MODEL.write_text(json.dumps(model, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
