"""Record linkage: which records are likely one company though they share no key.

The stages, in order: `distinct`, `profiles`, `blocking`, `names.similarity` and `features`,
`weights`, `probability`, `clustering`, `explanation`. `comparison` runs them for pairs of records,
`similar` for the companies of one table.
"""
