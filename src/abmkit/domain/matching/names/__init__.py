"""Names of companies for comparison.

`tokens` has their words as numbers, `chinese` parts those that are written without spaces, `forms`
makes other names by which a company may go, `similarity` says what two names have in common.
"""
