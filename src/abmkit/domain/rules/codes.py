"""How steps write the reasons of scores and tiers, before they are put in words."""

from __future__ import annotations

SEPARATOR = ";"

NO_BAND, UNKNOWN, UNDECIDED = "-", "?", "~"
"""A criterion's reason where no band earned its points; else it is the band's number, from 1."""

EXCLUDED, PINNED, NO_TIERS = "excluded", "pinned", "no tiers"
"""An account's whole reason, but that `pinned` is followed by whom, until when and why."""
ASKS, FULL, CLOSED = "asks ", "full ", "closed "
"""What a tier's number follows, from 1, where an account whose score reaches it is below it;
`closed` where the table of capacities has no row for its territory and owner."""
REACHES, BELOW, NEITHER = "reaches", "below", "neither"
"""Whether the score is enough: for its tier, not even for the lowest, or that is not what lacks."""
MARGIN, DAYS, MOVES = "margin", "days", "moves"
"""What holds an account where its score alone would not have it: the margin for who is in a tier,
the days that it stays at least, the moves that a run may make at most."""

ENTERED, LEFT, UP, DOWN, MOVED, STAYS = "entered", "left", "up", "down", "moved", "stays"
"""What became of an account's tier; `moved` where its tier of before is none of the config's."""
ROOM, NO_TIER = "room", "no tier"
"""Why an account moved, beside what a tier's reason says: its score was enough before and now there
is room; its tier is no longer there."""
