"""Companies that belong together: parents, groups, and what a list means for them."""
