"""The one way in: files and frames opened, planned, read, and how good they are."""
