"""Facts as people read them: on the screen and in the workbook."""
