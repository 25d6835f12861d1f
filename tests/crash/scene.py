"""What is there before a write: people of every role, and things in every state that a write asks for.

Everything is made by requests, as readers would make it, so that the store is whole to begin with.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from killrvideo.domain.access import Role
from killrvideo.domain.ids import AccountId
from tests.api.town import ORIGIN, Person, Town

FILE = "scene.json"
PASSWORD = "correct horse"
PEOPLE: Mapping[str, Role | None] = {
    "viewer": None,
    "creator": None,
    "moderator": Role.MODERATOR,
    "admin": Role.ADMIN,
    "leaver": None,
    "nuisance": None,
    "suspended": None,
}
"""By name, each with the role that the operator grants."""
GONE = "gone-------"
"""What the video source does not know."""


@dataclass(frozen=True)
class Scene:
    """How to ask as the people, and the ids of the things, both by name."""

    people: Mapping[str, Person]
    things: Mapping[str, str]

    def save(self, folder: Path) -> None:
        (folder / FILE).write_text(json.dumps(asdict(self), default=str))

    def account_id(self, name: str) -> AccountId:
        return AccountId(UUID(self.things[name]))

    @classmethod
    def load(cls, folder: Path) -> "Scene":
        read = json.loads((folder / FILE).read_text())
        people = {
            name: Person(UUID(one["id"]), one["email"], one["token"]) for name, one in read["people"].items()
        }
        return cls(people, read["things"])


async def set_up(town: Town) -> Scene:
    people, tokens = await _people(town)
    things = {**tokens, **{name: str(person.id) for name, person in people.items()}}
    things |= await _videos(town, people)
    things |= await _comments(town, people, things)
    await _reactions(town, people, things)
    await _removals(town, people, things)
    things |= await _flags(town, people, things)
    await town.settle()
    return Scene(people, things)


async def _people(town: Town) -> tuple[dict[str, Person], dict[str, str]]:
    """The people, and the refresh token of each under a name of its own."""
    people, tokens = {}, {}
    for name, role in PEOPLE.items():
        body = {
            "firstName": name.title(),
            "lastName": "Example",
            "email": f"{name}@example.com",
            "password": PASSWORD,
        }
        read = await _made(town, "/users/register", Person(), body)
        people[name] = Person(UUID(read["userId"]), read["email"], read["token"])
        tokens[f"refresh token of {name}"] = read["refreshToken"]
        if role is not None:
            await town.house.application.operator.grant(read["email"], role, ORIGIN)
    return people, tokens


async def _videos(town: Town, people: Mapping[str, Person]) -> dict[str, str]:
    async def video(owner: str, title: str) -> str:
        return await town.video(people[owner], title=title, tags=["rain", title.lower()])

    town.source.absent.add(GONE)
    failed = await town.submit(people["creator"], youtubeUrl=f"https://youtu.be/{GONE}")
    return {
        "video": await video("creator", "An hour of rain"),
        "deleted video": await video("creator", "A minute of rain"),
        "removed video": await video("creator", "A day of rain"),
        "leaver's video": await video("leaver", "Leaving in the rain"),
        "nuisance's video": await video("nuisance", "Rain, rain, rain"),
        "suspended's video": await video("suspended", "Rain again"),
        "failed video": str(failed["videoId"]),
    }


async def _comments(town: Town, people: Mapping[str, Person], things: Mapping[str, str]) -> dict[str, str]:
    writers = ("viewer", "leaver", "nuisance", "suspended", "creator")
    made = {
        f"{name}'s comment": await town.comment(people[name], things["video"], f"So says {name}")
        for name in writers
    }
    deleted = await town.comment(people["viewer"], things["video"], "Never mind")
    return {**made, "deleted comment": deleted, "removed comment": made["creator's comment"]}


async def _reactions(town: Town, people: Mapping[str, Person], things: Mapping[str, str]) -> None:
    for name, stars in (("viewer", 4), ("leaver", 2), ("creator", 5)):
        await _done(town, "POST", f"/videos/{things['video']}/rating", people[name], {"rating": stars})
        await _done(town, "POST", f"/videos/{things['video']}/view", people[name])
    await _done(town, "POST", f"/videos/{things['video']}/view", Person())
    watched = {"watch_duration_seconds": 12}
    await _done(town, "POST", f"/videos/{things['video']}/watch-time", people["leaver"], watched)


async def _removals(town: Town, people: Mapping[str, Person], things: Mapping[str, str]) -> None:
    comments = f"/videos/{things['video']}/comments"
    await _done(town, "DELETE", f"/videos/{things['deleted video']}", people["creator"])
    await _done(town, "DELETE", f"/videos/{things['removed video']}", people["moderator"])
    await _done(town, "DELETE", f"{comments}/{things['deleted comment']}", people["viewer"])
    await _done(town, "DELETE", f"{comments}/{things['removed comment']}", people["moderator"])
    why = {"reason": "Nothing but rain", "hideContent": True}
    await _done(town, "POST", f"/moderation/users/{things['suspended']}/suspend", people["admin"], why)


async def _flags(town: Town, people: Mapping[str, Person], things: Mapping[str, str]) -> dict[str, str]:
    async def flag(kind: str, content: str) -> str:
        body = {
            "contentType": kind,
            "contentId": things[content],
            "reasonCode": "spam",
            "reasonText": "Too wet",
        }
        return str((await _made(town, "/flags", people["leaver"], body))["flagId"])

    return {"flag": await flag("video", "video"), "comment flag": await flag("comment", "viewer's comment")}


async def _made(town: Town, path: str, by: Person, body: Mapping[str, Any]) -> dict[str, Any]:
    answer = await town.ask("POST", path, by, json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def _done(
    town: Town, method: str, path: str, by: Person, body: Mapping[str, Any] | None = None
) -> None:
    answer = await town.ask(method, path, by, json=body)
    assert answer.is_success, answer.text
