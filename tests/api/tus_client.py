"""A client that speaks tus 1.0.0 word for word, as tests want to see it."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2

from killrvideo.domain.ids import AccountId, UploadId
from tests.api.town import Person, Town

UPLOADS = "/api/v1/uploads"
TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = {"Content-Type": "application/offset+octet-stream"}


def packed(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def sum_of(data: bytes, algorithm: str = "sha1") -> dict[str, str]:
    digest = hashlib.new(algorithm, data, usedforsecurity=False).digest()
    return {"Upload-Checksum": f"{algorithm} {base64.b64encode(digest).decode()}"}


@dataclass
class Client:
    town: Town
    person: Person

    @property
    def owner(self) -> AccountId:
        assert self.person.id is not None
        return AccountId(self.person.id)

    async def ask(self, method: str, path: str = UPLOADS, **options: Any) -> httpx2.Response:
        headers = {**TUS, **self.person.headers, **options.pop("headers", {})}
        return await self.town.client.request(method, path, headers=headers, **options)

    async def create(self, length: int | None = 11, **headers: str) -> str:
        """The address of a new upload."""
        told = {"Upload-Defer-Length": "1"} if length is None else {"Upload-Length": str(length)}
        answer = await self.ask("POST", headers=told | headers)
        assert answer.status_code == 201, answer.text
        return answer.headers["Location"]

    async def send(self, path: str, offset: int, data: bytes, **headers: str) -> httpx2.Response:
        told = {"Upload-Offset": str(offset), **CHUNK, **headers}
        return await self.ask("PATCH", path, headers=told, content=data)

    async def whole(self, data: bytes, **headers: str) -> str:
        path = await self.create(len(data), **headers)
        assert (await self.send(path, 0, data)).status_code == 204
        return path

    async def offset(self, path: str) -> int:
        answer = await self.ask("HEAD", path)
        assert answer.status_code == 200
        return int(answer.headers["Upload-Offset"])

    async def bytes_of(self, path: str) -> bytes:
        """What is kept."""
        storage, blobs = self.town.house.storage, self.town.house.foundations.blobs
        kept = b""
        for part in await storage.uploads.parts(id_of(path)):
            kept += b"".join([chunk async for chunk in (await blobs.read(part.key)).chunks])
        return kept


def id_of(path: str) -> UploadId:
    return UploadId(UUID(path.rpartition("/")[2]))
