"""Trust: which shared values say that records are one company, and what says that they are not."""
