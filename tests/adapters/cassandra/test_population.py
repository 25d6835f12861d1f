"""The synthetic site that reads are measured on: poured in directly, it is what units of work would write."""

import io
import os

import pytest
from rich.console import Console

from benchmarks.scale.proving import prove
from killrvideo.adapters.cassandra.cluster.address import Address
from tests.backends import worker_name
from tests.servers import cassandra_address, why_no_cassandra


async def test_what_is_poured_in_is_what_units_of_work_write(request: pytest.FixtureRequest) -> None:
    where = cassandra_address()
    if where is None:
        pytest.skip(why_no_cassandra())
    keyspace = f"poured_{worker_name(request.config)}_{os.getpid()}"
    address = Address(hosts=(where.host,), port=where.port, keyspace=keyspace, timeout=20.0)
    told = io.StringIO()

    await prove(address, 12, Console(file=told))

    assert "0 tables differ" in told.getvalue()
