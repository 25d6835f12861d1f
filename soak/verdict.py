"""Reading everything back, and comparing it with what the ledger says must be there."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote

from soak.asking import Switchboard
from soak.authors import TAG
from soak.ledger import Account, Count, Ledger, Remark, Video

AT_ONCE = 8

T = TypeVar("T")


@dataclass
class Verdict:
    checked: int = 0
    """Single facts that were looked up."""
    lost: list[str] = field(default_factory=list)
    """Acknowledged writes that are not there, or are not as they were acknowledged."""
    wrong: list[str] = field(default_factory=list)
    """Counts that are not what they must be, and things that nobody made."""

    @property
    def holds(self) -> bool:
        return not self.lost and not self.wrong


class Inspector:
    """Knows the ledger and asks the site. What is in doubt passes either way."""

    def __init__(self, ledger: Ledger, board: Switchboard) -> None:
        self._ledger = ledger
        self._board = board
        self._found = Verdict()

    async def inspect(self) -> Verdict:
        await _each(self._ledger.accounts.values(), self._look_at_account)
        await _each(self._ledger.videos.values(), self._look_at_video)
        await self._look_at_lists()
        return self._found

    async def _look_at_account(self, account: Account) -> None:
        answer = await self._board.read("users_get", f"/users/{account.id}")
        there = answer.is_success and answer.json()["firstName"] == account.first_name
        self._kept(there, f"account {account.id} ({answer.status_code})")
        await self._look_at_own_videos(account)
        await self._look_at_own_remarks(account)
        await self._look_at_activity(account)

    async def _look_at_activity(self, account: Account) -> None:
        """It leaves out what is deleted, and what was done to deleted videos."""
        remarks = list(self._ledger.remarks_by(account.id))
        of_remarks = [remark.deleted for remark in remarks]
        of_videos = [video.deleted for video in self._ledger.videos.values()]
        if not all(deleted.certain for deleted in (*of_remarks, *of_videos)):
            return
        gone = sum(not self._ledger.shows(remark) for remark in remarks)
        expected = {
            "view": self._on_present(account.views),
            "comment": account.remarks.but(gone),
            "rate": self._on_present(account.ratings),
        }
        for kind, count in expected.items():
            path = f"/users/{account.id}/activity?activity_type={kind}"
            # Its total may count what a page leaves out.
            rows, _ = await self._board.read_all("users_activity", path, account.token)
            self._counted(len(rows), count, f"activities '{kind}' of {account.id}")

    def _on_present(self, by_video: Mapping[str, Count]) -> Count:
        shown = (count for id_, count in by_video.items() if self._ledger.videos[id_].deleted.surely(False))
        return sum(shown, Count())

    async def _look_at_own_videos(self, account: Account) -> None:
        path, videos = f"/users/{account.id}/videos", list(self._ledger.videos_of(account.id))
        rows, total = await self._board.read_all("users_videos", path, account.token)
        self._listed(
            {row["videoId"] for row in rows}, total, videos, account.submissions, f"videos of {account.id}"
        )

    async def _look_at_own_remarks(self, account: Account) -> None:
        path, remarks = f"/users/{account.id}/comments", list(self._ledger.remarks_by(account.id))
        rows, _ = await self._board.read_all("users_comments", path)
        self._said(
            {row["commentid"]: row["comment"] for row in rows}, remarks, account.remarks, f"by {account.id}"
        )

    async def _look_at_video(self, video: Video) -> None:
        answer = await self._board.read("videos_get", f"/videos/{video.id}")
        if video.deleted.surely(True):
            self._kept(answer.status_code == 404, f"the deletion of video {video.id}")
        elif video.deleted.certain:
            self._kept(answer.is_success, f"video {video.id} ({answer.status_code})")
            if answer.is_success:
                self._look_at_details(video, answer.json())
                await self._look_at_remarks(video)
                await self._look_at_stars(video)
        if video.deleted.certain:
            await self._look_for(video)

    def _look_at_details(self, video: Video, told: dict[str, Any]) -> None:
        self._kept(told["title"] in video.title.possible, f"title of {video.id}: {told['title']}")
        self._kept(tuple(told["tags"]) in video.tags.possible, f"tags of {video.id}: {told['tags']}")
        self._counted(told["views"], video.views, f"views of {video.id}")
        if all(cell.certain for cell in video.stars.values()):
            given = [cell.possible[0] for cell in video.stars.values() if cell.possible[0] is not None]
            mean = round(sum(given) / len(given), 2) if given else None
            self._right(
                told["totalRatingsCount"] == len(given),
                f"ratings of {video.id}: {told['totalRatingsCount']}, not {len(given)}",
            )
            self._right(
                told["averageRating"] == mean, f"mean of {video.id}: {told['averageRating']}, not {mean}"
            )

    async def _look_at_remarks(self, video: Video) -> None:
        rows, total = await self._board.read_all("comments_list", f"/videos/{video.id}/comments")
        remarks = list(self._ledger.remarks_on(video.id))
        self._said(
            {row["commentid"]: row["comment"] for row in rows}, remarks, video.remarks, f"on {video.id}"
        )
        if all(remark.deleted.certain for remark in remarks):
            deleted = sum(remark.deleted.surely(True) for remark in remarks)
            self._counted(total, video.remarks.but(deleted), f"comments on {video.id}")

    async def _look_at_stars(self, video: Video) -> None:
        for account_id, cell in video.stars.items():
            token = self._ledger.accounts[account_id].token
            told = (await self._board.read("ratings_get", f"/videos/{video.id}/ratings", token)).json()
            stars = told["currentUserRating"]
            self._kept(
                stars in cell.possible, f"rating of {video.id} by {account_id}: {stars}, not {cell.possible}"
            )

    async def _look_for(self, video: Video) -> None:
        path = f"/search/videos?mode=keyword&query={quote(video.word)}"
        page = (await self._board.read("search_videos", path)).json()
        expected = [] if video.deleted.surely(True) else [video.id]
        found = [row["videoId"] for row in page["data"]]
        self._right(found == expected, f"search for {video.word}: {found}, not {expected}")

    async def _look_at_lists(self) -> None:
        everything = sum((account.submissions for account in self._ledger.accounts.values()), Count())
        for name, path in (("videos_latest", "/videos/latest"), ("videos_by_tag", f"/videos/by-tag/{TAG}")):
            rows, total = await self._board.read_all(name, path)
            ids = {row["videoId"] for row in rows}
            self._listed(ids, total, list(self._ledger.videos.values()), everything, path)

    def _listed(self, found: set[str], total: int, videos: list[Video], ever: Count, where: str) -> None:
        """``ever`` counts the submissions, whatever became of them."""
        for video in videos:
            if video.deleted.certain:
                there = video.id in found
                self._kept(there is not video.deleted.surely(True), f"video {video.id} in {where}")
        strangers = len(found - {video.id for video in videos})
        self._right(strangers <= ever.doubtful, f"{strangers} unknown videos in {where}")
        if all(video.deleted.certain for video in videos):
            deleted = sum(video.deleted.surely(True) for video in videos)
            self._counted(total, ever.but(deleted), f"total of {where}")

    def _said(self, found: dict[str, str], remarks: list[Remark], ever: Count, where: str) -> None:
        """``ever`` counts what was posted, whatever became of it."""
        for remark in remarks:
            if remark.deleted.surely(True) or self._ledger.videos[remark.video_id].deleted.surely(True):
                self._kept(remark.id not in found, f"the deletion of comment {remark.id} {where}")
            elif self._ledger.shows(remark):
                said = found.get(remark.id)
                self._kept(said in remark.text.possible, f"comment {remark.id} {where}: {said}")
        strangers = len(found.keys() - {remark.id for remark in remarks})
        self._right(strangers <= ever.doubtful, f"{strangers} unknown comments {where}")

    def _counted(self, found: int, count: Count, what: str) -> None:
        bounds = count.bounds
        expected = str(bounds.start) if len(bounds) == 1 else f"{bounds.start} to {bounds.stop - 1}"
        self._right(found in bounds, f"{what}: {found}, not {expected}")

    def _kept(self, there: bool, what: str) -> None:
        self._found.checked += 1
        if not there:
            self._found.lost.append(what)

    def _right(self, right: bool, what: str) -> None:
        self._found.checked += 1
        if not right:
            self._found.wrong.append(what)


async def _each(things: Iterable[T], look: Callable[[T], Awaitable[None]]) -> None:
    some = asyncio.Semaphore(AT_ONCE)

    async def one(thing: T) -> None:
        async with some:
            await look(thing)

    await asyncio.gather(*map(one, things))
