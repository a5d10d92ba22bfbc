"""Which column is which, and how each of its cells is read."""
