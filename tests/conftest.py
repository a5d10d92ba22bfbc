"""What every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from frames import Engine

# What people read is in English and plain, whoever runs the tests.
for name in ("ABMKIT_LANG", "LC_ALL", "LC_MESSAGES"):
    os.environ.pop(name, None)
os.environ["LANG"] = "C.UTF-8"
os.environ["NO_COLOR"] = "1"
os.environ.pop("FORCE_COLOR", None)

# No test is timed, and the same commit gives the same verdict, so that more of the same examples
# prove little. New ones are looked for with `pytest -m hypothesis --hypothesis-profile explore`.
settings.register_profile("abmkit", deadline=None, derandomize=True, max_examples=30)
settings.register_profile("explore", deadline=None, max_examples=500)
settings.load_profile("abmkit")

DATA = Path(__file__).parent.parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets; tests that need it skip where it is not there."""
    folder = Path(os.environ.get("ABMKIT_TEST_DATA", DATA))
    if not folder.is_dir():
        pytest.skip(f"no data sets at {folder}; set ABMKIT_TEST_DATA")
    return folder


@pytest.fixture(
    scope="session",
    params=["pandas", "pandas-numpy", "duckdb", "polars", "polars-lazy", "pyarrow"],
)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each kind of frame that the steps take."""
    return Engine(request.param)


@pytest.fixture(scope="session")
def arrow() -> Engine:
    """The kind of frame for properties that hold on every engine if they hold on one."""
    return Engine("pyarrow")
