"""Learning what goes together, and where what was learned is kept."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from killrvideo.domain.ids import VideoId
from killrvideo.domain.learning import DataSize, Interaction, ModelCard, Quality
from killrvideo.domain.neighbours import Neighbours
from killrvideo.service_interfaces.units import UnitOfWork

NeighbourLists = Mapping[VideoId, Neighbours]

Told = Callable[[str], None]
"""Is told of each step when it begins, from any thread."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of learning."""

    algorithm: str
    """With what, and how it was set."""
    quality: Quality
    """Of the lists that never saw what is held out, as they are served."""
    served: NeighbourLists
    """Learned from everything."""
    judged: NeighbourLists
    """Learned without what is held out."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A model that was in use, as it was measured anew."""

    judged: UUID
    """The lists that it was measured by."""
    quality: Quality


@dataclass(frozen=True, slots=True)
class LearnedElsewhere:
    """What a lesson in another process brings back."""

    learned: Learned
    size: DataSize
    learned_at: datetime
    former: Measured | None
    """By the same likes; None if no model was in use when that lesson was handed out."""


class LearningRefused(Exception):
    """What a lesson elsewhere is given or brings back is of no use; ``str`` is one sentence that says why."""


class LearningProgress(Protocol):
    """Whoever watches how far learning is."""

    def expect(self, steps: int) -> None:
        """So many steps are to come."""
        ...

    def begin(self, step: str) -> None:
        """Begins the next step, in words. May be called from any thread."""
        ...


class Lesson(Protocol):
    """What people did, without the last likes of each of them, by which models are measured."""

    @property
    def size(self) -> DataSize: ...

    @property
    def steps(self) -> int:
        """How many times `learn` tells of a step."""
        ...

    @property
    def videos(self) -> Sequence[VideoId]:
        """Those that anybody did anything with."""
        ...

    async def learn(self, told: Told) -> Learned:
        """The best that the trainer can make of it, chosen by other likes than those it is measured by."""
        ...

    async def judge(self, lists: NeighbourLists) -> Quality:
        """How well these lists foretell what is held out."""
        ...


class Trainer(Protocol):
    async def prepare(self, interactions: Iterable[Interaction]) -> Lesson:
        """One for each person and video; those of one person in any order."""
        ...


class LearnedModels(Protocol):
    """The models that came into use, and the lists of neighbours that they serve."""

    async def active(self) -> ModelCard | None:
        """The one in use."""
        ...

    async def recent(self, limit: int) -> Sequence[ModelCard]:
        """Those that were ever in use, the one that is first."""
        ...

    async def neighbours(self, lists: UUID, videos: Collection[VideoId]) -> NeighbourLists:
        """Those of the videos that have any. One round trip."""
        ...

    async def keep(self, lists: UUID, neighbours: NeighbourLists) -> None:
        """Stores lists that nobody serves yet, piece by piece; again does no harm."""
        ...

    def activate(self, work: UnitOfWork, card: ModelCard) -> None:
        """Puts the model into use; commit raises StaleVersion unless it is the next by its number."""
        ...

    async def kept(self) -> Collection[UUID]:
        """The lists that there are, also of models that never came into use."""
        ...

    async def drop(self, lists: UUID) -> None:
        """Drops lists that nobody serves any more."""
        ...
