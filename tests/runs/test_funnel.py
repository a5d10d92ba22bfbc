"""What the funnel says took accounts from the list."""

from __future__ import annotations

from pathlib import Path

import pytest

import abmkit
from abmkit.config.loading import load_project
from abmkit.reports.words import words

SOURCE = 'version = 1\n[[sources]]\nname = "crm"\npath = "crm.csv"\n'
ASKED = 'when = { country = "US" }\n'


@pytest.mark.filterwarnings("ignore::abmkit.AbmkitWarning")
@pytest.mark.parametrize(
    ("tiers", "said"),
    [
        ("", {"no tiers to be in": 2}),
        (f'[[tier.tiers]]\nid = "A"\n{ASKED}', {"no score, or not asked for by any tier": 1}),
    ],
)
def test_without_a_least_score_nobody_is_below_one(
    tmp_path: Path, tiers: str, said: dict[str, int]
) -> None:
    (tmp_path / "crm.csv").write_text("name,country\nAcme,US\nGlobex,DE\n", encoding="utf-8")
    (tmp_path / "abmkit.toml").write_text(SOURCE + tiers, encoding="utf-8")
    done = abmkit.run(load_project(tmp_path / "abmkit.toml"))
    left = done.funnel.stages[-1].left
    assert {words("en").of(each.why): each.count for each in left} == said
