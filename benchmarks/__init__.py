"""How fast KillrVideo answers, as ratios inside one run: `make bench`."""
