"""What `export` says."""
