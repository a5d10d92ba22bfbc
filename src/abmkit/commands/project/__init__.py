"""The verbs about a project: its files and its config."""
