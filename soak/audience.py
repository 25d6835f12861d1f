"""What people do who watch: read, view, rate, comment, and change their minds."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from soak.authors import OTHER_TAGS
from soak.ledger import Cell, Remark, Video
from soak.town import Hands
from soak.writing import Write

LOOK_SHARE = 0.2
"""Of the acknowledged views and comments: looked after at once."""
UNNAMED_SHARE = 0.3
"""Of the views: by nobody in particular."""
OWN_SHARE = 0.2
"""Of what is done to videos: to one's own."""


class Audience:
    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        self._town = hands.town
        self._rng = hands.rng

    async def look_around(self) -> None:
        video = self._town.popular(self._rng)
        places = {
            "videos_latest": "/videos/latest",
            "videos_get": f"/videos/{video.id}",
            "comments_list": f"/videos/{video.id}/comments",
            "ratings_get": f"/videos/{video.id}/ratings",
            "search_videos": f"/search/videos?query={quote(video.word)}",
            "videos_by_tag": f"/videos/by-tag/{self._rng.choice(OTHER_TAGS)}",
            "videos_trending": "/videos/trending",
            "videos_related": f"/videos/{video.id}/related",
            "recommendations_for_you": "/recommendations/foryou",
            "users_videos": f"/users/{video.owner_id}/videos",
            "users_comments": f"/users/{video.owner_id}/comments",
            "users_activity": f"/users/{self._hands.me.id}/activity",
            "tags_suggest": "/tags/suggest?query=s",
        }
        operation = self._rng.choice(list(places))
        await self._hands.read(operation, places[operation])

    async def view(self) -> None:
        video = await self._somewhere()
        named = self._rng.random() >= UNNAMED_SHARE
        counts = [video.views, self._hands.me.views[video.id]] if named else [video.views]
        request = self._hands.request("videos_view", f"POST /videos/{video.id}/view", signed_in=named)
        if await self._hands.count(request, counts) and self._rng.random() < LOOK_SHARE:
            least = video.views.sure
            told = await self._hands.read("videos_get", f"/videos/{video.id}")
            if told is not None and told["views"] < least:
                self._town.stale.append(f"video {video.id} showed {told['views']} of {least} views")

    async def rate(self) -> None:
        video = await self._somewhere()
        cell, stars = video.stars_of(self._hands.me.id), self._rng.randint(1, 5)
        if not cell.certain:
            return
        changes = [] if cell.surely(stars) else [self._hands.me.ratings[video.id]]

        def doubt() -> None:
            cell.doubt(stars)
            for count in changes:
                count.doubt()

        def settle(_: Mapping[str, Any], doubted: bool) -> None:
            cell.settle(stars)
            for count in changes:
                count.settle(doubted=doubted)

        request = self._hands.request("ratings_put", f"POST /videos/{video.id}/ratings", {"rating": stars})
        await self._town.writer.write(Write(request=request, doubt=doubt, settle=settle), must_know=True)

    async def withdraw(self) -> None:
        video = self._town.popular(self._rng)
        cell: Cell[int | None] = video.stars_of(self._hands.me.id)
        if cell.certain:
            request = self._hands.request("ratings_withdraw", f"DELETE /videos/{video.id}/ratings")
            await self._hands.set(request, cell, None)

    async def comment(self) -> None:
        video, me = await self._somewhere(), self._hands.me
        text, path = f"What a {self._town.word()}", f"/videos/{video.id}/comments"
        made: list[Remark] = []

        def doubt() -> None:
            video.remarks.doubt()
            me.remarks.doubt()

        def settle(told: Mapping[str, Any], doubted: bool) -> None:
            made.append(Remark(told["commentid"], video.id, me.id, Cell.of(text)))
            self._town.ledger.remarks[made[0].id] = made[0]
            video.remarks.settle(doubted=doubted)
            me.remarks.settle(doubted=doubted)

        request = self._hands.request("comments_create", f"POST {path}", {"text": text})
        await self._town.writer.write(Write(request=request, doubt=doubt, settle=settle))
        if made and self._rng.random() < LOOK_SHARE:
            await self._look_for(made[0], path)

    async def edit_comment(self) -> None:
        if remark := self._hands.my_remark():
            text = f"Rather a {self._town.word()}"
            request = self._hands.request("comments_update", f"PUT {_path_of(remark)}", {"text": text})
            await self._hands.set(request, remark.text, text, must_know=False)

    async def delete_comment(self) -> None:
        remark = self._hands.my_remark()
        if remark is not None and remark.text.certain:
            request = self._hands.request("comments_delete", f"DELETE {_path_of(remark)}")
            await self._hands.set(request, remark.deleted, True, done_before=frozenset({404}))

    async def _look_for(self, remark: Remark, path: str) -> None:
        told = await self._hands.read("comments_list", f"{path}?pageSize=100")
        if told is not None and remark.id not in {one["commentid"] for one in told["data"]}:
            self._town.stale.append(f"comment {remark.id} did not show on {remark.video_id}")

    async def _somewhere(self) -> Video:
        """A video to do something to."""
        if self._rng.random() < OWN_SHARE:
            own = self._hands.mine(lambda video: video.deleted.surely(False))
            if own is not None and await self._hands.is_ready(own):
                return own
        return self._town.popular(self._rng)


def _path_of(remark: Remark) -> str:
    return f"/videos/{remark.video_id}/comments/{remark.id}"
