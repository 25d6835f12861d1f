"""What people do with comments."""

from dataclasses import dataclass

from tests.journeys.deletion.model import Activity, Comment, Inhabitant, Model, Video
from tests.journeys.deletion.steps import OnComment, OnVideo, hide, refusal_to_add, refusal_to_change
from tests.journeys.deletion.world import World


@dataclass(frozen=True)
class PostComment(OnVideo):
    text: str

    async def act(self, world: World, who: Inhabitant, video: Video) -> None:
        refused, body = refusal_to_add(world, who, video), {"text": self.text}
        answer = await world.expect(refused or 201, "POST", f"/videos/{video.id}/comments", who, json=body)
        if refused is None:
            comment = Comment(answer["commentid"], who, world.model.now, video, self.text)
            world.model.comments.append(comment)
            world.model.activity.append(Activity(who, "comment", comment, world.model.now))


@dataclass(frozen=True)
class EditComment(OnComment):
    text: str

    async def act(self, world: World, who: Inhabitant, comment: Comment) -> None:
        refused, body = refusal_to_change(world, who, comment), {"text": self.text}
        await world.expect(refused or 200, "PUT", path_of(comment), who, json=body)
        if refused is None:
            comment.text = self.text


@dataclass(frozen=True)
class DeleteComment(OnComment):
    def of_interest(self, model: Model) -> list[Comment]:
        return [comment for comment in model.comments if not comment.hidden]

    async def act(self, world: World, who: Inhabitant, comment: Comment) -> None:
        refused = refusal_to_change(world, who, comment)
        await world.expect(refused or 204, "DELETE", path_of(comment), who)
        if refused is None:
            hide(world, comment, who)


def path_of(comment: Comment) -> str:
    return f"/videos/{comment.video.id}/comments/{comment.id}"
