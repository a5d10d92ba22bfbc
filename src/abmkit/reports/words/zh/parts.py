"""What is said in Chinese of cards for some accounts, and of clusters."""

from __future__ import annotations

SENTENCES = {
    # Cards.
    "fit.card": "评分卡 {card}",
    "fit.no_card": "不属于任何细分市场，也没有供其余企业使用的评分卡",
    "doubt.segment_taken": "{where}：一家企业也没有："
    "符合条件的 {held:,} 家都已归入排在前面的细分市场",
    "doubt.no_card": "score：{accounts:,} 家企业中有 {count:,} 家不属于任何细分市场，"
    "因此没有匹配度；"
    "请加上 [[score.criteria]]，作为其余企业的评分卡",
    # Clusters.
    "cluster.mixed": "{column}不一",
    "cluster.unknown": "{column}未知",
    "cluster.numbered": "{name} {number}",
    "cluster.under": "{most} 以下",
    "cluster.share": "{column} {value} 占 {share:.0%}（整个名单 {of_list:.0%}）",
    "cluster.of": "{cluster}（{accounts:,} 家）",
    "tier.cluster_beyond": "tier.clusters：{count:,} 个客群无法凑到 {least:,} 至 {most:,} 家，"
    "因为相近的企业太少：{named}{more}",
    "doubt.no_few": "tier.clusters：没有哪一级的策略是 {strategy}，因此没有企业归入客群",
    "explain.cluster": "所属客群：{cluster}",
    # What a run says of both.
    "run.cards": "所用评分卡：{cards}。",
    "run.card": "{card} {accounts:,} 家（其中入选名单 {listed:,} 家）",
    "run.card_of_none": "{card} 0 家",
    "run.no_card": "没有评分卡 {accounts:,} 家",
    "run.clusters": "分成 {count:,} 个客群，每个 {least:,} 至 {most:,} 家，例如：",
    "run.cluster": "{cluster}，{accounts:,} 家{shares}",
    "run.shares": "：{shares}",
    "research.of_card": "评分卡 {card} 的 {criterion}（{best:points} 分）",
    "research.segment": "是否按 {segment} 评分",
}
