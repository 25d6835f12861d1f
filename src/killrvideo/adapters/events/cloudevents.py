"""Events as CloudEvents 1.0 in Kafka's binary mode: the attributes stand in headers, the event is JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal
from uuid import UUID

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from killrvideo.domain.events import Event, Origin, Recorded, catalogue
from killrvideo.domain.ids import AccountId, EventId
from killrvideo.domain.instants import from_millis, to_millis

PREFIX = "ce_"
CONTENT_TYPE = "content-type"
JSON = "application/json"
SOURCE = "/killrvideo"
TYPES = "killrvideo."

Header = tuple[str, bytes]
AnyHeader = tuple[str, bytes | None]
"""As others may write it."""


class Unreadable(Exception):
    """A message that is no event which this version of KillrVideo knows; ``str`` says why."""


@dataclass(frozen=True, slots=True)
class Content:
    """An event as a message holds it, whatever topic that goes to."""

    key: bytes | None
    value: bytes
    headers: tuple[Header, ...]


class Attributes(BaseModel):
    """What the headers say. Those of CloudEvents come first, then extensions."""

    model_config = ConfigDict(frozen=True)

    specversion: Literal["1.0"] = Field("1.0", description="Version of CloudEvents.")
    id: UUID = Field(description="The event's own: one that comes twice has it both times.")
    source: str = Field(min_length=1, description="Which system the event happened in.")
    type: str = Field(min_length=1, description="What happened, in the past tense.")
    subject: UUID = Field(
        description="What it happened to: the aggregate's id, which is also the message's key."
    )
    time: AwareDatetime = Field(description="When it happened, in UTC.")
    dataschema: str = Field(description="The schema of the data, with its version.")
    correlationid: str = Field(description="The same on everything that one request led to.")
    causationid: str | None = Field(None, description="The event or job that led to this, if no reader did.")
    actorid: UUID | None = Field(None, description="The account that did it, if one did.")
    traceparent: str | None = Field(None, description="W3C Trace Context, if the caller sent one.")


def written(recorded: Recorded) -> Content:
    """The event as a message."""
    origin, name = recorded.origin, recorded.type
    attributes = Attributes(
        id=recorded.event_id,
        source=SOURCE,
        type=TYPES + name,
        subject=recorded.event.aggregate_id,
        time=recorded.occurred_at,
        dataschema=schema_address(type(recorded.event)),
        correlationid=origin.correlation_id,
        causationid=origin.causation_id,
        actorid=origin.actor_id,
        traceparent=origin.trace_parent,
    )
    spelled = attributes.model_dump(mode="json", exclude_none=True)
    return Content(
        key=str(recorded.event.aggregate_id).encode(),
        value=orjson.dumps(recorded.event),
        headers=(
            (CONTENT_TYPE, JSON.encode()),
            *((PREFIX + attribute, str(value).encode()) for attribute, value in spelled.items()),
        ),
    )


def read(key: bytes | None, value: bytes | None, headers: Iterable[AnyHeader]) -> Recorded:
    """The event that a message holds; raises Unreadable."""
    texts = _texts(headers)
    if texts.get(CONTENT_TYPE, "").partition(";")[0].strip().lower() != JSON:
        raise Unreadable(f"The content type is not {JSON}.")
    try:
        attributes = Attributes.model_validate(
            {name.removeprefix(PREFIX): text for name, text in texts.items() if name.startswith(PREFIX)}
        )
        event: Event = _reader(attributes).validate_json(value or b"", strict=True)
    except ValidationError as error:
        raise Unreadable(_faults(error)) from error
    if event.aggregate_id != attributes.subject or str(attributes.subject).encode() != key:
        raise Unreadable("The key, the subject and the event do not name the same aggregate.")
    return Recorded(
        event_id=EventId(attributes.id),
        event=event,
        occurred_at=from_millis(to_millis(attributes.time)),
        origin=Origin(
            correlation_id=attributes.correlationid,
            actor_id=None if attributes.actorid is None else AccountId(attributes.actorid),
            causation_id=attributes.causationid,
            trace_parent=attributes.traceparent,
        ),
    )


def schema_address(kind: type[Event]) -> str:
    return f"urn:killrvideo:events:{kind.__name__}:{kind.schema_version}"


def _texts(headers: Iterable[AnyHeader]) -> dict[str, str]:
    """Those that are ours, by lower-case names."""
    ours = {name.lower(): value for name, value in headers if value is not None}
    try:
        return {
            name: value.decode()
            for name, value in ours.items()
            if name.startswith(PREFIX) or name == CONTENT_TYPE
        }
    except UnicodeDecodeError:
        raise Unreadable("A header is not UTF-8.") from None


def _reader(attributes: Attributes) -> TypeAdapter[Any]:
    name = attributes.type.removeprefix(TYPES)
    kind = catalogue().get(name)
    if kind is None or not attributes.type.startswith(TYPES):
        raise Unreadable(f"This version of KillrVideo knows no event of the type {attributes.type!r}.")
    if attributes.dataschema != schema_address(kind):
        raise Unreadable(
            f"This version of KillrVideo reads {schema_address(kind)}, not {attributes.dataschema!r}."
        )
    return _adapters()[name]


def _faults(error: ValidationError) -> str:
    """Where each fault is and what it is, without what stood there."""
    return "; ".join(f"{_path(fault['loc'])}: {fault['msg']}" for fault in error.errors())


def _path(location: Sequence[int | str]) -> str:
    return ".".join(map(str, location)) or "data"


@cache
def _adapters() -> dict[str, TypeAdapter[Any]]:
    return {name: TypeAdapter(kind) for name, kind in catalogue().items()}
