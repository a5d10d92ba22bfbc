"""The verbs, one a file: what each needs, its options, what it calls and what it gives."""
