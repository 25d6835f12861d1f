"""The operations of tus 1.0.0: creation, chunks, termination, concatenation."""

from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from killrvideo.api.answers import NEVER_KEPT
from killrvideo.api.dependencies import CurrentCaller, House
from killrvideo.api.idempotency import once
from killrvideo.api.operations import Auth, operation
from killrvideo.api.uploads import headers as told
from killrvideo.api.uploads.parameters import OF_CHUNKS, OF_CREATION, RESUMABLE
from killrvideo.api.uploads.protocol import VERSION
from killrvideo.domain import errors
from killrvideo.domain.access import Caller
from killrvideo.domain.ids import UploadId
from killrvideo.domain.limits import RouteClass
from killrvideo.domain.uploads import ALGORITHMS, Upload, UploadKind
from killrvideo.features.uploads import Announced, Chunk, Uploads

PATH = "/uploads"
CHUNK = "application/offset+octet-stream"
EXTENSIONS = (
    "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination,concatenation"
)
HEADERS = (
    "Tus-Checksum-Algorithm",
    "Tus-Extension",
    "Tus-Max-Size",
    "Tus-Resumable",
    "Tus-Version",
    "Upload-Concat",
    "Upload-Defer-Length",
    "Upload-Expires",
    "Upload-Length",
    "Upload-Metadata",
    "Upload-Offset",
)
"""Of answers, which a page of another origin has to read."""
REFUSES = (errors.UploadTooLarge, errors.DiskFull, errors.InvalidUpload, errors.UnsupportedProtocol)

router = APIRouter(tags=["uploads"])


@operation(
    router,
    "OPTIONS",
    PATH,
    "uploads_abilities",
    status=204,
    headers={"Tus-Version": "1.0.0", "Tus-Extension": "What the server can.", "Tus-Max-Size": "Bytes."},
)
async def abilities(house: House) -> Response:
    """What this server can of tus 1.0.0."""
    return Response(
        status_code=204,
        headers={
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(house.uploads.limits.largest),
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        },
    )


@operation(
    router,
    "POST",
    PATH,
    "uploads_create",
    status=201,
    auth=Auth.USER,
    rate=RouteClass.UPLOAD,
    refuses=(*REFUSES, errors.UploadNotFound, errors.WrongContentType, errors.ChecksumMismatch),
    takes=CHUNK,
    asks=OF_CREATION,
    headers={"Location": "Where chunks are sent.", "Upload-Offset": "Bytes that are kept."},
    creates=True,
)
async def create(house: House, caller: CurrentCaller, request: Request) -> Response:
    """Announces a file, or joins partial uploads; the body may be its first chunk.

    A complete upload is a video of the same id, whose status tells how its processing goes on. `title`,
    `description`, `tags` (with commas between), `language` and `filename` of `Upload-Metadata` are what the
    video begins with.
    """

    arriving = _Arriving(request)
    first = _first_chunk(request, arriving)

    async def make() -> Upload:
        return await _begun(house.uploads, caller, request)

    async def made(upload_id: UUID) -> Upload:
        return await house.uploads.get(caller, UploadId(upload_id))

    upload = await once(house, caller, make, made)
    if first is not None and upload.offset == 0 and not upload.is_complete:
        upload = await _filled(house.uploads, caller, upload, first, arriving)
    headers = {"Location": f"{_path(request)}/{upload.id}", "Upload-Offset": str(upload.offset)}
    return Response(status_code=201, headers=headers | told.expires(upload))


@operation(
    router,
    "HEAD",
    PATH + "/{uploadId:uuid}",
    "uploads_offset",
    auth=Auth.USER,
    rate=RouteClass.UPLOAD,
    refuses=(errors.UploadNotFound, errors.UploadTaken, errors.UnsupportedProtocol),
    asks=(RESUMABLE,),
    headers={"Upload-Offset": "Where the next chunk begins.", "Upload-Length": "Bytes in all."},
)
async def offset(house: House, caller: CurrentCaller, request: Request, uploadId: UUID) -> Response:
    """How far an upload has come."""
    upload = await house.uploads.get(caller, UploadId(uploadId))
    return Response(headers=told.described(upload, _path(request)) | NEVER_KEPT)


