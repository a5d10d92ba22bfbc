"""How delimited text was written: its encoding, its delimiter and quotes, where the table is."""
