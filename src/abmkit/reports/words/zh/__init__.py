"""Everything that the program says to people, in Chinese, by subject: the same names as in English."""
