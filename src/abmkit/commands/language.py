"""The language that people read: by an option, the environment, the config, or the machine's."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from abmkit.errors import UsageError, instead

VARIABLE = "ABMKIT_LANG"
LANGUAGES = ("en", "zh")
"""As `reports/words` has them: what is asked of it here would cost every start."""
_CONFIG, _CONFIG_VARIABLE = "abmkit.toml", "ABMKIT_CONFIG"
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Which of them counts, by POSIX: the first that says something."""
_LINE = re.compile(r"^[ \t]*lang[ \t]*=[ \t]*[\"']([\w-]+)[\"']", re.MULTILINE)


def language(given: str | None = None, config: Any = None, option: str = "--lang") -> str:
    """The language of an option, else of the environment, a config, or the machine's locale.

    The config is a file, or what a notebook has of one; the one that a command would take where
    none is given. Raises UsageError for a language that there is not.
    """
    for named, where in ((given, option), (os.environ.get(VARIABLE), VARIABLE)):
        if named:
            return _known(named, where)
    return _meant(_of_config(config)) or _of_locale()


def _known(named: str, where: str) -> str:
    meant = _meant(named)
    if meant is None:
        remedy = instead(named, LANGUAGES, "languages")
        raise UsageError("no language {named!r}", where=where, remedy=remedy, named=named)
    return meant


def _meant(named: str | None) -> str | None:
    """The language of a name such as `zh`, `zh-CN` or `zh_CN.UTF-8`; None where there is none."""
    first = re.split(r"[-_.@]", (named or "").strip().lower())[0]
    return first if first in LANGUAGES else None


def _of_config(config: Any) -> str | None:
    """The language that a config names, also one that can't be read as such: its errors are said
    in it."""
    if isinstance(config, Mapping):
        named = config.get("lang")
        return named if isinstance(named, str) else None
    if config is not None and not isinstance(config, str | Path):
        return getattr(getattr(config, "config", config), "lang", None)
    path = Path(config or os.environ.get(_CONFIG_VARIABLE) or _CONFIG)
    try:
        path = path / _CONFIG if path.is_dir() else path
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return None
    # Before the first section: what stands in one is not the project's.
    found = _LINE.search(re.split(r"^[ \t]*\[", text, maxsplit=1, flags=re.MULTILINE)[0])
    return found[1] if found else None


def _of_locale() -> str:
    named = next((os.environ[name] for name in _LOCALE if os.environ.get(name)), "")
    return _meant(named) or "en"
