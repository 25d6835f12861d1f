"""How order is kept: flags and verdicts, restoring, shutting people out, leaving for good, and the purge."""

from dataclasses import dataclass
from datetime import timedelta

from tests.api.town import ORIGIN
from tests.journeys.deletion.model import Cause, Comment, Content, Flag, Hiding, Inhabitant, Model, Video
from tests.journeys.deletion.steps import OnContent, among, refusal
from tests.journeys.deletion.world import World

NOTES = "Seen."
SUSPENDED_FOR = "Spam"
ERASED = "The account was erased."
"""What the house says of every thing whose owner has left."""


@dataclass(frozen=True)
class Report(OnContent):
    async def act(self, world: World, who: Inhabitant, thing: Video | Comment) -> None:
        refused = refusal(world, who, thing) or self._already(world, who, thing)
        kind = "video" if isinstance(thing, Video) else "comment"
        body = {"contentType": kind, "contentId": thing.id, "reasonCode": "spam"}
        answer = await world.expect(refused or 201, "POST", "/flags", who, json=body)
        if refused is None:
            world.model.flags.append(Flag(answer["flagId"], who, thing))

    def _already(self, world: World, who: Inhabitant, thing: Content) -> int | None:
        own = (flag for flag in world.model.flags if flag.reporter is who and flag.content is thing)
        return 409 if any(flag.is_open for flag in own) else None


@dataclass(frozen=True)
class Decide:
    """A moderator moves a flag; approving takes down what it is about."""

    flag: int
    status: str

    async def take(self, world: World) -> None:
        flags, moderator = world.model.flags, world.model.moderator
        flag = among([flag for flag in flags if flag.is_open] or flags, self.flag)
        if flag is None:
            return
        moves = flag.is_open and flag.status != self.status
        path = f"/moderation/flags/{flag.id}/action"
        body = {"status": self.status, "moderatorNotes": NOTES}
        await world.expect(200 if moves else 409, "POST", path, moderator, json=body)
        if moves:
            flag.status = self.status
            if self.status == "approved":
                because = Hiding(moderator.id, world.model.now, f"spam: {NOTES}")
                flag.content.hidden.setdefault(Cause.MODERATION, because)


@dataclass(frozen=True)
class LiftRemoval(OnContent):
    def of_interest(self, model: Model) -> list[Video | Comment]:
        return model.hidden_by(Cause.MODERATION)

    async def act(self, world: World, who: Inhabitant, thing: Video | Comment) -> None:
        refused = self._refusal(who, thing)
        kind = "videos" if isinstance(thing, Video) else "comments"
        await world.expect(refused or 200, "POST", f"/moderation/{kind}/{thing.id}/restore", who)
        if refused is None:
            del thing.hidden[Cause.MODERATION]

    def _refusal(self, who: Inhabitant, thing: Content) -> int | None:
        if who.token is None:
            return 401
        if not who.moderates:
            return 403
        return None if Cause.MODERATION in thing.hidden else 409


@dataclass(frozen=True)
class Suspend:
    person: int
    hide_content: bool

    async def take(self, world: World) -> None:
        person, moderator = world.model.person(self.person), world.model.moderator
        body = {"reason": SUSPENDED_FOR, "hideContent": self.hide_content}
        path, status = f"/moderation/users/{person.id}/suspend", 409 if person.suspended else 200
        await world.expect(status, "POST", path, moderator, json=body)
        if not person.suspended:
            person.suspended, person.token = True, None
            if self.hide_content:
                _hide_all_of(world, person, moderator, SUSPENDED_FOR)


@dataclass(frozen=True)
class Reinstate:
    person: int

    async def take(self, world: World) -> None:
        people, moderator = world.model.people, world.model.moderator
        shut_out = [person for person in people if person.suspended]
        person = (shut_out or people)[self.person % len(shut_out or people)]
        status = 200 if person.suspended else 409
        await world.expect(status, "POST", f"/moderation/users/{person.id}/reinstate", moderator)
        if person.suspended:
            person.suspended = False
            for thing in world.model.content_of(person):
                thing.hidden.pop(Cause.ACCOUNT, None)
            await world.sign_in(person)


@dataclass(frozen=True)
class Erase:
    """Somebody new takes the place of whoever leaves."""

    person: int

    async def take(self, world: World) -> None:
        person = world.model.person(self.person)
        await world.expect(202 if person.token else 401, "DELETE", "/users/me", person)
        if person.token is not None:
            _hide_all_of(world, person, person, ERASED)
            person.erased, person.token = True, None
            world.model.gone.append(person)
            world.model.people[world.model.people.index(person)] = await world.arrival()


@dataclass(frozen=True)
class PassTime:
    days: int

    async def take(self, world: World) -> None:
        await world.pass_time(timedelta(days=self.days))


@dataclass(frozen=True)
class Purge:
    """What the clock sets off every hour."""

    async def take(self, world: World) -> None:
        await world.towns[0].house.application.purge.run(ORIGIN)
        for thing in reversed(world.model.content):
            if thing.is_due(world.model.now):
                world.model.forget(thing)


def _hide_all_of(world: World, person: Inhabitant, by: Inhabitant, reason: str) -> None:
    for thing in world.model.content_of(person):
        thing.hidden.setdefault(Cause.ACCOUNT, Hiding(by.id, world.model.now, reason))
