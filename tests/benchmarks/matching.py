"""Names against a list, and labelled pairs of names, beside rapidfuzz and bare Splink.

    python tests/benchmarks/matching.py [lists] [pairs] [--no-splink]

lists: S&P 500 → SEC and Fortune 1000 → SEC, by name only, against all rows of SEC's list (several
may be one CIK). *First*: the share of rows whose best match has the right CIK; a best score that
two CIKs share is wrong. At a threshold: recall is right matches of the rows of the truth, precision
right matches of all that are given as matched. The peers' thresholds are those with the best F1 by
the truth; abmkit's is the one it ships with (`match_status` is `matched`).

pairs: is it one company? OpenSanctions (`is_match`), company_name_matcher (`Targets`), emm
(`correct`, which says that the candidate is the entity; `positive_set` only says whether the name
belongs to the part whose entities are in the ground truth, and is no label).

Every error of abmkit is printed. Five rows of the Fortune truth are known to be wrong and say so.
What abmkit cannot do yet is said and left out. Needs `pip install splink rapidfuzz cleanco`.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pools import read_csv, read_json

DOUBTFUL = (
    "Tenneco",
    "L Brands",
    "Cornerstone Building Brands",
    "Genesis Healthcare",
    "Regal Beloit",
)
ABSENT = 0  # the number of a name whose company is not in the list
Match = tuple[int | None, float, str]


class Ranked(NamedTuple):
    """Each name's best match: its CIK (-1 for none or a tie), score, and whether it is given."""

    ciks: Any
    scores: Any
    given: Any = None


def sec() -> list[tuple[int, str]]:
    """CIK and name of all rows of SEC's list."""
    rows = read_json("sec_company_tickers__company_tickers.json")
    return [(int(row["cik_str"]), row["title"]) for row in rows]


def truth(which: str) -> tuple[list[str], list[int]]:
    """Names and right CIKs of one of the two derived truths."""
    file, column = {
        "S&P 500": ("derived_truth__sp500_vs_sec_by_cik.csv", "name_sp500"),
        "Fortune 1000": ("derived_truth__fortune1000_vs_sec_by_ticker.csv", "name_fortune"),
    }[which]
    rows = read_csv(file, "dev")
    return [row[column] for row in rows], [int(row["cik"]) for row in rows]


def best(scores: Any, ciks: Any) -> Ranked:
    """The best of each row of a matrix of scores."""
    top = scores.max(axis=1)
    found = []
    for row, score in zip(scores, top, strict=True):
        tied = set(ciks[row >= score - 1e-9])
        found.append(tied.pop() if len(tied) == 1 else -1)
    return Ranked(np.array(found), top)


def by_jaro_winkler(names: Sequence[str], listed: Sequence[tuple[int, str]]) -> Ranked:
    """rapidfuzz, Jaro-Winkler on lower case."""
    from rapidfuzz import distance, process

    titles = [title.lower() for _, title in listed]
    scores = process.cdist(
        [name.lower() for name in names], titles, scorer=distance.JaroWinkler.similarity
    )
    return best(scores, np.array([cik for cik, _ in listed]))


def by_token_set(names: Sequence[str], listed: Sequence[tuple[int, str]]) -> Ranked:
    """rapidfuzz, token_set_ratio after cleanco; token_sort_ratio decides between equals."""
    from rapidfuzz import fuzz, process

    ours, titles = [_bare(name) for name in names], [_bare(title) for _, title in listed]
    scores = process.cdist(ours, titles, scorer=fuzz.token_set_ratio)
    scores = scores + process.cdist(ours, titles, scorer=fuzz.token_sort_ratio) / 1000
    return best(scores, np.array([cik for cik, _ in listed]))


def _bare(name: str) -> str:
    from cleanco import basename
    from rapidfuzz.utils import default_process

    return default_process(basename(name)) or default_process(name) or name


def by_splink(names: Sequence[str], listed: Sequence[tuple[int, str]]) -> Ranked:
    """Bare Splink on names only (peers.py)."""
    from peers import link

    edges = link(names, [title for _, title in listed])
    ciks = np.array([cik for cik, _ in listed])
    edges["cik"] = ciks[edges["right"].to_numpy(dtype=int)]
    tops = edges.groupby("left")["match_weight"].transform("max")
    ties = edges[edges["match_weight"] >= tops - 1e-9].groupby("left")
    found = np.full(len(names), -1)
    scores = np.full(len(names), -99.0)
    for left, rows in ties:
        scores[int(left)] = rows["match_weight"].iloc[0]
        if rows["cik"].nunique() == 1:
            found[int(left)] = rows["cik"].iloc[0]
    return Ranked(found, scores)


