"""What is said in English of what a scorecard would have done."""

from __future__ import annotations

SENTENCES = {
    "backtest.title": "{outcome}: {positives:,} of {judged:,} cases ({rate:.1%})",
    "backtest.since": "Judged are the cases since {since}; the {earlier:,} before them are not.",
    "backtest.card": "this scorecard",
    "backtest.against": "the earlier one",
    "backtest.ceiling": "{name} (black box)",
    "backtest.cross_validated": "The black box is cross-validated on these cases.",
    "backtest.of_earlier": "The black box learned from the earlier cases.",
    "backtest.size": "the larger, by {name}",
    "backtest.random": "any order",
    "backtest.exact": "{value:.3f}",
    "backtest.measured": "{value:.3f} ({low:.2f}–{high:.2f})",
    "backtest.lift": "{lift:.1f}×",
    "backtest.rate": "{rate:.1%} ({low:number}–{high:number}%)",
    "backtest.period": "{first} to {last}",
    "backtest.chance": "With outcomes dealt out at random its AUC is {low:.2f} to {high:.2f}; one "
    "as good as the real one has a chance of some {share:.1%}.",
    "backtest.calibration": "Off by {error:.1%} on average; Brier score {brier:.3f}, against "
    "{of_rate:.3f} where the overall rate is foretold for all.",
    "backtest.stability": "PSI: how far scores have moved since the first period; below 0.1 "
    "little, above 0.25 much.",
    "backtest.column_auc": "AUC",
    "backtest.column_precision": "average precision",
    "backtest.column_best": "best tenth",
    "backtest.column_tenth": "tenth",
    "backtest.column_cases": "cases",
    "backtest.column_positives": "came about",
    "backtest.column_rate": "rate",
    "backtest.column_lift": "lift",
    "backtest.column_gained": "of all",
    "backtest.column_tier": "tier",
    "backtest.column_accounts": "accounts",
    "backtest.column_worked": "worked",
    "backtest.column_judged": "judged",
    "backtest.column_foretold": "foretold",
    "backtest.column_came": "came about",
    "backtest.column_period": "period",
    "backtest.column_psi": "PSI",
    "chart.best_share": "the best of all cases",
    "chart.gains": "How much of all the best have",
    "chart.tenths": "How often it came about, by tenths",
    "chart.reliability": "What was foretold, and what came about",
    "chart.stability": "How far scores have moved since the first period",
    # What the numbers are not.
    "backtest.own_data": "the scorecard learned from these {cases:,} cases, {positives:,} of which "
    "came about: it is judged by its own data, and looks better than it is; by the rates in its "
    "file, of cases left out, its AUC is some {auc:.2f}",
    "backtest.perhaps_own_data": "the scorecard was learned, and its file does not say from what: "
    "if from these cases, it looks better than it is",
    "backtest.all_worked": "every row has an outcome: accounts that nobody worked are not among "
    "them, so rates hold for accounts like those that were; add the others with an empty outcome",
    "backtest.not_worked": "{count:,} of {accounts:,} accounts have no outcome, for nobody worked "
    "them: rates are of those that were, which somebody chose",
    "backtest.undated": "{count:,} cases with an outcome have no date, and are not judged",
    "backtest.not_out_of_time": "the later cases are too few to be judged by themselves: there "
    "must be {least} of each outcome; all are judged",
    "backtest.no_ceiling": "there is no black box to hold the scorecard against: none is "
    "installed (pip install 'abmkit[learn]'), or no column tells it anything",
    "backtest.ceiling_without": "the black box is not given {columns}: known only after the "
    "outcome",
    "backtest.too_good": "the black box foretells nearly all (AUC {auc:.3f}): some column says "
    "what is known only after the outcome, so it is no ceiling",
    "backtest.no_tiers": "there are no tiers, so there are no rates of tiers: name a config with "
    "[tier]",
    "backtest.upside_down": "tier {lower} does better than {upper}, which is above it: at least "
    "{low}% against {rate:.1%}",
    "backtest.by_chance": "the scorecard does no better than chance: its AUC is {auc:.3f}",
    "backtest.by_size": "the larger the better, by {column} alone, does as well: its AUC is "
    "{size:.3f}, the scorecard's {auc:.3f}",
}
