"""What is said in English of cards for some accounts, and of clusters."""

from __future__ import annotations

SENTENCES = {
    # Cards.
    "fit.card": "card {card}",
    "fit.no_card": "in no segment, and there is no card for all others",
    "doubt.segment_taken": "{where}: nobody is in it: the {held:,} account{held:?|s} that it holds "
    "for {held:?is|are} in segments before it",
    "doubt.no_card": "score: {count:,} of {accounts:,} accounts {count:?is|are} in no segment and "
    "{count:?has|have} no score; add [[score.criteria]], a card for all others",
    # Clusters.
    "cluster.mixed": "mixed {column}",
    "cluster.unknown": "{column} unknown",
    "cluster.numbered": "{name} {number}",
    "cluster.under": "under {most}",
    "cluster.share": "{column} {value} {share:.0%} (list {of_list:.0%})",
    "cluster.of": "{cluster} ({accounts:,})",
    "tier.cluster_beyond": "tier.clusters: {count:,} cluster{count:?|s} could not be brought to "
    "{least:,} to {most:,} accounts, for there are too few beside {count:?it|them}: {named}{more}",
    "doubt.no_few": "tier.clusters: no tier has strategy {strategy}, so no account is in a cluster",
    "explain.cluster": "In the cluster {cluster}",
    # What a run says of both.
    "run.cards": "Scored by: {cards}.",
    "run.card": "{card} {accounts:,} ({listed:,} on the list)",
    "run.card_of_none": "{card} none",
    "run.no_card": "no card {accounts:,}",
    "run.clusters": "{count:,} cluster{count:?|s} of {least:,} to {most:,} accounts, for example:",
    "run.cluster": "{cluster}, {accounts:,} account{accounts:?|s}{shares}",
    "run.shares": ": {shares}",
    "research.of_card": "{criterion} of {card} ({best:points} points)",
    "research.segment": "who is scored as {segment}",
}
