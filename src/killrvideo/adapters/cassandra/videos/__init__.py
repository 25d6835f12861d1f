"""Videos, and all that follows from how they stand."""
