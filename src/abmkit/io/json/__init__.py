"""JSON and JSON lines: where the table is in a document, and its rows."""
