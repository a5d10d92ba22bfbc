"""Fingerprints: which config a run was made with."""

from __future__ import annotations

import hashlib
from pathlib import Path


def fingerprint(path: Path | None) -> str | None:
    """The SHA-256 of a config, null where there is no file."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path else None
