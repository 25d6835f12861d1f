"""Answers that are files: conditions, parts and HEAD as RFC 9110 has them, read piece by piece."""

import re
from hashlib import sha256
from typing import Protocol

from fastapi import Request
from starlette.responses import Response, StreamingResponse

from killrvideo.api.ranges import ByteRange, range_of
from killrvideo.domain.errors import StaleVersion
from killrvideo.service_interfaces.blobs import READ_CHUNK, BlobInfo, BlobReading

REVALIDATED = {"Cache-Control": "no-cache"}
"""Whatever keeps it asks before each use whether it still may: what is deleted is gone at once."""
ENTITY_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


class File(Protocol):
    async def head(self) -> BlobInfo: ...

    async def read(self, start: int = 0, end: int | None = None) -> BlobReading: ...


async def answered(request: Request, file: File, media_type: str) -> Response:
    """A file of the blob store. Raises StaleVersion for an `If-Match` of another one, RangeNotSatisfiable."""
    part = _part_wanted(request)
    if request.method == "HEAD" or _needs_head(request, part):
        info = await file.head()
        settled = _settled(request, info.etag)
        if settled is not None:
            return settled
        if request.method == "HEAD":
            return Response(headers=_headers(info, info.size), media_type=media_type)
        if request.headers.get("if-range", info.etag) != info.etag:
            part = None
        return await _sent(file, part, info.size, media_type)
    return await _sent(file, part, None, media_type)


def answered_text(request: Request, text: str, media_type: str) -> Response:
    """A short file that was made just now. Raises StaleVersion as above."""
    body = text.encode()
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    settled = _settled(request, etag)
    if settled is not None:
        return settled
    headers = {"ETag": etag, **REVALIDATED, "Content-Length": str(len(body))}
    return Response(b"" if request.method == "HEAD" else body, headers=headers, media_type=media_type)


def _part_wanted(request: Request) -> ByteRange | None:
    """Only of a GET: a range means nothing to HEAD."""
    return range_of(request.headers.get("range")) if request.method == "GET" else None


def _needs_head(request: Request, part: ByteRange | None) -> bool:
    """Whether the file must be known before it is read."""
    conditions = any(name in request.headers for name in ("if-match", "if-none-match", "if-range"))
    return conditions or (part is not None and part.needs_size)


def _settled(request: Request, etag: str) -> Response | None:
    """The answer, where the request's conditions decide it."""
    wanted = request.headers.get("if-match")
    if wanted is not None and wanted.strip() != "*" and etag not in _tags(wanted, strong=True):
        raise StaleVersion("The file is not the one that If-Match names.")
    known = request.headers.get("if-none-match")
    if known is not None and (known.strip() == "*" or etag in _tags(known)):
        return Response(status_code=304, headers={"ETag": etag, **REVALIDATED})
    return None


def _tags(header: str, *, strong: bool = False) -> set[str]:
    """The entity tags of a condition, compared weakly unless it is said otherwise."""
    return {tag[1] for tag in ENTITY_TAG.finditer(header) if not (strong and tag[0].startswith("W/"))}


async def _sent(file: File, part: ByteRange | None, size: int | None, media_type: str) -> Response:
    """What fits into memory is read at once: streaming it would cost more than that."""
    reading = await file.read(*(part.within(size) if part else (0, None)))
    info, size = reading.info, reading.end - reading.start
    headers = _headers(info, size)
    if part is not None:
        headers["Content-Range"] = f"bytes {reading.start}-{reading.end - 1}/{info.size}"
    status = 206 if part else 200
    if size <= READ_CHUNK:
        body = b"".join([chunk async for chunk in reading.chunks])
        return Response(body, status_code=status, headers=headers, media_type=media_type)
    return StreamingResponse(reading.chunks, status_code=status, headers=headers, media_type=media_type)


def _headers(info: BlobInfo, size: int) -> dict[str, str]:
    return {"ETag": info.etag, "Accept-Ranges": "bytes", **REVALIDATED, "Content-Length": str(size)}
