"""Clusters, wherever accounts are tiered: made, put in words, and what is wrong with them said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from abmkit.commands.checking import Checking
    from abmkit.commands.work import Work
    from abmkit.config.sections.tier import Tiers
    from abmkit.domain.facts import Fact


def clustered(work: Work, tiered: Any) -> Any:
    """Tiered accounts with their clusters, in words, where the config asks for them."""
    from abmkit.reports.reasons.clusters import cluster_texts
    from abmkit.steps.tiers.clusters import clusters_of, with_clusters

    if work.config.tier.clusters is None:
        return tiered
    # They are read for their list, and once more with it.
    tiered = work.engine.cut(tiered)
    found = clusters_of(tiered, work.config.tier)
    return with_clusters(tiered, found, cluster_texts(found, work.words))


def cluster_doubts(tiers: Tiers) -> list[Fact]:
    """Clusters of accounts that no tier has."""
    from abmkit.domain.facts import fact
    from abmkit.steps.tiers.clusters import FEW

    if tiers.clusters is None or any(each.strategy == FEW for each in tiers.tiers):
        return []
    return [fact("doubt.no_few", strategy=FEW)]


def cluster_problems(checking: Checking) -> None:
    """Columns that are nowhere, or hold lists, by which accounts cannot be grouped."""
    import narwhals as nw

    from abmkit.domain.frames import column_in
    from abmkit.errors import ColumnError, UsageError
    from abmkit.schema.accounts import kind_of
    from abmkit.steps.tiers.clusters import BY

    clusters = checking.config.tier.clusters
    for name in clusters.by if clusters is not None else ():
        try:
            column = column_in(checking.columns, name, where=BY)
        except ColumnError as problem:
            checking.add(problem)
            continue
        held = None if column is None else checking.columns[column]
        if isinstance(held, nw.List) or kind_of(name) == "list":
            remedy = "name a column with one value"
            checking.add(UsageError("{name} holds lists", where=BY, remedy=remedy, name=name))


def warn_of_clusters(work: Work, tiered: Any) -> None:
    """Warn of clusters that could not be brought within their bounds."""
    from abmkit.domain.facts import fact
    from abmkit.runs.parts import count_clusters

    config = work.config.tier.clusters
    if config is None:
        return
    counts = count_clusters(tiered)
    beyond = [e for e in counts if not config.min_size <= e.accounts <= config.max_size]
    if beyond:
        named = [fact("cluster.of", cluster=e.name, accounts=e.accounts) for e in beyond[:3]]
        told = fact(
            "tier.cluster_beyond", count=len(beyond), named=named, least=config.min_size,
            most=config.max_size, more=fact("list.and_more") if len(beyond) > 3 else "",
        )  # fmt: skip
        work.warn(work.words.of(told))
