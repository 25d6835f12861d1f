"""Captions in Cassandra."""
