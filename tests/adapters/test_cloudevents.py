"""Events survive the way through messages, and what is no event of ours is told apart, with a reason."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from killrvideo.adapters.events.cloudevents import Content, Unreadable, read, written
from killrvideo.domain.events import Origin, Recorded, RequestKey, VideoRated, catalogue
from killrvideo.domain.ids import AccountId, EventId, VideoId
from killrvideo.domain.instants import whole_millis

RATED = Recorded(
    event_id=EventId(UUID(int=1)),
    event=VideoRated(video_id=VideoId(UUID(int=2)), account_id=AccountId(UUID(int=3)), stars=4, version=5),
    occurred_at=datetime(2026, 3, 1, 12, 0, 0, 123000, tzinfo=UTC),
    origin=Origin(
        correlation_id="request \N{SNOWMAN}",
        actor_id=AccountId(UUID(int=3)),
        causation_id="c",
        trace_parent="t",
    ),
)
HEADERS = dict(written(RATED).headers)

texts = st.text(st.characters(codec="utf-8"), max_size=20)
events = st.one_of([st.builds(kind) for kind in catalogue().values()])
origins = st.builds(Origin, correlation_id=texts, causation_id=st.none() | texts, request_key=st.none())
recorded = st.builds(
    Recorded,
    event=events,
    origin=origins,
    occurred_at=st.datetimes(timezones=st.just(UTC)).map(whole_millis),
)


def reading(content: Content) -> Recorded:
    return read(content.key, content.value, content.headers)


@given(recorded)
def test_every_event_comes_back_as_it_was(recorded: Recorded) -> None:
    assert reading(written(recorded)) == recorded


def test_a_message_says_in_headers_what_it_is_and_in_json_what_happened() -> None:
    content = written(RATED)
    assert content.key == b"00000000-0000-0000-0000-000000000002"
    assert {name: value.decode() for name, value in content.headers} == {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        "ce_id": "00000000-0000-0000-0000-000000000001",
        "ce_source": "/killrvideo",
        "ce_type": "killrvideo.VideoRated",
        "ce_subject": "00000000-0000-0000-0000-000000000002",
        "ce_time": "2026-03-01T12:00:00.123000Z",
        "ce_dataschema": "urn:killrvideo:events:VideoRated:1",
        "ce_correlationid": "request \N{SNOWMAN}",
        "ce_causationid": "c",
        "ce_actorid": "00000000-0000-0000-0000-000000000003",
        "ce_traceparent": "t",
    }
    assert orjson.loads(content.value) == {
        "version": 5,
        "video_id": "00000000-0000-0000-0000-000000000002",
        "account_id": "00000000-0000-0000-0000-000000000003",
        "stars": 4,
    }


def test_a_message_carries_no_idempotency_key() -> None:
    key = RequestKey(owner="somebody", operation="rate", key="secret", fingerprint="f")
    keyed = replace(RATED, origin=replace(RATED.origin, request_key=key))
    assert written(keyed) == written(RATED)


def test_members_and_attributes_that_a_newer_version_adds_are_passed_over() -> None:
    content = written(RATED)
    value = orjson.dumps({**orjson.loads(content.value), "mood": "good"})
    assert read(content.key, value, [*content.headers, ("ce_mood", b"good"), ("other", b"\xff")]) == RATED


KEY, VALUE = written(RATED).key, written(RATED).value
REQUIRED = ("ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "ce_dataschema", "ce_correlationid")


def without(name: str) -> dict[str, bytes]:
    return {each: value for each, value in HEADERS.items() if each != name}


def data(**changes: object) -> bytes:
    return orjson.dumps({**orjson.loads(VALUE), **changes})


FAULTS: dict[str, tuple[bytes | None, bytes | None, dict[str, bytes], str]] = {
    "no headers": (KEY, VALUE, {}, "content type"),
    "another content type": (KEY, VALUE, {**HEADERS, "content-type": b"text/plain"}, "content type"),
    **{f"no {name}": (KEY, VALUE, without(name), name.removeprefix("ce_")) for name in REQUIRED},
    "another version of CloudEvents": (KEY, VALUE, {**HEADERS, "ce_specversion": b"0.3"}, "specversion"),
    "an unknown type": (KEY, VALUE, {**HEADERS, "ce_type": b"killrvideo.Dreamt"}, "Dreamt"),
    "a type of another system": (KEY, VALUE, {**HEADERS, "ce_type": b"VideoRated"}, "VideoRated"),
    "a newer schema": (
        KEY,
        VALUE,
        {**HEADERS, "ce_dataschema": b"urn:killrvideo:events:VideoRated:2"},
        "VideoRated:2",
    ),
    "a header that is no text": (KEY, VALUE, {**HEADERS, "ce_id": b"\xff"}, "UTF-8"),
    "an instant without a zone": (KEY, VALUE, {**HEADERS, "ce_time": b"2026-03-01T12:00:00"}, "time"),
    "no data": (KEY, None, HEADERS, "data"),
    "half of the data": (KEY, VALUE[:-1], HEADERS, "data"),
    "data of a wrong kind": (KEY, data(stars="4"), HEADERS, "stars"),
    "no key": (None, VALUE, HEADERS, "aggregate"),
    "the key of another aggregate": (b"other", VALUE, HEADERS, "aggregate"),
    "another subject": (KEY, VALUE, {**HEADERS, "ce_subject": str(UUID(int=9)).encode()}, "aggregate"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_event_is_refused_with_the_reason(fault: str) -> None:
    key, value, headers, reason = FAULTS[fault]
    with pytest.raises(Unreadable, match=reason):
        read(key, value, headers.items())


def test_a_refusal_repeats_nothing_of_the_data() -> None:
    with pytest.raises(Unreadable) as refused:
        read(KEY, data(stars="somebody's secret"), HEADERS.items())
    assert "secret" not in str(refused.value)
