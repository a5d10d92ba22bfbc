"""Target-account lists for account-based marketing."""
