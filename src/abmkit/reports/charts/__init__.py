"""Charts of results, as pages of HTML; drawn by Altair, where it is installed."""
