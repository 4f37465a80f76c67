"""The kernel as a module's C sees it, one file per header."""
