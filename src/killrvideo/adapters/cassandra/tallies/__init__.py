"""Counts from rows, and their sums."""
