"""What is said in Chinese of a run in a notebook."""

from __future__ import annotations

SENTENCES = {
    "notebook.files": "{count:,} 个文件，位于 {folder}",
    "notebook.share": "{share:.0%}",
    "notebook.tier": "级别",
    "notebook.strategy": "策略",
    "notebook.accounts": "客户数",
    "notebook.room": "名额",
    "notebook.from": "最低分",
    "notebook.no_limit": "不限",
    "notebook.per": "每个{within:label} {count} 家",
}
