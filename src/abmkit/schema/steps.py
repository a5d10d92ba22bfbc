"""The columns that steps add to accounts, in order."""

from __future__ import annotations

from abmkit.schema.column import Column

STEPS = (
    Column(name="merged_records", kind="int64", label="Records merged", chinese="合并记录数"),
    Column(name="sources", kind="list", label="Sources", chinese="企业名录"),
    Column(name="parent_account_id", label="Parent account id", chinese="上级企业编号"),
    Column(name="ultimate_parent_id", label="Group", chinese="所属集团编号"),
    Column(name="group_accounts", kind="int64", label="Accounts in group", chinese="集团企业数"),
    Column(
        name="group_employees", kind="int64", label="Employees of group", chinese="集团员工人数"
    ),
    Column(
        name="group_revenue",
        kind="double",
        label="Revenue of group",
        chinese="集团营业收入",
        money=True,
    ),
    Column(name="excluded", kind="bool"),
    Column(name="exclusions", kind="list", label="Why excluded", chinese="排除原因"),
    Column(name="expand_from", kind="list", label="Expand from", chinese="可从何处拓展"),
    Column(
        name="churn_probability", kind="double", label="Probability of churn", chinese="流失概率"
    ),
    Column(name="churn_reason", label="Why it may leave", chinese="流失风险原因"),
    Column(name="fit_score", kind="double", label="Fit score", chinese="ICP 匹配度"),
    Column(name="fit_low", kind="double", label="Score at least", chinese="匹配度下限"),
    Column(name="fit_high", kind="double", label="Score at most", chinese="匹配度上限"),
    Column(name="fit_known", kind="double", label="Facts known", chinese="信息完整度"),
    Column(name="fit_card", label="Scored by", chinese="所用评分卡"),
    Column(name="points_", kind="double", label="Points: ", chinese="得分：", family=True),
    Column(name="fit_reasons", label="Why this score", chinese="匹配度说明"),
    Column(name="tier", label="Tier", chinese="级别"),
    Column(name="strategy", label="Strategy", chinese="策略"),
    Column(name="tier_rank", kind="int64", label="Tier rank", chinese="级内排名"),
    Column(name="tier_reason", label="Why this tier", chinese="分级说明"),
    Column(
        name="points_to_next_tier",
        kind="double",
        label="Points to next tier",
        chinese="距上一级分数",
    ),
    Column(name="tier_at_best", label="Tier if all were known", chinese="信息齐全时的级别"),
    Column(name="owner_dealt", kind="bool", label="Owner dealt", chinese="负责人自动分配"),
    Column(name="cluster", label="Cluster", chinese="客群"),
    Column(name="cluster_shares", label="What the cluster shares", chinese="客群共同点"),
    Column(name="similarity", kind="double", label="Similarity", chinese="相似度"),
    Column(name="similar_to", kind="list", label="Similar to", chinese="相似的客户"),
    Column(name="similar_by", label="Similar by", chinese="相似之处"),
    Column(name="previous_tier", label="Tier before", chinese="上次级别"),
    Column(name="tier_since", kind="date", label="In tier since", chinese="入级日期"),
    Column(name="change", label="Change", chinese="变动"),
    Column(name="change_reason", label="Why the change", chinese="变动原因"),
)
