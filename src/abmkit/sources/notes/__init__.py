"""What people typed into the workbook, kept from run to run."""
