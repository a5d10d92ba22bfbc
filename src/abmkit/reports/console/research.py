"""What `research` says in sum, and how its table is read when it is filled in."""

from __future__ import annotations

from collections.abc import Iterator

from abmkit.config.project import Config
from abmkit.config.writing import toml_key, toml_value
from abmkit.planning.research import Lookups
from abmkit.planning.research.sheet import as_source
from abmkit.reports.console.width import wrap
from abmkit.reports.words import Words

_NAME, _PATH = "research", "research.csv"


def research_text(found: Lookups, config: Config, words: Words) -> str:
    """How much there is to look up, and the `[[sources]]` to paste."""
    if not found.field:
        return words("research.none")
    given = words("research.given", given=len(found.field), accounts=found.accounts)
    return "\n".join([wrap(given), wrap(words("research.source")), "", *_lines(found, config)])


def _lines(found: Lookups, config: Config) -> Iterator[str]:
    table = as_source(_NAME, _PATH, [*dict.fromkeys(found.field)], config)
    columns = table.pop("columns", {})
    yield "[[sources]]"
    for key, value in table.items():
        yield f"{key} = {toml_value(value)}"
    if columns:
        yield "[sources.columns]"
    for name, mapping in columns.items():
        yield f"{toml_key(name)} = {toml_value(mapping)}"
