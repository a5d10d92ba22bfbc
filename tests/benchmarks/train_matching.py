"""Make `src/abmkit/domain/data/match_model.json`: what each thing that two records share says.

    python tests/benchmarks/train_matching.py          fit, say how well each half foretells the other
    python tests/benchmarks/train_matching.py write    and write the model

**Names.** Two real tasks with known answers: the S&P 500 and the Fortune 1000 in the SEC's list of
filers (`dev/derived_truth__*.csv`, by CIK and by ticker; five answers are known to be wrong and are
left out). Every row is seen twice, with its company in the list and with it taken out, so that
"none of these" is the answer to half of the questions. The weights maximise the likelihood of
choosing right among a row's candidates and none (conditional logistic regression with a ridge):
they are natural logarithms of odds, and add up.

**Fields.** Weights of city and region are `log(m / u)`, as Fellegi and Sunter (1969) have
it: how often companies that are the same agree, against how often two at random do, from the S&P
500 and the Fortune 1000, which meet by CIK. For what no list here has on both sides (sites, phones,
countries, tickers, registry ids) the weights are judgements, written below; so are those of kinds
of names that the tasks hardly have.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pycountry
from scipy.optimize import minimize

from abmkit.domain.arrays import strings
from abmkit.domain.matching.blocking import block
from abmkit.domain.matching.names.forms import ACRONYM, KINDS
from abmkit.domain.matching.names.similarity import NameFeatures, name_features
from abmkit.domain.matching.profiles import profile
from abmkit.domain.values.names import display_names, name_keys

DATA = Path(os.environ.get("ABMKIT_TEST_DATA", "../shared/data"))
MODEL = Path(__file__).parents[2] / "src/abmkit/domain/data/match_model.json"
WRONG = {"TEN", "LB", "CNR", "GEN", "RBC"}
RIDGE = 0.05
LETTERS = 4

JUDGED = {
    "registry_ids": {"same": 12.0, "contradictory": -30.0},
    "domain": {"same": 7.0, "different": -2.5},
    "phone": {"same": 5.0, "different": -0.4},
    "linkedin_url": {"same": 7.0, "different": -2.5},
    "country": {"same": 0.4, "different": -6.0},
    "postal_code": {"same": 3.0, "different": -0.5},
    "industry": {"same": 0.7, "different": -0.5},
    "ticker": {"same": 5.0, "different": -1.0},
}


NAMES_JUDGED = {"number": -8.0}
"""Trust I and Trust II are two companies, of which the tasks have too few."""
KINDS_JUDGED = {
    "alias": -0.3,
    "listed": -0.3,
    "former": -0.5,
    "dba": -0.3,
    "translated": 0.0,
    "short": -2.5,
    "contracted": -2.5,
    "pinyin": -2.5,
}
"""What is taken off names of kinds that the two tasks have too few of to learn from."""


def table(names: list[str]) -> pa.Table:
    shown = display_names(strings(names))
    return pa.Table.from_arrays([shown, name_keys(shown)], names=["name", "name_key"])


def sec() -> tuple[list[str], list[int]]:
    path = DATA / "demo/sec_company_tickers__company_tickers.json"
    rows = list(json.loads(path.read_text()).values())
    return [row["title"] for row in rows], [row["cik_str"] for row in rows]


def truth(file: str, column: str) -> tuple[list[str], list[int]]:
    with (DATA / "dev" / file).open(encoding="utf-8-sig") as lines:
        rows = [row for row in csv.DictReader(lines) if row.get("ticker") not in WRONG]
    return [row[column] for row in rows], [int(row["cik"]) for row in rows]


TASKS = (
    ("derived_truth__sp500_vs_sec_by_cik.csv", "name_sp500"),
    ("derived_truth__fortune1000_vs_sec_by_ticker.csv", "name_fortune"),
)


STATES = {
    each.name: each.code.removeprefix("US-")
    for each in pycountry.subdivisions.get(country_code="US")
}


class Task:
    """The candidates of every row of a list, with what is known of them."""

    def __init__(self, names: list[str], right: list[int]) -> None:
        listed, ids = sec()
        count = len(names)
        both = profile(table(names + listed))
        side = np.arange(both.count) < count
        pairs = block(both, side, ~side)
        one, two = both.name[pairs.left_name], both.name[pairs.right_name]
        alike = name_features(both.names, one, two)
        kinds = np.maximum(both.kind[pairs.left_name], both.kind[pairs.right_name])
        keep = (kinds != ACRONYM) | (one == two)
        self.features = _features(alike, kinds, both.names.name_letters[one])[keep]
        self.row = both.row[pairs.left_name][keep]
        self.company = np.array(ids)[both.row[pairs.right_name][keep] - count]
        self.right = np.array(right)
        self.names = names
        self.titles = dict(zip(ids, listed, strict=True))

    def best(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Row, company and place of the likeliest pair of names of each row and company."""
        score = self.features @ weights
        order = np.lexsort((-score, self.company, self.row))
        row, company = self.row[order], self.company[order]
        first = np.ones(len(order), dtype=bool)
        first[1:] = (np.diff(row) != 0) | (np.diff(company) != 0)
        return row[first], company[first], order[first]


