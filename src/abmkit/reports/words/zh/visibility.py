"""What is said in Chinese of the size of the market, and of how much of it is known."""

from __future__ import annotations

SENTENCES = {
    "visibility.market": "整个市场",
    "visibility.unknown": "{column}未知",
    "visibility.between": " · ",
    # The table.
    "visibility.title": "市场可见度{by}：完整记录（{fields:label}）占市场企业总数的比例",
    "visibility.by": "（按{columns:label}）",
    "visibility.head_known": "已知",
    "visibility.head_size": "估计",
    "visibility.head_range": "95% 区间",
    "visibility.head_figure": "参考值",
    "visibility.head_complete": "完整",
    "visibility.head_visible": "可见度",
    "visibility.head_target": "目标",
    "visibility.range": "{low:,}–{high:,}",
    "visibility.share": "{share:.0%}",
    "visibility.at_most": "≤{share:.0%}",
    "visibility.more": "表中还有 {count:,} 个细分市场。",
    "visibility.at_most_means": "≤：市场规模的估计值偏低，实际可见度可能更低。",
    # What is missing.
    "visibility.missing": "缺得最多的字段：{told}。",
    "visibility.field": "{field:label}（{count:,} 家）",
    "visibility.unseen": "还完全没有掌握的企业：约 {count:,} 家。",
    "visibility.unseen_figure": "按参考值计算，还完全没有掌握的企业：{count:,} 家。",
    "visibility.to_target": "距离目标还差 {records:,} 条完整记录；已知但信息不完整的企业有 "
    "{known:,} 家。",
    "visibility.below": "离目标最远的细分市场：{segments}。",
    "visibility.lacking": "{segment}（差 {count:,} 条）",
    # What an estimate rests on.
    "visibility.method": "估计依据：{directories}。根据各名录重复收录同一企业的多少，推算所有"
    "名录都没有收录的企业数。前提是：各名录采集期间市场没有变化；各名录独立收录，互不影响；每家"
    "企业被收录的机会相同；同一企业都已正确合并。各名录往往收录的是同一批大企业，所以估计值应看"
    "作下限；同一企业的记录如果没有合并，估计值就会偏高。",
    "visibility.no_method": "没有估计市场规模：至少要有两份名录收录了相同的企业。",
    # What is to be held against it, the worst first.
    "visibility.doubt_one_directory": "{segments}：无法估计，只有 {directories} 收录了其中的企业，"
    "{several:?|}至少要有两份名录",
    "visibility.doubt_nobody": "{segments}：无法估计，没有一份名录收录其中的企业",
    "visibility.doubt_no_overlap": "{segments}：无法估计，{directories} 没有收录任何相同的企业；"
    "请检查企业名称和网址是否读取正确，以及这些名录是否属于同一市场",
    "visibility.doubt_contained": "{segments}：{first} 中有 {share:.0%} 的企业 {second} 也收录了，"
    "几乎没有新增企业；估计值只是下限，接近较大的那份名录",
    "visibility.doubt_left_out": "{segments}：{first} 中有 {share:.0%} 的企业 {second} 也收录了；"
    "{first} 几乎没有新增企业，不参与估计",
    "visibility.doubt_one_origin": "{segments}：{first} 和 {second} 收录相同企业的倾向是收录其"
    "他企业的 {times:.0f} 倍，可能是一方的数据来自另一方，也可能两者收录的是同一类企业；如确实"
    "同源，请写入 visibility.one_origin，两者将按一份名录计算",
    "visibility.doubt_blind": "{first} 独家收录的企业中有 {share:.0%} 缺少 {by}，明显多于多份"
    "名录共同收录的企业：所有细分市场的估计值都偏低",
    "visibility.doubt_few_shared": "{segments}：重复收录的企业太少；两份名录收录数的乘积至少应"
    "为市场规模的四倍",
    "visibility.doubt_unlike": "各细分市场的估计值合计 {count:,} 家，高于整个市场的估计值："
    "有些企业比其他企业更容易被收录，合计值更可信",
    "visibility.doubt_wide": "{segments}：区间上限超过下限的两倍",
    "visibility.doubt_small": "{segments}：可供估计的企业不足 30 家",
    "visibility.doubt_figure_low": "{segments}：参考值 {count:,} 比已知企业数还少；"
    "可能统计口径不同，也可能有企业重复",
    "visibility.doubt_figure_apart": "{segments}：参考值 {count:,} 不在估计区间内；可能统计口"
    "径不同",
    "visibility.nobody": "{segments} 没有任何已知企业，而 visibility.segments 给出了它的规模；"
    "如果是笔误：{by} 的取值有 {values}{more}",
    "visibility.several_segments": "{names}{more}",
    "visibility.unnamed": "{count:,} 家企业没有被任何名录收录：它们是已知企业，但不参与估计",
}
