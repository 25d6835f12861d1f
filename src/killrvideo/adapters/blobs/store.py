"""The promise of `service_interfaces/blobs.py`, kept by obstore, whose calls never run on the event loop."""

import asyncio
import shutil
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nsmallest
from operator import attrgetter
from typing import Literal

import obstore
from obstore.store import AzureStore, GCSStore, LocalStore, ObjectStore, S3Store

from killrvideo.adapters.blobs.drafts import PART, PARTS_AT_ONCE, Draft, drafts_in, remove_drafts
from killrvideo.adapters.blobs.durable import flush
from killrvideo.adapters.blobs.faults import asked
from killrvideo.domain.blobs import check_key, check_prefix
from killrvideo.domain.errors import BlobNotFound, InvalidBlobKey, RangeNotSatisfiable, StaleVersion
from killrvideo.domain.instants import whole_millis
from killrvideo.service_interfaces.blobs import (
    ANY_CONTENT,
    PAGE_MOST,
    READ_CHUNK,
    BlobInfo,
    BlobReading,
)

LONGEST_PAUSE = timedelta(seconds=2)
"""Between two tries of a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long an object store is waited for."""

    connecting: timedelta
    request: timedelta
    """What one try of one request may take."""
    tries: int

    @property
    def in_all(self) -> timedelta:
        return self.tries * self.request + (self.tries - 1) * LONGEST_PAUSE


