"""HTTP, and nothing else: bodies in wire spelling, then routes."""
