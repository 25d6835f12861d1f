"""Texts compared by the vectors of their tokens, as a model makes them."""

from array import array
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from killrvideo.domain.comparisons import Comparison
from killrvideo.domain.words import WORD

TOKENS_MOST = 256
"""Of one batch, padding included."""

TOKENS_KEPT = 40_000
"""Of texts that were compared not long ago: about 30 MB for the packaged model."""

Numbers = NDArray[np.float32]
HalfPrecise = NDArray[np.float16]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Those of a text, without the marks that models put around it."""

    vectors: HalfPrecise
    """A row of length one for each; what half the memory loses is far below what tells texts apart."""
    spans: Sequence[Span]
    """Where each stands in the text."""
    whole: Numbers
    """The vector of the text."""

    @property
    def room(self) -> int:
        """Rows that it takes in memory; the vector of the text takes as much as two."""
        return len(self.spans) + 2

    def of_words(self, text: str) -> list[list[int]]:
        """For each word its tokens; none where the text was cut before it."""
        return [
            [
                place
                for place, (start, end) in enumerate(self.spans)
                if word.start() <= start < end <= word.end()
            ]
            for word in WORD.finditer(text)
        ]


class KeptTokens:
    """Those of texts that were used last. Remembers digests, never texts; for several threads."""

    def __init__(self, most: int = TOKENS_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[bytes, Tokens] = OrderedDict()
        self._room = 0
        self._lock = Lock()

    def get(self, text: str) -> Tokens | None:
        digest = _digest(text)
        with self._lock:
            found = self._kept.get(digest)
            if found is not None:
                self._kept.move_to_end(digest)
            return found

    def put(self, text: str, tokens: Tokens) -> None:
        digest = _digest(text)
        with self._lock:
            if digest in self._kept:
                return
            self._kept[digest] = tokens
            self._room += tokens.room
            while self._room > self._most:
                _, oldest = self._kept.popitem(last=False)
                self._room -= oldest.room


def comparison(words: Sequence[Sequence[int]], one: Tokens, other: Tokens) -> Comparison:
    """``words`` are those of the one, as its tokens."""
    vector = array("f", other.whole.tobytes())
    inside = [place for tokens in words for place in tokens]
    if not inside or not len(other.vectors):
        return Comparison([0.0] * len(words), 0.0, vector)
    cosines = one.vectors.astype(np.float32) @ other.vectors.astype(np.float32).T
    nearest = cosines.max(axis=1)
    found = [float(nearest[tokens].mean()) if tokens else 0.0 for tokens in words]
    return Comparison(found, float(cosines[inside].max(axis=0).mean()), vector)


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts that are computed together: those of like length, so that they are padded little."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and lengths[place] * (len(batch) + 1) > TOKENS_MOST:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _digest(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()
