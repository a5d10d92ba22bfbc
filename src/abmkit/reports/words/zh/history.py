"""What is said in Chinese of the runs that are kept, and of a list that is put back."""

from __future__ import annotations

SENTENCES = {
    # What a run does to earlier ones.
    "history.removed": "按 [output.keep] 删除了 {runs:,} 次较早的运行：{ids}",
    "history.busy": "较早的运行保持不变：另一次运行正在写入，或在一天之内中断过",
    "history.not_kept": "{where}：保持不变：{why}",
    "history.rolled_back": "上次的名单是 {day:date}的名单，于 {when:date}恢复：变动从那时算起",
    "history.cut_off": "回退到 {run} 时中断，两次运行的文件混在一起；"
    "运行 `abmkit rollback {run}` 即可完成回退",
    "history.lacking": "这份名单来自精简保存的运行，缺少 {columns:,} 列以及各企业的来源记录；"
    "重新运行一次即可补齐",
    "history.busy_rollback": "另一次运行正在写入，或在一天之内中断过；等它完成，"
    "它的名单会取代这一份",
    # The runs.
    "history.column_run": "运行",
    "history.column_day": "截至日期",
    "history.column_listed": "名单",
    "history.column_entered": "新进入",
    "history.column_left": "退出",
    "history.column_moved": "调整",
    "history.column_size": "大小",
    "history.column_kept": "保存",
    "history.whole": "完整",
    "history.compact": "精简",
    "history.unreadable": "损坏",
    "history.of": "共 {accounts:,} 家企业：{tiers}",
    "history.no_tiers": "没有分级",
    "history.tier": "{tier} 级 {count:,}",
    "history.config": "配置有变",
    "history.inputs": "输入文件有变",
    "history.config_and_inputs": "配置和输入文件都有变",
    "history.neither": "配置和输入文件都没有变",
    "history.in_place": "当前名单",
    "history.put_back": "当前名单，于 {when:date}恢复",
    "history.sum": "共 {runs:,} 次运行，{size}",
    "history.removals": "按 [output.keep] 删除过 {runs:,} 次较早的运行，最近一次在 {when:date}",
    "history.foreign": "runs/ 中有不是运行的内容，保持不变：{names}",
    "history.damaged": "{problem}",
    "history.none_in_place": "无法判断当前是哪一份名单：run.json 损坏或缺失；"
    "运行 `abmkit rollback newest` 可恢复全部文件",
    # A rollback.
    "rollback.done": "已恢复 {day:date}的名单（运行 {run}）。",
    "rollback.would": "将恢复 {day:date}的名单（运行 {run}）。",
    "rollback.already": "当前已经是 {day:date}的名单（运行 {run}）。",
    "rollback.unknown": "无法说明变动：当前名单无法读取。",
    "rollback.more": "另有 {count:,} 家",
    "rollback.removed": "那次运行没有 {files}：现有的来自另一次运行，予以删除。",
    "rollback.compact": "那次运行是精简保存的：企业数据缺少 {count:,} 列（{columns}）。",
    "rollback.stays": "ledger.parquet 保持不变，因此编号不变；下一次运行将与这份名单比较。",
    "cause.rollback": "名单回退",
    # An account over time.
    "over_time.rolled_back": "{when:date}：回退到 {day:date}的名单",
    "over_time.tier": "{tier} 级，{place}第 {rank} 名",
    "over_time.in": "{place}",
    "over_time.not_listed": "不在名单上",
    "over_time.excluded": "已排除",
    "over_time.fit": "匹配度 {score:number}，信息完整度 {known:number}%",
    "over_time.fit_unknown": "匹配度未知",
    "over_time.owner": "负责人 {owner}",
    "over_time.as": "当时编号 {account_id}",
    "over_time.change": "{change}：{why}",
    "over_time.gone": "不在企业库中",
    "over_time.unread": "无法读取：{why}",
    "over_time.records": "{runs:,} 次运行中，只有 {whole:,} 次保存了企业的来源记录；"
    "其余是精简保存的，没有来源记录。",
    "explain.compact": "这份名单来自精简保存的运行：企业的来源记录和部分信息没有保存。",
    "explain.unread": "配置要用到 {columns}，但没有保存：这里按未知处理。",
}
