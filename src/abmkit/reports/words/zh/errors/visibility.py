"""What errors say in Chinese of the market and how visible it is, by what they say in English."""

from __future__ import annotations

MESSAGES = {
    "visibility needs the column {column}": "visibility 需要 {column} 列",
    "run `abmkit {command}` first, or name a run's folder": "请先运行 `abmkit {command}`，或指定一次运行的文件夹",
    "no account has a column {name!r}, which parts the market": "没有企业有 {name!r} 这一列，无法用它划分市场",
    "map it in a source, or name another": "请在某个数据源里对应这一列，或换一列",
    "{name!r} is a list, and parts nothing": "{name!r} 是列表，不能用来划分",
    "name a column of one value": "请指定每行只有一个值的列",
    "{count} directories are too many to be compared": "{count} 份名录太多，无法比较",
    "name the best {most} at most": "请最多写明最好的 {most} 份",
    "no source is called {name!r}": "没有名为 {name!r} 的数据源",
    "{count:,} segments are too many to be told apart": "{count:,} 个细分市场太多，分不清",
    "name columns of fewer values": "请指定取值较少的列",
    "is the segment of an earlier one": "与前面一项是同一个细分市场",
    "put the two together": "请把两项合并",
    "columns of visibility.by": "visibility.by 的列",
    "{name!r} does not part the market": "{name!r} 不用来划分市场",
    "add it to by": "请把它加到 by 里",
    "says nothing of {name!r}, which parts the market, too": "没有写明 {name!r}，而市场也按它划分",
    "give its {name}": "请写明它的 {name}",
}
