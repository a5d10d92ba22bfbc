"""Schema: the JSON Schema of the config."""

from __future__ import annotations

from abmkit.commands.verb import verb
from abmkit.commands.work import Work


@verb(config="none")
def schema(work: Work) -> None:
    """Print the JSON Schema of the config, for editors."""
    from abmkit.config.schema import schema_text

    work.output.words(schema_text().rstrip("\n"))
