"""What is really published is what the AsyncAPI document says, message by message."""

from typing import Any
from uuid import UUID

import jsonschema_rs
import orjson
import pytest
from aiokafka import ConsumerRecord

from killrvideo.adapters.events import asyncapi
from killrvideo.adapters.events.kafka import KafkaCluster
from killrvideo.domain.events import (
    AccessChanged,
    CommentPosted,
    ContentFlagged,
    Event,
    Origin,
    VideoRated,
    VideoViewed,
)
from killrvideo.domain.ids import AccountId, CommentId, FlagId, VideoId
from tests.adapters.kafka.world import Process, messages_in, send

PERSON, VIDEO = AccountId(UUID(int=1)), VideoId(UUID(int=2))
EVENTS: tuple[Event, ...] = (
    VideoViewed(video_id=VIDEO, viewer_id=None, version=2),
    VideoRated(video_id=VIDEO, account_id=PERSON, stars=5, version=2),
    CommentPosted(comment_id=CommentId(UUID(int=3)), video_id=VIDEO, author_id=PERSON),
    AccessChanged(account_id=PERSON, roles=("creator", "viewer"), scopes=()),
    ContentFlagged(flag_id=FlagId(UUID(int=4)), content_type="video", content_id=VIDEO, reason="spam"),
)
ORIGINS = (
    Origin(correlation_id="request-1"),
    Origin(correlation_id="request-2", actor_id=PERSON, causation_id="a job", trace_parent="00-aa-bb-01"),
)


def schema(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """The part as a schema of its own, with what it refers to."""
    return {**part, "components": document["components"]}


def validate(document: dict[str, Any], described: dict[str, Any], message: ConsumerRecord) -> None:
    headers = {name: value.decode() for name, value in message.headers}
    key = described["bindings"]["kafka"]["key"]
    for part, found in (
        (described["headers"], headers),
        (described["payload"], orjson.loads(message.value)),
        (key, message.key.decode()),
    ):
        whole = schema(document, part)
        jsonschema_rs.validator_for(whole, validate_formats=True).validate(found)


@pytest.fixture
async def published(process: Process, cluster: KafkaCluster) -> list[ConsumerRecord]:
    for origin in ORIGINS:
        work = process.storage.begin("tests.publish", origin)
        for event in EVENTS:
            work.publish(event)
        await work.commit()
    await process.bus.drain()
    return await messages_in(cluster, *cluster.topics)


async def test_real_messages_are_as_described(published: list[ConsumerRecord], cluster: KafkaCluster) -> None:
    document = asyncapi.document(cluster)
    channels = {channel["address"]: channel["messages"] for channel in document["channels"].values()}
    seen = []
    for message in published:
        name = dict(message.headers)["ce_type"].decode().removeprefix("killrvideo.")
        assert name in channels[message.topic]
        validate(document, document["components"]["messages"][name], message)
        seen.append(name)
    assert sorted(seen) == sorted(type(event).__name__ for event in EVENTS * 2)


async def test_a_message_of_another_event_is_not_as_described(
    published: list[ConsumerRecord], cluster: KafkaCluster
) -> None:
    document = asyncapi.document(cluster)
    described = document["components"]["messages"]["VideoPurged"]
    with pytest.raises(jsonschema_rs.ValidationError):
        validate(document, described, published[0])


async def test_a_real_dead_letter_is_as_described(process: Process, cluster: KafkaCluster) -> None:
    process.shared("index", lambda recorded: process.publish())
    await process.bus.drain()
    await send(cluster, cluster.topic("video"), b"hello")
    await process.bus.drain()
    [letter] = await messages_in(cluster, cluster.dead_letters)
    described = asyncapi.document(cluster)["components"]["messages"]["DeadLetter"]
    headers = {name: value.decode() for name, value in letter.headers}
    jsonschema_rs.validator_for(described["headers"]).validate(headers)
