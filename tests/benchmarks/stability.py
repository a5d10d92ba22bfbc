"""Twelve monthly runs on accounts as they are in life: how many change tier, held still and not.

    python tests/benchmarks/stability.py [ROWS] [MONTHS]

Values drift by some percent a month, are read wrongly now and then, go missing and come back;
records go and others come. The rules are those of `workload.py`. Each month every project runs on
the same accounts as the others: one without `[tier.stability]`, one with margin and days, one with
a limit of moves, too. Printed per month: the share of the list that changed, the part of it that no
tiering could help (records that went, or were excluded), how full the fullest tier is, and whether
all changes have causes that add up. A last run on unchanged data must change nothing.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from workload import CONFIG

import abmkit
from abmkit.runs.changes.moves import Changes

HELD = {
    "plain": "",
    "margin 5, 90 days": "stability = { margin = 5, min_days = 90 }",
    "the same, 2% a run": 'stability = { margin = 5, min_days = 90, max_moves = "2%" }',
}
ROOM = {"A": 20, "B": 60, "C": 200, "D": 400}


def config(held: str) -> str:
    """The rules of the workload with rooms that are full at this size."""
    text = CONFIG.replace('within = "country"', f'within = "country"\n{held}')
    for old, new in zip((50, 500, 5000, 20000), ROOM.values(), strict=True):
        text = text.replace(f"capacity = {old}\n", f"capacity = {new}\n")
    return text.replace("keys = []", 'keys = ["account_id"]')


class World:
    """Companies as they are, and what a directory knows of them each month."""

    def __init__(self, rows: int) -> None:
        self.chance = np.random.default_rng(7)
        self.made = 0
        self.truth = self._companies(rows)
        self.missing = {
            column: self.chance.random(rows) < 0.15 for column in ("employees", "revenue", "founded_year")
        }  # fmt: skip

    def _companies(self, rows: int) -> pd.DataFrame:
        pick, first = self.chance, self.made
        self.made += rows
        numbers = np.arange(first, first + rows)
        return pd.DataFrame(
            {
                "account_id": [f"domain:c{n}.com" for n in numbers],
                "name": [f"Company {n}" for n in numbers],
                "domain": [f"c{n}.com" for n in numbers],
                "country": pick.choice(["US", "CN", "DE", "GB", "FR", "JP"], rows),
                "industry": pick.choice(["Software", "Internet", "Banking", "Retail"], rows),
                "employees": np.exp(pick.normal(5.5, 1.4, rows)),
                "revenue": np.exp(pick.normal(17.5, 1.8, rows)),
                "founded_year": pick.integers(1950, 2024, rows).astype("float64"),
                "technologies": pick.choice(["salesforce", "sap", "hubspot;oracle"], rows),
                "relationship": pick.choice(["prospect"] * 9 + ["partner"], rows),
                "plan": pick.choice(["pro", "free", "trial", "team"], rows),
            }
        )

    def month(self) -> pd.DataFrame:
        """What is known a month later."""
        pick, rows = self.chance, len(self.truth)
        for column, drift in (("employees", 0.02), ("revenue", 0.03)):
            self.truth[column] *= np.exp(pick.normal(0.002, drift, rows))
        for column, gone in self.missing.items():
            # Of what is known one in fifty goes missing, of what is missing a fifth comes back.
            flips = pick.random(rows)
            self.missing[column] = np.where(gone, flips > 0.2, flips < 0.02)
        goes = pick.random(rows) < 0.005
        come = self._companies(int(goes.sum()))
        self.truth = pd.concat([self.truth[~goes], come], ignore_index=True)
        for column, gone in self.missing.items():
            new = pick.random(len(come)) < 0.15
            self.missing[column] = np.concatenate([gone[~goes], new])
        return self.known()

    def known(self) -> pd.DataFrame:
        """What a directory says: estimates that scatter, and gaps."""
        pick, rows = self.chance, len(self.truth)
        seen = self.truth.copy()
        seen["employees"] = (seen["employees"] * np.exp(pick.normal(0, 0.02, rows))).round() + 1
        seen["revenue"] = (seen["revenue"] * np.exp(pick.normal(0, 0.03, rows))).round()
        for column, gone in self.missing.items():
            seen[column] = seen[column].mask(pd.Series(gone, index=seen.index)).astype("Int64")
        return seen.sample(frac=1, random_state=int(pick.integers(1 << 30)))


def fullest(result: abmkit.RunResult) -> float:
    """How full the fullest tier of all countries is."""
    listed = result.target_accounts.to_pandas()
    counts = listed.groupby(["tier", listed["country"].fillna("")]).size()
    return max(count / ROOM[tier] for (tier, _), count in counts.items())


def adds_up(changes: Changes) -> bool:
    """Whether every move has a cause, and the causes add up to the moves."""
    every = all(move.causes for move in changes.moves)
    return every and sum(changes.causes.values()) == len(changes.moves)


def main(rows: int, months: int) -> None:
    """Run all projects month by month."""
    world = World(rows)
    sums: dict[str, list[float]] = {name: [] for name in HELD}
    with tempfile.TemporaryDirectory() as place:
        folders = {name: Path(place) / str(n) for n, name in enumerate(HELD)}
        for name, folder in folders.items():
            folder.mkdir()
            (folder / "abmkit.toml").write_text(config(HELD[name]))
        known = world.known()
        for month in range(months + 2):
            day = date(2025 + month // 12, month % 12 + 1, 1)
            if 0 < month <= months:
                known = world.month()
            for name, folder in folders.items():
                known.to_csv(folder / "accounts.csv", index=False)
                text = (
                    (folder / "abmkit.toml").read_text().replace("accounts.parquet", "accounts.csv")
                )
                (folder / "abmkit.toml").write_text(text)
                result = abmkit.run(folder / "abmkit.toml", output=folder / "out", as_of=day)
                changes = result.run.changes
                if changes is None:
                    continue
                share = len(changes.moves) / changes.listed_before
                helpless = sum(_could_not_be_helped(move) for move in changes.moves)
                causes = ", ".join(f"{'+'.join(k)} {n}" for k, n in changes.causes.items())
                again = "  unchanged data" if month > months else ""
                print(
                    f"{day}  {name:20}{share:7.2%}  beyond help {helpless / changes.listed_before:6.2%}"
                    f"  fullest {fullest(result):4.0%}  adds up {adds_up(changes)}  {causes}{again}"
                )
                if month <= months:
                    sums[name].append(share)
    for name, shares in sums.items():
        print(f"{name:20} mean {np.mean(shares):.2%}  most {max(shares):.2%}")


def _could_not_be_helped(move: object) -> bool:
    told = " ".join(getattr(each, "code", "") for each in move.why)  # type: ignore[attr-defined]
    return "move.gone" in told or "move.excluded" in told


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(*(int(each) for each in (*sys.argv[1:], *("20000", "12")[len(sys.argv) - 1 :])))
