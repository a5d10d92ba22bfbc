"""A run: its folder, its ledger of ids, its record, what it leaves to a person."""
