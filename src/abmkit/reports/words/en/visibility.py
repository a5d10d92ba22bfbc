"""What is said in English of the size of the market, and of how much of it is known."""

from __future__ import annotations

SENTENCES = {
    "visibility.market": "whole market",
    "visibility.unknown": "{column} unknown",
    "visibility.between": " · ",
    # The table.
    "visibility.title": "Market visibility{by}: complete records ({fields}) of how many companies "
    "there are",
    "visibility.by": " by {columns}",
    "visibility.head_known": "known",
    "visibility.head_size": "estimate",
    "visibility.head_range": "95 of 100",
    "visibility.head_figure": "figure",
    "visibility.head_complete": "complete",
    "visibility.head_visible": "visible",
    "visibility.head_target": "target",
    "visibility.range": "{low:,}–{high:,}",
    "visibility.share": "{share:.0%}",
    "visibility.at_most": "≤{share:.0%}",
    "visibility.more": "{count:,} more segment{count:?|s} in the table.",
    "visibility.at_most_means": "≤: the size is a floor, so that less may be visible.",
    # What is missing.
    "visibility.missing": "Missing most: {told}.",
    "visibility.field": "{field} of {count:,}",
    "visibility.unseen": "Not known at all: about {count:,} compan{count:?y|ies}.",
    "visibility.unseen_figure": "Not known at all, by the figure: {count:,} compan{count:?y|ies}.",
    "visibility.to_target": "To the target lack {records:,} complete record{records:?|s}; "
    "{known:,} compan{known:?y|ies} {known:?is|are} known without being complete.",
    "visibility.below": "Furthest below the target: {segments}.",
    "visibility.lacking": "{segment} {count:,}",
    # What an estimate rests on.
    "visibility.method": "Estimated from {directories}: by how often they name the same companies, "
    "how many none of them names. That is right where the market did not change between them, each "
    "names companies without regard to the others, all companies are as likely to be named, and "
    "each was told to be the same. Directories mostly know the same large companies: take an "
    "estimate for a floor. Records of one company that were not merged make it too high.",
    "visibility.no_method": "Nothing is estimated: that takes two directories that name the same "
    "companies.",
    # What is to be held against it, the worst first.
    "visibility.doubt_one_directory": "no estimate for {segments}: only {directories} "
    "name{several:?s|} companies there; it takes two that do",
    "visibility.doubt_nobody": "no estimate for {segments}: no directory names anybody there",
    "visibility.doubt_no_overlap": "no estimate for {segments}: {directories} name none the same; "
    "see whether their names and sites are read, and whether they list the same market at all",
    "visibility.doubt_contained": "{segments}: {share:.0%} of {first} is in {second}, too, so that "
    "it counts hardly anybody anew; the estimate is a floor, near the larger of the two",
    "visibility.doubt_left_out": "{segments}: {share:.0%} of {first} is in {second}, too; {first} "
    "counts hardly anybody anew, and is left out of the estimate",
    "visibility.doubt_one_origin": "{segments}: {first} and {second} name the same companies "
    "{times:.0f} times as readily as others: one may be filled from the other, or both list the "
    "same kind; if so, name them in visibility.one_origin, and they count as one",
    "visibility.doubt_blind": "{first} does not say {by} for {share:.0%} of the accounts that only "
    "it names, other than those that several name: all segments are estimated too small",
    "visibility.doubt_few_shared": "{segments}: too few are named twice; the product of what two "
    "directories name should be four times the size",
    "visibility.doubt_unlike": "the segments together are estimated at {count:,}, more than the "
    "whole: some are named oftener than others, and their sum is nearer",
    "visibility.doubt_wide": "{segments}: the upper end is more than twice the lower",
    "visibility.doubt_small": "{segments}: fewer than 30 accounts to go by",
    "visibility.doubt_figure_low": "{segments}: the figure, {count:,}, is less than the accounts "
    "that are known; it may count others, or the accounts have some twice",
    "visibility.doubt_figure_apart": "{segments}: the figure, {count:,}, is outside of the "
    "estimate's interval; it may count others",
    "visibility.nobody": "no account is known in {segments}, of which visibility.segments gives a "
    "figure; if that is a slip: {by} has {values}{more}",
    "visibility.several_segments": "{names}{more}",
    "visibility.unnamed": "{count:,} accounts are named by no directory: they are known, and "
    "nothing is estimated from them",
}
