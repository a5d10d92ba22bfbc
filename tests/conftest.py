"""What every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DATA = Path(__file__).parent.parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets; tests that need it skip where it is not there."""
    folder = Path(os.environ.get("ABMKIT_TEST_DATA", DATA))
    if not folder.is_dir():
        pytest.skip(f"no data sets at {folder}; set ABMKIT_TEST_DATA")
    return folder
