"""What people do with videos."""

from dataclasses import dataclass

from tests.journeys.deletion.model import Activity, Cause, Inhabitant, Model, Video
from tests.journeys.deletion.steps import (
    By,
    OnVideo,
    among,
    hide,
    refusal,
    refusal_to_add,
    refusal_to_change,
)
from tests.journeys.deletion.world import World


@dataclass(frozen=True)
class Submit:
    person: int
    youtube_id: str
    title: str
    tags: tuple[str, ...]
    settled: bool = True
    """Else the next step finds the video PENDING."""

    async def take(self, world: World) -> None:
        owner = world.model.people[self.person % len(world.model.people)]
        tags = list(self.tags)
        body = {"youtubeUrl": f"https://youtu.be/{self.youtube_id}", "title": self.title, "tags": tags}
        answer = await world.expect(self._status(world, owner), "POST", "/videos", owner, json=body)
        if "videoId" in answer:
            world.model.videos.append(
                Video(answer["videoId"], owner, world.model.now, self.youtube_id, self.title, tags)
            )
            await world.keep_file_of(answer["videoId"])
            world.settled = self.settled

    def _status(self, world: World, owner: Inhabitant) -> int:
        if owner.token is None:
            return 401
        return 409 if world.model.occupied(owner, self.youtube_id) else 202


@dataclass(frozen=True)
class EditVideo(OnVideo):
    title: str
    description: str
    tags: tuple[str, ...]

    async def act(self, world: World, who: Inhabitant, video: Video) -> None:
        body = {"title": self.title, "description": self.description, "tags": list(self.tags)}
        refused = refusal_to_change(world, who, video)
        await world.expect(refused or 200, "PUT", f"/videos/{video.id}", who, json=body)
        if refused is None:
            video.title, video.description, video.tags = self.title, self.description or None, [*self.tags]


@dataclass(frozen=True)
class DeleteVideo(OnVideo):
    def of_interest(self, model: Model) -> list[Video]:
        """Moderators also remove what its owner has deleted."""
        return [video for video in model.videos if self.by is By.OWNER and not video.hidden]

    async def act(self, world: World, who: Inhabitant, video: Video) -> None:
        refused = refusal_to_change(world, who, video)
        await world.expect(refused or 204, "DELETE", f"/videos/{video.id}", who)
        if refused is None:
            hide(world, video, who)


@dataclass(frozen=True)
class RestoreVideo(OnVideo):
    """One's own deletion."""

    def of_interest(self, model: Model) -> list[Video]:
        return [video for video in model.videos if Cause.AUTHOR in video.hidden]

    async def act(self, world: World, who: Inhabitant, video: Video) -> None:
        refused = self._refusal(world, who, video)
        await world.expect(refused or 200, "POST", f"/videos/{video.id}/restore", who)
        if refused is None:
            del video.hidden[Cause.AUTHOR]

    def _refusal(self, world: World, who: Inhabitant, video: Video) -> int | None:
        if who is not video.owner:
            return refusal(world, who, video) or 403
        if who.token is None:
            return 401
        if Cause.MODERATION in video.hidden or Cause.AUTHOR not in video.hidden:
            return 409
        if video.is_due(world.model.now):
            return 404
        return 409 if world.model.occupied(who, video.youtube_id) else None


@dataclass(frozen=True)
class View:
    number: int
    person: int | None

    async def take(self, world: World) -> None:
        video = among(world.model.videos, self.number)
        if video is None:
            return
        who = None if self.person is None else among(world.model.people, self.person)
        await world.expect(204 if video.shows else 404, "POST", f"/videos/{video.id}/view", who)
        if video.shows:
            video.views.append(world.model.now)
            if who is not None and who.token is not None:
                world.model.met.add((who.id, video.id))
                world.model.activity.append(Activity(who, "view", video, world.model.now))


@dataclass(frozen=True)
class Rate(OnVideo):
    stars: int

    async def act(self, world: World, who: Inhabitant, video: Video) -> None:
        refused, body = refusal_to_add(world, who, video), {"rating": self.stars}
        await world.expect(refused or 200, "POST", f"/videos/{video.id}/ratings", who, json=body)
        if refused is None:
            if video.ratings.get(who.id) != self.stars:
                world.model.activity.append(Activity(who, "rate", video, world.model.now))
            video.ratings[who.id] = self.stars


@dataclass(frozen=True)
class WithdrawRating(OnVideo):
    async def act(self, world: World, who: Inhabitant, video: Video) -> None:
        refused = refusal(world, who, video)
        await world.expect(refused or 204, "DELETE", f"/videos/{video.id}/ratings", who)
        if refused is None:
            video.ratings.pop(who.id, None)
