"""Yes and no as tables have them, for every place that reads them."""

from __future__ import annotations

YES = ("true", "yes", "y", "t", "1", "是", "有")
NO = ("false", "no", "n", "f", "0", "否", "无")
"""What means yes or no in any text, without regard to case."""
MORE_YES = ("1.0", "x", "√", "✓", "✔", "对", "對", "真", "listed", "上市", "已上市")
MORE_NO = (
    "0.0", "×", "✗", "✘", "不是", "假", "错", "錯", "private", "unlisted", "未上市", "非上市",
)  # fmt: skip
"""What means it, too, in a column that is known to answer a question."""
BEGINS_NO = r"(?i)^(?:no\b|not\b|never|none\b|不|否|未|没|無|无)"
"""How answers begin that say no in more words than one."""
