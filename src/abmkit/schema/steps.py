"""The columns that steps add to accounts, in order."""

from __future__ import annotations

from abmkit.schema.column import Column

STEPS = (
    Column(name="merged_records", kind="int64", label="Records merged"),
    Column(name="sources", kind="list", label="Sources"),
    Column(name="parent_account_id", label="Parent account id"),
    Column(name="ultimate_parent_id", label="Group"),
    Column(name="group_accounts", kind="int64", label="Accounts in group"),
    Column(name="group_employees", kind="int64", label="Employees of group"),
    Column(name="group_revenue", kind="double", label="Revenue of group", money=True),
    Column(name="excluded", kind="bool"),
    Column(name="exclusions", kind="list", label="Why excluded"),
    Column(name="expand_from", kind="list", label="Expand from"),
    Column(name="churn_probability", kind="double", label="Probability of churn"),
    Column(name="churn_reason", label="Why it may leave"),
    Column(name="fit_score", kind="double", label="Fit score"),
    Column(name="fit_low", kind="double", label="Score at least"),
    Column(name="fit_high", kind="double", label="Score at most"),
    Column(name="fit_known", kind="double", label="Facts known"),
    Column(name="fit_card", label="Scored by"),
    Column(name="points_", kind="double", label="Points: ", family=True),
    Column(name="fit_reasons", label="Why this score"),
    Column(name="tier", label="Tier"),
    Column(name="strategy", label="Strategy"),
    Column(name="tier_rank", kind="int64", label="Tier rank"),
    Column(name="tier_reason", label="Why this tier"),
    Column(name="points_to_next_tier", kind="double", label="Points to next tier"),
    Column(name="tier_at_best", label="Tier if all were known"),
    Column(name="owner_dealt", kind="bool", label="Owner dealt"),
    Column(name="cluster", label="Cluster"),
    Column(name="cluster_shares", label="What the cluster shares"),
    Column(name="similarity", kind="double", label="Similarity"),
    Column(name="similar_to", kind="list", label="Similar to"),
    Column(name="similar_by", label="Similar by"),
    Column(name="previous_tier", label="Tier before"),
    Column(name="tier_since", kind="date", label="In tier since"),
    Column(name="change", label="Change"),
    Column(name="change_reason", label="Why the change"),
)
