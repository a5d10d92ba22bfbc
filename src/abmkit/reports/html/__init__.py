"""The page of a run: one file that a browser opens, with all that it shows in it."""
