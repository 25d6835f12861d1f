"""What searches for near vectors hold in memory, be they of videos or of passages: signs, model by model."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

import apsw
import numpy as np
import orjson

from killrvideo.adapters.sqlite.database import Row
from killrvideo.adapters.sqlite.vectors.estimates import Numbers
from killrvideo.adapters.sqlite.vectors.matrix import Entry
from killrvideo.domain.videos import Totals

HELD = 2
"""Models that are held: the one that is served, and one that is to follow it."""
TRAITS = "v.category, v.language, v.uploader_id, v.submitted_at, v.ratings, v.stars, v.tags"
"""Of a video: what a filter asks."""
LAST_CHANGE = "SELECT max(change) FROM video_changes"


class Following(Protocol):
    def follow(self, connection: apsw.Connection) -> None:
        """Reads what has changed since the last time."""
        ...


T = TypeVar("T", bound=Following)


class HeldModels(Generic[T]):
    """To be used in one thread."""

    def __init__(self, hold: Callable[[str, int], T]) -> None:
        """``hold`` makes what is held of a model and its dimension."""
        self._hold = hold
        self._held: OrderedDict[tuple[str, int], T] = OrderedDict()

    def following(self, connection: apsw.Connection, model: str, dimension: int) -> T:
        """What is held of the model, as of now; what was asked for least lately is dropped."""
        key = (model, dimension)
        held = self._held.pop(key, None) or self._hold(model, dimension)
        held.follow(connection)
        self._held[key] = held
        if len(self._held) > HELD:
            self._held.popitem(last=False)
        return held


def last_change(connection: apsw.Connection) -> int:
    """The number of the latest change of a video; 0 before the first."""
    last = connection.execute(LAST_CHANGE).fetchone()
    return (last and last[0]) or 0


def entry_of(place: int, row: Row) -> Entry:
    """Of a row with a number, signs and `TRAITS`."""
    number, signs, category, language, uploader_id, submitted_at, ratings, stars, tags = row
    return Entry(
        place=place,
        row=number,
        signs=signs,
        category=category,
        language=language,
        uploader_id=uploader_id,
        submitted_at=submitted_at,
        average=Totals(0, ratings, stars).average,
        tags=tuple(orjson.loads(tags)),
    )


def cosines_of(vectors: Sequence[bytes], asked: Numbers) -> tuple[Numbers, Numbers]:
    """The cosine of each with what is asked for, 0 for one of zeros; and its length by that of the other."""
    numbers = np.frombuffer(b"".join(vectors), "<f4").astype(np.float64).reshape(len(vectors), asked.size)
    # Without BLAS, whose threads would wait for each other longer than so few numbers take.
    lengths = np.sqrt(np.einsum("ij,ij->i", numbers, numbers) * np.einsum("i,i", asked, asked))
    cosines = np.clip(np.einsum("ij,j->i", numbers, asked) / np.where(lengths, lengths, 1), -1, 1)
    return cosines, lengths
