"""The servers, for the tests of this folder."""

from __future__ import annotations

from servers import (
    abmkit,
    certificate,
    postgres,
    postgres_server,
    s3,
    s3_server,
    tls,
    web,
)

__all__ = [
    "abmkit", "certificate", "postgres", "postgres_server", "s3", "s3_server", "tls", "web",
]  # fmt: skip
