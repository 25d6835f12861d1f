"""Clients that do everything that one can do, without a pause, whatever becomes of the server."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

import httpx2

from tests.crash.journal import Fact, Kind
from tests.crash.polling import is_finished
from tests.crash.scene import PASSWORD
from tests.crash.voice import City, Voice, one_more, to

GONE_SHARE = 0.1
"""Of the videos that are submitted: YouTube does not have them."""
GONE = "GONE_"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True)
class Remark:
    id: UUID
    video_id: UUID
    mark: str

    @property
    def path(self) -> str:
        return f"/videos/{self.video_id}/comments/{self.id}"


class Client:
    """Somebody with an account."""

    def __init__(self, city: City, name: str, rng: Random) -> None:
        self._city = city
        self._rng = rng
        self.voice = Voice(city, name, rng)
        self.videos: dict[UUID, str] = {}
        """Submitted and not deleted, with their YouTube ids."""
        self._deleted: dict[UUID, str] = {}
        self._remarks: list[Remark] = []
        self._me = UUID(int=0)
        self._verbs: list[tuple[Callable[[], Awaitable[None]], int]] = [
            (self._submit, 15),
            (self._edit, 10),
            (self._delete, 4),
            (self._restore, 3),
            (self._comment, 25),
            (self._edit_comment, 10),
            (self._delete_comment, 5),
            (self._rate, 15),
            (self._withdraw, 3),
            (self._view, 15),
            (self._bring_somebody, 5),
        ]

    async def arrive(self) -> None:
        """Registers, however often that must be tried."""
        account = await self._register(insisting=True)
        assert account is not None, self._city.journal.unexpected
        self._me, self.voice.token = UUID(account["userId"]), account["token"]

    async def submit_for_all(self) -> None:
        """A video that everybody may comment on, rate and watch, and nobody deletes."""
        await self._submit()
        self._city.videos.append(next(reversed(self.videos)))

    async def live(self) -> None:
        """Does one thing after the other until the city closes."""
        await self.arrive()
        verbs, weights = zip(*self._verbs, strict=True)
        while not self._city.closing:
            [verb] = self._rng.choices(verbs, weights)
            await verb()

    async def sees_its_videos_finished(self) -> bool:
        """READY, or in ERROR if YouTube does not have them."""
        for video_id, youtube_id in self.videos.items():
            answer = await self.voice.read(f"/videos/{video_id}/status")
            expected = "ERROR" if youtube_id.startswith(GONE) else "READY"
            told = answer.json()
            if told.get("status") != expected or not is_finished(told):
                return False
        return True

    async def _register(self, *, insisting: bool = False) -> dict[str, Any] | None:
        email = f"{self.voice.fresh()}@example.com"
        body = {"firstName": "Some", "lastName": "Body", "email": email, "password": PASSWORD}
        fact = Fact(Kind.ACCOUNTS, (email,))
        return _read(
            await self.voice.write("POST /users/register", body, fact, one_more, insisting=insisting)
        )

    async def _bring_somebody(self) -> None:
        await self._register()

    async def _submit(self) -> None:
        gone = bool(self._city.videos) and self._rng.random() < GONE_SHARE
        youtube_id = (GONE if gone else "") + "".join(self._rng.choices(LETTERS, k=6 if gone else 11))
        title = f"All about {self.voice.fresh()}"
        body = {"youtubeUrl": f"https://youtu.be/{youtube_id}", "title": title, "tags": ["storm", "Rain"]}
        fact = Fact(Kind.SUBMISSIONS, (self._me, youtube_id))
        if video := _read(await self.voice.write("POST /videos", body, fact, one_more)):
            video_id = UUID(video["videoId"])
            self.videos[video_id] = youtube_id
            self._learn(Kind.TITLE, video_id, title)
            self._learn(Kind.VIDEO_DELETED, video_id, 0)

    async def _edit(self) -> None:
        if self.videos:
            video_id, title = self._rng.choice(list(self.videos)), f"Anew {self.voice.fresh()}"
            fact = Fact(Kind.TITLE, (video_id,))
            await self.voice.write(f"PUT /videos/{video_id}", {"title": title}, fact, to(title))

    async def _delete(self) -> None:
        if self.videos:
            video_id = self._rng.choice(list(self.videos))
            self._deleted[video_id] = self.videos.pop(video_id)
            fact = Fact(Kind.VIDEO_DELETED, (video_id,))
            await self.voice.write(f"DELETE /videos/{video_id}", None, fact, to(1))

    async def _restore(self) -> None:
        if self._deleted:
            video_id = self._rng.choice(list(self._deleted))
            fact = Fact(Kind.VIDEO_DELETED, (video_id,))
            answer = await self.voice.write(
                f"POST /videos/{video_id}/restore", None, fact, to(0), insisting=True
            )
            assert answer is not None
            # What is not deleted need not be restored: the deletion in doubt never was.
            self._learn(Kind.VIDEO_DELETED, video_id, 0)
            self.videos[video_id] = self._deleted.pop(video_id)

    async def _comment(self) -> None:
        video_id, mark = self._rng.choice(self._city.videos), self.voice.fresh()
        fact = Fact(Kind.COMMENTS, (self._me, mark))
        body = {"text": f"{mark}: what a storm"}
        if made := _read(await self.voice.write(f"POST /videos/{video_id}/comments", body, fact, one_more)):
            remark = Remark(UUID(made["commentid"]), video_id, mark)
            self._remarks.append(remark)
            self._learn(Kind.TEXT, remark.id, body["text"])
            self._learn(Kind.COMMENT_DELETED, remark.id, 0)

    async def _edit_comment(self) -> None:
        if self._remarks:
            remark = self._rng.choice(self._remarks)
            text = f"{remark.mark}: {self.voice.fresh()} says so"
            fact = Fact(Kind.TEXT, (remark.id,))
            await self.voice.write(f"PUT {remark.path}", {"text": text}, fact, to(text))

    async def _delete_comment(self) -> None:
        if self._remarks:
            remark = self._remarks.pop(self._rng.randrange(len(self._remarks)))
            await self.voice.write(
                f"DELETE {remark.path}", None, Fact(Kind.COMMENT_DELETED, (remark.id,)), to(1)
            )

    async def _rate(self) -> None:
        video_id, stars = self._rng.choice(self._city.videos), self._rng.randint(1, 5)
        fact = Fact(Kind.STARS, (self._me, video_id))
        await self.voice.write(f"POST /videos/{video_id}/ratings", {"rating": stars}, fact, to(stars))

    async def _withdraw(self) -> None:
        video_id = self._rng.choice(self._city.videos)
        fact = Fact(Kind.STARS, (self._me, video_id))
        await self.voice.write(f"DELETE /videos/{video_id}/ratings", None, fact, to(None))

    async def _view(self) -> None:
        video_id = self._rng.choice(self._city.videos)
        fact = Fact(Kind.VIEWS, (self._me, video_id))
        await self.voice.write(f"POST /videos/{video_id}/view", None, fact, one_more)

    def _learn(self, kind: Kind, thing: UUID, value: str | int) -> None:
        """For certain, from what was answered."""
        self._city.journal.possible[Fact(kind, (thing,))] = frozenset({value})


def _read(answer: httpx2.Response | None) -> dict[str, Any] | None:
    """What was made, if anything is known to be."""
    return dict(answer.json()) if answer is not None and answer.is_success else None
