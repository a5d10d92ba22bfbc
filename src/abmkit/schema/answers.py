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
REFUSES = r"(?i)^(?:declin|refus|reject|denied|withdr|revok|opt(?:ed)?[ _-]?out|do\b|拒|撤|退订)"
"""How answers begin that withhold consent without a no."""
AGREES = r"(?i)^(?:subscribed|opt(?:ed)?[ _-]?in|active|已订阅|同意)"
"""How answers begin that say to a question for objections that there is none."""
