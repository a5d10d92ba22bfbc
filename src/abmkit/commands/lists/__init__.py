"""The verbs about a list as a whole: making it, and asking it."""
