"""Which uploads this process is taking bytes for. Who asks for one anew has given up what it sent before."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from killrvideo.domain.errors import Unavailable, UploadTaken
from killrvideo.domain.ids import AccountId, UploadId
from killrvideo.domain.upload_limits import UploadLimits
from killrvideo.domain.uploads import Upload

PATIENCE = 20.0
"""Seconds in which an earlier request keeps and counts what it has."""
RETRY_AFTER = 5.0
"""Seconds: a chunk is soon there."""


class Hand:
    """One request that brings bytes."""

    def __init__(
        self, owner_id: AccountId | None = None, is_needed: Callable[[], bool] = lambda: True
    ) -> None:
        self.owner_id = owner_id
        self.is_needed = is_needed
        """Whether others need its place: then it has to keep a pace."""
        self.stop: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done once a later request takes over."""
        self.done = asyncio.Event()


class UnderWay:
    """It spares the client sending bytes twice that are here already, in a request whose connection was lost
    and that does not know it yet. Other processes are met at the version of the upload, where one wins.
    """

    def __init__(self, limits: UploadLimits) -> None:
        self._limits = limits
        self._hands: dict[UploadId, Hand] = {}

    @asynccontextmanager
    async def taking(self, upload: Upload) -> AsyncIterator[Hand]:
        """Inside, no other request of this process adds to the upload. Raises UploadTaken, and Unavailable
        where too many chunks come at once: each takes memory.
        """
        await self.end(upload.id)
        self._check(upload.owner_id)
        hand = self._hands[upload.id] = Hand(upload.owner_id, self._is_crowded)
        try:
            yield hand
        finally:
            del self._hands[upload.id]
            hand.done.set()

    async def end(self, upload_id: UploadId) -> None:
        """Returns once what came until now is kept and counted. Raises UploadTaken if that takes too long."""
        try:
            async with asyncio.timeout(PATIENCE):
                while hand := self._hands.get(upload_id):
                    if not hand.stop.done():
                        hand.stop.set_result(None)
                    await hand.done.wait()
        except TimeoutError:
            raise UploadTaken("An earlier request is still being worked on; try again.") from None

    def _is_crowded(self) -> bool:
        return len(self._hands) > self._limits.chunks_unhurried

    def _check(self, owner_id: AccountId) -> None:
        theirs = sum(hand.owner_id == owner_id for hand in self._hands.values())
        if theirs >= self._limits.chunks_of_account:
            raise Unavailable(
                f"{theirs} chunks of yours are coming in already; send this one when one of them is there.",
                retry_after=RETRY_AFTER,
            )
        if len(self._hands) >= self._limits.chunks_at_once:
            raise Unavailable("Very many files are coming in; go on in a moment.", retry_after=RETRY_AFTER)
