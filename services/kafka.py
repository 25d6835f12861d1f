"""The Kafka broker: one process that is broker and controller."""

import socket
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

from services.problems import ServiceProblem
from services.server import Program, fill, options
from services.state import Address
from services.wire import receive

CLUSTER_ID = "S2lsbHJWaWRlby1vbmUtMQ"
METADATA, VERSION = 3, 1
HEADER = struct.Struct(">hhih")


@dataclass(frozen=True, slots=True)
class KafkaBroker:
    """A broker without companions."""

    name: str = "kafka"
    cluster: str = "kafka"
    title: str = "Kafka"
    profile: str = "kafka"
    host: str = "127.0.0.1"
    port: int = 9092
    controller_port: int = 9093

    @property
    def address(self) -> Address:
        return Address(self.host, self.port)

    @property
    def controller(self) -> Address:
        return Address(self.host, self.controller_port)

    @property
    def listens(self) -> tuple[Address, ...]:
        return (self.address, self.controller)

    def prepare(self, program: Program, home: Path, data: Path) -> None:
        values = {"address": self.address, "controller": self.controller, "data": data, "home": home}
        fill("kafka.properties", values, home / "kafka.properties")
        fill("kafka-log4j2.properties", values, home / "log4j2.properties")
        fill("kafka-jvm.options", values, home / "jvm.options")
        if not (data / "meta.properties").exists():
            self._format(program, home)

    def _format(self, program: Program, home: Path) -> None:
        tool = [
            program.java,
            "-XX:TieredStopAtLevel=1",
            "-cp",
            program.class_path,
            "kafka.tools.StorageTool",
            "format",
        ]
        settings = ["--standalone", "-t", CLUSTER_ID, "-c", str(home / "kafka.properties")]
        told = subprocess.run([*tool, *settings], capture_output=True, text=True, check=False)
        if told.returncode:
            raise ServiceProblem(f"Kafka's storage could not be made:\n{told.stdout}{told.stderr}")

    def command(self, program: Program, home: Path) -> list[str]:
        return [
            program.java,
            *options(home / "jvm.options"),
            "-cp",
            program.class_path,
            "kafka.Kafka",
            str(home / "kafka.properties"),
        ]

    def serves(self, members: int) -> bool:
        try:
            return _brokers(self.address) >= members
        except (OSError, EOFError):
            return False


def _brokers(address: Address, patience: float = 5.0) -> int:
    """How many brokers take part, by a metadata request for no topic; a starting one counts none yet."""
    request = HEADER.pack(METADATA, VERSION, 1, -1) + struct.pack(">i", 0)
    with socket.create_connection((address.host, address.port), timeout=patience) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        (length,) = struct.unpack(">i", receive(connection, 4))
        _, brokers = struct.unpack(">ii", receive(connection, length)[:8])
        return int(brokers)


KAFKA = KafkaBroker()
# For tests that kill or hold a broker still, while others use KAFKA.
SPARE = KafkaBroker(name="spare-kafka", cluster="spare-kafka", port=9192, controller_port=9193)
