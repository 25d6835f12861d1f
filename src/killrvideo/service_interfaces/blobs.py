"""Files of any size under keys: what people upload, what is made of it, and exports.

A key is a path of parts (`domain/blobs.py` has the rule), and a prefix is a whole number of parts:
``videos/1`` is a prefix of ``videos/1/poster.webp`` and not of ``videos/10/poster.webp``. No key may be a
prefix of another; a folder cannot keep both.

A blob is replaced as a whole or not at all: whoever reads sees the one or the other. There is no
compare-and-set beyond `create`, so what must switch in one step (the renditions of a video) is written under
names of its own and published by one pointer, a row of the store.

Every verb raises InvalidBlobKey for a key that is none, and Unavailable when the blob store does not answer
within its time limit, is full, or refuses our credentials.
"""

from collections.abc import AsyncIterable, AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

ANY_CONTENT = "application/octet-stream"
READ_CHUNK = 1024 * 1024
"""Bytes that one reader holds in memory at a time."""
PAGE_MOST = 1000
"""Blobs in one page of a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobInfo:
    key: str
    size: int
    """Bytes."""
    etag: str
    """Changes with the content, and is spelled as HTTP's `ETag` is, with quotation marks."""
    last_modified: datetime
    content_type: str | None
    """None where the store keeps none (a folder), and in lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobReading:
    """A blob, or a range of it, on its way out."""

    info: BlobInfo
    start: int
    end: int
    """The first byte that is not read."""
    chunks: AsyncIterator[bytes]
    """Asked for one by one: a slow reader holds no connection, and one that stops early leaves nothing open.

    Raises StaleVersion if the blob is replaced or deleted meanwhile.
    """


class BlobWriter(Protocol):
    async def write(self, data: bytes) -> None:
        """Takes the next bytes; returns when there is room for more, so memory stays bounded."""
        ...


class BlobStore(Protocol):
    async def put(
        self, key: str, body: bytes | AsyncIterable[bytes], *, content_type: str = ANY_CONTENT
    ) -> None:
        """Keeps the body, in place of what was there. When reading the body fails, nothing has changed."""
        ...

    async def create(self, key: str, body: bytes, *, content_type: str = ANY_CONTENT) -> None:
        """As `put`, for a short body that must be the first; of several at once exactly one succeeds.

        Raises BlobExists.
        """
        ...

    def writer(self, key: str, *, content_type: str = ANY_CONTENT) -> AbstractAsyncContextManager[BlobWriter]:
        """Takes a body in pieces; it appears as a whole when the block ends.

        An exception in the block, or a cancellation, aborts: nothing of it appears, and parts that were sent
        are removed. What a killed process leaves, `drop_unfinished` finds.
        """
        ...

    async def read(
        self, key: str, *, start: int = 0, end: int | None = None, chunk_bytes: int = READ_CHUNK
    ) -> BlobReading:
        """The blob from ``start`` up to, without, ``end``; an ``end`` past the last byte means that one.

        Returns once the first bytes are there. Raises BlobNotFound, and RangeNotSatisfiable if the range
        begins at or after the end; only the whole of an empty blob can be read, as nothing.
        """
        ...

    async def head(self, key: str) -> BlobInfo:
        """Raises BlobNotFound."""
        ...

    async def list(
        self, prefix: str = "", *, after: str | None = None, limit: int = PAGE_MOST
    ) -> Sequence[BlobInfo]:
        """At most ``limit`` blobs under the prefix, by key; the next page is ``after`` the last key.

        A folder is walked anew for each page.
        """
        ...

    def walk(self, prefix: str = "") -> AsyncIterator[BlobInfo]:
        """All blobs under the prefix, one after the other and in no order; a folder is walked once.

        What is written or deleted meanwhile may be among them or not.
        """
        ...

    async def delete(self, key: str) -> None:
        """Does nothing where there is none."""
        ...

    async def delete_all(self, prefix: str) -> int:
        """Deletes everything under a prefix, which cannot be the empty one; how many there were."""
        ...

    async def copy(self, source: str, target: str) -> None:
        """Within the store, without reading the blob here; replaces the target. Raises BlobNotFound."""
        ...

    async def signed_url(self, key: str, method: Literal["GET", "PUT"], lifetime: timedelta) -> str | None:
        """An address that lets whoever has it do this one thing for a while, straight at the store.

        None where the store cannot sign, as a folder cannot: then the site serves the blob itself, under
        addresses that it signs with a key of its own. It cannot be taken back, and it asks nobody whether the
        video is still public; what must vanish at once is served by the site.
        """
        ...

    async def free(self) -> int | None:
        """Bytes that there is still room for; None where nobody knows, as of a bucket."""
        ...

    async def drop_unfinished(self, before: datetime, *, only_count: bool = False) -> int:
        """Removes what writes left that were begun before the instant and cut off by a crash; how many.

        Only a folder can be searched for these; a bucket has a rule for them (docs/object-store.md).
        """
        ...


class ByteProgress(Protocol):
    """Whoever watches how far a transfer of files is."""

    def expect(self, total: int) -> None:
        """So many bytes are to come."""
        ...

    def advance(self, count: int) -> None:
        """So many more are done."""
        ...
