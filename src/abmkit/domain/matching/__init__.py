"""How alike companies are that share no key: names in words, fields, odds and what is joined."""
