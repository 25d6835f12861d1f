"""Every read path of one reader at one house, compared with the model."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from starlette.types import ASGIApp

from tests.api.town import API
from tests.journeys.deletion.asking import get
from tests.journeys.deletion.model import Comment, Inhabitant, Model, Video
from tests.journeys.deletion.on_captions import webvtt_of
from tests.journeys.deletion.world import FILE, PLAYLIST

WORDS = ("rain", "tango", "zebra")
"""What titles and descriptions are made of; none begins another."""
TAGS = ("Jazz", "jazz", "Straße", "late night")
ALL = "pageSize=100"
STREAM = f"/stream/{FILE}"
"""A file of the stream, which whoever watches asks for by its address."""

Fields = dict[str, Any]


@dataclass
class Reading:
    app: ASGIApp
    model: Model
    reader: Inhabitant | None

    async def everything(self) -> None:
        await self.lists()
        await self.search()
        for video in self.model.videos:
            await self.video(video)
            await self.around(video)
        for video_id in self.model.purged:
            await self.expect(404, f"/videos/{video_id}")
            await self.expect(404, f"/videos/{video_id}{STREAM}")
        for person in [*self.model.people, self.model.moderator]:
            await self.person(person)
        for person in self.model.gone:
            await self.erased(person)
        await self.for_you()
        await self.order()
        await self.archive()

    # What is asked, and how.

    async def get(self, path: str) -> Any:
        return await self.expect(200, path)

    async def expect(self, status: int, path: str) -> Any:
        token = None if self.reader is None else self.reader.token
        answered, body = await get(self.app, path if path == "/" else API + path, token)
        assert answered == status, f"{path}: {answered} {body}"
        return body

    async def page(self, path: str) -> list[Fields]:
        """All of a list, whose total must be its length."""
        body = await self.get(f"{path}{'&' if '?' in path else '?'}{ALL}")
        assert body["pagination"]["totalItems"] == len(body["data"]), path
        return list(body["data"])

    async def in_small_pages(self) -> None:
        """Each list, read on by number and by cursor, is what it is as a whole."""
        lists = ["/videos/latest", f"/search/videos?query={WORDS[0]}"]
        lists += [f"/videos/{video.id}/comments" for video in self.model.showing()]
        lists += ["/recommendations/foryou"] if self.is_in else []
        lists += ["/moderation/removed", "/moderation/flags"] if self.moderates else []
        for path in lists:
            whole = await self.page(path)
            assert await self._walk(path, by_cursor=False) == await self._walk(path, by_cursor=True) == whole

    async def _walk(self, path: str, *, by_cursor: bool) -> list[Fields]:
        items: list[Fields] = []
        asked, turn = f"{path}{'&' if '?' in path else '?'}pageSize=2", ""
        while True:
            body = await self.get(asked + turn)
            items += body["data"]
            pages = body["pagination"]
            if pages["nextCursor"] is None:
                return items
            assert len(body["data"]) == 2, path
            turn = f"&cursor={pages['nextCursor']}" if by_cursor else f"&page={len(items) // 2 + 1}"

    @property
    def is_in(self) -> bool:
        return self.reader is not None and self.reader.token is not None

    @property
    def moderates(self) -> bool:
        return self.reader is not None and self.reader.moderates

    # What must be answered.

    async def lists(self) -> None:
        shown = self.model.showing()
        assert summaries(await self.page("/videos/latest")) == expected(shown)
        for tag in TAGS:
            tagged = [video for video in shown if tag.casefold() in map(str.casefold, video.tags)]
            assert summaries(await self.page(f"/videos/by-tag/{quote(tag)}")) == expected(tagged)
        for days in (1, 30):
            trending = await self.get(f"/videos/trending?intervalDays={days}&limit=50")
            ranked = self.model.trending(days)
            assert summaries(trending) == expected(video for video, _ in ranked)
            assert [one["viewsInInterval"] for one in trending] == [views for _, views in ranked]
        home = await self.get("/")
        assert home["videos"] == len(shown)
        assert home["comments"] == sum(comment.shows for comment in self.model.comments)
        assert home["accounts"] == len(self.model.people) + 1

    async def search(self) -> None:
        shown = self.model.showing()
        for word in WORDS:
            said = [video for video in shown if video.says(word)]
            assert as_set(await self.page(f"/search/videos?query={word}")) == as_set_of(said)
            rated = [video for video in said if (video.average or 0) >= 3]
            assert as_set(await self.page(f"/search/videos?query={word}&minRating=3")) == as_set_of(rated)
            await self.passages(word)
        await self.answers()
        used = self.model.tags()
        by_use = sorted(used, key=lambda key: (-used[key], key))
        for letter in ("j", "s", "l"):
            suggested = [one["tag"] for one in await self.get(f"/tags/suggest?query={letter}")]
            begun = [key for key in by_use if key.startswith(letter)]
            contained = [key for key in by_use if letter in key[1:] and key not in begun]
            assert [tag.casefold() for tag in suggested] == [*begun, *contained]
            assert set(suggested) <= {tag for video in shown for tag in video.tags}

    async def passages(self, word: str) -> None:
        """All that is said with the word is found, and nothing that does not show."""
        quotable = {video.id: video.passages for video in self.model.showing()}
        found = await self.get(f"/search/passages?query={word}&limit=50")
        texts = {(one["videoId"], re.sub("</?mark>", "", one["text"])) for one in found}
        assert all(text in quotable[video_id] for video_id, text in texts)
        said = {(id_, text) for id_, every in quotable.items() for text in every if word in text.split()}
        assert said <= texts

    async def answers(self) -> None:
        """They quote what shows, and nothing else."""
        quotable = {video.id: video.passages for video in self.model.showing() if video.passages}
        for word in WORDS:
            found = await self.get(f"/search/answers?question={word}")
            assert bool(found["passages"]) == bool(quotable)
            for passage in found["passages"]:
                assert passage["text"] in quotable[passage["videoId"]]
            for sentence in found["sentences"]:
                assert all(
                    sentence["text"] in found["passages"][place]["text"] for place in sentence["citations"]
                )

    async def captions(self, video: Video) -> None:
        listed = await self.get(f"/videos/{video.id}/captions")
        linked = (await self.get(f"/videos/{video.id}"))["captions"] or []
        assert [one["url"] for one in listed] == [one["url"] for one in linked]
        assert [one["language"] for one in listed] == (["en"] if video.spoken else [])
        if video.spoken is None:
            await self.expect(404, f"/videos/{video.id}/captions/en")
        else:
            assert await self.get(f"/videos/{video.id}/captions/en") == webvtt_of(video.spoken)

    async def video(self, video: Video) -> None:
        path = f"/videos/{video.id}"
        if not self.model.sees(self.reader, video):
            for below in ("", "/ratings", "/rating", "/comments", "/captions", "/captions/en", STREAM):
                await self.expect(404, path + below)
            return
        detail = await self.get(path)
        assert summaries([detail]) == expected([video])
        assert (detail["is_deleted"], instant(detail["deleted_at"])) == (bool(video.hidden), video.deleted_at)
        assert await self.get(path + STREAM) == PLAYLIST
        await self.captions(video)
        own = video.ratings.get(self.reader.id) if self.reader is not None and self.is_in else None
        assert await self.get(f"{path}/ratings") == {
            "videoId": video.id,
            "averageRating": video.average,
            "totalRatingsCount": len(video.ratings),
            "currentUserRating": own,
        }
        if video.status != "READY":
            await self.expect(409, f"{path}/rating")
            await self.expect(409, f"{path}/comments")
            return
        short = {"averageRating": video.average or 0.0, "ratingCount": len(video.ratings)}
        assert await self.get(f"{path}/rating") == {"videoId": video.id, **short}
        assert said(await self.page(f"{path}/comments")) == as_said(self.model.comments_on(video))

    async def around(self, video: Video) -> None:
        """What is like it, how far it is, and who complained."""
        if video.shows:
            related = await self.get(f"/videos/{video.id}/related?limit=20")
            others = [other for other in self.model.showing() if other is not video]
            assert as_set(related, RELATED) == as_set_of(others, RELATED)
            assert len(related) == len(others)
            alike = {other.id for other in others if shared_tags(video, other)}
            assert alike <= {one["videoId"] for one in related if one["score"] > 0}
        else:
            await self.expect(404, f"/videos/{video.id}/related?limit=20")
        if not self.is_in:
            await self.expect(401, f"/videos/{video.id}/status")
        elif not self.model.sees(self.reader, video):
            await self.expect(404, f"/videos/{video.id}/status")
        elif self.moderates or self.reader is video.owner:
            assert (await self.get(f"/videos/{video.id}/status"))["status"] == video.status
        else:
            await self.expect(403, f"/videos/{video.id}/status")
        if self.moderates:
            flags = await self.page(f"/videos/{video.id}/flags")
            raised = [flag for flag in reversed(self.model.flags) if flag.content is video]
            assert [one["flagId"] for one in flags] == [flag.id for flag in raised]

    async def person(self, person: Inhabitant) -> None:
        profile = await self.get(f"/users/{person.id}")
        assert profile["accountStatus"] == ("suspended" if person.suspended else "active")
        every_state = self.is_in and (self.moderates or self.reader is person)
        own = [video for video in reversed(self.model.videos) if video.owner is person]
        listed = [video for video in own if video.shows or (every_state and not video.hidden)]
        assert summaries(await self.page(f"/users/{person.id}/videos")) == expected(listed)
        written = self.model.comments_by(person)
        assert said(await self.page(f"/users/{person.id}/comments")) == as_said(written)
        if not every_state:
            await self.expect(403 if self.is_in else 401, f"/users/{person.id}/activity")
            return
        doings = [
            (one["activity_type"], one["videoid"]) for one in await self.page(f"/users/{person.id}/activity")
        ]
        assert doings == [(one.kind, one.video.id) for one in self.model.doings_of(person)]

    async def erased(self, person: Inhabitant) -> None:
        for below in ("", "/videos", "/comments"):
            await self.expect(404, f"/users/{person.id}{below}")

    async def for_you(self) -> None:
        if self.reader is None or not self.is_in:
            await self.expect(401, "/recommendations/foryou")
            return
        unseen = self.model.unseen_by(self.reader)
        assert as_set(await self.page("/recommendations/foryou")) == as_set_of(unseen)

    async def order(self) -> None:
        """The flags and what is hidden: for moderators."""
        if not self.moderates:
            for path in ("/moderation/removed", "/moderation/flags"):
                await self.expect(403 if self.is_in else 401, path)
            return
        removed = [
            (one["contentId"], one["cause"], one["hiddenBy"], instant(one["hiddenAt"]), one["reason"])
            for one in await self.page("/moderation/removed")
        ]
        assert removed == [
            (thing.id, cause, hiding.by, hiding.at, hiding.reason)
            for thing, cause, hiding in self.model.causes()
        ]
        flags = await self.page("/moderation/flags")
        raised = [(flag.id, flag.content.id, flag.status) for flag in reversed(self.model.flags)]
        assert [(one["flagId"], one["contentId"], one["status"]) for one in flags] == raised

    async def archive(self) -> None:
        """What is one's own is there until the purge, deleted or not."""
        if self.reader is None or not self.is_in:
            await self.expect(401, "/users/me/export")
            return
        mine, owner = await self.get("/users/me/export"), self.reader
        videos = {(one["videoId"], one["is_deleted"]) for one in mine["videos"]}
        assert videos == {
            (video.id, bool(video.hidden)) for video in self.model.videos if video.owner is owner
        }
        comments = {(one["commentid"], one["is_deleted"]) for one in mine["comments"]}
        assert comments == {
            (comment.id, bool(comment.hidden)) for comment in self.model.comments if comment.owner is owner
        }