class ObjectBlobs:
    """Keeps BlobStore."""

    def __init__(self, store: ObjectStore, patience: Patience) -> None:
        self._store = store
        self._seconds = patience.in_all.total_seconds()
        self._folder = store.prefix if isinstance(store, LocalStore) else None

    async def put(
        self, key: str, body: bytes | AsyncIterable[bytes], *, content_type: str = ANY_CONTENT
    ) -> None:
        if isinstance(body, bytes) and len(body) <= PART:
            await self._put_at_once(key, body, content_type, "overwrite")
            return
        async with self.writer(key, content_type=content_type) as draft:
            if isinstance(body, bytes):
                await draft.write(body)
                return
            async for piece in body:
                await draft.write(piece)

    async def create(self, key: str, body: bytes, *, content_type: str = ANY_CONTENT) -> None:
        await self._put_at_once(key, body, content_type, "create")

    def writer(self, key: str, *, content_type: str = ANY_CONTENT) -> Draft:
        file = obstore.open_writer_async(
            self._store,
            check_key(key),
            attributes=self._attributes(content_type),
            buffer_size=PART,
            max_concurrency=PARTS_AT_ONCE,
        )
        return Draft(file, key, self._seconds, self._flush)

    async def read(
        self, key: str, *, start: int = 0, end: int | None = None, chunk_bytes: int = READ_CHUNK
    ) -> BlobReading:
        stop = start + chunk_bytes
        try:
            info, first = await self._read_at_once(key, start, stop if end is None else min(stop, end))
        except RangeNotSatisfiable:
            info, first = await self.head(key), b""
            if info.size or start:
                raise RangeNotSatisfiable(f"The file has {info.size} bytes.", size=info.size) from None
        end = info.size if end is None else min(end, info.size)
        chunks = self._chunks(info, first, start, end, chunk_bytes)
        return BlobReading(info=info, start=start, end=end, chunks=chunks)

    async def head(self, key: str) -> BlobInfo:
        async with asked(key, self._seconds):
            found = await obstore.get_async(self._store, check_key(key), options={"head": True})
        return _info(found.meta, found.attributes.get("Content-Type"))

    async def list(
        self, prefix: str = "", *, after: str | None = None, limit: int = PAGE_MOST
    ) -> Sequence[BlobInfo]:
        found: list[BlobInfo] = []
        async for page in self._pages(check_prefix(prefix), after):
            found = nsmallest(limit, [*found, *page], key=attrgetter("key"))
            # A folder is listed in no order, so the next of its pages may have smaller ones.
            if self._folder is None and len(found) == limit:
                break
        return found

    async def walk(self, prefix: str = "") -> AsyncIterator[BlobInfo]:
        async for page in self._pages(check_prefix(prefix), None):
            for info in page:
                yield info

    async def delete(self, key: str) -> None:
        try:
            async with asked(key, self._seconds):
                await obstore.delete_async(self._store, check_key(key))
        except BlobNotFound:
            return

    async def delete_all(self, prefix: str) -> int:
        if not check_prefix(prefix):
            raise InvalidBlobKey("Name what is to be deleted; all there is cannot be.")
        # Listed as a whole first: each page of a folder is a walk through all of it.
        keys = [info.key async for page in self._pages(prefix, None) for info in page]
        for start in range(0, len(keys), PAGE_MOST):
            await self._delete_page(keys[start : start + PAGE_MOST])
        return len(keys)

    async def copy(self, source: str, target: str) -> None:
        check_key(target)
        async with asked(source, self._seconds):
            await obstore.copy_async(self._store, check_key(source), target)
        await self._flush(target)

    async def signed_url(self, key: str, method: Literal["GET", "PUT"], lifetime: timedelta) -> str | None:
        check_key(key)
        if not isinstance(self._store, AzureStore | GCSStore | S3Store):
            return None
        async with asked(key, self._seconds):
            return await obstore.sign_async(self._store, method, key, lifetime)

    async def free(self) -> int | None:
        if self._folder is None:
            return None
        async with asked("", self._seconds):
            return (await asyncio.to_thread(shutil.disk_usage, self._folder)).free

    async def drop_unfinished(self, before: datetime, *, only_count: bool = False) -> int:
        if self._folder is None:
            return 0
        drafts = await asyncio.to_thread(drafts_in, self._folder, before)
        return len(drafts) if only_count else await asyncio.to_thread(remove_drafts, drafts)

    async def _put_at_once(
        self, key: str, body: bytes, content_type: str, mode: Literal["create", "overwrite"]
    ) -> None:
        attributes = self._attributes(content_type)
        async with asked(key, self._seconds):
            await obstore.put_async(
                self._store, check_key(key), body, attributes=attributes, mode=mode, use_multipart=False
            )
        await self._flush(key)

    async def _flush(self, key: str) -> None:
        """A bucket answers only when it keeps a file; a folder has to be told to."""
        if self._folder is not None:
            async with asked(key, self._seconds):
                await asyncio.to_thread(flush, self._folder, key)

    def _attributes(self, content_type: str) -> dict[str, str]:
        """A folder keeps none, and refuses to be given any."""
        return {"Content-Type": content_type} if self._folder is None else {}

    async def _read_at_once(
        self, key: str, start: int, end: int, etag: str | None = None
    ) -> tuple[BlobInfo, bytes]:
        """One request of bounded size, so a slow reader meets no time limit. With ``etag``: if unchanged."""
        options: obstore.GetOptions = {"range": (start, end)}
        if etag:
            options["if_match"] = etag
        async with asked(key, self._seconds):
            found = await obstore.get_async(self._store, check_key(key), options=options)
            data = await found.bytes_async()
        return _info(found.meta, found.attributes.get("Content-Type")), bytes(data)

    async def _chunks(
        self, info: BlobInfo, chunk: bytes, start: int, end: int, chunk_bytes: int
    ) -> AsyncIterator[bytes]:
        while chunk:
            yield chunk
            start += len(chunk)
            if start >= end:
                return
            stop = min(start + chunk_bytes, end)
            try:
                _, chunk = await self._read_at_once(info.key, start, stop, info.etag)
            except BlobNotFound:
                raise StaleVersion(f"'{info.key}' was removed while it was read.") from None

    async def _pages(self, prefix: str, after: str | None) -> AsyncIterator[Sequence[BlobInfo]]:
        stream = obstore.list(self._store, prefix or None, offset=after, chunk_size=PAGE_MOST)
        while True:
            async with asked(prefix, self._seconds):
                try:
                    page = await stream.__anext__()
                except StopAsyncIteration:
                    return
            listed = [_info(meta, None) for meta in page]
            # Not every server of a protocol knows where to begin.
            yield [info for info in listed if after is None or info.key > after]

    async def _delete_page(self, keys: Sequence[str]) -> None:
        try:
            async with asked(keys[0], self._seconds):
                await obstore.delete_async(self._store, keys)
        except BlobNotFound:
            # Somebody else deletes here too.
            for key in keys:
                await self.delete(key)


def _info(meta: "obstore.ObjectMeta", content_type: str | None) -> BlobInfo:
    return BlobInfo(
        key=meta["path"],
        size=meta["size"],
        etag=meta["e_tag"] or "",
        last_modified=whole_millis(meta["last_modified"]),
        content_type=content_type,
    )
