"""Everything that the program says to people, in Chinese, by subject: the names are English's."""
