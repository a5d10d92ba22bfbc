"""What is said in English in what people look at."""
