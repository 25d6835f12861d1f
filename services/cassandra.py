"""Cassandra nodes: one alone for the tests, and a cluster of three for what only a cluster shows."""

from dataclasses import dataclass
from pathlib import Path

from services import cql
from services.artifacts import jar
from services.server import Program, fill, options
from services.state import Address

TOKENS = 2**64
MAIN = "org.apache.cassandra.service.CassandraDaemon"


@dataclass(frozen=True, slots=True)
class CassandraNode:
    """A node and what tells it from others; `token` is its place on the ring."""

    name: str
    cluster: str
    host: str
    port: int
    storage_port: int
    jmx_port: int
    token: int
    heap: str
    seeds: str
    #: The template of JVM options that say how much a crash may cost.
    durability: str
    #: Milliseconds until a write is given up; reads and transactions follow it.
    write_timeout_ms: int
    profile: str = "cassandra"

    @property
    def title(self) -> str:
        return "Cassandra"

    @property
    def address(self) -> Address:
        return Address(self.host, self.port)

    @property
    def listens(self) -> tuple[Address, ...]:
        return (
            self.address,
            Address(self.host, self.storage_port),
            Address("127.0.0.1", self.jmx_port),
        )

    def prepare(self, _: Program, home: Path, data: Path) -> None:
        values = self._values(home, data)
        fill("cassandra.yaml", values, home / "cassandra.yaml")
        fill("cassandra-logback.xml", values, home / "logback.xml")
        fill("cassandra-jvm.options", values, home / "jvm.options")
        fill(self.durability, values, home / "durability.options")

    def command(self, program: Program, home: Path) -> list[str]:
        given = options(home / "jvm.options") + options(home / "durability.options")
        agent = f"-javaagent:{jar(program.class_path, 'jamm-')}"
        return [program.java, *given, agent, "-cp", program.class_path, MAIN]

    def serves(self, members: int) -> bool:
        return cql.serves(self.address, members)

    def _values(self, home: Path, data: Path) -> dict[str, object]:
        return {
            "cluster": f"killrvideo {self.cluster}",
            "token": self.token,
            "host": self.host,
            "port": self.port,
            "storage_port": self.storage_port,
            "jmx_port": self.jmx_port,
            "seeds": self.seeds,
            "heap": self.heap,
            "home": home,
            "data": data,
            "write_timeout_ms": self.write_timeout_ms,
            "read_timeout_ms": self.write_timeout_ms * 5 // 2,
            "contention_timeout_ms": self.write_timeout_ms // 2,
        }


# Port 7000, Cassandra's own, is taken on every Mac (AirPlay): hence others.
ONE = CassandraNode(
    name="one",
    cluster="one",
    host="127.0.0.1",
    port=9042,
    storage_port=7090,
    jmx_port=7190,
    token=0,
    heap="2g",
    seeds="127.0.0.1:7090",
    durability="cassandra-quick.options",
    write_timeout_ms=8000,
)

# For tests that kill or hold a node still, while others use ONE.
SPARE = CassandraNode(
    name="spare-cassandra",
    cluster="spare-cassandra",
    host="127.0.0.1",
    port=9242,
    storage_port=7200,
    jmx_port=7290,
    token=0,
    heap="512m",
    seeds="127.0.0.1:7200",
    durability="cassandra-careful.options",
    write_timeout_ms=2000,
)


def _third(number: int) -> CassandraNode:
    return CassandraNode(
        name=f"three-{number}",
        cluster="three",
        host=f"127.0.0.{number}",
        port=9142,
        storage_port=7100,
        jmx_port=7190 + number,
        token=(number - 1) * (TOKENS // 3) - TOKENS // 2,
        heap="768m",
        # Each is a seed: all start at once, and any of them starts again whichever others are away.
        seeds="127.0.0.1:7100,127.0.0.2:7100,127.0.0.3:7100",
        durability="cassandra-careful.options",
        write_timeout_ms=2000,
    )


THREE = tuple(_third(number) for number in (1, 2, 3))
