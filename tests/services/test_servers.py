"""Which servers the tests use: the environment's word comes before the state files'."""

from collections.abc import Callable

import pytest

from services.state import Address
from tests import servers


@pytest.mark.parametrize(
    ("variable", "address"),
    [
        (servers.CASSANDRA_VARIABLE, servers.cassandra_address),
        (servers.KAFKA_VARIABLE, servers.kafka_address),
    ],
    ids=["cassandra", "kafka"],
)
def test_the_environment_names_a_server(
    variable: str, address: Callable[[], Address | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "127.0.0.1:1234")

    assert address() == Address("127.0.0.1", 1234)


def test_the_reason_to_skip_says_how_not_to() -> None:
    assert "make services" in servers.why_no_cassandra()
    assert servers.KAFKA_VARIABLE in servers.why_no_kafka()
