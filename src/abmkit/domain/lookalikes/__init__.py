"""Accounts that resemble some companies: what is compared, and how much each of it tells.

`ratios` learns how many times as frequent values are among the companies as in their market,
`labels`, `numbers` and `texts` read columns for it, `fields` says which columns are compared,
`weighing` adds what fields say up, `nearest` names the companies that an account resembles most.
"""
