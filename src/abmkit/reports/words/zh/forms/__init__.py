"""How Chinese writes what is no sentence."""
