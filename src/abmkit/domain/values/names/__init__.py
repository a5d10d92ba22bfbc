"""Company names: as displayed, and as a key for matching."""

from __future__ import annotations

from abmkit.domain.values.names.columns import name_keys
from abmkit.domain.values.names.keys import name_key
from abmkit.domain.values.names.legal import legal_forms
from abmkit.domain.values.names.letters import HAN
from abmkit.domain.values.names.shown import display_name, display_names, inverted_names

__all__ = [
    "HAN",
    "display_name",
    "display_names",
    "inverted_names",
    "legal_forms",
    "name_key",
    "name_keys",
]
