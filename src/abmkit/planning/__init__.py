"""What a list is for: who of it is reached."""
