"""Nothing: a verb that does nothing."""

from __future__ import annotations

from abmkit.commands.verb import verb
from abmkit.commands.work import Work


@verb(config="none")
def nothing(work: Work) -> None:
    """Do nothing, and say so."""
    work.output.words("nothing")
