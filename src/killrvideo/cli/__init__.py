"""The command ``killrvideo``: what an operator types."""
