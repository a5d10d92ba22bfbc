"""What is said in English of a run in a notebook."""

from __future__ import annotations

SENTENCES = {
    "notebook.files": "{count:,} file{count:?|s} in {folder}",
    "notebook.share": "{share:.0%}",
    "notebook.tier": "Tier",
    "notebook.strategy": "Strategy",
    "notebook.accounts": "Accounts",
    "notebook.room": "Room",
    "notebook.from": "From",
    "notebook.no_limit": "no limit",
    "notebook.per": "{count} per {within}",
}
