"""A folder of files, sent to an object store and fetched from there: whole, or not at all.

Its manifest comes last and names every file with its size and SHA-256. Without one there is no folder, only
what an interrupted sending left; and what was fetched is what was sent, or it is refused.
"""

import asyncio
import hashlib
import mimetypes
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from killrvideo.domain.blobs import check_key
from killrvideo.domain.errors import BlobExists, BlobNotFound, Refusal
from killrvideo.service_interfaces.blobs import ANY_CONTENT, READ_CHUNK, BlobStore, ByteProgress
from killrvideo.service_interfaces.catalogue import CatalogueRefused

MANIFEST = "manifest.json"
MANIFEST_MOST = 4 * 1024 * 1024
"""Bytes; one file of the folder needs about 150."""


def _name(raw: str) -> str:
    try:
        return check_key(raw)
    except Refusal as refusal:
        raise ValueError(refusal.detail) from None


class SentFile(BaseModel):
    name: Annotated[str, AfterValidator(_name)]
    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Manifest(BaseModel):
    format: Literal["killrvideo-export"] = "killrvideo-export"
    version: Literal[1] = 1
    files: list[SentFile]


async def refuse_occupied(blobs: BlobStore, address: str) -> None:
    """Raises CatalogueRefused if there is anything at the address."""
    if await blobs.list(limit=1):
        raise CatalogueRefused(f"{address} is there already and not empty; name a new address.")


async def send_folder(blobs: BlobStore, folder: Path, progress: ByteProgress) -> None:
    """Sends every file, then the manifest. When it fails, what was sent is removed again.

    Raises CatalogueRefused if somebody else sent a folder there meanwhile, Unavailable.
    """
    paths = await asyncio.to_thread(_files_in, folder)
    progress.expect(sum(path.stat().st_size for path in paths.values()))
    try:
        files = [await _send(blobs, name, path, progress) for name, path in paths.items()]
        manifest = Manifest(files=files).model_dump_json(indent=2).encode()
        await blobs.create(MANIFEST, manifest, content_type="application/json")
    except BlobExists:
        # The files may be the other's by now, so they stay.
        raise CatalogueRefused("Somebody else has written there meanwhile; name another address.") from None
    except BaseException:
        for name in paths:
            with suppress(Refusal):
                await blobs.delete(name)
        raise


async def fetch_folder(blobs: BlobStore, address: str, folder: Path, progress: ByteProgress) -> None:
    """Writes every file of the manifest into the folder, each checked.

    Raises CatalogueRefused if there is no manifest or a file is not as it says, Unavailable.
    """
    manifest = await _manifest(blobs, address)
    progress.expect(sum(file.size for file in manifest.files))
    for file in manifest.files:
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not await _fetched(blobs, file, path, progress):
            raise CatalogueRefused(
                f"{file.name} at {address} is not what its manifest says: it was changed or damaged since."
            )


def _files_in(folder: Path) -> dict[str, Path]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path for path in paths}


async def _send(blobs: BlobStore, name: str, path: Path, progress: ByteProgress) -> SentFile:
    digest, size = hashlib.sha256(), 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal size
        with await asyncio.to_thread(path.open, "rb") as file:
            while piece := await asyncio.to_thread(file.read, READ_CHUNK):
                digest.update(piece)
                size += len(piece)
                yield piece
                progress.advance(len(piece))

    await blobs.put(name, pieces(), content_type=mimetypes.guess_type(name)[0] or ANY_CONTENT)
    return SentFile(name=name, size=size, sha256=digest.hexdigest())


async def _manifest(blobs: BlobStore, address: str) -> Manifest:
    try:
        reading = await blobs.read(MANIFEST, end=MANIFEST_MOST)
        return Manifest.model_validate_json(b"".join([piece async for piece in reading.chunks]))
    except BlobNotFound:
        raise CatalogueRefused(f"There is no complete export at {address}: it has no {MANIFEST}.") from None
    except ValidationError:
        raise CatalogueRefused(f"{MANIFEST} at {address} is not one that killrvideo export wrote.") from None


async def _fetched(blobs: BlobStore, file: SentFile, path: Path, progress: ByteProgress) -> bool:
    """Whether it was there and came as the manifest says."""
    try:
        reading = await blobs.read(file.name)
    except BlobNotFound:
        return False
    if reading.info.size != file.size:
        return False
    digest = hashlib.sha256()
    with await asyncio.to_thread(path.open, "wb") as target:
        async for piece in reading.chunks:
            digest.update(piece)
            await asyncio.to_thread(target.write, piece)
            progress.advance(len(piece))
    return digest.hexdigest() == file.sha256
