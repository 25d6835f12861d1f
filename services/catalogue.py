"""The servers there are, and the names that choose among them."""

from collections.abc import Iterable

from services.cassandra import ONE, THREE
from services.kafka import KAFKA
from services.problems import ServiceProblem
from services.server import Server

SERVERS: tuple[Server, ...] = (ONE, KAFKA, *THREE)
DEFAULT = ("one", "kafka")


def choose(names: Iterable[str]) -> list[Server]:
    """The servers that these names mean, `three` all its nodes; ServiceProblem for an unknown name."""
    chosen: list[Server] = []
    for name in names:
        meant = [server for server in SERVERS if name in (server.name, server.cluster)]
        if not meant:
            raise ServiceProblem(f"There is no server '{name}'; there are: {', '.join(_names())}.")
        chosen += [server for server in meant if server not in chosen]
    return chosen


def companions(server: Server) -> list[Server]:
    """The servers of its cluster, itself included."""
    return [other for other in SERVERS if other.cluster == server.cluster]


def _names() -> list[str]:
    names = [name for server in SERVERS for name in (server.cluster, server.name)]
    return list(dict.fromkeys(names))
