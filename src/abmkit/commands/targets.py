"""What a config says of targets of `export`, which `check` and `export` refuse alike."""

from __future__ import annotations

from abmkit.commands.work import Work
from abmkit.errors import Problems


def check_targets(work: Work) -> None:
    """Raise UsageError or ConfigError for what the config says of targets that cannot be."""
    from abmkit.exports.configured import configured
    from abmkit.exports.target import target

    problems = Problems()
    for name, own in work.config.export.items():
        with problems.caught():
            configured(target(name, f"export.{name}"), own)
    problems.told()
