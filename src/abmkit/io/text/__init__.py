"""Delimited text: in what encoding and dialect it was written, and its rows."""
