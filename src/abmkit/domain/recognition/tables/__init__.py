"""What tables hold beside records, and how their headers name columns, on sheets and in text."""
