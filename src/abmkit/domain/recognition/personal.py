"""Texts about people rather than companies: which columns hold them, and their form alone."""

from __future__ import annotations

import re

COLUMNS = frozenset(["phone", "owner"])
"""The canonical columns whose values may be about a person."""

_HEADER = re.compile(
    r"e-?mail|phone|mobile|\btel\b|\bfax\b|contact|(?:first|last|full|family|given)[ _]?name|"
    r"surname|person|\b(?:ceo|cfo|cto|coo)\b|chief|founder\b|director|president|chair|manager|"
    r"represent|邮箱|邮件|电话|手机|传真|联系|姓名|法人|法定代表|负责人|董事长|创始人|经理|老板",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[^\s<>()\[\]:,;]+@[^\s<>()\[\],;]+")


def names_people(header: str) -> bool:
    """Whether a header says that its column holds people or ways to reach them."""
    return _HEADER.search(header.replace("_", " ")) is not None


def mail_masked(text: str) -> str:
    """A text with the mail addresses in it masked, the rest as it is."""
    return _MAIL.sub(lambda found: masked(found[0]), text)


def masked(text: str) -> str:
    """A text of which only the form stays: `+86 138…` becomes `+99 999…`."""
    return "".join("9" if c.isdigit() else "x" if c.isalpha() else c for c in text)
