"""Running C: the typed IR of a module, its lowering to Python functions, its memory. Knows no Linux."""
