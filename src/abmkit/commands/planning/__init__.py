"""Verbs about the market beyond the list."""
