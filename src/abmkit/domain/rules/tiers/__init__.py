"""Who is placed in which tier, by score, room and the tier of before."""
