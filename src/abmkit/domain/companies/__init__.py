"""Which records are one company, which id it has, and what is kept of each record."""
