"""Where a download goes: an address that may be asked, and the machines that its name stands for.

The name is looked up once, what was found is judged, and exactly that is connected to: a name that means
another machine a moment later changes nothing.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

import httpx2

from killrvideo.adapters.downloads.addresses import is_public_text
from killrvideo.domain.errors import SourceFailed, UnusableFile

PORTS = {"http": 80, "https": 443}
MACHINES_MOST = 4
"""Of one name, that are tried in turn."""
REFUSED = "The file stands at an address that we do not ask."

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Takes a name and a port, gives addresses. Raises OSError."""
Origin = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Place:
    url: httpx2.URL
    machines: Sequence[str]
    """Their addresses."""

    def at(self, machine: str) -> httpx2.URL:
        """Connects there, whatever the name would mean by now."""
        return self.url.copy_with(host=machine)

    @property
    def name(self) -> str:
        """What the certificate must be for."""
        return _host(self.url)

    @property
    def host_header(self) -> str:
        return self.url.netloc.decode("ascii")


class Places:
    def __init__(self, exempt: Collection[str], resolve: Resolve) -> None:
        """``exempt``: base addresses that the operator named; they may be private, and without TLS."""
        self._exempt = {origin_of(httpx2.URL(base)) for base in exempt}
        self._resolve = resolve

    def is_exempt(self, url: httpx2.URL) -> bool:
        return origin_of(url) in self._exempt

    async def look_up(self, url: httpx2.URL, *, exempt: bool) -> Place:
        """Raises UnusableFile for what is not asked, SourceFailed where the name is not known (now)."""
        if url.userinfo or not url.host or not (exempt or _is_plain_https(url)):
            raise UnusableFile(REFUSED)
        machines = await self._machines(url)
        if not exempt and not all(map(is_public_text, machines)):
            raise UnusableFile(REFUSED)
        return Place(url, machines[:MACHINES_MOST])

    async def _machines(self, url: httpx2.URL) -> Sequence[str]:
        try:
            found = await self._resolve(_host(url), origin_of(url)[2])
        except UnicodeError:
            raise UnusableFile(REFUSED) from None
        except OSError:
            found = ()
        if not found:
            raise SourceFailed("The server of the file cannot be found at the moment; try again later.")
        return found


def origin_of(url: httpx2.URL) -> Origin:
    return url.scheme, _host(url), url.port or PORTS.get(url.scheme, 0)


def _is_plain_https(url: httpx2.URL) -> bool:
    return url.scheme == "https" and url.port in {None, PORTS["https"]}


def _host(url: httpx2.URL) -> str:
    return url.raw_host.decode("ascii")


async def system_resolver(name: str, port: int) -> list[str]:
    """What this machine knows of a name, each address once; other spellings of IPv4 come out plain."""
    found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))
