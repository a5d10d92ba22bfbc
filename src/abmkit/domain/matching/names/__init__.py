"""Names as they are compared: their words, their other forms, how alike two of them are."""
