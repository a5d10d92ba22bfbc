"""What is learned from outcomes, and how it is judged, for the screen."""
