"""What errors say in Chinese: by their English templates, with the same fields, by subject."""

from __future__ import annotations

from abmkit.reports.words.messages import Marks
from abmkit.reports.words.zh.errors import (
    commands,
    config,
    data,
    files,
    notes,
    remote,
    toml,
    visibility,
)

MESSAGES = {
    **config.MESSAGES,
    **toml.MESSAGES,
    **commands.MESSAGES,
    **files.MESSAGES,
    **data.MESSAGES,
    **remote.MESSAGES,
    **notes.MESSAGES,
    **visibility.MESSAGES,
}
MARKS = Marks(where="：", remedy="；", comma="、", choice=" 或 ")
