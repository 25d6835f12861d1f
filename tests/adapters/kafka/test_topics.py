"""Topics are made where they are missing, left alone where they are there, and asked for where we may not."""

import asyncio
from dataclasses import replace

import pytest

from killrvideo.adapters.events.kafka import KafkaCluster
from killrvideo.adapters.events.kafka.clients import admin_of
from killrvideo.adapters.events.kafka.farewells import Farewells
from killrvideo.adapters.events.kafka.topics import Topics, TopicsMissing


async def partitions(cluster: KafkaCluster) -> dict[str, int]:
    """How many partitions each of the cluster's own topics has."""
    admin = admin_of(cluster)
    await admin.start()
    try:
        names = [topic for topic in await admin.list_topics() if topic.startswith(cluster.prefix)]
        return {each["topic"]: len(each["partitions"]) for each in await admin.describe_topics(names)}
    finally:
        await admin.stop()


async def test_a_topic_for_each_kind_of_thing_and_one_for_dead_letters(cluster: KafkaCluster) -> None:
    await Topics(cluster, Farewells()).ensure()
    kinds = ("account", "comment", "dead-letters", "experiment", "exposure", "flag", "video")
    assert await partitions(cluster) == {f"{cluster.prefix}.{kind}": 4 for kind in kinds}


async def test_topics_that_are_there_stay_as_they_are(cluster: KafkaCluster) -> None:
    await Topics(cluster, Farewells()).ensure()
    await Topics(replace(cluster, partitions=9), Farewells()).ensure()
    assert set((await partitions(cluster)).values()) == {4}


async def test_processes_that_start_at_once_make_them_once(cluster: KafkaCluster) -> None:
    await asyncio.gather(*(Topics(cluster, Farewells()).ensure() for _ in range(5)))
    assert len(await partitions(cluster)) == len(cluster.topics) + 1


async def test_a_broker_that_makes_no_topics_leads_to_a_plain_request(cluster: KafkaCluster) -> None:
    topics = Topics(replace(cluster, replication=99), Farewells())
    with pytest.raises(TopicsMissing, match=r"Create these, each with 4 partitions") as refusal:
        await topics.ensure()
    assert all(topic in str(refusal.value) for topic in (*cluster.topics, cluster.dead_letters))
