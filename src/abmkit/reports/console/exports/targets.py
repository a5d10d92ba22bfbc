"""The targets that there are."""

from __future__ import annotations

from abmkit.exports.target import target, target_names
from abmkit.reports.console.width import fit, pad, wrap
from abmkit.reports.words import Words

_NAME, _KIND, _TITLE = 34, 11, 34


def targets_text(words: Words) -> str:
    """All targets, for a terminal of 80 columns."""
    found = [target(name) for name in target_names()]
    lines = [words("export.targets"), ""]
    for each in found:
        kind = words("export.target_people" if each.people else "export.target_companies")
        lines.append(f"{pad(each.name, _NAME)}{pad(kind, _KIND)}{fit(each.title, _TITLE)}".rstrip())
    days = sorted({str(each.read) for each in found})
    return "\n".join([*lines, "", wrap(words("export.target_read", days=days))])
