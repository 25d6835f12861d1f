"""The real servers that tests may use, and why a test that needs one is skipped."""

import os

from services import state
from services.state import Address

CASSANDRA_VARIABLE = "KILLRVIDEO_TEST_CASSANDRA"
KAFKA_VARIABLE = "KILLRVIDEO_TEST_KAFKA"


def cassandra_address() -> Address | None:
    """The one-node Cassandra: as the environment names it, else the one `make services` started."""
    return _address(CASSANDRA_VARIABLE, "one")


def kafka_address() -> Address | None:
    """The Kafka broker: as the environment names it, else the one `make services` started."""
    return _address(KAFKA_VARIABLE, "kafka")


def why_no_cassandra() -> str:
    """The sentence for a test that is skipped for want of Cassandra."""
    return _why("Cassandra", CASSANDRA_VARIABLE)


def why_no_kafka() -> str:
    """The sentence for a test that is skipped for want of a broker."""
    return _why("Kafka broker", KAFKA_VARIABLE)


def _address(variable: str, name: str) -> Address | None:
    if named := os.environ.get(variable):
        return Address.parse(named)
    server = state.running(name)
    return None if server is None else server.address


def _why(server: str, variable: str) -> str:
    return f"no {server} runs: `make services` starts one, or {variable}=host:port names one"
