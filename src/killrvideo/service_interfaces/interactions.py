"""What people did, read from everything that a back end keeps."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol
from uuid import UUID

from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.instants import to_millis
from killrvideo.domain.learning import STRENGTH_OF_STARS, STRENGTH_OF_VIEW, Interaction
from killrvideo.domain.playback import View
from killrvideo.domain.ratings import Rating
from killrvideo.service_interfaces.learning import LearningProgress, NeighbourLists
from killrvideo.service_interfaces.moving import Holding, HoldingKind, Holdings

KINDS = (HoldingKind.RATINGS, HoldingKind.VIEWS)
"""What is learned from, in the order in which it is read."""

Pair = tuple[AccountId, VideoId]


class Deed(NamedTuple):
    """One rating, or one view of somebody who was signed in."""

    account_id: AccountId
    video_id: VideoId
    strength: float
    """1 for what is liked, below 0 for what is disliked."""
    rated: bool
    millis: int
    """Since 1970."""


class InteractionsWriter(Protocol):
    """Takes along what a lesson elsewhere needs."""

    async def add(self, kind: HoldingKind, deeds: Sequence[Deed]) -> None:
        """More deeds; each kind whole before the next begins."""
        ...

    async def add_former(self, lists: NeighbourLists) -> None:
        """More lists of the model in use, as it was measured."""
        ...

    async def finish(self, former: UUID | None) -> None:
        """All is there; ``former`` names the lists that the model in use was measured by."""
        ...


@dataclass(slots=True)
class Pairs:
    """One interaction for each person and video: the last instant, and the strength of the rating if there is
    one, which says more than views of the same.
    """

    last: dict[Pair, tuple[float, int]] = field(default_factory=dict)

    def add(self, deed: Deed) -> None:
        pair = deed.account_id, deed.video_id
        former, last = self.last.get(pair, (deed.strength, deed.millis))
        self.last[pair] = deed.strength if deed.rated else former, max(last, deed.millis)

    def __iter__(self) -> Iterator[Interaction]:
        return (Interaction(*pair, strength, millis) for pair, (strength, millis) in self.last.items())


async def deeds_in(
    holdings: Holdings, progress: LearningProgress
) -> AsyncGenerator[tuple[HoldingKind, Sequence[Deed]], None]:
    """All ratings, then all views of people who were signed in, in pieces that fit into memory."""
    async with holdings.opened() as inventory:
        for kind in KINDS:
            progress.begin(f"reading {kind}")
            async for rows in inventory.rows(kind):
                yield kind, [deed for row in rows if (deed := _deed(row)) is not None]


async def interactions_in(holdings: Holdings, progress: LearningProgress) -> list[Interaction]:
    """One for each person and video."""
    pairs = Pairs()
    async for _kind, deeds in deeds_in(holdings, progress):
        for deed in deeds:
            pairs.add(deed)
    return list(pairs)


def _deed(row: Holding) -> Deed | None:
    match row:
        case Rating():
            strength = STRENGTH_OF_STARS[row.stars]
            return Deed(row.account_id, row.video_id, strength, True, to_millis(row.updated_at))
        case View(viewer_id=viewer_id) if viewer_id is not None:
            return Deed(viewer_id, row.video_id, STRENGTH_OF_VIEW, False, to_millis(row.at))
        case _:
            return None
