"""What steps have in common: who acts on which thing, and when that is refused.

Things and people are named by numbers, taken modulo how many there are, so that any number is somebody.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from tests.journeys.deletion.model import Cause, Comment, Content, Hiding, Inhabitant, Model, Video
from tests.journeys.deletion.world import World

T = TypeVar("T")


class By(StrEnum):
    """Who acts on a thing."""

    OWNER = "owner"
    ANOTHER = "another"
    MODERATOR = "moderator"


@dataclass(frozen=True)
class Deed:
    number: int
    by: By


class OnVideo(Deed):
    async def take(self, world: World) -> None:
        video = among(self.of_interest(world.model) or world.model.videos, self.number)
        if video is not None:
            await self.act(world, actor(world, video, self.by), video)

    def of_interest(self, model: Model) -> list[Video]:
        """Those to choose from, if there are any; else all are."""
        return []

    async def act(self, world: World, who: Inhabitant, video: Video) -> None: ...


class OnComment(Deed):
    async def take(self, world: World) -> None:
        comment = among(self.of_interest(world.model) or world.model.comments, self.number)
        if comment is not None:
            await self.act(world, actor(world, comment, self.by), comment)

    def of_interest(self, model: Model) -> list[Comment]:
        return []

    async def act(self, world: World, who: Inhabitant, comment: Comment) -> None: ...


class OnContent(Deed):
    async def take(self, world: World) -> None:
        thing = among(self.of_interest(world.model) or world.model.content, self.number)
        if thing is not None:
            await self.act(world, actor(world, thing, self.by), thing)

    def of_interest(self, model: Model) -> list[Video | Comment]:
        return []

    async def act(self, world: World, who: Inhabitant, thing: Video | Comment) -> None: ...


def among(things: list[T], number: int) -> T | None:
    return things[number % len(things)] if things else None


def actor(world: World, thing: Content, by: By) -> Inhabitant:
    match by:
        case By.OWNER:
            return thing.owner
        case By.ANOTHER:
            return next(one for one in world.model.people if one is not thing.owner)
        case By.MODERATOR:
            return world.model.moderator


def refusal(world: World, who: Inhabitant, thing: Video | Comment) -> int | None:
    """The status for whoever is not signed in, or does not see the thing."""
    if who.token is None:
        return 401
    if isinstance(thing, Video):
        return None if world.model.sees(who, thing) else 404
    return 404 if thing.hidden or not world.model.sees(who, thing.video) else None


def refusal_to_change(world: World, who: Inhabitant, thing: Video | Comment) -> int | None:
    """As `refusal`, and for whoever may not change the thing."""
    return refusal(world, who, thing) or (None if who is thing.owner or who.moderates else 403)


def refusal_to_add(world: World, who: Inhabitant, video: Video) -> int | None:
    """As `refusal`, and for whoever sees a video that is not open."""
    return refusal(world, who, video) or (None if video.shows else 409)


def hide(world: World, thing: Content, by: Inhabitant) -> None:
    """A deletion by its owner, or a removal by a moderator."""
    cause = Cause.AUTHOR if by is thing.owner else Cause.MODERATION
    thing.hidden.setdefault(cause, Hiding(by.id, world.model.now))
