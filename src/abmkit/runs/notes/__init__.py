"""What people typed into a workbook: read, and brought together with what is kept."""
