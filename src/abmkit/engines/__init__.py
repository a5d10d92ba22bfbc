"""The engines that hold frames: DuckDB for the command line, pandas for notebooks."""
