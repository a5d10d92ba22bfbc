"""How well identity holds, set by set, beside peers in one run.

    python tests/benchmarks/identity.py [SET ...] [--peers] [--left-out] [--show N]

*List* sets: names to find on a list, by name alone. First: the share whose likeliest company is
right. Precision and recall at the probability that ships (`dedupe.same`); calibration error: the
mean distance between a bin's probability and its share of right answers, over all names.

*File* sets: the whole file through `dedupe`. Precision, recall and F1 of pairs and B³; pairs of
`--pairs` that are left for review, how many of them are right, and the calibration error over all
pairs there. Where each record is a company of its own (`cn_organisations`), what merges is to be
read: `--show`.

`--left-out`: by weights that were learned from all the other sets. `--peers`: rapidfuzz
Jaro-Winkler and token set, TF-IDF over letters, rigour's alignment of the twenty best of these, and
bare Splink, each at the threshold with the best F1 by the truth, a favour that abmkit does not get.
Needs `pip install scikit-learn rapidfuzz cleanco splink rigour` for peers.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from identity_sets import FileTask, ListTask, calibration_error, f1, file_tasks, list_tasks, table

from abmkit.config.sections.dedupe import Dedupe
from abmkit.domain.companies.listed import NOBODY, on_list
from abmkit.domain.matching import comparison
from abmkit.domain.matching.blocking import block
from abmkit.domain.matching.profiles import profile
from abmkit.domain.matching.weights import MatchWeights
from abmkit.steps.dedupe import dedupe

Ranked = tuple[list[str | None], Any]
"""Each name's best company, None for none or a tie, and its score."""


@contextmanager
def weighed_by(weights: MatchWeights | None) -> Iterator[None]:
    """abmkit with other weights than it ships with."""
    shipped = comparison.shipped_weights
    if weights is not None:
        comparison.shipped_weights = lambda: weights  # type: ignore[assignment]
    try:
        yield
    finally:
        comparison.shipped_weights = shipped


# Lists -------------------------------------------------------------------------------------------


def by_abmkit(task: ListTask) -> Ranked:
    matches = on_list(table({"name": task.queries}), table({"name": task.listed}), review=0.0)
    given = [None if row == NOBODY else task.companies[row] for row in matches.account.tolist()]
    return given, matches.probability


def _best(task: ListTask, scores: Any) -> Ranked:
    """The best of each row of a matrix of scores; a tie of two companies is none."""
    found: list[str | None] = []
    companies = np.array(task.companies, dtype=object)
    for row, most in zip(scores, scores.max(axis=1), strict=True):
        tied = set(companies[row >= most - 1e-9])
        found.append(tied.pop() if len(tied) == 1 else None)
    return found, scores.max(axis=1)


def by_jaro_winkler(task: ListTask) -> Ranked:
    from rapidfuzz import distance, process

    one, other = ([name.lower() for name in names] for names in (task.queries, task.listed))
    return _best(task, process.cdist(one, other, scorer=distance.JaroWinkler.similarity))


def by_token_set(task: ListTask) -> Ranked:
    from cleanco import basename
    from rapidfuzz import fuzz, process

    one, other = (
        [(basename(name) or name).lower() for name in names]
        for names in (task.queries, task.listed)
    )
    scores = process.cdist(one, other, scorer=fuzz.token_set_ratio)
    return _best(task, scores + process.cdist(one, other, scorer=fuzz.token_sort_ratio) / 1000)


def _cosines(task: ListTask) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    listed = vectors.fit_transform([name.lower() for name in task.listed])
    asked = vectors.transform([name.lower() for name in task.queries])
    return (asked @ listed.T).toarray()


def by_letters(task: ListTask) -> Ranked:
    return _best(task, _cosines(task))


def by_rigour(task: ListTask) -> Ranked:
    from rigour.names import NameTypeTag, analyze_names, compare_parts

    def parts(name: str) -> list[Any]:
        names = list(analyze_names(NameTypeTag.ORG, [name], symbols=False))
        return list(names[0].parts) if names else []

    cosines = _cosines(task)
    scores = np.zeros_like(cosines)
    listed = [parts(name) for name in task.listed]
    for row, name in enumerate(task.queries):
        own = parts(name)
        for place in np.argsort(-cosines[row], kind="stable")[:20]:
            alignments = compare_parts(own, listed[place])
            weight = sum(each.weight for each in alignments)
            total = sum(each.weight * each.score for each in alignments)
            scores[row, place] = total / weight if weight else 0
    return _best(task, scores)


def by_splink(task: ListTask) -> Ranked:
    from peers import link

    edges = link(task.queries, task.listed)
    companies = np.array(task.companies, dtype=object)
    edges["company"] = companies[edges["right"].to_numpy(dtype=int)]
    tops = edges.groupby("left")["match_weight"].transform("max")
    found: list[str | None] = [None] * len(task.queries)
    scores = np.full(len(task.queries), -99.0)
    for left, rows in edges[edges["match_weight"] >= tops - 1e-9].groupby("left"):
        scores[int(left)] = rows["match_weight"].iloc[0]
        if rows["company"].nunique() == 1:
            found[int(left)] = rows["company"].iloc[0]
    return found, scores


