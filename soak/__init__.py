"""Servers are killed under load, and nothing that was acknowledged may be lost: `make soak`."""
