"""The sections of `abmkit.toml`, one a file."""