PEERS: dict[str, Callable[[ListTask], Ranked]] = {
    "Jaro-Winkler": by_jaro_winkler,
    "token set": by_token_set,
    "TF-IDF letters": by_letters,
    "rigour": by_rigour,
    "bare Splink": by_splink,
}


def tell_list(task: ListTask, name: str, run: Callable[[ListTask], Ranked]) -> None:
    """Prints a line on how a way of matching does; a peer's threshold is its best one."""
    start = time.perf_counter()
    given, scores = run(task)
    seconds = time.perf_counter() - start
    right = np.array([one == other for one, other in zip(given, task.truth, strict=True)])
    if run is by_abmkit:
        some = scores >= Dedupe().same
        error = f"calibration error {calibration_error(scores.tolist(), right.tolist()):.3f}"
    else:
        order = np.argsort(-scores, kind="stable")
        f1s = 2 * np.cumsum(right[order]) / (np.arange(1, len(right) + 1) + len(right))
        f1s[:-1][np.diff(scores[order]) == 0] = 0  # equal scores are given together
        some = scores >= scores[order][int(f1s.argmax())]
        error = "at its best threshold"
    precision, recall, f = f1(int((right & some).sum()), int(some.sum()), len(right))
    print(
        f"  {name:<18} first {right.mean():.4f}  precision {precision:.4f}  recall {recall:.4f}"
        f"  F1 {f:.4f}  {error}  {seconds:.1f} s",
        flush=True,
    )


# Files -------------------------------------------------------------------------------------------


def _pairs(labels: Sequence[Any]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(labels).values())


def tell_file(task: FileTask, name: str, show: int) -> None:
    """Prints a line on what `dedupe` makes of a file, and some of its merges."""
    start = time.perf_counter()
    deduped = dedupe(task.records, every_pair=bool(show))
    seconds = time.perf_counter() - start
    place = {(row["source"], row["source_row"]): at for at, row in enumerate(_rows(task))}
    labels: list[Any] = [None] * len(task.truth)
    for member in deduped.members.to_pylist():
        labels[place[member["source"], member["source_row"]]] = member["account_id"]
    known = [at for at, truth in enumerate(task.truth) if truth is not None]
    ours, truth = [labels[at] for at in known], [task.truth[at] for at in known]
    right, together = _pairs(list(zip(ours, truth, strict=True))), _pairs(ours)
    precision, recall, f = f1(right, together, max(_pairs(truth), 1))
    both, one, other = Counter(zip(ours, truth, strict=True)), Counter(ours), Counter(truth)
    b_precision = sum(n * n / one[o] for (o, _), n in both.items()) / len(known)
    b_recall = sum(n * n / other[t] for (_, t), n in both.items()) / len(known)
    pairs = deduped.pairs.to_pylist()
    judged = []
    for pair in pairs:
        left, right_ = (
            task.truth[place[pair[f"{side}_source"], pair[f"{side}_source_row"]]]
            for side in ("left", "right")
        )
        if left is not None and right_ is not None:
            judged.append((pair, left == right_))
    review = [good for pair, good in judged if pair["verdict"] == "review"]
    error = calibration_error([pair["probability"] for pair, _ in judged], [g for _, g in judged])
    print(
        f"  {name:<18} pairs: precision {precision:.4f}  recall {recall:.4f}  F1 {f:.4f}  "
        f"B³ {2 * b_precision * b_recall / (b_precision + b_recall):.4f}  wrong {together - right}"
        f"\n  {'':<18} companies of several {sum(n > 1 for n in Counter(labels).values())}  review "
        f"{len(review)}, right {sum(review) / max(len(review), 1):.2f}  calibration error "
        f"{error:.3f} of {len(judged)}  {seconds:.1f} s",
        flush=True,
    )
    merged = [each for each in judged if each[0]["verdict"] == "merged"]
    random.seed(1)
    for pair, good in random.sample(merged, min(show, len(merged))):
        print(
            f"    {'==' if good else '!='} {pair['left_name']} | {pair['right_name']} | "
            f"{pair['probability']:.2f} {pair['evidence']}"
        )


def _candidates(task: FileTask) -> tuple[Any, Any]:
    """The pairs of records whose names abmkit would compare, a favour to those who block nothing."""
    profiles = profile(task.records)
    every = np.ones(profiles.count, dtype=bool)
    pairs = block(profiles, every, every)
    numbers = np.unique(
        profiles.row[pairs.left_name] * profiles.count + profiles.row[pairs.right_name]
    )
    return np.divmod(numbers, profiles.count)


