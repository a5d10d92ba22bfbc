"""The first config of a project: a sample, or one made from the user's files."""
