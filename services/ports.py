"""Whether a server may listen where it means to."""

import errno
import socket
from collections.abc import Iterable

from services.problems import ServiceProblem
from services.state import Address


def require_free(name: str, addresses: Iterable[Address]) -> None:
    """Refuse, in a sentence, to start a server beside one that somebody else runs there."""
    for address in addresses:
        try:
            _try_to_listen(address)
        except OSError as error:
            raise ServiceProblem(f"{name} cannot start: {_reason(address, error)}") from error


def _try_to_listen(address: Address) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Connections of a server that just ended linger; they are no obstacle to the next one.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((address.host, address.port))
        probe.listen()


def _reason(address: Address, error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"another program, not started from here, listens at {address}. Stop that one first."
        case errno.EADDRNOTAVAIL:
            return f"no address {address.host} here. On macOS: sudo ifconfig lo0 alias {address.host}"
        case _:
            return f"listening at {address} is refused ({error.strerror})."
