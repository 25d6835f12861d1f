"""What goes together: for each video the others whose viewers like it too, and what follows for one person.

Lists of neighbours are kept as bytes: a person's feed reads a hundred lists of a hundred, of which a handful
is shown, so that only those are worth an object each.
"""

import struct
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from uuid import UUID

from killrvideo.domain.ids import VideoId

ID_BYTES = 16
NOBODY: tuple[float, VideoId | None] = (0.0, None)


@dataclass(frozen=True, slots=True)
class Neighbours:
    ids: bytes
    """16 bytes a video, the strongest first."""
    weights: bytes
    """As many little-endian numbers in single precision; below 0 where liking the one speaks against the
    other.
    """

    @classmethod
    def of(cls, weights: Mapping[VideoId, float]) -> "Neighbours":
        strongest = sorted(weights.items(), key=lambda one: (-abs(one[1]), one[0]))
        ids = b"".join(video_id.bytes for video_id, _ in strongest)
        return cls(ids, struct.pack(f"<{len(strongest)}f", *(weight for _, weight in strongest)))

    def __len__(self) -> int:
        return len(self.ids) // ID_BYTES

    def pairs(self) -> Iterator[tuple[bytes, float]]:
        """Ids as bytes, with their weights."""
        ids = struct.unpack(f"{ID_BYTES}s" * len(self), self.ids)
        return zip(ids, struct.unpack(f"<{len(self)}f", self.weights), strict=True)

    def weights_by_id(self) -> dict[VideoId, float]:
        return {VideoId(UUID(bytes=found)): weight for found, weight in self.pairs()}


@dataclass(frozen=True, slots=True)
class Folded:
    """A video that somebody may like."""

    video_id: VideoId
    worth: float
    """Above 0: the sum of what each sign says of it."""
    because_of: VideoId
    """The liked one that says most for it."""


def fold_in(
    signs: Mapping[VideoId, float],
    neighbours: Mapping[VideoId, Neighbours],
    limit: int,
    *,
    but: Collection[VideoId] = (),
) -> Sequence[Folded]:
    """What somebody with these signs of taste may like, best first: each sign weighs all of its neighbours,
    and for each that is found something that was liked speaks.

    A model that was learned from others says so of anybody, without being trained anew.
    """
    worths: dict[bytes, float] = defaultdict(float)
    strongest: dict[bytes, tuple[float, VideoId]] = {}
    for sign, weight in signs.items():
        if sign not in neighbours or not weight:
            continue
        for found, nearness in neighbours[sign].pairs():
            share = weight * nearness
            worths[found] += share
            if weight > 0 and share > strongest.get(found, NOBODY)[0]:
                strongest[found] = share, sign
    for left_out in but:
        worths.pop(left_out.bytes, None)
    best = _best({found: worths[found] for found in strongest if found in worths}, limit)
    return [Folded(VideoId(UUID(bytes=found)), worth, strongest[found][1]) for found, worth in best]


def _best(worths: Mapping[bytes, float], limit: int) -> Iterable[tuple[bytes, float]]:
    wanted = [(found, worth) for found, worth in worths.items() if worth > 0]
    return nsmallest(limit, wanted, key=lambda one: (-one[1], one[0]))
