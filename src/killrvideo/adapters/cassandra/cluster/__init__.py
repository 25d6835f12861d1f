"""The link to a cluster, and asking it from the event loop."""
