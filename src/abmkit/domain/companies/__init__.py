"""Which records are one company, which id it has, and what is kept of each record.

Dedupe: `decisions` of a person and shared keys (`linkage`) say which records are one; `ids` or the
`ledger` (by `keys` and `claims`) say what it is called; `survivorship` and `rows` make one row of
its records; `provenance` says what became of each. `lookup` finds companies exactly, `listed` also
those that are likely meant.
"""
