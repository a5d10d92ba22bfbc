"""Target-account lists for account-based marketing.

Every command is a function here, too: a frame in (pandas, Polars, Arrow, DuckDB, Spark), one of the
same kind out. The steps are `load`, `dedupe`, `assign`, `exclude`, `score`, `tier`; `run` does all
of them from a `Config`; `match` says who is on a list.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from abmkit.api import AbmkitWarning
    from abmkit.config.project import Config

__all__ = ["AbmkitWarning", "Config"]


def __getattr__(name: str) -> Any:
    # Imported when first asked for, so that `import abmkit` costs next to nothing.
    if name == "Config":
        from abmkit.config.project import Config

        return Config
    if not name.startswith("_"):
        from abmkit.api import FUNCTIONS, AbmkitWarning

        if name == "AbmkitWarning":
            return AbmkitWarning
        if name in FUNCTIONS:
            return FUNCTIONS[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    from abmkit.api import FUNCTIONS

    return sorted([*globals(), *__all__, *FUNCTIONS])
