"""How well scorecards are learned, beside peers, noise, planted signal, and wrong experts.

    python tests/benchmarks/learning.py make FOLDER          folds of the public sets, as CSV
    python tests/benchmarks/learning.py card FOLDER          abmkit's card on them
    PYTHON tests/benchmarks/learning.py peers FOLDER         each peer that PYTHON has installed
    python tests/benchmarks/learning.py noise [--draws 200]  histories of noise that are accepted
    python tests/benchmarks/learning.py power [--draws 100]  planted signal that is found
    python tests/benchmarks/learning.py experts [--draws 200]  few wins with a right, a wrong expert
    python tests/benchmarks/learning.py leaks                columns planted after the fact

`peers` imports nothing of abmkit, so that another environment can run it (optbinning and FasterRisk
want an older pandas). Sets: `x_education_leads` without what is known afterwards, and
`telco_churn_ibm`. All figures are of cases left out, in the same five folds for all.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(os.environ.get("ABMKIT_TEST_DATA", "../shared/data"))
SETS = {
    "x_education": ("x_education_leads.csv", "Converted"),
    "telco": ("telco_churn_ibm.csv", "Churn"),
}
AFTERWARDS = ["Tags", "Lead Quality", "Last Activity", "Last Notable Activity"]
IDS = ["Prospect ID", "Lead Number", "customerID"]
FOLDS = 5


def area(scores: Any, came: Any) -> float:
    """The area under the ROC curve; ties count half."""
    from scipy.stats import rankdata

    positives = came.sum()
    ranks = rankdata(scores)[came > 0].sum()
    return float((ranks - positives * (positives + 1) / 2) / (positives * (len(came) - positives)))


def history_of(name: str) -> Any:
    """A public set, read as `abmkit learn` reads it."""
    from abmkit.config.loading import Project
    from abmkit.config.project import Config
    from abmkit.learning.history import read_history

    file, outcome = SETS[name]
    history = read_history(DATA / "dev" / file, Project(Config(version=1)), outcome)
    left = [n for n in (*AFTERWARDS, *IDS) if n in history.accounts.column_names]
    from dataclasses import replace

    return replace(history, accounts=history.accounts.drop_columns(left))


def make(folder: Path) -> None:
    """Writes each set with its outcome and its fold."""
    import pyarrow as pa
    from pyarrow import csv

    from abmkit.learning.chance import folds

    folder.mkdir(parents=True, exist_ok=True)
    for name in SETS:
        history = history_of(name)
        known = [
            n
            for n in history.accounts.column_names
            if n not in ("account_id", "name", "name_key", "domain", "source", "source_row")
        ]
        table = history.accounts.select(known)
        fold = folds(history.groups, history.outcome, FOLDS, 7)
        table = table.append_column("__came", pa.array(history.outcome))
        csv.write_csv(table.append_column("__fold", pa.array(fold)), folder / f"{name}.csv")


def card(folder: Path, seeds: int) -> None:
    """abmkit's card, scored by `score` itself."""
    from datetime import date

    from abmkit.domain.arrays import to_numpy, whole
    from abmkit.learning.card import learn
    from abmkit.learning.chance import folds
    from abmkit.learning.predictors import predictors
    from abmkit.steps.score import score

    for name in SETS:
        history = history_of(name)
        came = history.outcome
        found, _ = predictors(history.accounts)
        started, areas, bands = time.perf_counter(), [], []
        for seed in range(7, 7 + seeds):
            fold = folds(history.groups, came, FOLDS, seed)
            for number in range(FOLDS):
                made = learn(history.accounts, came, np.flatnonzero(fold != number), found)
                scored = score(history.accounts, made.score, as_of=date(2026, 1, 1))["fit_score"]
                test = fold == number
                areas.append(area(to_numpy(whole(scored))[test], came[test]))
                bands.append(sum(len(c.bands) for c in made.score.criteria))
        took = (time.perf_counter() - started) / len(areas)
        print(
            f"{name}: abmkit {np.mean(areas):.4f} ({np.mean(areas[:FOLDS]):.4f} on the folds of "
            f"the peers), {min(bands)}-{max(bands)} bands, {took:.1f} s a card",
            flush=True,
        )


