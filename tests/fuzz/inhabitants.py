"""What stands in a town before the generated requests come: one thing in each state that there is."""

from typing import Any

from killrvideo.domain.access import Role
from killrvideo.domain.ids import AccountId
from tests.api.targets import account_of
from tests.api.town import ORIGIN, Person, Town
from tests.builders.captions import keep_captions, some_captions
from tests.builders.media import RUN, an_uploaded_video, keep_stream
from tests.fuzz.aiming import Known

PASSWORD = "correct horse"
NOT_LINKED = ("email", "username", "password", "currentPassword", "newPassword", "youtubeUrl")
"""What no answer tells."""


async def arrival(town: Town, *roles: Role) -> Person:
    """Somebody with an account, a password and a token."""
    person = await town.person(*roles)
    assert person.id is not None
    hashed = await town.house.foundations.hasher.hash(PASSWORD)
    work = town.house.storage.begin("tests.password", ORIGIN)
    town.house.storage.accounts.set_password(work, AccountId(person.id), hashed)
    await work.commit()
    return person


async def populate(town: Town, caller: Person, role: Role | None) -> Known:
    """Everything that can be named; what the caller may own is the caller's."""
    neighbour, moderator = await arrival(town), await arrival(town, Role.MODERATOR)
    gone, shut_out = await arrival(town), await arrival(town)
    speaker = caller if role else neighbour
    owner = neighbour if role is Role.VIEWER else speaker

    async def act(method: str, path: str, by: Person = moderator, **body: Any) -> Any:
        answer = await town.ask(method, path, by, json=body or None)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    shown = [await town.video(who, tags=["cql"]) for who in (owner, neighbour)]
    deleted, removed = [await town.video(owner) for _ in range(2)]
    failed = await _failed(town, owner)
    comments = [await town.comment(who, shown[0]) for who in (speaker, neighbour, neighbour, neighbour)]
    flags = [
        (await act("POST", f"/videos/{shown[1]}/flags", who, reasonCode="spam", reasonText="Again"))["flagId"]
        for who in (speaker, moderator)
    ]
    await act("DELETE", f"/videos/{deleted}", owner)
    await act("DELETE", f"/videos/{removed}")
    await act("DELETE", f"/videos/{shown[0]}/comments/{comments[2]}", neighbour)
    await act("DELETE", f"/videos/{shown[0]}/comments/{comments[3]}")
    await act("POST", f"/moderation/flags/{flags[1]}/action", status="under_review")
    await act("DELETE", "/users/me", gone)
    await act("POST", f"/moderation/users/{shut_out.id}/suspend", reason="Spam")
    await act("POST", f"/videos/{shown[0]}/view", speaker)
    await act("POST", f"/videos/{shown[0]}/rating", speaker, rating=4)
    signed_in = await act("POST", "/users/login", email=neighbour.email, password=PASSWORD)
    await town.settle()

    videos = [*shown, deleted, removed, failed, await _uploaded(town, owner)]
    people = [one for one in (caller, neighbour, moderator, gone, shut_out) if one.id]
    ids, addresses, passwords = [str(one.id) for one in people], [one.email for one in people], [PASSWORD]
    return {
        "videoId": videos,
        "commentId": comments,
        "contentId": [*videos, *comments],
        "flagId": flags,
        "userId": ids,
        "uploader": ids,
        "actorId": ids,
        "targetId": [*ids, *videos, *comments, *flags],
        "email": addresses,
        "username": addresses,
        "password": passwords,
        "currentPassword": passwords,
        "newPassword": passwords,
        "refresh_token": [signed_in["refreshToken"]],
        "grant_type": ["password", "refresh_token"],
        "scope": ["profile", "comments:write profile", "operate"],
        "youtubeUrl": [f"https://youtu.be/fuzzed{number:05d}" for number in range(100)],
        "tag": ["cql"],
        "run": [RUN],
        "name": ["360p.m3u8", "00000-360p-00001.m4s", "sheet-0.jpg"],
        "language": ["en"],
    }


async def _uploaded(town: Town, owner: Person) -> str:
    """The id of a video that has a stream, and captions in English."""
    video = an_uploaded_video(account_of(owner))
    await keep_stream(town.house.storage, town.house.foundations.blobs, video)
    await keep_captions(town.house.storage, video, some_captions(video))
    return str(video.id)


async def _failed(town: Town, owner: Person) -> str:
    """The id of a video that YouTube does not know."""
    town.source.absent.add("failed45678")
    return await town.video(owner, youtubeUrl="https://youtu.be/failed45678")
