"""Where comments are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from killrvideo.domain.comments import Comment
from killrvideo.domain.ids import AccountId, CommentId, VideoId
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.service_interfaces.units import UnitOfWork


class CommentStore(Protocol):
    """Lists hold what the public may see, newest first."""

    async def get(self, comment_id: CommentId) -> Comment | None:
        """The comment, removed or not."""
        ...

    async def on_video(self, video_id: VideoId, wanted: PageRequest) -> Page[Comment]:
        """Comments that no cause hides; whether the video shows is the feature's to say."""
        ...

    async def by_author(self, author_id: AccountId, wanted: PageRequest) -> Page[Comment]:
        """Comments that show, on videos that the public may see.

        A distributed store may count, in the total, some that nothing but their video hides.
        """
        ...

    async def all_of(self, author_id: AccountId) -> Sequence[Comment]:
        """Everything that the account wrote, removed ones too: for the archive of one's data."""
        ...

    async def ids_of(self, author_id: AccountId) -> Sequence[CommentId]:
        """The same by their ids alone, in any order: to go through them one by one."""
        ...

    async def all(self) -> Sequence[Comment]:
        """Every comment that shows on a video that is not removed, oldest first: for export."""
        ...

    async def purgeable(self, deleted_before: datetime, limit: int) -> Sequence[CommentId]:
        """Removed before the instant by something else than a suspension, and still."""
        ...

    async def count(self) -> int:
        """How many comments the public may see.

        A distributed store counts those as well that nothing but their video hides.
        """
        ...

    def add(self, work: UnitOfWork, comment: Comment) -> None: ...

    def replace(self, work: UnitOfWork, comment: Comment) -> None:
        """Stores the next version; raises StaleVersion unless its predecessor is the present one."""
        ...

    def purge(self, work: UnitOfWork, comment: Comment) -> None:
        """Removes the comment for good; raises StaleVersion unless this is its present version."""
        ...