def peers(folder: Path, only: list[str] | None) -> None:
    """Each peer that is installed, on the same folds."""
    import warnings

    import pandas as pd

    warnings.filterwarnings("ignore")
    for name in SETS:
        frame = pd.read_csv(folder / f"{name}.csv", keep_default_na=True)
        came, fold = frame.pop("__came").to_numpy(), frame.pop("__fold").to_numpy()
        for peer, fitted in PEERS.items():
            if only and peer not in only:
                continue
            areas = []
            started = time.perf_counter()
            try:
                for number in range(FOLDS):
                    train, test = fold != number, fold == number
                    areas.append(area(fitted(frame[train], came[train], frame[test]), came[test]))
            except ImportError as error:
                print(f"{name}: {peer} is not here: {error}")
                continue
            took = (time.perf_counter() - started) / FOLDS
            print(f"{name}: {peer} {np.mean(areas):.4f}, {took:.1f} s", flush=True)


def _numbers(frame: Any) -> list[str]:
    return [c for c in frame.columns if frame[c].dtype.kind in "if" and frame[c].nunique() > 2]


def _one_hot(train: Any, test: Any) -> tuple[Any, Any]:
    import pandas as pd

    both = pd.concat([train, test])
    numbers = _numbers(both)
    parts = [both[numbers].fillna(both[numbers].median()), both[numbers].isna().add_prefix("na_")]
    others = both.drop(columns=numbers).astype(str)
    made = pd.concat([*parts, pd.get_dummies(others)], axis=1).astype(float)
    return made.iloc[: len(train)], made.iloc[len(train) :]


def _logistic(train: Any, came: Any, test: Any) -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    known, asked = _one_hot(train, test)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000, C=0.1))
    return model.fit(known, came).predict_proba(asked)[:, 1]


def _texts(frame: Any) -> Any:
    made = frame.copy()
    for column in made.columns:
        if made[column].dtype.kind not in "if":
            made[column] = made[column].astype(object).where(made[column].notna(), "?").astype(str)
    return made


def _ebm(train: Any, came: Any, test: Any) -> Any:
    from interpret.glassbox import ExplainableBoostingClassifier

    model = ExplainableBoostingClassifier(random_state=1, n_jobs=2)
    return model.fit(_texts(train), came).predict_proba(_texts(test))[:, 1]


def _ebm_mains(train: Any, came: Any, test: Any) -> Any:
    from interpret.glassbox import ExplainableBoostingClassifier

    model = ExplainableBoostingClassifier(random_state=1, n_jobs=2, interactions=0)
    return model.fit(_texts(train), came).predict_proba(_texts(test))[:, 1]


def _lightgbm(train: Any, came: Any, test: Any) -> Any:
    import lightgbm

    known, asked = train.copy(), test.copy()
    for column in train.columns:
        if train[column].dtype.kind not in "if":
            kinds = sorted(set(train[column].dropna().astype(str)))
            for frame in (known, asked):
                texts = frame[column].astype(object).where(frame[column].notna(), None)
                frame[column] = texts.map(lambda t: t if t is None else str(t)).astype("category")
                frame[column] = frame[column].cat.set_categories(kinds)
    model = lightgbm.LGBMClassifier(
        n_estimators=300, learning_rate=0.03, num_leaves=15, min_child_samples=20, verbose=-1
    )
    return model.fit(known, came).predict_proba(asked)[:, 1]


