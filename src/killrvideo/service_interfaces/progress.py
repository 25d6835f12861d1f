"""How far something long is."""

from collections.abc import Callable

Told = Callable[[float], None]
"""Takes how much of it is done, from 0 to 1. Cheap: to be called whenever there is something to say."""


def within(told: Told, begins: float, ends: float) -> Told:
    """For a part of the whole, which goes from the one share of it to the other."""
    return lambda part: told(begins + (ends - begins) * part)
