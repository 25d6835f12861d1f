"""How far something long is."""

from collections.abc import Callable

Told = Callable[[float], None]
"""Takes how much of it is done, from 0 to 1. Cheap: to be called whenever there is something to say."""
