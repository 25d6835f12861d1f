"""Passages of captions and descriptions in SQLite."""