def _optbinning(train: Any, came: Any, test: Any) -> Any:
    from optbinning import BinningProcess, Scorecard
    from sklearn.linear_model import LogisticRegression

    names = list(train.columns)
    process = BinningProcess(
        names, categorical_variables=[c for c in names if train[c].dtype.kind not in "if"]
    )
    made = Scorecard(binning_process=process, estimator=LogisticRegression(max_iter=1000))
    made.fit(train, came.astype(int), metric_missing="empirical")
    return made.predict_proba(test)[:, 1]


def _fasterrisk(train: Any, came: Any, test: Any) -> Any:
    import pandas as pd
    from fasterrisk.fasterrisk import RiskScoreClassifier, RiskScoreOptimizer

    both = pd.concat([train, test])
    parts = []
    for column in both.columns:
        if column in _numbers(both):
            cuts = np.unique(np.nanquantile(train[column], np.linspace(0.1, 0.9, 9)))
            parts += [(both[column] <= c).astype(float).rename(f"{column}<={c}") for c in cuts]
        else:
            parts.append(pd.get_dummies(both[column].astype(str), prefix=column).astype(float))
    made = pd.concat(parts, axis=1)
    known, asked = made.iloc[: len(train)].to_numpy(), made.iloc[len(train) :].to_numpy()
    sign = np.where(came > 0, 1, -1)
    optimizer = RiskScoreOptimizer(X=known, y=sign, k=10, gap_tolerance=0.05)
    optimizer.optimize()
    multipliers, intercepts, coefficients = optimizer.get_models()
    best = RiskScoreClassifier(multipliers[0], intercepts[0], coefficients[0])
    return best.predict_prob(asked)


PEERS = {
    "logistic regression": _logistic,
    "optbinning": _optbinning,
    "FasterRisk": _fasterrisk,
    "LightGBM": _lightgbm,
    "EBM without pairs": _ebm_mains,
    "EBM": _ebm,
}


# Noise, signal, experts ---------------------------------------------------------------------------


def market(count: int, chance: np.random.Generator) -> dict[str, Any]:
    """Accounts as they come: sizes over orders of magnitude, labels, some cells empty."""
    size = np.exp(chance.normal(5, 1.6, count)).round() + 1
    values: dict[str, list[Any]] = {
        "employees": size.tolist(),
        "revenue": (size * np.exp(chance.normal(11.5, 0.7, count))).round(-3).tolist(),
        "industry": chance.choice(["Software", "Retail", "Banking", "Media", "Energy", "Health"],
                                  count, p=[0.3, 0.2, 0.15, 0.15, 0.1, 0.1]).tolist(),
        "country": chance.choice(["US", "DE", "CN", "FR"], count, p=[0.5, 0.2, 0.2, 0.1]).tolist(),
        "founded_year": chance.integers(1950, 2024, count).tolist(),
        "contract": chance.choice(["monthly", "yearly"], count).tolist(),
        "visits": chance.poisson(4, count).tolist(),
        "channel": chance.choice([f"channel {n}" for n in range(12)], count).tolist(),
    }  # fmt: skip
    for column, share in (("employees", 0.1), ("revenue", 0.3), ("industry", 0.05)):
        for row in np.flatnonzero(chance.random(count) < share):
            values[column][row] = None
    return values


def truth(values: dict[str, Any]) -> Any:
    """What tells: size in the middle, software and banking, yearly contracts, visits."""
    total = np.zeros(len(values["visits"]))
    size = np.array([v or 150 for v in values["employees"]], dtype=float)
    total += 1.0 * ((size >= 100) & (size < 1000))
    total += 0.8 * np.isin(np.array(values["industry"], dtype=object), ["Software", "Banking"])
    total += 0.6 * (np.array(values["contract"]) == "yearly")
    return total + 0.15 * (np.minimum(np.array(values["visits"]), 8) - 4)


def drawn(count: int, strength: float, share: float, chance: np.random.Generator) -> Any:
    """A history of so many cases, of which about such a share came about."""
    import pandas as pd

    from abmkit.config.loading import Project
    from abmkit.config.project import Config
    from abmkit.learning.history import read_history

    values = market(count, chance)
    told = strength * truth(values)
    told = told - told.mean() + np.log(share / (1 - share))
    came = chance.random(count) < 1 / (1 + np.exp(-told))
    frame = pd.DataFrame(values).assign(won=np.where(came, "yes", "no"))
    return read_history(frame, Project(Config(version=1)), "won")


