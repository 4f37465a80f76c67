"""Hostile and random modules: generators, and the harness that runs them."""
