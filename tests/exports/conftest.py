from __future__ import annotations

from pathlib import Path

import pytest
from made import made


@pytest.fixture(scope="session")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs on a made CRM export; nobody writes here."""
    return made(tmp_path_factory.mktemp("crm"))
