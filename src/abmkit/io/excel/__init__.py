"""Workbooks: Excel, old and new, and OpenDocument."""