def _pair_scores(names: list[str], left: Any, right: Any) -> Iterator[tuple[str, Any]]:
    """What each peer says of pairs of names."""
    from cleanco import basename
    from rapidfuzz import distance, fuzz, process
    from rigour.names import NameTypeTag, analyze_names, compare_parts
    from sklearn.feature_extraction.text import TfidfVectorizer

    lower = [name.lower() for name in names]

    def of_pairs(texts: list[str], scorer: Any) -> Any:
        one, other = ([texts[at] for at in side.tolist()] for side in (left, right))
        return process.cpdist(one, other, scorer=scorer, workers=-1)

    yield "Jaro-Winkler", of_pairs(lower, distance.JaroWinkler.similarity)
    bare = [(basename(name) or name).lower() for name in names]
    yield "token set", of_pairs(bare, fuzz.token_set_ratio)
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    matrix = vectors.fit_transform(lower)
    yield "TF-IDF letters", np.asarray(matrix[left].multiply(matrix[right]).sum(axis=1)).ravel()
    parts = []
    for name in names:
        tagged = list(analyze_names(NameTypeTag.ORG, [name], symbols=False))
        parts.append(list(tagged[0].parts) if tagged else [])
    scores = []
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        alignments = compare_parts(parts[one], parts[other])
        weight = sum(each.weight for each in alignments)
        scores.append(sum(each.weight * each.score for each in alignments) / (weight or 1))
    yield "rigour", np.array(scores)


def tell_peers_of_file(task: FileTask) -> None:
    """Prints a line per peer, by pairs as they are scored, at the threshold with the best F1."""
    numbers = {truth: at for at, truth in enumerate(dict.fromkeys(filter(None, task.truth)))}
    truth = np.array([numbers.get(each, -1) for each in task.truth])
    wanted = max(_pairs([each for each in task.truth if each is not None]), 1)
    left, right = _candidates(task)
    known = (truth[left] >= 0) & (truth[right] >= 0)
    left, right = left[known], right[known]
    names = [name or "" for name in task.records["name"].to_pylist()]
    scored = [(name, left, right, score) for name, score in _pair_scores(names, left, right)]
    if {"city", "country"} & {*task.records.column_names}:
        # By names alone it has nothing to be trained by.
        left, right, weight = _splink_edges(task)
        known = (truth[left] >= 0) & (truth[right] >= 0)
        scored.append(("bare Splink", left[known], right[known], weight[known]))
    for name, one, other, score in scored:
        good = truth[one] == truth[other]
        order = np.argsort(-score, kind="stable")
        f1s = 2 * np.cumsum(good[order]) / (np.arange(1, len(good) + 1) + wanted)
        f1s[:-1][np.diff(score[order]) == 0] = 0
        given = int(f1s.argmax()) + 1 if len(f1s) else 0
        precision, recall, f = f1(int(good[order[:given]].sum()), given, wanted)
        print(
            f"  {name:<18} pairs: precision {precision:.4f}  recall {recall:.4f}  F1 {f:.4f}"
            "  at its best threshold",
            flush=True,
        )


def _splink_edges(task: FileTask) -> tuple[Any, Any, Any]:
    """The pairs that bare Splink (peers.py) predicts for a file, and their weights."""
    import pandas as pd
    from peers import dedupe as by_splink

    frame = pd.DataFrame(
        {
            column: task.records[column].to_pylist() if column in task.records.column_names else ""
            for column in ("name", "website", "phone", "city", "country")
        }
    )
    with tempfile.TemporaryDirectory() as place:
        frame.to_csv(Path(place) / "records.csv", index=False)
        by_splink(Path(place) / "records.csv", Path(place) / "edges.parquet")
        edges = pd.read_parquet(Path(place) / "edges.parquet")
    left, right = (edges[f"unique_id_{side}"].to_numpy() - 1 for side in "lr")
    return left, right, edges["match_weight"].to_numpy()


def _rows(task: FileTask) -> list[dict[str, Any]]:
    if "source_row" in task.records.column_names:
        rows: list[dict[str, Any]] = task.records.select(["source", "source_row"]).to_pylist()
        return rows
    return [{"source": "input", "source_row": at + 1} for at in range(len(task.truth))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--left-out", action="store_true")
    parser.add_argument("--show", type=int, default=0)
    wanted = parser.parse_args()
    weights: dict[str, MatchWeights] = {}
    if wanted.left_out:
        from train_matching import left_out

        weights = left_out(wanted.sets)
    for task in [*list_tasks(), *file_tasks()]:
        if wanted.sets and task.name not in wanted.sets:
            continue
        print(f"{task.name}: {len(task.truth)}")
        for name, own in (("abmkit", None), ("  left out", weights.get(task.name))):
            if name == "abmkit" or own is not None:
                with weighed_by(own):
                    if isinstance(task, ListTask):
                        tell_list(task, name, by_abmkit)
                    else:
                        tell_file(task, name, wanted.show)
        if not wanted.peers:
            continue
        if isinstance(task, ListTask):
            for name, run in PEERS.items():
                tell_list(task, name, run)
        elif len(set(task.truth)) < len(task.truth):
            tell_peers_of_file(task)


if __name__ == "__main__":
    main()
