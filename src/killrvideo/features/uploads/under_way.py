"""Which uploads this process is taking bytes for. Who asks for one anew has given up what it sent before."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from killrvideo.domain.errors import UploadTaken
from killrvideo.domain.ids import UploadId

PATIENCE = 20.0
"""Seconds in which an earlier request keeps and counts what it has."""


class Hand:
    """One request that brings bytes."""

    def __init__(self) -> None:
        self.stop: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done once a later request takes over."""
        self.done = asyncio.Event()


class UnderWay:
    """It spares the client sending bytes twice that are here already, in a request whose connection was lost
    and that does not know it yet. Other processes are met at the version of the upload, where one wins.
    """

    def __init__(self) -> None:
        self._hands: dict[UploadId, Hand] = {}

    @asynccontextmanager
    async def taking(self, upload_id: UploadId) -> AsyncIterator[Hand]:
        """Inside, no other request of this process adds to the upload. Raises UploadTaken."""
        await self.end(upload_id)
        hand = self._hands[upload_id] = Hand()
        try:
            yield hand
        finally:
            del self._hands[upload_id]
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
