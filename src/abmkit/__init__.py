"""Target-account lists for account-based marketing.

The steps take a frame (pandas, Polars, Arrow, DuckDB, Spark) and give one of the same kind:
`load`, `dedupe`, `assign`, `exclude`, `score`, `tier`. `run` does all of it from a `Config`;
`match` says who is on a list.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from abmkit.api import assign, dedupe, exclude, load, match, run, score, tier
    from abmkit.config.project import Config

__all__ = ["Config", "assign", "dedupe", "exclude", "load", "match", "run", "score", "tier"]


def __getattr__(name: str) -> Any:
    # Imported when first asked for, so that `import abmkit` costs next to nothing.
    if name == "Config":
        from abmkit.config.project import Config

        return Config
    if name in __all__:
        from abmkit import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
