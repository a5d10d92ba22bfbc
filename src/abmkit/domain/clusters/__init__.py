"""Accounts in groups that are worked together.

`values` reads what they are grouped by, `grouping` divides and joins, and `shares` finds out what
the members of a group have in common.
"""
