"""Industries: codes of the official lists, their titles, crosswalks, the project's own labels."""
