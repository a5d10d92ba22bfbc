"""Verbs that learn from outcomes, and judge what was learned."""
