"""Topics of the test's own on a real broker, and processes that use them."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import aiokafka.client
import pytest
from aiokafka.admin import AIOKafkaAdminClient

from killrvideo.adapters.events.kafka import KafkaCluster
from killrvideo.adapters.events.tries import Pause
from tests.adapters.kafka.world import Process, Starting, impatiently
from tests.servers import kafka_address, why_no_kafka
from tests.stand_ins.wire import Wire, wire_to


@pytest.fixture(autouse=True)
def quiet_client() -> Iterator[None]:
    """What it says of brokers that are away is told once by our own log."""
    log = logging.getLogger("aiokafka")
    level = log.level
    log.setLevel(logging.CRITICAL)
    yield
    log.setLevel(level)


@pytest.fixture
async def cluster() -> AsyncIterator[KafkaCluster]:
    address = kafka_address()
    if address is None:
        pytest.skip(why_no_kafka())
    cluster = KafkaCluster(servers=(str(address),), prefix=f"kv_test_{uuid4().hex[:10]}", partitions=4)
    yield cluster
    admin = AIOKafkaAdminClient(bootstrap_servers=str(address))
    await admin.start()
    made = [topic for topic in await admin.list_topics() if topic.startswith(cluster.prefix)]
    if made:
        await admin.delete_topics(made)
    await admin.close()


@pytest.fixture
async def start(tmp_path: Path, cluster: KafkaCluster) -> AsyncIterator[Starting]:
    processes: list[Process] = []

    async def starting(name: str = "one", pause: Pause = impatiently) -> Process:
        process = Process(tmp_path, cluster, name, pause)
        await process.storage.open()
        processes.append(process)
        return process

    yield starting
    for process in processes:
        await process.close()


@pytest.fixture
async def process(start: Starting) -> Process:
    return await start()


@pytest.fixture
async def wire(cluster: KafkaCluster, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wire]:
    """All connections to the broker go by it: brokers tell clients where to connect, and it is not there."""
    host, _, port = cluster.servers[0].rpartition(":")
    connect = aiokafka.client.create_conn

    async with wire_to(host, int(port)) as wire:

        async def redirected(_host: str, _port: int, **options: object) -> object:
            return await connect("127.0.0.1", wire.port, **options)

        monkeypatch.setattr(aiokafka.client, "create_conn", redirected)
        yield wire
