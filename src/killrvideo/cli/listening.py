"""An address to listen at, taken before anything else is done, so that a taken one is said at once."""

import errno
import socket

from killrvideo.cli.complaints import CannotServe

EVERY_INTERFACE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what stands for them in an address
WHY = {
    errno.EADDRINUSE: "it is in use; choose another with --port, or stop what uses it",
    errno.EACCES: "this user may not; ports from 1024 on are open to all",
    errno.EADDRNOTAVAIL: "this machine does not have that address",
}


def listen_at(host: str, port: int) -> socket.socket:
    """A socket bound to the address; port 0 takes any that is free. Raises CannotServe."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise CannotServe(f"Cannot listen at {host}: {error.strerror}.") from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        bound.close()
        reason = WHY.get(error.errno or 0, error.strerror)
        raise CannotServe(f"Cannot listen at port {port} of {host}: {reason}.") from error
    return bound


def web_address(bound: socket.socket, *, tls: bool) -> str:
    """Where a browser on this machine finds it."""
    host, port = bound.getsockname()[:2]
    host = EVERY_INTERFACE.get(host, host)
    return f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