@operation(
    router,
    "PATCH",
    PATH + "/{uploadId:uuid}",
    "uploads_append",
    status=204,
    auth=Auth.USER,
    rate=RouteClass.UPLOAD,
    refuses=(
        *REFUSES,
        errors.UploadNotFound,
        errors.UploadIsFinal,
        errors.OffsetMismatch,
        errors.UploadTaken,
        errors.WrongContentType,
        errors.ChecksumMismatch,
    ),
    takes=CHUNK,
    asks=OF_CHUNKS,
    headers={"Upload-Offset": "Where the next chunk begins."},
)
async def append(house: House, caller: CurrentCaller, request: Request, uploadId: UUID) -> Response:
    """Sends a chunk. What came before a connection was lost is kept, unless the chunk has a checksum."""
    begins = told.number(request.headers, "Upload-Offset")
    if begins is None:
        raise errors.InvalidUpload("Upload-Offset says where in the file the chunk begins.")
    chunk = _chunk(request, _Arriving(request), begins, told.number(request.headers, "Upload-Length"))
    upload = await house.uploads.append(caller, UploadId(uploadId), chunk)
    return Response(status_code=204, headers={"Upload-Offset": str(upload.offset)} | told.expires(upload))


@operation(
    router,
    "DELETE",
    PATH + "/{uploadId:uuid}",
    "uploads_terminate",
    status=204,
    auth=Auth.USER,
    refuses=(
        errors.UploadNotFound,
        errors.UploadIsFinal,
        errors.UploadTaken,
        errors.UnsupportedProtocol,
    ),
    asks=(RESUMABLE,),
)
async def terminate(house: House, caller: CurrentCaller, uploadId: UUID) -> Response:
    """Gives up an upload that is not complete; what was kept of it is deleted."""
    await house.uploads.terminate(caller, UploadId(uploadId))
    return Response(status_code=204)


async def _begun(uploads: Uploads, caller: Caller, request: Request) -> Upload:
    kind, metadata = told.kind(request.headers), told.metadata(request.headers)
    if kind is UploadKind.FINAL:
        return await uploads.join(caller, told.joined(request.headers), metadata)
    length = told.length(request.headers)
    return await uploads.begin(caller, Announced(length=length, metadata=metadata, kind=kind))


def _first_chunk(request: Request, arriving: "_Arriving") -> Chunk | None:
    """What came with the creation, if anything did. Raises WrongContentType, InvalidUpload."""
    if told.kind(request.headers) is UploadKind.FINAL or not _has_body(request):
        return None
    return _chunk(request, arriving, 0, None)


async def _filled(
    uploads: Uploads, caller: Caller, upload: Upload, first: Chunk, arriving: "_Arriving"
) -> Upload:
    """With its first chunk. Where that is refused or the connection is lost, nobody learns of the upload; so
    it goes, unless the client can ask for it again by its key.
    """
    is_told = False
    try:
        upload = await uploads.append(caller, upload.id, first)
        is_told = not arriving.was_cut
        return upload
    finally:
        if not is_told and caller.origin.request_key is None:
            with suppress(errors.Refusal):
                await uploads.terminate(caller, upload.id)


def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers


def _chunk(request: Request, arriving: "_Arriving", begins: int, length: int | None) -> Chunk:
    """Raises WrongContentType, InvalidUpload."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != CHUNK:
        raise errors.WrongContentType(f"Chunks are sent as {CHUNK}.")
    size = request.headers.get("content-length", "")
    return Chunk(
        offset=begins,
        body=arriving.body(),
        size=int(size) if size.isdecimal() else None,
        checksum=told.checksum(request.headers),
        length=length,
    )


class _Arriving:
    """The body of a request."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self.was_cut = False

    async def body(self) -> AsyncIterator[bytes]:
        """Ends where the connection is lost."""
        try:
            async for data in self._request.stream():
                yield data
        except ClientDisconnect:
            self.was_cut = True


def _path(request: Request) -> str:
    """Of all uploads, as the client sees it."""
    return request.url.path.partition(PATH)[0] + PATH
