"""The AsyncAPI 3 document: which events go to which topic, and what their messages hold.

It is made from the catalogue of events and from the attributes that messages are written with, so that it
cannot promise anything else than what is published.
"""

from typing import Any

from pydantic import TypeAdapter

from killrvideo import __version__
from killrvideo.adapters.events.cloudevents import (
    CONTENT_TYPE,
    JSON,
    PREFIX,
    TYPES,
    Attributes,
    schema_address,
)
from killrvideo.adapters.events.kafka.cluster import KafkaCluster, aggregates
from killrvideo.adapters.events.kafka.dead_letters import ABOUT
from killrvideo.domain.events import Event, catalogue

Part = dict[str, Any]

DESCRIPTION = """\
Every change that KillrVideo makes is published as an event in the past tense. Events are CloudEvents 1.0 in
Kafka's binary mode: attributes in headers with the prefix `ce_`, the event itself as JSON.

Delivery is at least once: an event that comes twice has the same `ce_id` both times. Events of one aggregate
have its id as their key and come in the order in which they happened, as their `version` tells; only a
repeat, or an event that a distributed store found late, comes after younger ones. Members and attributes may
be added; a change that breaks readers gets a new `ce_dataschema`.
"""
BINDING = "0.5.0"


def document(cluster: KafkaCluster) -> Part:
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "KillrVideo events",
            "version": __version__,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": JSON,
        "channels": {
            **{aggregate: _channel(cluster, aggregate) for aggregate in aggregates()},
            "deadLetters": _dead_letters(cluster),
        },
        "operations": {
            **{f"publish{aggregate.capitalize()}Events": _sending(aggregate) for aggregate in aggregates()},
            "setAside": _sending("deadLetters"),
        },
        "components": {
            "messages": {
                **{name: _message(kind) for name, kind in sorted(catalogue().items())},
                "DeadLetter": _dead_letter(),
            },
            "schemas": {"CloudEvent": _headers()},
        },
    }


def _channel(cluster: KafkaCluster, aggregate: str) -> Part:
    names = sorted(name for name, kind in catalogue().items() if kind.aggregate == aggregate)
    return {
        "address": cluster.topic(aggregate),
        "summary": f"What happened to each {aggregate}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
    }


def _dead_letters(cluster: KafkaCluster) -> Part:
    return {
        "address": cluster.dead_letters,
        "summary": "Messages that a consumer of KillrVideo could not read or handle.",
        "messages": {"DeadLetter": {"$ref": "#/components/messages/DeadLetter"}},
    }


def _sending(channel: str) -> Part:
    return {"action": "send", "channel": {"$ref": f"#/channels/{channel}"}}


def _message(kind: type[Event]) -> Part:
    said = TypeAdapter(kind).json_schema()
    properties = {name: _untitled(schema) for name, schema in said["properties"].items()}
    own = {
        f"{PREFIX}type": {"const": TYPES + kind.__name__},
        f"{PREFIX}dataschema": {"const": schema_address(kind)},
    }
    return {
        "name": kind.__name__,
        "summary": said["description"],
        "contentType": JSON,
        "headers": {"allOf": [{"$ref": "#/components/schemas/CloudEvent"}, {"properties": own}]},
        "correlationId": {"location": f"$message.header#/{PREFIX}correlationid"},
        "payload": {"type": "object", "properties": properties, "required": list(properties)},
        "bindings": {"kafka": {"key": {"type": "string", "format": "uuid"}, "bindingVersion": BINDING}},
    }


def _dead_letter() -> Part:
    return {
        "name": "DeadLetter",
        "summary": "A message as it came, and in further headers where it came from and what was wrong.",
        "headers": {
            "type": "object",
            "properties": {name: {"type": "string", "description": said} for name, said in ABOUT.items()},
            "required": list(ABOUT),
        },
    }


def _headers() -> Part:
    """The attributes of every event, as headers: texts, and absent rather than null."""
    said = Attributes.model_json_schema()
    properties = {PREFIX + name: _text(schema) for name, schema in said["properties"].items()}
    return {
        "type": "object",
        "properties": {CONTENT_TYPE: {"const": JSON}, **properties},
        "required": [CONTENT_TYPE, f"{PREFIX}specversion", *(PREFIX + name for name in said["required"])],
    }


def _text(schema: Part) -> Part:
    kinds = [kind for kind in schema.get("anyOf", [schema]) if kind.get("type") != "null"]
    return _untitled({**kinds[0], "description": schema["description"]})


def _untitled(schema: Part) -> Part:
    return {name: value for name, value in schema.items() if name not in {"title", "default"}}
