"""Things to ask for, each made anew: ``own deleted video``, ``another's comment``, ``an erased account``."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from killrvideo.domain.accounts import Account
from killrvideo.domain.experiments import RECOMMENDER
from killrvideo.domain.ids import AccountId
from killrvideo.domain.moderation import FlagStatus
from killrvideo.domain.removals import Cause
from killrvideo.domain.videos import Video, VideoStatus
from tests.api.town import ORIGIN, Person, Town
from tests.builders.accounts import an_account
from tests.builders.captions import keep_captions, some_captions
from tests.builders.comments import a_comment
from tests.builders.keeping import hide, keep
from tests.builders.kept_pictures import SMALL, keep_pictures
from tests.builders.media import RUN, an_uploaded_video, keep_stream
from tests.builders.moderation import a_flag
from tests.builders.uploads import an_upload
from tests.builders.videos import a_video

PASSWORD = "correct horse"
NOTHING = "-"
ON_DELETED_VIDEO = " on a deleted video"
HIDDEN_BY = {"deleted": Cause.AUTHOR, "removed": Cause.MODERATION}
STATUS = {"pending": VideoStatus.PENDING, "failed": VideoStatus.ERROR}


@dataclass
class Target:
    """What a request names: ids for its path, and what else its body needs."""

    ids: dict[str, str] = field(default_factory=dict)
    email: str = ""
    content_type: str = ""
    content_id: str = ""
    fresh: str = field(default_factory=lambda: uuid4().hex)
    """A word that no other target has."""


async def make(town: Town, phrase: str, asker: Person, admin: Person) -> Target:
    """The thing that the phrase names; what is not the asker's own belongs to a new creator."""
    if phrase == NOTHING:
        return Target()
    phrase, on_deleted = phrase.removesuffix(ON_DELETED_VIDEO), phrase.endswith(ON_DELETED_VIDEO)
    whose, *state, noun = phrase.split()
    owner = asker if whose == "own" and asker.id else await town.person()
    makers = {
        "captions": _captions,
        "translation": _translation,
        "stream": _stream,
        "picture": _picture,
        "account": _account,
        "video": _video,
        "comment": _comment,
        "flag": _flag,
        "experiment": _experiment,
        "upload": _upload,
    }
    parent = "deleted" if on_deleted else ""
    return await makers[noun](_Making(town, owner, admin, "".join(state), parent))


@dataclass(frozen=True)
class _Making:
    town: Town
    owner: Person
    admin: Person
    state: str
    parent_state: str

    @property
    def account(self) -> Account:
        return account_of(self.owner)

    async def video(self, uploader: Account, state: str, language: str | None = None) -> Video:
        storage = self.town.house.storage
        video = a_video(uploader, status=STATUS.get(state, VideoStatus.READY), language=language)
        await keep(storage, video)
        if state in HIDDEN_BY:
            await hide(storage, video, HIDDEN_BY[state])
        return video

    async def anothers_video(self) -> Video:
        return await self.video(account_of(await self.town.person()), "")

    async def hide_parent(self, video: Video) -> None:
        if self.parent_state:
            await hide(self.town.house.storage, video, HIDDEN_BY[self.parent_state])


def account_of(person: Person) -> Account:
    assert person.id is not None
    return an_account(id=AccountId(person.id))


async def _account(making: _Making) -> Target:
    town, owner = making.town, making.owner
    hashed = await town.house.foundations.hasher.hash(PASSWORD)
    work = town.house.storage.begin("tests.password", ORIGIN)
    town.house.storage.accounts.set_password(work, making.account.id, hashed)
    await work.commit()
    if making.state == "erased":
        await _done(town, "DELETE", "/users/me", owner)
    if making.state == "suspended":
        path = f"/moderation/users/{owner.id}/suspend"
        await _done(town, "POST", path, making.admin, json={"reason": "Spam"})
    return Target({"userId": str(owner.id)}, email=owner.email)


async def _video(making: _Making) -> Target:
    video = await making.video(making.account, making.state)
    ids = {"videoId": str(video.id), "language": "en", "run": RUN, "name": "360p.m3u8"}
    return Target(ids, content_type="video", content_id=str(video.id))


async def _captions(making: _Making) -> Target:
    video = await making.video(making.account, making.state)
    await keep_captions(making.town.house.storage, video, some_captions(video))
    ids = {"videoId": str(video.id), "language": "en"}
    return Target(ids, content_type="video", content_id=str(video.id))


async def _translation(making: _Making) -> Target:
    """Into the language in which the video is: nobody is needed for that."""
    video = await making.video(making.account, making.state, "en")
    return Target({"videoId": str(video.id), "language": "en"})


async def _picture(making: _Making) -> Target:
    video, house = await making.video(making.account, making.state), making.town.house
    await keep_pictures(house.storage, house.foundations.blobs, video)
    return Target({"videoId": str(video.id), "name": SMALL.name})


async def _stream(making: _Making) -> Target:
    house = making.town.house
    video = an_uploaded_video(making.account, status=STATUS.get(making.state, VideoStatus.READY))
    await keep_stream(house.storage, house.foundations.blobs, video)
    await keep_captions(house.storage, video, some_captions(video))
    if making.state in HIDDEN_BY:
        await hide(house.storage, video, HIDDEN_BY[making.state])
    return Target({"videoId": str(video.id), "run": RUN, "name": "360p.m3u8", "language": "en"})


async def _comment(making: _Making) -> Target:
    video = await making.anothers_video()
    comment = a_comment(video, making.account)
    await keep(making.town.house.storage, comment)
    if making.state:
        await hide(making.town.house.storage, comment, HIDDEN_BY[making.state])
    await making.hide_parent(video)
    ids = {"videoId": str(video.id), "commentId": str(comment.id)}
    return Target(ids, content_type="comment", content_id=str(comment.id))


async def _flag(making: _Making) -> Target:
    video = await making.anothers_video()
    status = FlagStatus.REJECTED if making.state == "resolved" else FlagStatus.OPEN
    flag = a_flag(making.account, video, status=status)
    work = making.town.house.storage.begin("tests.flag", ORIGIN)
    making.town.house.storage.flags.add(work, flag)
    await work.commit()
    await making.hide_parent(video)
    return Target({"videoId": str(video.id), "flagId": str(flag.id)})


async def _experiment(making: _Making) -> Target:
    return Target({"key": "nothing" if making.state else RECOMMENDER})


async def _upload(making: _Making) -> Target:
    size = 11 if making.state == "complete" else 0
    upload = an_upload(making.account, offset=size)
    storage = making.town.house.storage
    work = storage.begin("tests.upload", ORIGIN)
    storage.uploads.add(work, upload)
    await work.commit()
    return Target({"uploadId": str(upload.id)})


async def _done(town: Town, method: str, path: str, by: Person, json: Any = None) -> None:
    answer = await town.ask(method, path, by, json=json)
    assert answer.is_success, answer.text
