"""The steps on Spark: tests of the other engines again, and what Spark alone could do otherwise."""

from __future__ import annotations

import importlib.util
import sys
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from abmkit.config.project import Config
from abmkit.domain.rules.asked import read_otherwise

TESTS = Path(__file__).parents[1]


def module_of(name: str) -> ModuleType:
    """A module of tests that other engines pass."""
    path = TESTS / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"spark_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


assign, exclude, churn, score, tier, dedupe, conditions = map(
    module_of,
    (
        "steps/test_assign", "steps/test_exclude", "steps/test_churn", "steps/test_score",
        "steps/test_tier", "steps/test_dedupe", "domain/test_conditions",
    ),
)  # fmt: skip
test_assign = assign.test_the_first_rule_that_holds_wins_and_only_fills_what_is_unknown
test_exclude = exclude.test_an_account_keeps_every_reason_it_is_excluded_for
test_unknown = exclude.test_an_unknown_value_never_excludes
test_leaving = churn.test_who_is_likely_to_leave_is_excluded_with_the_reason_in_words
test_expected = churn.test_without_cases_the_reason_says_what_is_expected
test_counted = churn.test_it_is_counted_as_rules_are
test_odds = churn.test_odds_beyond_measure_are_still_probabilities
test_score = score.test_scores_and_reasons_are_exact
test_numbers = score.test_every_score_is_the_same_number_on_every_engine
test_nobody = score.test_no_accounts_make_no_scores
test_tier = tier.test_tiers_ranks_and_reasons_are_exact
test_pins = tier.test_more_pins_than_capacity_are_all_followed
test_ids = dedupe.test_ids_and_names_are_gathered
test_members = dedupe.test_members_say_which_record_gave_what
test_newest = dedupe.test_within_a_source_the_newest_record_is_believed_and_then_the_smallest_value


def test_sizes_are_intervals(engine) -> None:
    told = conditions.told(engine, conditions.SIZES, {"employees": {"between": [200, 5000]}})
    assert told == [False, None, None, False, False, None]


@pytest.mark.parametrize(
    ("when", "value", "expected"),
    [
        ({"name": {"contains": "οδος"}}, "ΟΔΟΣ", True),
        ({"name": {"contains": "İstanbul"}}, "İSTANBUL A.Ş.", True),
        ({"name": {"contains": "istanbul"}}, "İSTANBUL", False),
        ({"as_of": {"older_than_days": 10_000_000}}, date(2026, 7, 1), False),
        ({"seats": {"above": 5}}, " 1,200.5 ", True),
        ({"seats": {"above": 5}}, "many", None),
    ],
)  # fmt: skip
def test_letters_days_and_numbers_are_read_alike(engine, when: Any, value: Any, expected) -> None:
    conditions.test_a_matcher_is_true_false_or_unknown(engine, when, value, expected)


@pytest.mark.parametrize(
    ("pattern", "refused"),
    [
        ("^A.*e$", False),
        (r"(?i)^acme \(holding\)", False),
        (r"\bAI\b", True),
        ("[[:alpha:]]+", True),
        ("[a-z&&[^b]]", True),
        ("(?i)ümlaut", True),
    ],
)
def test_expressions_that_java_reads_otherwise_are_refused(pattern: str, refused: bool) -> None:
    criterion = {"id": "a", "bands": [{"when": {"name": {"matches": pattern}}, "points": 1}]}
    config = Config.model_validate({"version": 1, "score": {"criteria": [criterion]}})
    assert bool(read_otherwise(config)) == refused