def abmkit_matches(
    names: Sequence[str], listed: Sequence[tuple[int, str]], with_cik: bool = True
) -> tuple[list[Match], float] | None:
    """What `abmkit match` gives for each name (CIK, probability, status), and its seconds.

    Without `with_cik` the list is of names alone, and the number is found by the name given back.
    """
    from abmkit.domain.arrays import strings
    from abmkit.domain.values.names import display_names

    by_title: dict[str | None, set[int]] = {}
    shown = display_names(strings([title for _, title in listed])).to_pylist()
    for (cik, _), title in zip(listed, shown, strict=True):
        by_title.setdefault(title, set()).add(cik)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _write(folder / "names.csv", ("row", "company"), list(enumerate(names)))
        if with_cik:
            _write(folder / "list.csv", ("cik", "name"), listed)
        else:
            _write(folder / "list.csv", ("name",), [(title,) for _, title in listed])
        # Every row says whom it would be, so that first ranks can be counted; `matched` stays.
        (folder / "abmkit.toml").write_text("version = 1\n[dedupe]\nreview = 0\n")
        command = ["match", "names.csv", "--list", "list.csv", "-o", "matched.csv"]
        start = time.perf_counter()
        done = subprocess.run(
            [str(Path(sys.executable).with_name("abmkit")), *command],
            cwd=folder, capture_output=True, text=True,
        )  # fmt: skip
        seconds = time.perf_counter() - start
        if done.returncode:
            print(f"  abmkit match: exit {done.returncode}: {(done.stderr or '').strip()[-300:]}")
            return None
        with (folder / "matched.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = {int(row["row"]): row for row in csv.DictReader(file)}
    found: list[Match] = []
    for at in range(len(names)):
        row = rows.get(at, {})
        scheme, _, value = row.get("match_account_id", "").partition(":")
        named = by_title.get(row.get("match_name", ""), set())
        cik = int(value) if scheme == "cik" else next(iter(named)) if len(named) == 1 else None
        found.append((cik, float(row.get("match_probability") or 0), row.get("match_status", "")))
    return found, seconds


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def measures(right: int, given: int, rows: int) -> str:
    """Precision, recall and F1 as text."""
    precision, recall = right / given if given else 1.0, right / rows
    f1 = 2 * precision * recall / max(precision + recall, 1e-12)
    return f"precision {precision:.4f}  recall {recall:.4f}  F1 {f1:.4f}"


def told(peer: str, found: Ranked, ciks: Sequence[int], seconds: float) -> None:
    """Prints how good a peer is at the first rank and at a threshold."""
    wanted = np.array(ciks)
    right = (found.ciks == wanted) & (wanted != ABSENT)
    rows = int((wanted != ABSENT).sum())
    if found.given is None:
        order = np.argsort(-found.scores, kind="stable")
        hits = np.cumsum(right[order])
        f1 = 2 * hits / (np.arange(1, len(right) + 1) + rows)
        f1[:-1][np.diff(found.scores[order]) == 0] = 0  # equal scores are given together
        least = found.scores[order][int(f1.argmax())]
        given, note = found.scores >= least, f"at its best {least:.3f}"
    else:
        given, note = found.given, "as shipped"
    print(
        f"  {peer:<22} first {right.sum() / rows:.4f} ({rows - right.sum()} wrong)  "
        f"{measures(int((right & given).sum()), int(given.sum()), rows)}  {note}, {seconds:.1f} s"
    )


def told_of_abmkit(
    names: Sequence[str],
    ciks: Sequence[int],
    titles: dict[int, str],
    matches: Sequence[Match],
    seconds: float,
) -> None:
    """Prints how good abmkit is, and each of its errors."""
    found = Ranked(
        np.array([cik if cik is not None else -1 for cik, _, _ in matches]),
        np.array([probability for _, probability, _ in matches]),
        np.array([status == "matched" for _, _, status in matches]),
    )
    told("abmkit", found, ciks, seconds)
    for name, cik, (given, probability, status) in zip(names, ciks, matches, strict=True):
        if cik == ABSENT and status != "matched":
            continue
        if given != cik or status != "matched":
            doubt = " (the truth is doubtful)" if name in DOUBTFUL else ""
            chosen = titles.get(given) if given is not None else None
            kind = "first" if given != cik else "missed"
            print(
                f"    {kind}: {name!r} is {titles.get(cik)!r}, "
                f"given {chosen!r} {probability:.3f} {status}{doubt}"
            )


def lists(with_splink: bool) -> None:
    """Both truths through all."""
    listed = sec()
    titles = dict(reversed(listed))
    peers = {"rapidfuzz Jaro-Winkler": by_jaro_winkler, "rapidfuzz token set": by_token_set}
    if with_splink:
        peers["bare Splink"] = by_splink
    for which in ("S&P 500", "Fortune 1000"):
        names, ciks = truth(which)
        print(f"{which} → SEC, {len(names)} names, {len(listed)} rows of {len(titles)} companies")
        for peer, run in peers.items():
            start = time.perf_counter()
            found = run(names, listed)
            told(peer, found, ciks, time.perf_counter() - start)
        ours = abmkit_matches(names, listed)
        if ours is None:
            continue
        matches, seconds = ours
        told_of_abmkit(names, ciks, titles, matches, seconds)


def labelled() -> dict[str, list[tuple[str, str, bool]]]:
    """Pairs of names and whether they are one company, by where they come from."""
    sanctions = read_csv("opensanctions_name_bench__cases_org_only.csv", "dev")
    matcher = read_csv("company_name_matcher_pairs__test_data.csv", "dev")
    emm = read_csv("emm_name_pairs__unittest_sample_namepairs.csv", "dev")
    return {
        "OpenSanctions": [
            (r["name1"], r["name2"], r["is_match"].lower() == "true") for r in sanctions
        ],
        "company_name_matcher": [(r["Name_x"], r["Name_y"], r["Targets"] == "1") for r in matcher],
        "emm": [(r["gt_name"], r["name"], r["correct"].lower() == "true") for r in emm],
    }


def pair_probability(
    left_names: Sequence[str], right_names: Sequence[str]
) -> tuple[Sequence[float], float]:
    """Probabilities by abmkit that each pair is one company, and its threshold for *same*.

    By the names alone, where a match is as likely as none and nobody else comes into question.
    """
    import pyarrow as pa

    from abmkit.config.sections.dedupe import Dedupe
    from abmkit.domain.arrays import strings
    from abmkit.domain.matching.blocking import CandidatePairs, RecordPairs
    from abmkit.domain.matching.names.forms import DERIVED
    from abmkit.domain.matching.profiles import profile
    from abmkit.domain.matching.weights import shipped_weights, weigh
    from abmkit.domain.values.names import display_names, name_keys

    count = len(left_names)
    shown = display_names(strings([*left_names, *right_names]))
    both = profile(pa.Table.from_arrays([shown, name_keys(shown)], names=["name", "name_key"]))
    places = [np.flatnonzero(both.row == row) for row in range(2 * count)]
    one, other = zip(
        *(
            (a, b)
            for row in range(count)
            for a in places[row]
            for b in places[row + count]
            if both.kind[a] < DERIVED or both.kind[b] < DERIVED
        ),
        strict=True,
    )
    nobody = np.empty(0, dtype="int64")
    pairs = CandidatePairs(np.array(one), np.array(other), RecordPairs(nobody, nobody))
    weighed, _ = weigh(both, shipped_weights(), pairs, -60.0)
    odds = np.zeros(count)
    odds[weighed.left] = np.exp(weighed.weight)
    return list(odds / (1 + odds)), Dedupe().same


def pairs() -> None:
    """All labelled pairs through all."""
    from rapidfuzz import distance, fuzz

    for source, rows in labelled().items():
        left, right, labels = (list(column) for column in zip(*rows, strict=True))
        label = np.array(labels)
        print(f"{source}: {len(rows)} pairs, {label.sum()} of one company")
        scored: dict[str, list[float]] = {
            "rapidfuzz Jaro-Winkler": [
                distance.JaroWinkler.similarity(a.lower(), b.lower())
                for a, b in zip(left, right, strict=True)
            ],
            "rapidfuzz token set": [
                fuzz.token_set_ratio(_bare(a), _bare(b)) for a, b in zip(left, right, strict=True)
            ],
        }
        for peer, values in scored.items():
            scores = np.array(values)
            cuts = [
                (2 * (label & (scores >= cut)).sum() / (label.sum() + (scores >= cut).sum()), cut)
                for cut in np.unique(scores)
            ]
            _, cut = max(cuts)
            given = scores >= cut
            print(
                f"  {peer:<22} {measures(int((label & given).sum()), int(given.sum()), int(label.sum()))}"
                f"  at its best {cut:.3f}"
            )
        ours = pair_probability(left, right)
        probabilities, same = np.array(ours[0], dtype=float), ours[1]
        given = probabilities >= same
        print(
            f"  {'abmkit':<22} {measures(int((label & given).sum()), int(given.sum()), int(label.sum()))}"
            f"  as shipped, {same}"
        )
        for a, b, one, probability in zip(left, right, labels, probabilities, strict=True):
            if one != (probability >= same):
                print(f"    {'missed' if one else 'wrong'}: {a!r} | {b!r} {probability:.3f}")


if __name__ == "__main__":
    wanted = [each for each in sys.argv[1:] if not each.startswith("--")] or ["lists", "pairs"]
    if "lists" in wanted:
        lists("--no-splink" not in sys.argv)
    if "pairs" in wanted:
        pairs()
