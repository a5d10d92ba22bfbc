"""What a run's accounts are like as a whole, in counts."""
