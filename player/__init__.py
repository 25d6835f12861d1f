"""Fetches what the player page needs from npm: ``python -m player FOLDER``."""
