"""The runs that a folder keeps: which there are, how compact, which list is in place."""
