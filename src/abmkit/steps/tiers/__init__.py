"""What tiering is made of: who is let in, and what is said of where each stands."""
