"""What people did, read from everything that a back end keeps."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.instants import to_millis
from killrvideo.domain.learning import STRENGTH_OF_STARS, STRENGTH_OF_VIEW, Interaction
from killrvideo.domain.playback import View
from killrvideo.domain.ratings import Rating
from killrvideo.service_interfaces.learning import LearningProgress
from killrvideo.service_interfaces.moving import Holding, HoldingKind, Holdings

Pair = tuple[AccountId, VideoId]


@dataclass(slots=True)
class _Deeds:
    """The last instant of each, and its strength: a rating says more than views of the same."""

    last: dict[Pair, tuple[float, int]] = field(default_factory=dict)

    def add(self, row: Holding) -> None:
        match row:
            case Rating():
                self._put(
                    (row.account_id, row.video_id), STRENGTH_OF_STARS[row.stars], to_millis(row.updated_at)
                )
            case View(viewer_id=viewer_id) if viewer_id is not None:
                self._put((viewer_id, row.video_id), None, to_millis(row.at))

    def _put(self, pair: Pair, strength: float | None, millis: int) -> None:
        """None leaves the strength of a rating that is there as it is."""
        former, last = self.last.get(pair, (STRENGTH_OF_VIEW, millis))
        self.last[pair] = former if strength is None else strength, max(last, millis)

    def __iter__(self) -> Iterator[Interaction]:
        return (Interaction(*pair, strength, millis) for pair, (strength, millis) in self.last.items())


async def interactions_in(holdings: Holdings, progress: LearningProgress) -> list[Interaction]:
    """One for each person and video, from ratings and from views of people who were signed in."""
    deeds = _Deeds()
    async with holdings.opened() as inventory:
        for kind in (HoldingKind.RATINGS, HoldingKind.VIEWS):
            progress.begin(f"reading {kind}")
            async for rows in inventory.rows(kind):
                for row in rows:
                    deeds.add(row)
    return list(deeds)
