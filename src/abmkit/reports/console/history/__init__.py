"""What is said of the runs that are kept."""