def _features(alike: NameFeatures, kinds: np.ndarray, letters: np.ndarray) -> np.ndarray:
    kind = [(kinds == place).astype(float) for place in range(1, len(KINDS))]
    letter = np.where(kinds == ACRONYM, np.clip(letters - 1, 0, LETTERS - 1), 0).astype(float)
    return np.stack([*alike, *kind, letter, np.ones(len(kinds))], axis=1)


def fit(tasks: list[Task]) -> np.ndarray:
    width = tasks[0].features.shape[1]
    weights = np.zeros(width)
    weights[NameFeatures._fields.index("balance")] = 1.0
    weights[NameFeatures._fields.index("same")] = 1.0
    for _ in range(4):
        weights = _fit_best(tasks, weights)
    return weights


def _fit_best(tasks: list[Task], weights: np.ndarray) -> np.ndarray:
    features, group, chosen = [], [], []
    groups = 0
    for task in tasks:
        row, company, place = task.best(weights)
        right = company == task.right[row]
        for present in (True, False):
            kept = np.ones(len(row), dtype=bool) if present else ~right
            features.append(task.features[place[kept]])
            group.append(row[kept] + groups)
            chosen.append(right[kept] if present else np.zeros(int(kept.sum()), dtype=bool))
            groups += len(task.names)
    x, g, y = np.concatenate(features), np.concatenate(group), np.concatenate(chosen)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = np.clip(x @ w, -40, 40)
        odds = np.exp(z)
        total = 1 + np.bincount(g, weights=odds, minlength=groups)
        ridge = w.copy()
        ridge[-1] = 0
        value = np.log(total).sum() - (z * y).sum() + RIDGE * (ridge @ ridge)
        return value, x.T @ (odds / total[g] - y) + 2 * RIDGE * ridge

    return minimize(loss, weights, jac=True, method="L-BFGS-B", options={"maxiter": 2000}).x


