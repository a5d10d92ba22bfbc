"""Scorecards from outcomes: what tells won from lost, and those who leave from those who stay."""
