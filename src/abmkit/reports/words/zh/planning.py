"""What is said in Chinese of accounts that are yet to be won."""

from __future__ import annotations

SENTENCES = {
    "input.of_run": "企业数据取自截至 {day:date}的运行：{path}",
    # Similar.
    "similar.by": "{field} {times}×",
    "similar.between": "；",
    "similar.companies": "要参照的企业 {companies:,} 家，其中 {found:,} 家在企业库中",
    "similar.tells": "它们的共同点（比整个市场常见多少倍）：{fields}",
    "similar.given": "有 {alike:,} 家企业更像它们而不是一般企业；列出 {given:,} 家",
    "similar.excluded": "已排除的 {count:,} 家没有参加比较",
    "similar.not_found": "客户：{entries:,} 家中有 {count:,} 家不在企业库中，"
    "按它们自己文件里的信息计算："
    "{names}{more}",
    "similar.unknown": "客户：{entries:,} 家中有 {count:,} 家没有任何可供比较的信息，因此不计",
    "similar.chance": "{companies} 家企业的共同点可能只是巧合；请多列几家，或者只把排序当作参考",
    "similar.no_weight": "客户：{count:,} 家没有“{column}”，按中位数计",
    # Research.
    "research.why": "{field:label}决定{deciders}",
    "research.criterion": "{criterion}（{best:points} 分）",
    "research.condition": "能否进入 {tier} 级",
    "research.rule": "是否因 {rule} 排除",
    "research.none": "未知信息无论是什么，都不会改变任何企业的级别。",
    "research.given": "有 {given:,} 项信息待查；查明后 {accounts:,} 家企业的级别可能改变",
    "research.source": "填好之后它就是一个企业名录；放在配置的最后，只补充别处没有的信息：",
}
