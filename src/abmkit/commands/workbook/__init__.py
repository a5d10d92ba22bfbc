"""The workbook: what a run gives to it, and what comes back of it."""
