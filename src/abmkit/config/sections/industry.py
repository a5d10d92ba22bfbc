"""`[industry]`: the project's own labels."""

from __future__ import annotations

from abmkit.config.sections.section import Section


class Industry(Section):
    """The project's own industry labels."""

    map: str
    """A table with the columns `from` and `to`: a source's label or code, and the project's."""
