"""Target-account lists for account-based marketing.

Every command is a function here, too: a frame in (pandas, Polars, Arrow, DuckDB, Spark), one of the
same kind out. The steps are `load`, `dedupe`, `assign`, `exclude`, `score`, `tier`; `run` does all
of them from a `Config`; `match` says who is on a list.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from abmkit.api import AbmkitWarning as AbmkitWarning
    from abmkit.config.project import Config as Config


def _names() -> dict[str, Any]:
    from abmkit.api import FUNCTIONS, AbmkitWarning
    from abmkit.config.project import Config

    # The columns go by that name: `abmkit.schema`.
    functions = {name: verb for name, verb in FUNCTIONS.items() if name != "schema"}
    return {"AbmkitWarning": AbmkitWarning, "Config": Config, **functions}


def __getattr__(name: str) -> Any:
    # Imported when first asked for, so that `import abmkit` costs next to nothing.
    if name == "__all__":
        return sorted(_names())
    if not name.startswith("_") and (found := _names().get(name)) is not None:
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_names()})
