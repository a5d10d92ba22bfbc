"""Companies that belong together: parents, groups, and what a list means for them.

`parents` finds the company that each account names as its parent, `outside` numbers those that are
no accounts, `hierarchy` makes groups of them and adds them up, `families` says who is in the groups
of companies on a list.
"""
