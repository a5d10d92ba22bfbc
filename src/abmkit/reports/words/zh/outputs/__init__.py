"""What is said in Chinese in what people look at."""
