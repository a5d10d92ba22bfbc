"""What a guard allows: a count, or a share of what there is."""

from __future__ import annotations

from abmkit.errors import UsageError


def most_allowed(allowed: str | int, of: int, where: str) -> float:
    """The number that `100` or `5%` of so many is. Raises UsageError for what is neither."""
    from abmkit.config.figures import most_of

    try:
        return most_of(allowed, of)
    except ValueError:
        raise UsageError(
            "{allowed!r} is neither a count nor a share",
            where=where,
            remedy="write it like 100 or 5%",
            allowed=allowed,
        ) from None
