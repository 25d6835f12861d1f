"""Events and origins as JSON texts, as every outbox keeps them."""

from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from pydantic import TypeAdapter, ValidationError

from killrvideo.domain.events import Event, Origin, UnknownEvent, catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """An event in the columns that it is stored in."""

    type: str
    schema_version: int
    aggregate: str
    aggregate_id: UUID
    version: int
    body: str


def stored(event: Event) -> StoredEvent:
    """The body holds what the other columns do not, and the aggregate's id under its own name."""
    body = {field.name: getattr(event, field.name) for field in fields(event) if field.name != "version"}
    return StoredEvent(
        type=type(event).__name__,
        schema_version=event.schema_version,
        aggregate=event.aggregate,
        aggregate_id=event.aggregate_id,
        version=event.version,
        body=orjson.dumps(body).decode(),
    )


def read_event(found: StoredEvent) -> Event:
    """The event, or an UnknownEvent where this version of the code cannot read it."""
    adapter = _adapters().get(found.type)
    if adapter is not None:
        try:
            event: Event = adapter.validate_python({**orjson.loads(found.body), "version": found.version})
        except ValidationError:
            pass
        else:
            return event
    return UnknownEvent(name=found.type, subject=found.aggregate_id, version=found.version)


def origin_text(origin: Origin) -> str:
    """Without the idempotency key, which concerns the request alone."""
    return orjson.dumps(replace(origin, request_key=None)).decode()


def read_origin(text: str) -> Origin:
    return _origin_adapter().validate_json(text)


@cache
def _adapters() -> dict[str, TypeAdapter[Any]]:
    return {name: TypeAdapter(kind) for name, kind in catalogue().items()}


@cache
def _origin_adapter() -> TypeAdapter[Origin]:
    return TypeAdapter(Origin)
