"""What is said in English of histories and of what is learned from them."""

from __future__ import annotations

SENTENCES = {
    # Reading a history.
    "history.rejected": "{count:,} rows do not fit the header and are left out, {rows:,} are read",
    "history.many": (
        "{column}: {count:,} other values ({values}) count as not {value!r}; where some are"
        " still open, say which two count: --outcome {column!r}='{value}/{one}'"
    ),
    "history.open": "{column}: {count:,} rows with {values} have no outcome yet and are left out",
    "history.unknown": "{column} is empty in {count:,} rows: their outcome is not known",
    "history.dates": "{column}: {count:,} cells are no dates",
    "history.unread": "{column}: {count:,} cells are not read, such as {sample!r}, and unknown",
    "history.by_card": "{column} is read by your own card, which keeps it: {where} changes nothing",
    "history.no_id": "{column} is empty in {count:,} rows: each counts as an account of its own",
    "history.few_ids": (
        "{column} names {count:,} {count:?account|accounts}: rows of one account prove little"
    ),
    "history.no_order": "{column} has no numbers: a direction changes nothing there",
    "history.nothing": "no column says what the accounts are like: there is nothing to learn from",
    "history.not_listed": "{count:,} of {rows:,} rows are of no account on the list",
    # Columns that are not learned from.
    "learn.too_many_values": "{column} has {count:,} different values: nothing can be learned",
    "learn.no_plain_numbers": "{column} has numbers that no rule reads, such as {sample!r}",
    "learn.a_date": "{column} is a date: give what matters of it as a number, such as days",
    "learn.counts_rows": "{column} has a number of its own in each row, as an id has",
    "learn.who": "what says who an account is or who works it ({columns})",
    "learn.alike": "what never differs ({columns})",
    "learn.few_of_each": "{column} has {count:,} values, none of which has enough cases",
    "learn.same": "{column} tells the same as {other}",
    "learn.not_used": "Not learned from: {told}.",
    "learn.pooled": "Values of few cases count as one: {told}.",
    "pooled.labels": "{count:,} of {column}",
    "learn.not_there": "{column}, which {where} names, is no column of the history",
    "leak.lacking": "{column}: no prospect has it",
    "leak.name": "{column}: its name says that it is known when the outcome is",
    "leak.later": "{column}: {count:,} of {of:,} dates are the outcome's or later",
    "leak.only_known": "{column}: known of one outcome, {share:.0f} % of {count:,} positive",
    "leak.only_unknown": "{column}: lacking of one outcome, {share:.0f} % of {count:,} positive",
    "leak.too_well": "{column}: alone tells the outcome too well (AUC {area:.3f})",
    "leak.very_well": (
        "{column} alone tells the outcome with AUC {area:.3f}: if it is known only afterwards,"
        " leave it out with --ignore {column!r}"
    ),
    "leak.refused": "Refused, for no prospect has it:",
    "leak.keep": "To learn from one all the same: --keep COLUMN.",
    # What came of it.
    "outcome.icp": "won",
    "outcome.churn": "left within a year",
    "learn.cases": "{cases:,} cases, {positives:,} {name} ({outcome})",
    "learn.sampled": "Learned from {count:,} of them, drawn by chance",
    "learn.chance": "p = {p} against {deals} deals of chance, whose least is {least}",
    "learn.chance_expert": "; your own card alone: p = {p}",
    "learn.held": (
        "On cases left out: AUC {area:.3f} (95 %: {low:.3f}–{high:.3f}), calibration error"
        " {error:.3f}"
    ),
    "learn.late": (
        "On the latest {cases:,}, since {day}, by a card of the earlier: AUC {area:.3f}"
        " ({low:.3f}–{high:.3f})"
    ),
    "learn.late_missing": "There are no dates (--date), so nothing is said of how it lasts",
    "learn.late_few": "Too few dated cases of either outcome to say how it lasts",
    "learn.expert_held": "Your own card alone: AUC {area:.3f}",
    "learn.no_card": "nothing in these columns tells the outcomes apart",
    "learn.column.criterion": "criterion",
    "learn.column.expert": "yours",
    "learn.column.data": "data",
    "learn.column.points": "points",
    "learn.column.bands": "bands",
    "learn.column.whom": "from",
    "learn.whom.expert": "you",
    "learn.whom.data": "data",
    "learn.whom.both": "both",
    "learn.written": (
        "Written: {path}. Read it, change it, then, of accounts as `abmkit load` gives them:"
        " abmkit score ACCOUNTS -c {path}"
    ),
    # The scorecard itself.
    "card.learned": "Learned by `abmkit learn {what}` from {history}: {cases}.",
    "card.held": "{held}.",
    "card.forced": "The outcomes could not be told from chance ({chance}); written by --force.",
    "card.edit": (
        "The points are the score: the best of each criterion are 100 together. Every line can be"
        " edited; `abmkit backtest` says what that changes."
    ),
    "card.refused": "Not used: {told}.",
    "card.whom": "from {whom}",
    "card.was": "{expert:.0f} by you, {data:.0f} by the data",
    "card.band": "{positives:,} of {cases:,}: {share:.0f} % ({low:.0f}–{high:.0f})",
    "card.nobody": "nobody",
    "card.else": "in no band: {told}",
    "card.unknown": "unknown: {told}",
    "card.outcome": "odds = exp(intercept + per_point * fit_score), by cases left out",
    # Why there is none.
    "learn.too_few": (
        "{positives:,} of {cases:,} cases came about: at least {least} of either outcome are needed"
        " to say anything"
    ),
    "learn.no_signal": "the outcome cannot be told from chance: {chance}",
    "learn.more_cases": "nothing is changed; with more cases, or other columns, it may be",
    "learn.force": "no scorecard is written; --force writes one that is likely worthless",
}
