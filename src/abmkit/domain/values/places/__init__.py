"""Places: countries, regions, cities, and cells that hold several of them."""
