"""Quantities as directories write them: amounts, ranges, numerals, and what damaged them."""