def lesson(history: Any, seed: int, **more: Any) -> Any:
    """Whether it is accepted, without the card."""
    from abmkit.learning.chance import by_chance
    from abmkit.learning.predictors import in_steps, predictors

    found, _ = predictors(history.accounts)
    every = np.arange(len(history.outcome))
    steps = [made for each in found if (made := in_steps(each, every)) is not None]
    return by_chance(steps, history.outcome, history.groups, seed=seed)


def noise(draws: int) -> None:
    """The share of histories without any signal that are accepted."""
    for count in (100, 400, 1_000):
        accepted = 0
        for seed in range(draws):
            history = drawn(count, 0.0, 0.3, np.random.default_rng(seed))
            accepted += lesson(history, seed).told
        print(
            f"noise, {count} cases: {accepted} of {draws} accepted ({accepted / draws:.1%})",
            flush=True,
        )


def power(draws: int) -> None:
    """The share of histories with a signal of known strength in which it is found."""
    for strength in (0.5, 1.0, 1.5):
        best = []
        for seed in range(20):
            values = market(20_000, np.random.default_rng(seed + 900))
            told = strength * truth(values)
            came = np.random.default_rng(seed).random(20_000) < 1 / (
                1 + np.exp(-(told - told.mean() - 0.85))
            )
            best.append(area(told, came))
        for count in (50, 200, 1_000):
            found = sum(
                lesson(drawn(count, strength, 0.3, np.random.default_rng(seed)), seed).told
                for seed in range(draws)
            )
            print(
                f"strength {strength} (AUC of the truth {np.mean(best):.3f}), {count} cases: found in "
                f"{found / draws:.0%} of {draws}",
                flush=True,
            )


RIGHT = {
    "size": [({"employees": {"between": [100, 1000]}}, 30)],
    "kind": [({"industry": ["Software", "Banking"]}, 25)],
    "contract": [({"contract": "yearly"}, 20)],
}
WRONG = {
    "size": [({"employees": {"above": 5000}}, 40)],
    "kind": [({"industry": ["Energy", "Media"]}, 30)],
    "age": [({"founded_year": {"below": 1980}}, 20)],
}


def expert_of(bands: dict[str, Any]) -> Any:
    """An expert's card."""
    from abmkit.config.sections.score import Score

    return Score.model_validate({"criteria": [
        {"id": name, "bands": [{"when": when, "points": points} for when, points in each]}
        for name, each in bands.items()]})  # fmt: skip


def experts(draws: int, sets: list[str]) -> None:
    """Few wins: the mean AUC with an expert, by the data alone, and by the expert alone."""
    for name in sets:
        if name == "planted":
            history = drawn(12_000, 1.0, 0.25, np.random.default_rng(5))
            cards = {"right": expert_of(RIGHT), "wrong": expert_of(WRONG)}
        else:
            history, cards = history_of(name), {k: expert_of(v) for k, v in EXPERTS[name].items()}
        _with_experts(name, history, cards, draws)


WINS = (10, 20, 40, 80, 160, 320)

EXPERTS: dict[str, dict[str, Any]] = {
    "telco": {
        "right": {
            "contract": [({"Contract": "Month-to-month"}, 40), ({"Contract": "One year"}, 10)],
            "tenure": [({"tenure": {"below": 12}}, 30), ({"tenure": {"below": 36}}, 15)],
            "payment": [({"PaymentMethod": "Electronic check"}, 15)],
        },
        "wrong": {
            "senior": [({"gender": "Female"}, 30)],
            "phone": [({"PhoneService": "Yes"}, 30)],
            "tenure": [({"tenure": {"at_least": 36}}, 40)],
        },
    },
}


