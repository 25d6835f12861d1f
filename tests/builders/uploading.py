"""Somebody who uploads: a desk for it, as each process has one, and chunks that come when a test wants."""

import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping

import anyio

from killrvideo.domain.ids import UploadId
from killrvideo.domain.limits import RouteClass
from killrvideo.domain.upload_limits import UploadLimits
from killrvideo.domain.uploads import MEGABYTE, Checksum
from killrvideo.features.uploads import Announced, Chunk, Uploads
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.storage import Storage
from tests.builders.blobs import content

LIMITS = UploadLimits(largest=100 * MEGABYTE, quota=1000 * MEGABYTE)


class NoQuotas:
    """Keeps Quotas: there are none."""

    async def take(self, route_class: RouteClass, key: str) -> None:
        pass

    async def forget(self, route_class: RouteClass, key: str) -> None:
        pass


def a_desk(
    storage: Storage, blobs: BlobStore, clock: Clock, ids: IdSource, limits: UploadLimits = LIMITS
) -> Uploads:
    return Uploads(storage, blobs, clock, ids, NoQuotas(), limits)


class Body:
    """Bytes that come one after the other, and then nothing more until the line is let go."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces
        self.is_read = anyio.Event()
        """Set once all of it was asked for."""
        self.ends = anyio.Event()

    async def come(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece
        self.is_read.set()
        await self.ends.wait()


async def at_once(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def a_chunk(data: bytes, offset: int = 0, *, summed: bytes | None = None, length: int | None = None) -> Chunk:
    """``summed`` is what its checksum is made of, if it is to have one."""
    digest = None if summed is None else Checksum("sha256", hashlib.sha256(summed).digest())
    return Chunk(offset=offset, body=at_once([data]), size=len(data), checksum=digest, length=length)


def a_file(length: int | None, metadata: Mapping[str, str] | None = None) -> Announced:
    return Announced(length=length, metadata=metadata or {})


async def kept(storage: Storage, blobs: BlobStore, upload_id: UploadId) -> bytes:
    """The bytes that count."""
    parts = await storage.uploads.parts(upload_id)
    return b"".join([await content(blobs, part.key) for part in parts])
