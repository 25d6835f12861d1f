"""Comments and the lists that they are in."""
