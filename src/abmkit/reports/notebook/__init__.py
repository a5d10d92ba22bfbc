"""What a notebook shows: a run as HTML, and what verbs say as tables."""