def judge(task: Task, weights: np.ndarray, show: bool = True) -> None:
    from abmkit.domain.matching.probability import prior_odds

    row, company, place = task.best(weights)
    odds = np.exp(task.features[place] @ weights)
    sums = np.bincount(row, weights=odds, minlength=len(task.names))
    prior = prior_odds(sums[sums > 0], len(task.names), 0.5)
    probability = odds * prior / (1 + sums[row] * prior)
    order = np.lexsort((company, -probability, row))
    first = np.ones(len(order), dtype=bool)
    first[1:] = np.diff(row[order]) != 0
    top = order[first]
    second = {int(row[i]): probability[i] for i in order[~first][::-1]}
    good = company[top] == task.right[row[top]]
    tied = np.array([second.get(int(row[i]), 0) == probability[i] for i in top])
    good &= ~tied
    print(f"first rank {good.sum()} of {len(task.names)} = {good.sum() / len(task.names):.4f}")
    for threshold in (0.3, 0.5, 0.6, 0.7, 0.8, 0.9):
        given = probability[top] >= threshold
        hits = (given & good).sum()
        f1 = 2 * hits / (given.sum() + len(task.names))
        print(
            f"  {threshold}: precision {hits / given.sum():.4f} "
            f"recall {hits / len(task.names):.4f} F1 {f1:.4f}"
        )
    if show:
        for i, ok in zip(top, good, strict=True):
            if not ok or probability[i] < 0.5:
                right = task.titles.get(task.right[row[i]])
                print(
                    f"    {'ok   ' if ok else 'WRONG'} {task.names[row[i]]} | {right} | "
                    f"{task.titles[company[i]]} {probability[i]:.2f}"
                )
        for missing in sorted(set(range(len(task.names))) - set(row[top].tolist())):
            print(f"    none  {task.names[missing]} | {task.titles.get(task.right[missing])}")


def fields() -> dict[str, dict[str, float]]:
    """Weights of what lists say of one company: measured where two lists say it, else judged."""
    return dict(sorted({**JUDGED, **measured()}.items()))


def measured() -> dict[str, dict[str, float]]:
    """`log(m / u)` of places: the S&P 500 beside the Fortune 1000, by CIK."""
    places = {}
    with (DATA / "dev" / TASKS[0][0]).open(encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            city, _, region = row["hq"].rpartition(", ")
            places[row["cik"]] = {"city": city, "region": STATES.get(region, region)}
    with (DATA / "dev" / TASKS[1][0]).open(encoding="utf-8-sig") as lines:
        others = {
            row["cik"]: {"city": row["city"], "region": row["state"]}
            for row in csv.DictReader(lines)
            if row["ticker"] not in WRONG
        }
    shared = sorted(places.keys() & others.keys())

    def levels(a: str, b: str) -> tuple[bool, bool, bool]:
        """Whether the cities agree, or only the regions, or not even those."""
        one, other = places[a], others[b]
        city = one["city"].casefold() == other["city"].casefold()
        region = one["region"] == other["region"]
        return city, region and not city, not region and not city

    same = np.mean([levels(cik, cik) for cik in shared], axis=0)
    chance = np.mean([levels(a, b) for a in shared for b in shared if a != b], axis=0)
    print(f"{len(shared)} companies; city, region, neither: {same.round(3)} {chance.round(4)}")
    city, region, neither = (round(float(each), 2) for each in np.log(same / chance))
    elsewhere = round(float(np.log((1 - same[0]) / (1 - chance[0]))), 2)
    return {
        "city": {"same": city, "different": elsewhere},
        "region": {"same": region, "different": neither},
    }


def model(weights: np.ndarray) -> dict[str, object]:
    size = len(NameFeatures._fields)
    kinds = weights[size : size + len(KINDS) - 1]
    return {
        "made_by": "tests/benchmarks/train_matching.py",
        "bias": round(float(weights[-1]), 3),
        "name": {
            name: NAMES_JUDGED.get(name, round(float(value), 3))
            for name, value in zip(NameFeatures._fields, weights[:size], strict=True)
        },
        "kind": {
            name: KINDS_JUDGED.get(name, round(float(value), 3))
            for name, value in zip(KINDS[1:], kinds, strict=True)
        },
        "letter": round(float(weights[-2]), 3),
        "unnamed": -2.0,
        "field": fields(),
    }


def main(write: bool) -> None:
    tasks = [Task(*truth(*each)) for each in TASKS]
    for held, other in ((0, 1), (1, 0)):
        print(f"{TASKS[held][0]}, weights from the other list")
        judge(tasks[held], fit([tasks[other]]))
    weights = fit(tasks)
    print(json.dumps(model(weights), indent=2))
    for each in tasks:
        judge(each, weights, show=False)
    if write:
        MODEL.write_text(json.dumps(model(weights), indent=2) + "\n")


if __name__ == "__main__":
    main("write" in sys.argv[1:])
