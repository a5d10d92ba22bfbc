"""What is said in English of the runs that are kept, and of a list that is put back."""

from __future__ import annotations

SENTENCES = {
    # What a run does to earlier ones.
    "history.removed": "{runs:,} earlier run{runs:?|s} removed, by [output.keep]: {ids}",
    "history.busy": "earlier runs stay as they are: another run is being written, or was killed "
    "within a day",
    "history.not_kept": "{where}: stays as it is: {why}",
    "history.rolled_back": "the list of before is that of {day}, put back on {when}: changes are "
    "those since then",
    "history.cut_off": "a rollback to {run} was cut off, so files of two runs lie side by side; "
    "`abmkit rollback {run}` ends it",
    "history.lacking": "this list is of a run that is kept compact, without {columns:,} of its "
    "columns and the records of its accounts; make a run for all of them",
    "history.busy_rollback": "another run is being written, or was killed within a day; when it is "
    "done, its list takes the place of this one",
    # The runs.
    "history.column_run": "Run",
    "history.column_day": "As of",
    "history.column_listed": "List",
    "history.column_entered": "Entered",
    "history.column_left": "Left",
    "history.column_moved": "Moved",
    "history.column_size": "Size",
    "history.column_kept": "Kept",
    "history.whole": "whole",
    "history.compact": "compact",
    "history.unreadable": "damaged",
    "history.of": "{tiers} of {accounts:,} accounts",
    "history.no_tiers": "no tiers",
    "history.tier": "{tier} {count:,}",
    "history.config": "config changed",
    "history.inputs": "inputs changed",
    "history.config_and_inputs": "config and inputs changed",
    "history.neither": "same config and inputs",
    "history.in_place": "in place",
    "history.put_back": "in place since a rollback on {when}",
    "history.sum": "{runs:,} run{runs:?|s}, {size}",
    "history.removals": "{runs:,} older one{runs:?|s} removed by [output.keep], last on {when}",
    "history.foreign": "runs/ has what is no run, and stays: {names}",
    "history.damaged": "{problem}",
    "history.none_in_place": "it cannot be told which list is in place: run.json is damaged or "
    "missing; `abmkit rollback newest` puts all files back",
    # A rollback.
    "rollback.done": "The list of {day} (run {run}) is in place again.",
    "rollback.would": "The list of {day} (run {run}) would be in place again.",
    "rollback.already": "The list of {day} (run {run}) is in place already.",
    "rollback.unknown": "What changes is not told: the list in place cannot be read.",
    "rollback.more": "and {count:,} more",
    "rollback.removed": "That run does not give back {files}: what there was is of another run, "
    "and is removed.",
    "rollback.compact": "It is kept compact: its accounts lack {count:,} column{count:?|s} "
    "({columns}).",
    "rollback.stays": "ledger.parquet stays as it is, so ids do; the next run compares with this "
    "list.",
    "cause.rollback": "rollback",
    # An account over time.
    "over_time.rolled_back": "{when}: rolled back to the list of {day}",
    "over_time.tier": "{tier}, rank {rank}{place}",
    "over_time.in": " in {place}",
    "over_time.not_listed": "not on the list",
    "over_time.excluded": "excluded",
    "over_time.fit": "fit {score:number}, {known:number}% known",
    "over_time.fit_unknown": "fit unknown",
    "over_time.owner": "owner {owner}",
    "over_time.as": "as {account_id}",
    "over_time.change": "{change}: {why}",
    "over_time.gone": "not among the accounts",
    "over_time.unread": "cannot be read: {why}",
    "over_time.records": "Which records it came from is kept of {whole:,} of {runs:,} runs; of the "
    "others, kept compact, it is not.",
    "explain.compact": "This list is of a run that is kept compact: the records the account came "
    "from, and some of its fields, are not kept.",
    "explain.unread": "The config reads {columns}, which are not kept: here they count as unknown.",
}
