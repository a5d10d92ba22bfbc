"""What verbs about the market say."""
