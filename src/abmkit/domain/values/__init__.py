"""What cells say: names, sites, numbers, dates, places, ids and codes, read one way."""
