"""A whole house on Kafka: reactions come by the broker, and readers notice nothing when it is away."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from killrvideo.adapters.events.kafka import KafkaCluster
from killrvideo.bootstrap import House, build, load_settings
from killrvideo.domain.videos import VideoStatus
from killrvideo.features.videos import Submission
from tests.adapters.kafka.world import messages_in
from tests.builders.accounts import an_account
from tests.builders.callers import caller_of
from tests.builders.keeping import keep
from tests.stand_ins.wire import Wire
from tests.workers.youtube import YouTubeInMemory


@asynccontextmanager
async def opened(folder: Path, cluster: KafkaCluster, *, workers: bool) -> AsyncIterator[House]:
    settings = load_settings(
        {
            "data_dir": folder,
            "durability": "off",
            "events": "kafka",
            "kafka_servers": cluster.servers,
            "kafka_prefix": cluster.prefix,
            "metrics": True,
        },
        env_file=None,
    )
    async with build(settings, source=YouTubeInMemory()).opened(workers=workers) as house:
        yield house


async def ask(house: House, path: str) -> httpx2.Response:
    transport = httpx2.ASGITransport(house.web_app())
    async with httpx2.AsyncClient(transport=transport, base_url="http://house") as client:
        return await client.get(path)


@pytest.fixture
def submission() -> Submission:
    return Submission(address="https://youtu.be/dQw4w9WgXcQ")


async def test_what_one_does_reaches_reactions_and_the_outside_through_kafka(
    tmp_path: Path, cluster: KafkaCluster, submission: Submission
) -> None:
    async with opened(tmp_path, cluster, workers=False) as house:
        ann = an_account()
        await keep(house.storage, ann)
        video = await house.application.videos.submit(caller_of(ann), submission)
        await house.application.videos.delete(caller_of(ann), video.id)
        await house.workers.settle()
        assert await house.storage.jobs.for_subject(video.id) == []  # Called off, by a reaction.
        assert 'killrvideo_events_waiting{group="reactions"} 0' in (await ask(house, "/metrics")).text
        described = (await ask(house, "/asyncapi.json")).json()["channels"]["video"]["address"]
    told = [dict(message.headers)["ce_type"] for message in await messages_in(cluster, described)]
    assert told == [b"killrvideo.VideoSubmitted", b"killrvideo.VideoHidden"]


async def test_readers_notice_nothing_of_a_broker_that_is_away(
    tmp_path: Path, cluster: KafkaCluster, wire: Wire, submission: Submission
) -> None:
    await wire.cut()
    async with opened(tmp_path, cluster, workers=True) as house:
        assert (await ask(house, "/health/ready")).status_code == 200
        ann = an_account()
        await keep(house.storage, ann)
        video = await house.application.videos.submit(caller_of(ann), submission)
        figures = (await ask(house, "/metrics")).text
        assert 'killrvideo_events_waiting{group="kafka"}' in figures
        assert 'group="reactions"' not in figures
        await wire.lay()
        await house.workers.settle()
        found = await house.storage.videos.get(video.id)
        assert found is not None
        assert found.status is VideoStatus.READY
    assert len(await messages_in(cluster, cluster.topic("video"))) >= 2
