"""One file over HTTPS, from an address that somebody else told: bounded in size, time and places.

Not even the answer is trusted: each redirect is a new address to be judged, and only the operator's own base
addresses are exempt, as long as nobody else led there. Proxies of the environment are passed by, since they
would look the name up once more.
"""

import asyncio
import ssl
from collections.abc import Callable, Collection

import httpx2
import structlog

from killrvideo.adapters.downloads.places import Place, Places, Resolve, system_resolver
from killrvideo.adapters.retry_after import seconds_of
from killrvideo.domain.errors import SourceFailed, SourceNotFound, UnusableFile
from killrvideo.service_interfaces.clock import Clock

log = structlog.get_logger(__name__)

REDIRECTS_MOST = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
WORTH_ANOTHER_TRY = frozenset({408, 425, 429})
HEADERS = {"User-Agent": "KillrVideo", "Accept": "*/*", "Accept-Encoding": "identity"}

Transports = Callable[[], httpx2.AsyncBaseTransport]


class Downloader:
    def __init__(
        self,
        clock: Clock,
        *,
        exempt: Collection[str] = (),
        seconds: float = 5.0,
        resolve: Resolve = system_resolver,
        transports: Transports | None = None,
    ) -> None:
        """``exempt`` as `Places` has it; ``seconds`` is what one download may take with all its redirects.

        ``transports`` makes one for each connection.
        """
        self._clock = clock
        self._places = Places(exempt, resolve)
        self._seconds = seconds
        self._transports = transports or _OverTls()

    async def get(self, address: str, largest: int) -> bytes:
        """The file, of ``largest`` bytes at most. Raises SourceNotFound where there is none, UnusableFile for
        what is too large or stands where we do not ask, and SourceFailed if another try may succeed.
        """
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(httpx2.URL(address), largest)
        except UnusableFile as refusal:
            log.warning("download_refused", address=address, reason=refusal.detail)
            raise
        except httpx2.InvalidURL:
            raise UnusableFile("The address of the file is none.") from None
        except TimeoutError:
            raise SourceFailed(f"The file did not arrive within {self._seconds:g} seconds.") from None
        except httpx2.HTTPError:
            raise SourceFailed("The server of the file cannot be reached at the moment.") from None

    async def _follow(self, url: httpx2.URL, largest: int) -> bytes:
        exempt = self._places.is_exempt(url)
        for _ in range(REDIRECTS_MOST + 1):
            found = await self._ask(await self._places.look_up(url, exempt=exempt), largest)
            if isinstance(found, bytes):
                return found
            url = url.join(found)
            exempt = exempt and self._places.is_exempt(url)
        raise UnusableFile("The server of the file sends us from place to place.")

    async def _ask(self, place: Place, largest: int) -> bytes | httpx2.URL:
        """Asks one machine after the other, until one can be connected to."""
        *others, last = place.machines
        for machine in others:
            try:
                return await self._ask_at(machine, place, largest)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                continue
        return await self._ask_at(last, place, largest)

    async def _ask_at(self, machine: str, place: Place, largest: int) -> bytes | httpx2.URL:
        """The file, or where the server sends us."""
        # A client of its own: no connection is ever used for another name, and no cookie travels.
        patience = httpx2.Timeout(self._seconds, connect=self._seconds / 3)
        client = httpx2.AsyncClient(transport=self._transports(), timeout=patience, trust_env=False)
        headers = HEADERS | {"Host": place.host_header}
        told = {"sni_hostname": place.name}
        async with (
            client,
            client.stream("GET", place.at(machine), headers=headers, extensions=told) as response,
        ):
            if response.status_code in REDIRECTS and "Location" in response.headers:
                return httpx2.URL(response.headers["Location"])
            self._refuse_failure(response)
            return await _body(response, largest)

    def _refuse_failure(self, response: httpx2.Response) -> None:
        status = response.status_code
        if status == httpx2.codes.OK:
            return
        if status in WORTH_ANOTHER_TRY or status not in range(400, 500):
            raise SourceFailed(
                f"The server of the file has trouble of its own (HTTP {status}); try again later.",
                retry_after=seconds_of(response.headers.get("Retry-After"), self._clock.now()),
            )
        raise SourceNotFound(f"The file is not to be had (HTTP {status}).")


class _OverTls:
    """Transports that share what certificates are checked with: reading it takes a while."""

    def __init__(self) -> None:
        self._context: ssl.SSLContext | None = None

    def __call__(self) -> httpx2.AsyncBaseTransport:
        self._context = self._context or httpx2.create_ssl_context()
        return httpx2.AsyncHTTPTransport(verify=self._context, trust_env=False)


async def _body(response: httpx2.Response, largest: int) -> bytes:
    """As it travels: what is packed could be a thousand times as large as it seems."""
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise UnusableFile("The file comes packed, which we did not ask for.")
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > largest:
            raise UnusableFile(f"The file is larger than {largest:,} bytes.")
    return bytes(body)
