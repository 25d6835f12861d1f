"""Models that judge texts, from packages that need no download."""
