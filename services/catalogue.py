"""The servers there are, and the names that choose among them."""

from collections.abc import Sequence

from services import cassandra, kafka
from services.problems import ServiceProblem
from services.server import Server

SERVERS: tuple[Server, ...] = (
    cassandra.ONE,
    kafka.KAFKA,
    *cassandra.THREE,
    cassandra.SPARE,
    kafka.SPARE,
)
DEFAULT = (cassandra.ONE.name, kafka.KAFKA.name)


def choose(servers: Sequence[Server], names: Sequence[str]) -> list[Server]:
    """The servers that these names mean, a cluster's name all of it; ServiceProblem for an unknown one."""
    for name in names:
        if not any(name in (server.name, server.cluster) for server in servers):
            known = dict.fromkeys(known for server in servers for known in (server.cluster, server.name))
            raise ServiceProblem(f"There is no server '{name}'; there are: {', '.join(known)}.")
    return [server for server in servers if server.name in names or server.cluster in names]
