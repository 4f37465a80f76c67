"""A recording in other forms: one file per format, each a function `write(recording) -> str`."""
