"""A creator who sends films to a server that comes and goes, and knows which bytes were acknowledged."""

import asyncio
from dataclasses import dataclass, field
from random import Random

import httpx2

from tests.api.town import API
from tests.crash.voice import Site

TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = {**TUS, "Content-Type": "application/offset+octet-stream"}
PATIENCE = 30.0
LARGEST_CHUNK = 200_000
AWAY = (httpx2.HTTPError,)


@dataclass
class Film:
    data: bytes = field(repr=False)
    place: str | None = None
    """The path of its upload, once it was told."""
    acknowledged: int = 0
    """Bytes that the server said it has."""
    sent: int = 0
    """Bytes that went out, those that were sent twice included."""

    @property
    def is_sent(self) -> bool:
        return self.acknowledged == len(self.data)

    @property
    def video_id(self) -> str:
        assert self.place is not None
        return self.place.rpartition("/")[2]


class FilmSender:
    def __init__(self, site: Site, headers: dict[str, str], rng: Random) -> None:
        self._site = site
        self._headers = headers
        self._rng = rng
        self.lost: list[str] = []
        """Bytes that were acknowledged, and are not there any more."""
        self._address = ""
        self._client: httpx2.AsyncClient | None = None

    async def send(self, film: Film) -> None:
        """Returns when all of it was acknowledged."""
        while not film.is_sent:
            try:
                await self._go_on(film)
            except AWAY:
                await self._move()

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _go_on(self, film: Film) -> None:
        if film.place is None:
            await self._begin(film)
        else:
            await self._ask(film)
        while not film.is_sent:
            await self._send_chunk(film)

    async def _begin(self, film: Film) -> None:
        headers = {"Upload-Length": str(len(film.data)), "Upload-Metadata": "title QSBmaWxt"}
        answer = await self._request("POST", f"{API}/uploads", headers=TUS | headers)
        assert answer.status_code == 201, answer.text
        film.place = answer.headers["Location"]

    async def _ask(self, film: Film) -> None:
        answer = await self._request("HEAD", str(film.place), headers=TUS)
        assert answer.status_code == 200, answer.text
        there = int(answer.headers["Upload-Offset"])
        if there < film.acknowledged:
            self.lost.append(f"{film.acknowledged - there} bytes of {film.place}")
        film.acknowledged = there

    async def _send_chunk(self, film: Film) -> None:
        begins = film.acknowledged
        chunk = film.data[begins : begins + self._rng.randint(1, LARGEST_CHUNK)]
        film.sent += len(chunk)
        headers = CHUNK | {"Upload-Offset": str(begins)}
        answer = await self._request("PATCH", str(film.place), headers=headers, content=chunk)
        if answer.status_code == 409:  # An earlier request came further than we were told.
            await self._ask(film)
            return
        assert answer.status_code == 204, answer.text
        film.acknowledged = int(answer.headers["Upload-Offset"])

    async def _request(
        self, method: str, path: str, headers: dict[str, str], content: bytes = b""
    ) -> httpx2.Response:
        if self._client is None:
            await self._move()
        assert self._client is not None
        async with asyncio.timeout(2 * PATIENCE):
            return await self._client.request(
                method, path, headers=self._headers | headers, content=content or None
            )

    async def _move(self) -> None:
        await self.close()
        self._address = await self._site.other_than(self._address)
        self._client = httpx2.AsyncClient(base_url=self._address, timeout=PATIENCE)
