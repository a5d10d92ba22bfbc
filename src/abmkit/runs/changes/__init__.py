"""What changed from one list to another, and why: the list of before, the moves, their causes."""
