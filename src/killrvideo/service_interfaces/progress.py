"""How far something long is."""

from collections.abc import Callable

Told = Callable[[float], None]
"""Takes how much of it is done, from 0 to 1. Cheap: to be called whenever there is something to say."""


def within(told: Told, begins: float, ends: float) -> Told:
    """For a part of the whole, which goes from the one share of it to the other."""
    return lambda part: told(begins + (ends - begins) * part)


def beside(told: Told, *shares: float) -> tuple[Told, ...]:
    """For parts of the whole that go on at the same time; the shares add up to 1."""
    done = [0.0] * len(shares)

    def one(at: int) -> Told:
        def tell(part: float) -> None:
            done[at] = part
            told(sum(share * each for share, each in zip(shares, done, strict=True)))

        return tell

    return tuple(map(one, range(len(shares))))
