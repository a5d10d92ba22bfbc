"""How steps write the reasons of scores and tiers, before they are put in words."""

from __future__ import annotations

SEPARATOR = ";"

NO_BAND, UNKNOWN, UNDECIDED = "-", "?", "~"
"""A criterion's reason where no band earned its points; else it is the band's number, from 1."""

EXCLUDED, PINNED, NO_TIERS = "excluded", "pinned", "no tiers"
"""An account's whole reason, but that `pinned` is followed by whom, until when and why."""
ASKS, FULL = "asks ", "full "
"""What a tier's number follows, from 1, where an account whose score reaches it is below it."""
REACHES, BELOW, NEITHER = "reaches", "below", "neither"
"""Whether the score is enough: for its tier, not even for the lowest, or that is not what lacks."""
