"""The columns of each kind of row, each declared once."""
