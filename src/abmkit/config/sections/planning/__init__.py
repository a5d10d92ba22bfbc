"""Sections about the market beyond the list."""
