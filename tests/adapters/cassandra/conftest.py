"""Only Cassandra: what its units of work, counts and answers stand on."""

import pytest

from tests.backends import CASSANDRA, EmptiedSession


@pytest.fixture
def backend() -> str:
    return CASSANDRA


@pytest.fixture
def session(cassandra: EmptiedSession | None) -> EmptiedSession:
    assert cassandra is not None
    return cassandra
