"""What people do with captions."""

from dataclasses import dataclass

from tests.journeys.deletion.model import Inhabitant, Model, Video
from tests.journeys.deletion.steps import OnVideo, refusal_to_change
from tests.journeys.deletion.world import World


@dataclass(frozen=True)
class BringCaptions(OnVideo):
    spoken: str

    async def act(self, world: World, who: Inhabitant, video: Video) -> None:
        refused = refusal_to_change(world, who, video)
        await world.put_file(refused or 200, path_of(video), who, webvtt_of(self.spoken))
        if refused is None:
            video.spoken = self.spoken


@dataclass(frozen=True)
class TakeCaptionsAway(OnVideo):
    def of_interest(self, model: Model) -> list[Video]:
        return [video for video in model.videos if video.spoken]

    async def act(self, world: World, who: Inhabitant, video: Video) -> None:
        absent = None if video.spoken else 404
        refused = refusal_to_change(world, who, video) or absent
        await world.expect(refused or 204, "DELETE", path_of(video), who)
        if refused is None:
            video.spoken = None


def path_of(video: Video) -> str:
    return f"/videos/{video.id}/captions/en"


def webvtt_of(spoken: str) -> str:
    """As the house spells it."""
    return f"WEBVTT\n\n00:00:07.000 --> 00:00:09.000\n{spoken}\n"