SUMMARY = ("videoId", "title", "tags", "description", "status", "views", "averageRating", "totalRatingsCount")
RELATED = ("videoId", "title", "views", "averageRating")


def summaries(items: Iterable[Fields], members: tuple[str, ...] = SUMMARY) -> list[Fields]:
    return [{member: item[member] for member in members} for item in items]


def expected(videos: Iterable[Video], members: tuple[str, ...] = SUMMARY) -> list[Fields]:
    return [
        {
            member: value
            for member, value in {
                "videoId": video.id,
                "title": video.title,
                "tags": video.tags,
                "description": video.description,
                "status": video.status,
                "views": len(video.views),
                "averageRating": video.average,
                "totalRatingsCount": len(video.ratings),
            }.items()
            if member in members
        }
        for video in videos
    ]


def as_set(items: Iterable[Fields], members: tuple[str, ...] = SUMMARY) -> list[Fields]:
    """For lists whose order the model does not know."""
    return sorted(summaries(items, members), key=str)


def as_set_of(videos: Iterable[Video], members: tuple[str, ...] = SUMMARY) -> list[Fields]:
    return sorted(expected(videos, members), key=str)


def said(items: Iterable[Fields]) -> list[tuple[str, str, str, str]]:
    return [(item["commentid"], item["videoid"], item["userid"], item["comment"]) for item in items]


def as_said(comments: Iterable[Comment]) -> list[tuple[str, str, str, str]]:
    return [(comment.id, comment.video.id, comment.owner.id, comment.text) for comment in comments]


def shared_tags(one: Video, other: Video) -> set[str]:
    return {tag.casefold() for tag in one.tags} & {tag.casefold() for tag in other.tags}


def instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
