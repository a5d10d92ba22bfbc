"""How well identity holds, set by set."""
from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from identity_sets import (
    FileTask, ListTask, PairTask, calibration_error, f1, file_tasks, list_tasks, pair_tasks,
)

from abmkit.config.sections.dedupe import Dedupe
from abmkit.domain.companies.listed import NOBODY, on_list
from abmkit.domain.matching import comparison
from abmkit.domain.matching.weights import MatchWeights, shipped_weights
from abmkit.steps.dedupe import dedupe
from identity_sets import table


@contextmanager
def weighed_by(weights: MatchWeights | None) -> Iterator[None]:
    before = comparison.shipped_weights
    if weights is not None:
        comparison.shipped_weights = lambda: weights  # type: ignore[assignment]
    try:
        yield
    finally:
        comparison.shipped_weights = before  # type: ignore[assignment]


def of_list(task: ListTask) -> str:
    start = time.perf_counter()
    matches = on_list(table({"name": task.queries}), table({"name": task.listed}), review=0.0)
    seconds = time.perf_counter() - start
    given = [None if a == NOBODY else task.companies[a] for a in matches.account.tolist()]
    right = np.array([one == other for one, other in zip(given, task.truth, strict=True)])
    p = matches.probability
    some = p >= Dedupe().same
    precision, recall, f = f1(int((right & some).sum()), int(some.sum()), len(right))
    error = calibration_error(p.tolist(), right.tolist())
    return (
        f"{task.name:<20} first {right.mean():.4f}  precision {precision:.4f}  recall {recall:.4f}"
        f"  F1 {f:.4f}  calibration error {error:.3f}  {seconds:.1f} s"
    )


def _pairs(labels: list[Any]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(labels).values())


def of_file(task: FileTask, show: int = 0) -> str:
    start = time.perf_counter()
    deduped = dedupe(task.records)
    seconds = time.perf_counter() - start
    members = deduped.members.to_pylist()
    labels: list[Any] = [None] * len(task.truth)
    for member in members:
        labels[member["source_row"] - 1] = member["account_id"]
    known = [i for i, t in enumerate(task.truth) if t is not None]
    ours, truth = [labels[i] for i in known], [task.truth[i] for i in known]
    right = _pairs(list(zip(ours, truth, strict=True)))
    precision, recall, f = f1(right, _pairs(ours), max(_pairs(truth), 1))
    both, one, other = Counter(zip(ours, truth, strict=True)), Counter(ours), Counter(truth)
    b_precision = sum(n * n / one[o] for (o, t), n in both.items()) / len(known)
    b_recall = sum(n * n / other[t] for (o, t), n in both.items()) / len(known)
    b3 = 2 * b_precision * b_recall / (b_precision + b_recall)
    pairs = deduped.pairs
    p, good, verdicts = [], [], Counter()
    for pair in pairs.to_pylist():
        one_, other_ = (task.truth[pair[f"{side}_source_row"] - 1] for side in ("left", "right"))
        if one_ is None or other_ is None:
            continue
        p.append(pair["probability"])
        good.append(one_ == other_)
        verdicts[pair["verdict"], one_ == other_] += 1
    error = calibration_error(p, good)
    review = verdicts["review", True] + verdicts["review", False]
    groups = sum(1 for n in Counter(labels).values() if n > 1)
    if show:
        import random
        random.seed(show)
        rows = [r for r in pairs.to_pylist() if r["verdict"] == "merged"]
        for r in random.sample(rows, min(show, len(rows))):
            ok = task.truth[r["left_source_row"]-1] == task.truth[r["right_source_row"]-1]
            print("   ", "ok " if ok else "BAD", r["left_name"], "|", r["right_name"], "|", r.get("left_city"), r.get("right_city"), "%.2f" % r["probability"], r["evidence"])
    return (
        f"{task.name:<20} pairs precision {precision:.4f}  recall {recall:.4f}  F1 {f:.4f}"
        f"  B3 {b3:.4f}  groups {groups}  wrong pairs {_pairs(ours) - right}  review {review}"
        f" ({verdicts['review', True] / max(review, 1):.2f} right)"
        f"  calibration error {error:.3f} of {len(p)}  {seconds:.1f} s"
    )


def told(name: str, weights: MatchWeights | None = None, show: int = 0) -> None:
    with weighed_by(weights):
        for task in list_tasks():
            if task.name == name:
                print(of_list(task), flush=True)
        for task in file_tasks():
            if task.name == name:
                print(of_file(task, show), flush=True)


if __name__ == "__main__":
    show = [int(a) for a in sys.argv[1:] if a.isdigit()]
    names = [a for a in sys.argv[1:] if not a.isdigit()] or [each.name for each in [*list_tasks(), *file_tasks()]]
    for name in names:
        told(name, show=show[0] if show else 0)
