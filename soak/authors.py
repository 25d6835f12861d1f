"""What people do who have an account and videos: join, submit, edit, delete and restore."""

from collections.abc import Callable, Mapping
from typing import Any

from soak.ledger import Account, Cell, Video
from soak.town import Hands
from soak.writing import Write

PASSWORD = "soaked to the skin"  # noqa: S105 - of people who do not exist
TAG = "soak"
"""On every video."""
OTHER_TAGS = ("rain", "hail", "sleet", "mist", "Storm", "dew")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class Author:
    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        self._town = hands.town

    async def arrive(self) -> None:
        await self._register(self._hands.become, must_know=True)

    async def bring_somebody(self) -> None:
        await self._register(lambda _: None)

    async def submit_for_all(self) -> None:
        """A video for the stage."""
        known = set(self._town.ledger.videos)
        await self._submit(must_know=True)
        self._town.stage += [video for id_, video in self._town.ledger.videos.items() if id_ not in known]

    async def submit(self) -> None:
        await self._submit()

    async def edit(self) -> None:
        video = self._hands.mine(lambda video: video.deleted.surely(False))
        if video is None:
            return
        title = f"Anew {video.word} {self._town.word()}"
        tags = (TAG, self._hands.rng.choice(OTHER_TAGS))

        def doubt() -> None:
            video.title.doubt(title)
            video.tags.doubt(tags)

        def settle(_: Mapping[str, Any], __: bool) -> None:
            video.title.settle(title)
            video.tags.settle(tags)

        request = self._hands.request(
            "videos_update", f"PUT /videos/{video.id}", {"title": title, "tags": tags}
        )
        write = Write(request=request, doubt=doubt, settle=settle, about=video.title)
        await self._town.writer.write(write)

    async def delete(self) -> None:
        if video := self._hands.mine(self._is_quiet):
            request = self._hands.request("videos_delete", f"DELETE /videos/{video.id}")
            await self._hands.set(request, video.deleted, True, done_before=frozenset({404}))

    async def restore(self) -> None:
        if video := self._hands.mine(lambda video: video.deleted.surely(True)):
            request = self._hands.request("videos_restore", f"POST /videos/{video.id}/restore", keyed=False)
            await self._hands.set(request, video.deleted, False, done_before=frozenset({409}))

    async def _register(self, became: Callable[[Account], None], *, must_know: bool = False) -> None:
        name = self._town.word()
        person = {"firstName": name, "lastName": "Wet", "email": f"{name}@soak.example", "password": PASSWORD}

        def settle(told: Mapping[str, Any], _: bool) -> None:
            account = Account(told["userId"], told["token"], name)
            self._town.ledger.accounts[account.id] = account
            became(account)

        request = self._hands.request("users_register", "POST /users/register", person, signed_in=False)
        write = Write(request=request, doubt=lambda: None, settle=settle)
        await self._town.writer.write(write, must_know=must_know)

    async def _submit(self, *, must_know: bool = False) -> None:
        me, word = self._hands.me, self._town.word()
        youtube_id = "".join(self._hands.rng.choices(LETTERS, k=11))
        title, tags = f"About {word}", (TAG, *self._hands.rng.sample(OTHER_TAGS, 2))
        body = {"youtubeUrl": f"https://youtu.be/{youtube_id}", "title": title, "tags": tags}

        def settle(told: Mapping[str, Any], doubted: bool) -> None:
            video = Video(told["videoId"], me.id, youtube_id, word, Cell.of(title), Cell.of(tags))
            self._town.ledger.videos[video.id] = video
            me.submissions.settle(doubted=doubted)

        request = self._hands.request("videos_submit", "POST /videos", body)
        write = Write(request=request, doubt=me.submissions.doubt, settle=settle)
        await self._town.writer.write(write, must_know=must_know)

    def _is_quiet(self, video: Video) -> bool:
        """Whether nobody else and nothing in doubt is about it: what is repeated must not be refused."""
        return (
            video.ready
            and video not in self._town.stage
            and video.deleted.surely(False)
            and video.title.certain
            and not video.views.doubtful
            and not video.remarks.doubtful
            and all(remark.text.certain for remark in self._town.ledger.remarks_on(video.id))
        )
