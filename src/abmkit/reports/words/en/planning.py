"""What is said in English of accounts that are yet to be won."""

from __future__ import annotations

SENTENCES = {
    "input.of_run": "accounts of the run as of {day}: {path}",
    # Similar.
    "similar.by": "{field} {times}×",
    "similar.between": "; ",
    "similar.companies": "{companies:,} compan{companies:?y|ies} to resemble, {found:,} of them "
    "among the accounts",
    "similar.tells": "How many times as frequent what is known of them is among them as in the "
    "market: {fields}",
    "similar.given": "{alike:,} account{alike:?|s} more like them than like the market; "
    "{given:,} given",
    "similar.excluded": "{count:,} excluded account{count:?|s} not looked at",
    "similar.not_found": "customers: {count:,} of {entries:,} are not among the accounts and count "
    "by what their own list says: {names}{more}",
    "similar.unknown": "customers: nothing is known of {count:,} of {entries:,} that the accounts "
    "have, too; they count for nothing",
    "similar.chance": "what {companies} compan{companies:?y|ies} have in common could be chance; "
    "name more, or take the order for a hint",
    "similar.no_weight": "customers: {count:,} have no {column!r} and count as the middle one does",
    # Research.
    "research.why": "{field} decides {deciders}",
    "research.criterion": "{criterion} ({best:points} points)",
    "research.condition": "who may be in {tier}",
    "research.rule": "the exclusion {rule}",
    "research.none": "No unknown field could change a tier.",
    "research.given": "{given:,} field{given:?|s} to look up; {accounts:,} account{accounts:?|s} "
    "could change {accounts:?its|their} tier",
    "research.source": "Filled in, it is a source; last in the config, it gives only what nobody "
    "else knows:",
}
