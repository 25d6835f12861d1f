"""How much of it all is tried: some in every run of the tests, more by ``make crash``."""

import os

EVERY_POINT = os.environ.get("KILLRVIDEO_CRASH_POINTS") == "all"
"""Whether a process dies at every point of every write path, not only at the first and last of a kind."""
KILLS = int(os.environ.get("KILLRVIDEO_KILLS", "5"))
"""How often a server under load is killed at a random moment."""
SEED = os.environ.get("KILLRVIDEO_CRASH_SEED", "2026")
"""What the load and the moments are drawn from."""
FILM_KILLS = int(os.environ.get("KILLRVIDEO_FILM_KILLS", "4"))
"""How often a server that takes in films and makes streams of them is killed at a random moment."""
