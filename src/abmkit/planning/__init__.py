"""What a list is for, and what would make it better: who is reached, what to look up."""
