"""Fingerprints: which config, and which scorecard that it names, a run was made with."""

from __future__ import annotations

import hashlib
from pathlib import Path

from abmkit.config.loading import Project


def fingerprint(path: Path | None) -> str | None:
    """The SHA-256 of a config, null where there is no file."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path else None


def scorecard_fingerprint(project: Project) -> str | None:
    """The SHA-256 of the scorecard that `[exclude.churn]` names, null where it names none."""
    churn = project.config.exclude.churn
    return fingerprint(project.folder / churn.scorecard) if churn else None
