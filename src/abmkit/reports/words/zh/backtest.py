"""What is said in Chinese of what a scorecard would have done."""

from __future__ import annotations

SENTENCES = {
    "backtest.title": "{outcome}：{judged:,} 个样本中有 {positives:,} 个（{rate:.1%}）",
    "backtest.since": "评判的是 {since}以来的样本；此前的 {earlier:,} 个不参加评判。",
    "backtest.card": "本评分卡",
    "backtest.against": "原评分卡",
    "backtest.ceiling": "{name}（黑箱模型）",
    "backtest.cross_validated": "黑箱模型在这些样本上做了交叉验证。",
    "backtest.of_earlier": "黑箱模型从较早的样本学得。",
    "backtest.size": "只看规模，按 {name}",
    "backtest.random": "随机排序",
    "backtest.exact": "{value:.3f}",
    "backtest.measured": "{value:.3f}（{low:.2f}–{high:.2f}）",
    "backtest.lift": "{lift:.1f}×",
    "backtest.rate": "{rate:.1%}（{low:number}–{high:number}%）",
    "backtest.period": "{first} 至 {last}",
    "backtest.chance": "把结果随机打乱，AUC 在 {low:.2f} 到 {high:.2f} 之间；"
    "碰巧达到实际水平的概率约为 {share:.1%}。",
    "backtest.calibration": "平均偏差 {error:.1%}；Brier 分数 {brier:.3f}，"
    "若一律按总体比例预测则为 {of_rate:.3f}。",
    "backtest.stability": "PSI：匹配度的分布比第一个时期偏移了多少；低于 0.1 很小，"
    "高于 0.25 很大。",
    "backtest.column_auc": "AUC",
    "backtest.column_precision": "平均精确率",
    "backtest.column_best": "最高一成",
    "backtest.column_tenth": "十分位",
    "backtest.column_cases": "样本",
    "backtest.column_positives": "发生",
    "backtest.column_rate": "比例",
    "backtest.column_lift": "提升倍数",
    "backtest.column_gained": "累计占比",
    "backtest.column_tier": "级别",
    "backtest.column_accounts": "企业数",
    "backtest.column_worked": "跟进过",
    "backtest.column_judged": "参加评判",
    "backtest.column_foretold": "预测",
    "backtest.column_came": "实际",
    "backtest.column_period": "时期",
    "backtest.column_psi": "PSI",
    "chart.best_share": "匹配度最高的样本所占比例",
    "chart.gains": "匹配度最高的样本覆盖了多少结果",
    "chart.tenths": "各十分位的发生比例",
    "chart.reliability": "预测与实际",
    "chart.stability": "匹配度的分布比第一个时期偏移了多少",
    # What the numbers are not.
    "backtest.own_data": "评分卡正是从这 {cases:,} 个样本（其中发生 {positives:,} 个）学得的："
    "用自己的数据评判，看起来会比实际好；按文件中留出样本的比例，AUC 约为 {auc:.2f}",
    "backtest.perhaps_own_data": "评分卡是学得的，但文件没有写明从哪里学得：如果正是这些样本，"
    "看起来会比实际好",
    "backtest.all_worked": "每一行都有结果：没有跟进过的企业不在其中，"
    "因此比例只适用于与跟进过的相似的企业；"
    "请把其余的也加进来，结果留空",
    "backtest.not_worked": "{accounts:,} 家企业中有 {count:,} 家因为没有跟进而没有结果："
    "比例只是跟进过的，而跟进谁是人挑的",
    "backtest.undated": "{count:,} 个有结果的样本没有日期，不参加评判",
    "backtest.not_out_of_time": "较晚的样本太少，不能单独评判：每种结果至少要有 {least} 个；"
    "因此全部样本一起评判",
    "backtest.no_ceiling": "没有黑箱模型可供对照：没有安装（pip install 'abmkit[learn]'），"
    "或没有一列对它有用",
    "backtest.ceiling_without": "黑箱模型没有用 {columns}：要等有了结果才知道",
    "backtest.too_good": "黑箱模型几乎全部预测对（AUC {auc:.3f}）：有的列要等有了结果才知道，"
    "因此不能当作上限",
    "backtest.no_tiers": "没有设置客户分级，因此没有各级的比例：请指定含 [tier] 的配置",
    "backtest.upside_down": "{lower} 级的表现好于排在它上面的 {upper} 级：至少 {low}%，"
    "而后者为 {rate:.1%}",
    "backtest.by_chance": "评分卡并不比随机好：AUC 为 {auc:.3f}",
    "backtest.by_size": "单看 {column}，越大越好，效果也一样：AUC 为 {size:.3f}，"
    "评分卡为 {auc:.3f}",
}
