"""The link to the cluster: made at the start or as soon as Cassandra can be reached, and kept."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from cassandra.cluster import Cluster
from cassandra.cluster import Session as Driver

from killrvideo.adapters.cassandra.cluster.address import Address
from killrvideo.adapters.cassandra.cluster.connection import RECONNECT_EVERY, connect
from killrvideo.adapters.cassandra.cluster.outages import AWAY, OUTAGES, readable
from killrvideo.domain.errors import Unavailable

Connected = Callable[[], Awaitable[None]]

log = logging.getLogger(__name__)


class Link:
    def __init__(self, address: Address, *, durable: bool) -> None:
        self._address = address
        self._durable = durable
        self._cluster: Cluster | None = None
        self._driver: Driver | None = None
        self._making: asyncio.Task[object] | None = None
        """Who is preparing the store for everybody else."""
        self._trying: asyncio.Task[None] | None = None

    @property
    def driver(self) -> Driver:
        """Raises Unavailable while there is none, or the store behind it is being prepared."""
        if self._driver is None or (self._making is not None and self._making is not asyncio.current_task()):
            raise Unavailable(AWAY)
        return self._driver

    async def open(self, connected: Connected) -> None:
        """Tries once, and goes on trying in the background where Cassandra is away.

        ``connected`` prepares the store before anybody else asks; what it raises, other than Unavailable, is
        raised here if the first attempt got that far.
        """
        try:
            await self._make(connected)
        except Unavailable as away:
            log.warning("%s Until then readers get a 503.", away)
            self._trying = asyncio.create_task(self._go_on_trying(connected))

    async def close(self) -> None:
        """May be called twice."""
        trying, self._trying = self._trying, None
        if trying is not None:
            trying.cancel()
            await asyncio.gather(trying, return_exceptions=True)
        await self._drop()

    async def _make(self, connected: Connected) -> None:
        self._making = asyncio.current_task()
        try:
            await self._connect()
            await connected()
        except OUTAGES as error:
            raise readable(error) from error
        except BaseException:
            await self._drop()
            raise
        finally:
            self._making = None

    async def _connect(self) -> None:
        """A thread cannot be stopped: whoever gives up shuts down what it made meanwhile."""
        connecting = asyncio.create_task(asyncio.to_thread(connect, self._address, durable=self._durable))
        try:
            self._cluster, self._driver = await asyncio.shield(connecting)
        except asyncio.CancelledError:
            with suppress(*OUTAGES):
                self._cluster, _ = await connecting
            raise

    async def _drop(self) -> None:
        cluster, self._cluster, self._driver = self._cluster, None, None
        if cluster is not None:
            await asyncio.to_thread(cluster.shutdown)

    async def _go_on_trying(self, connected: Connected) -> None:
        while True:
            await asyncio.sleep(RECONNECT_EVERY)
            try:
                await self._make(connected)
            except Unavailable:
                continue
            except Exception:
                log.exception("Cassandra is there, but cannot be used.")
                continue
            log.warning("Cassandra can be reached now.")
            return
