"""What is said of the workbook."""
