"""What is said in Chinese of histories and of what is learned from them."""

from __future__ import annotations

SENTENCES = {
    # Reading a history.
    "history.rejected": "{count:,} 行与表头不符，没有采用；读入 {rows:,} 行",
    "history.many": "{column}：另有 {count:,} 种值（{values}），都算作不是“{value}”；"
    "如果其中有些还没有结果，请写明只算哪两种：--outcome {column!r}='{value}/{one}'",
    "history.open": "{column}：{count:,} 行的值为 {values}，还没有结果，没有采用",
    "history.unknown": "{column} 有 {count:,} 行为空：结果未知",
    "history.dates": "{column}：{count:,} 个单元格不是日期",
    "history.unread": "{column}：{count:,} 个单元格无法读取，例如 {sample!r}，按未知处理",
    "history.by_card": "{column} 由您自己的评分卡读取，保持不变：{where} 不起作用",
    "history.no_id": "{column} 有 {count:,} 行为空：每行各算一家企业",
    "history.few_ids": "{column} 只有 {count:,} 家企业：同一家企业的多行说明不了什么",
    "history.no_order": "{column} 没有数字：指定方向不起作用",
    "history.nothing": "没有一列说明企业是什么样的：无从学习",
    "history.not_listed": "{rows:,} 行中有 {count:,} 行的企业不在名单上",
    # Columns that are not learned from.
    "learn.too_many_values": "{column} 有 {count:,} 种不同的值：学不到什么",
    "learn.no_plain_numbers": "{column} 中有规则读不了的数字，例如 {sample!r}",
    "learn.a_date": "{column} 是日期：请换成有意义的数字，例如天数",
    "learn.counts_rows": "{column} 每行一个不同的数字，像是编号",
    "learn.who": "说明企业是谁、由谁跟进的列（{columns}）",
    "learn.alike": "各行都相同的列（{columns}）",
    "learn.few_of_each": "{column} 有 {count:,} 种值，每一种的样本都不够",
    "learn.same": "{column} 与 {other} 所说的相同",
    "learn.not_used": "没有用于学习：{told}。",
    "learn.pooled": "样本少的值合并计算：{told}。",
    "pooled.labels": "{column} 的 {count:,} 种",
    "learn.not_there": "{where} 所写的 {column} 不是历史数据中的列",
    "leak.lacking": "{column}：潜在客户都没有这一列",
    "leak.name": "{column}：从名称看，要等有了结果才知道",
    "leak.later": "{column}：{of:,} 个日期中有 {count:,} 个与结果同日或更晚",
    "leak.only_known": "{column}：只有一种结果才有值，{count:,} 行中 {share:.0f}% 为正",
    "leak.only_unknown": "{column}：只有一种结果才缺值，{count:,} 行中 {share:.0f}% 为正",
    "leak.too_well": "{column}：单凭它就能看出结果，好得可疑（AUC {area:.3f}）",
    "leak.very_well": "单凭 {column} 就能以 AUC {area:.3f} 看出结果：如果要等事后才知道，"
    "请用 --ignore {column!r} 去掉",
    "leak.refused": "没有采用，因为潜在客户还没有这些信息：",
    "leak.keep": "如果仍要采用：--keep 列名。",
    # What came of it.
    "learn.cases": "{cases:,} 个样本，其中 {name} {positives:,} 个（{outcome}）",
    "learn.sampled": "随机抽取其中 {count:,} 个用于学习",
    "learn.chance": "p = {p}，与 {deals} 次随机打乱相比，最小可能值为 {least}",
    "learn.chance_expert": "；只用您自己的评分卡：p = {p}",
    "learn.held": "在留出的样本上：AUC {area:.3f}（95% 区间 {low:.3f}–{high:.3f}），"
    "校准误差 {error:.3f}",
    "learn.late": "用较早样本做的评分卡，在 {day}以来的最近 {cases:,} 个样本上：AUC {area:.3f}"
    "（{low:.3f}–{high:.3f}）",
    "learn.late_missing": "没有日期（--date），因此说不出能管用多久",
    "learn.late_few": "有日期的样本中，某一种结果太少，说不出能管用多久",
    "learn.expert_held": "只用您自己的评分卡：AUC {area:.3f}",
    "learn.no_card": "这些列都区分不出结果",
    "learn.column.criterion": "评分项",
    "learn.column.expert": "您的",
    "learn.column.data": "数据",
    "learn.column.points": "分值",
    "learn.column.bands": "分档",
    "learn.column.whom": "依据",
    "learn.whom.expert": "您",
    "learn.whom.data": "数据",
    "learn.whom.both": "两者",
    "learn.written": "已写入：{path}。请看一看，需要的地方改一改，"
    "然后对 `abmkit load` 给出的企业运行："
    "abmkit score ACCOUNTS -c {path}",
    # The scorecard itself.
    "card.learned": "由 `abmkit learn {what}` 从 {history} 学得：{cases}。",
    "card.held": "{held}。",
    "card.forced": "结果与随机没有区别（{chance}）；用 --force 强制写入。",
    "card.edit": "分值相加就是匹配度：各评分项的最高分合计 100。每一行都可以修改；"
    "`abmkit backtest` 会说明改动的效果。",
    "card.refused": "没有采用：{told}。",
    "card.whom": "依据：{whom}",
    "card.was": "您给 {expert:.0f}，数据给 {data:.0f}",
    "card.band": "{cases:,} 个中有 {positives:,} 个：{share:.0f}%（{low:.0f}–{high:.0f}）",
    "card.nobody": "没有样本",
    "card.else": "不在任何分档：{told}",
    "card.unknown": "未知：{told}",
    "card.outcome": "odds = exp(intercept + per_point * fit_score)，按留出的样本计算",
    # Why there is none.
    "learn.too_few": "{cases:,} 个样本中只发生了 {positives:,} 个："
    "两种结果各要有至少 {least} 个才说明问题",
    "learn.no_signal": "结果与随机没有区别：{chance}",
    "learn.more_cases": "没有任何改动；样本更多，或换一些列，也许可以",
    "learn.force": "没有写评分卡；用 --force 可以写，但多半没有用处",
}
