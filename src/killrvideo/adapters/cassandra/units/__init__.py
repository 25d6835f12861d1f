"""Units of work without transactions: planned, guarded, carried out, repaired."""
