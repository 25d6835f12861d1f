"""Bodies that are wrong in every way: refused in words that name the fault, and nothing of them is kept."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from killrvideo.api.app import operations_alone
from killrvideo.domain.access import Role
from tests.api.operations import SENT, spellings
from tests.api.refusals import assert_refused, contents
from tests.api.targets import make
from tests.api.town import Person, Town
from tests.api.wrong_values import wrong_members

JSON = b"application/json"
FORM = b"application/x-www-form-urlencoded"

ASKED_FOR = {
    "users_login": "an account",
    "users_change_password": "own account",
    "videos_update": "own video",
    "videos_watch_time": "another's video",
    "comments_create": "another's video",
    "comments_update": "own comment",
    "ratings_put": "another's video",
    "rating_put": "another's video",
    "vectors_ingest": "own video",
    "flags_create": "another's video",
    "flags_create_on_video": "another's video",
    "flags_act": "another's flag",
    "flags_update": "another's flag",
    "experiments_update": "an experiment",
    "moderation_suspend": "another's account",
    "moderation_reinstate": "another's suspended account",
}
"""Where it is not said, the operation is asked for nothing that is there before."""
BODY_IS_OPTIONAL = {"moderation_reinstate"}


def bodies() -> dict[str, dict[str, Any]]:
    """The schema of each operation's JSON body."""
    found = {}
    for methods in operations_alone().openapi()["paths"].values():
        for operation in methods.values():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content and not operation.get("deprecated"):
                schema = content["application/json"]["schema"]
                found[operation["operationId"]] = schema.get("anyOf", [schema])[0]
    return found


BODIES = bodies()


@dataclass(frozen=True)
class Request:
    """A request in order, by somebody who may do everything."""

    town: Town
    method: str
    path: str
    body: Mapping[str, Any]
    by: Person

    async def send(self, content: bytes | str | AsyncIterator[bytes], kind: bytes = JSON) -> httpx2.Response:
        """``kind`` is the Content-Type."""
        token = [(name.encode(), value.encode()) for name, value in self.by.headers.items()]
        return await self.town.client.request(
            self.method, self.path, content=content, headers=[*token, (b"Content-Type", kind)]
        )


async def in_order(town: Town, operation: str) -> Request:
    admin = await town.person(Role.ADMIN)
    asker = await town.person(Role.ADMIN)
    target = await make(town, ASKED_FOR.get(operation, "-"), asker, admin)
    method, path = spellings()[operation][0]
    body = SENT[operation](target)["json"] if operation in SENT else {}
    return Request(town, method, path.format(**target.ids), body, asker)


@pytest.mark.parametrize("operation", BODIES)
async def test_a_wrong_member_is_named_and_nothing_is_kept(town: Town, operation: str) -> None:
    request = await in_order(town, operation)
    before = await contents(town)

    for member, value in wrong_members(BODIES[operation]):
        body = {name: kept for name, kept in {**request.body, member: value}.items() if kept is not ...}
        problem = assert_refused(await request.send(json.dumps(body)), 400, 422)
        pointers = [fault["pointer"] for fault in problem["errors"]]
        assert [one for one in pointers if one.startswith(f"/{member}")], (member, str(value)[:80], problem)

    assert await contents(town) == before
    assert (await request.send(json.dumps(request.body))).is_success


BROKEN = {
    "nothing": b"",
    "a list": b"[]",
    "a text": b'"text"',
    "null": b"null",
    "a number": b"7",
    "cut off": b'{"text": "te',
    "with an end too many": b"{}}",
    "in single quotes": b"{'text': 'x'}",
    "with a raw NUL": b'{"text": "a\x00b"}',
    "in Latin-1": b'{"text": "\xe9"}',
    "cut off within a character": b'{"text": "\xe2\x82"}',
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "deep, and closed": b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a number of 5,000 digits": b"9" * 5_000,
    "not a number": b"NaN",
}


@pytest.mark.parametrize("operation", BODIES)
async def test_a_broken_body_is_refused_and_nothing_is_kept(town: Town, operation: str) -> None:
    request = await in_order(town, operation)
    before = await contents(town)

    for name, content in BROKEN.items():
        if operation not in BODY_IS_OPTIONAL or name not in ("nothing", "null"):
            assert_refused(await request.send(content), 400, 422)

    assert await contents(town) == before


@pytest.mark.parametrize("operation", BODIES)
async def test_what_is_not_sent_as_json_is_none(town: Town, operation: str) -> None:
    request = await in_order(town, operation)
    before = await contents(town)

    for kind in (b"text/plain", b"application/xml", FORM, b"json", b"", b"\xe9/json"):
        problem = assert_refused(await request.send(json.dumps(request.body), kind), 422)
        assert "sent as application/json" in problem["detail"]

    assert await contents(town) == before


@pytest.mark.parametrize("operation", [*BODIES, "users_token"])
async def test_a_body_of_10_megabytes_is_too_large_also_when_nobody_said_so(
    town: Town, operation: str
) -> None:
    is_form = operation not in BODIES
    request = await (_token_request(town) if is_form else in_order(town, operation))
    kind = FORM if is_form else JSON

    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 100_000

    announced = await request.send(b" " * 10_000_000, kind)
    found_out = await request.send(unannounced(), kind)

    assert "content-length" not in found_out.request.headers
    for answer in (announced, found_out):
        assert assert_refused(answer, 413)["code"] == "body_too_large"


async def test_of_two_members_with_one_name_the_last_counts(town: Town) -> None:
    request = await in_order(town, "ratings_put")

    answer = await request.send(b'{"rating": 9, "rating": 2}')

    assert (answer.status_code, answer.json()["rating"]) == (200, 2)


async def test_a_whole_number_may_be_spelled_with_a_fraction_of_nothing(town: Town) -> None:
    request = await in_order(town, "ratings_put")

    answer = await request.send(b'{"rating": 4.0}')

    assert (answer.status_code, answer.json()["rating"]) == (200, 4)


async def test_however_much_is_wrong_little_is_told(town: Town) -> None:
    request = await in_order(town, "vectors_ingest")

    answer = await request.send(json.dumps({**request.body, "vector": ["x"] * 150_000}))

    assert_refused(answer, 422)
    assert len(answer.content) < 10_000


@pytest.mark.parametrize(
    "form",
    [
        b"",
        b"=&=",
        b"grant_type=password&username=%00&password=x",
        b"grant_type=password&username=%ff%fe&password=%ed%a0%80",
        b"grant_type=password&grant_type=refresh_token",
        b"grant_type=refresh_token&refresh_token=" + b"a" * 200_000,
        b"&" * 100_000,
        b"a=1&" * 5_000,
        b'{"grant_type": "password"}',
    ],
)
async def test_a_broken_token_request_is_refused(town: Town, form: bytes) -> None:
    request = await _token_request(town)
    before = await contents(town)

    assert_refused(await request.send(form, FORM), 400, 422)
    assert_refused(await request.send(form, b"multipart/form-data"), 400, 422)
    assert_refused(await request.send(form, b"multipart/form-data; boundary=x"), 400, 422)

    assert await contents(town) == before


async def _token_request(town: Town) -> Request:
    return Request(town, *spellings()["users_token"][0], {}, await town.person())
