"""What the house tells of itself while it runs."""
