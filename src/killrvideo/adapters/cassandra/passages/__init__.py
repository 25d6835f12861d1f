"""Passages of captions and descriptions in Cassandra."""