def _with_experts(name: str, history: Any, cards: dict[str, Any], draws: int) -> None:
    from datetime import date

    from abmkit.domain.arrays import to_numpy, whole
    from abmkit.learning.card import learn
    from abmkit.learning.predictors import predictors
    from abmkit.steps.score import score

    came = history.outcome
    found, _ = predictors(history.accounts)
    share = came.mean()
    for kind, expert in cards.items():
        alone = to_numpy(
            whole(score(history.accounts, expert, as_of=date(2026, 1, 1))["fit_score"])
        )
        for wins in WINS:
            results: list[tuple[float, float, float]] = []
            for seed in range(draws):
                chance = np.random.default_rng(seed)
                won = chance.choice(np.flatnonzero(came > 0), wins, replace=False)
                lost = chance.choice(
                    np.flatnonzero(came == 0), round(wins * (1 - share) / share), replace=False
                )
                rows = np.sort(np.concatenate([won, lost]))
                test = np.setdiff1d(np.arange(len(came)), rows)
                sides = []
                for trusted in (True, False):
                    made = learn(
                        history.accounts, came, rows, found, expert=expert if trusted else None
                    )
                    sides.append(0.5 if made is None else area(made.scored[test], came[test]))
                results.append((sides[0], sides[1], area(alone[test], came[test])))
            both, data, theirs = np.mean(results, 0)
            print(
                f"{name}, {kind} expert, {wins} wins: with both {both:.4f}, data {data:.4f}, "
                f"expert {theirs:.4f}; {both - max(data, theirs):+.4f}",
                flush=True,
            )


def leaks() -> None:
    """Columns planted after the fact, each alone, and the true columns."""
    import pyarrow as pa

    from abmkit.learning.leaks import after_the_fact
    from abmkit.learning.predictors import predictors

    chance = np.random.default_rng(3)
    for name in SETS:
        history = history_of(name)
        came = history.outcome > 0
        yes = np.where(came, "positive", "negative").tolist()
        planted = {
            "closed_reason": [
                str(chance.choice(["price", "fit", "time"])) if c or chance.random() < 0.2 else None
                for c in came
            ],
            "churn_date": [
                f"2026-0{chance.integers(1, 9)}-1{chance.integers(0, 9)}" if c else None
                for c in came
            ],
            "a copy under another name": yes,
            "slips in one of fifty": [y if chance.random() > 0.02 else "positive" for y in yes],
            "filled for customers": [
                str(chance.integers(1, 9)) if c and chance.random() < 0.7 else None for c in came
            ],
        }
        table = history.accounts
        for column, values in planted.items():
            table = table.append_column(column, pa.array(values, pa.string()))
        found, said = predictors(table)
        refused, doubted = after_the_fact(table, found, history.outcome, history.groups, None)
        # What is said of several columns at once is of no planted one.
        left = {fact.values.get("column") for fact in said}
        for column in planted:
            how = (
                refused[column].code
                if column in refused
                else "no column of use"
                if column in left
                else "MISSED"
            )
            print(f"{name}: {column}: {how}")
        wrong = [column for column in refused if column not in planted]
        print(
            f"{name}: true columns refused: {wrong or 'none'}; doubted: "
            f"{[fact.values['column'] for fact in doubted] or 'none'}"
        )


def main() -> None:
    """Reads the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "action", choices=["make", "card", "peers", "noise", "power", "experts", "leaks"]
    )
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", nargs="+")
    given = parser.parse_args()
    if given.action == "make":
        make(given.folder)
    elif given.action == "card":
        card(given.folder, given.seeds)
    elif given.action == "peers":
        peers(given.folder, given.only)
    elif given.action == "noise":
        noise(given.draws)
    elif given.action == "power":
        power(given.draws)
    elif given.action == "experts":
        experts(given.draws, given.only or ["planted", "telco"])
    else:
        leaks()


if __name__ == "__main__":
    main()
