"""Paths, parameters and cursors that are wrong in every way: refused in words, or taken for what they say."""

from typing import Any
from urllib.parse import quote

import pytest

from killrvideo.api.app import operations_alone
from killrvideo.domain.access import Role
from tests.api.operations import SENT, spellings
from tests.api.refusals import assert_refused, contents
from tests.api.targets import Target
from tests.api.town import API, Person, Town
from tests.api.wrong_values import resolved, wrong_texts

NOT_WHOLE_NUMBERS = (
    "",
    "-1",
    "0",
    "1.5",
    "1e3",
    "0x10",
    "abc",
    "null",
    "\uff11",
    "+1",
    " 1",
    "1;2",
    "\x00",
    "9" * 5000,
)


def parameters() -> dict[str, list[dict[str, Any]]]:
    """The query parameters of each operation that has some."""
    found = {}
    for methods in operations_alone().openapi()["paths"].values():
        for operation in methods.values():
            named = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
            if named and not operation.get("deprecated"):
                found[operation["operationId"]] = named
    return found


PARAMETERS = parameters()
LISTS = [name for name, named in PARAMETERS.items() if {"page", "cursor"} <= {one["name"] for one in named}]


class Question:
    """A request in order, by somebody who may ask for everything."""

    def __init__(self, town: Town, operation: str, by: Person, video: str) -> None:
        self._town = town
        (self._method, path), *_ = spellings()[operation]
        self._path = path.format(videoId=video, userId=by.id, tag="rain", language="en")
        sent = SENT[operation](Target()) if operation in SENT else {}
        self.in_order: dict[str, str] = sent.pop("params", {})
        self._headers = {**sent.pop("headers", {}), **by.headers}
        self._body = sent

    async def ask(self, query: str) -> Any:
        url = f"{self._path}?{query}"
        return await self._town.client.request(self._method, url, headers=self._headers, **self._body)

    async def ask_with(self, name: str, value: str) -> Any:
        wanted = {**self.in_order, name: value}
        return await self.ask("&".join(f"{key}={quote(word, safe='')}" for key, word in wanted.items()))


async def question(town: Town, operation: str) -> Question:
    admin = await town.person(Role.ADMIN)
    return Question(town, operation, admin, await town.video(admin))


@pytest.mark.parametrize("operation", LISTS)
async def test_a_page_is_a_whole_number_within_bounds(town: Town, operation: str) -> None:
    asked = await question(town, operation)

    for name in ("page", "pageSize"):
        for value in NOT_WHOLE_NUMBERS:
            problem = assert_refused(await asked.ask_with(name, value), 422)
            assert problem["errors"][0]["pointer"] == f"/query/{name}"
    assert_refused(await asked.ask_with("pageSize", "101"), 422)
    for value in ("1001", "10001", "1000000000"):
        problem = assert_refused(await asked.ask_with("page", value), 422)
        assert "cursor" in problem["detail"]


@pytest.mark.parametrize("operation", LISTS)
async def test_a_cursor_is_one_that_the_list_gave_out(town: Town, operation: str) -> None:
    asked = await question(town, operation)
    for value in ("", "junk", "..", "a.b", "\x00", "ÿ", "A" * 50_000, "e30.e30", "==="):
        assert assert_refused(await asked.ask_with("cursor", value), 422)["code"] == "invalid_cursor"


async def test_a_cursor_that_was_cut_changed_or_taken_elsewhere_is_none(town: Town) -> None:
    creator = await town.person()
    videos = [await town.video(creator) for _ in range(3)]
    for text in ("One", "Two", "Three"):
        await town.comment(creator, videos[0], text)
    first = await town.ask("GET", "/videos/latest?pageSize=1")
    cursor = first.json()["pagination"]["nextCursor"]
    assert (await town.ask("GET", f"/videos/latest?cursor={cursor}")).is_success

    flipped = ("A" if cursor[0] != "A" else "B") + cursor[1:]
    for wrong in (cursor[:-1], cursor[1:], cursor[: len(cursor) // 2], flipped, cursor + cursor):
        assert_refused(await town.ask("GET", f"/videos/latest?cursor={wrong}"), 422)
    for elsewhere in (f"/videos/{videos[0]}/comments", f"/users/{creator.id}/videos", "/videos/by-tag/rain"):
        assert_refused(await town.ask("GET", f"{elsewhere}?cursor={cursor}"), 422)


@pytest.mark.parametrize("operation", PARAMETERS)
async def test_a_parameter_with_a_wrong_value_is_named(town: Town, operation: str) -> None:
    asked = await question(town, operation)

    for parameter in PARAMETERS[operation]:
        schema = resolved(parameter["schema"])
        options = [resolved(option) for option in schema.get("anyOf", [schema])]
        for option in options:
            for value in _wrong(resolved(option.get("items", option))):
                problem = assert_refused(await asked.ask_with(parameter["name"], value), 422)
                assert parameter["name"] in problem["detail"] or problem["code"] in (
                    "invalid_cursor",
                    "invalid_text",
                )


def _wrong(schema: dict[str, Any]) -> list[str]:
    """What an address can carry of what the schema refuses."""
    match schema:
        case {"type": "integer"}:
            return ["x", "1.5", "", "9" * 5000, "-1"]
        case {"type": "number"}:
            return ["x", "", "nan", "inf", "-1", "1e400"]
        case {"type": "string", "format": "date-time"}:
            return [
                "x",
                "0",
                "2026-03-01",
                "2026-03-01T12:00:00",
                "2026-13-01T00:00:00Z",
                "-0001-01-01T00:00:00Z",
            ]
        case {"type": "string"}:
            return [*wrong_texts({"maxLength": 512, **schema})]
    return []


@pytest.mark.parametrize("operation", PARAMETERS)
async def test_a_parameter_comes_once(town: Town, operation: str) -> None:
    asked = await question(town, operation)

    for name in (parameter["name"] for parameter in PARAMETERS[operation] if parameter["name"] != "tag"):
        problem = assert_refused(await asked.ask(f"{name}=1&{name}=2"), 422)
        assert name in problem["detail"]


@pytest.mark.parametrize("query", ["&&&", "=", "%", "%zz", "page%5B%5D=1", "_method=DELETE", "x=%ff&y=%00"])
async def test_parameters_that_nobody_knows_are_passed_over(town: Town, query: str) -> None:
    assert (await town.ask("GET", f"/videos/latest?{query}")).status_code == 200


NOWHERE = (
    "/api/v1/videos/..%2f..%2fetc%2fpasswd",
    "/api/v1/videos/%2e%2e/%2e%2e/health/live/x",
    "/api/v1/videos/%00",
    "/api/v1/videos/%ff",
    "/api/v1/videos/latest/",
    "/api/v1//videos/latest",
    "/API/v1/videos/latest",
    "/api/v1/videos/" + "a" * 60_000,
    "/api/v1/videos/{019ca945-0a00-7000-8000-000000000001}",
    "/api/v1/videos/urn:uuid:019ca945-0a00-7000-8000-000000000001",
    "/api/v1/videos/019ca945-0a00-7000-8000-00000000000",
    "/api/v1/videos/019ca945-0a00-7000-8000-00000000000٣",
    "/docs/assets/..%2f..%2fMETADATA",
    "/docs/assets/%2e%2e/%2e%2e/METADATA",
    "/docs/assets/%00",
    "/docs/assets/" + "a" * 5_000,
    "/.git/config",
    "/%",
)


@pytest.mark.parametrize("path", NOWHERE, ids=lambda path: path[:40])
async def test_a_path_that_leads_nowhere_says_so_and_sends_nobody_elsewhere(town: Town, path: str) -> None:
    answer = await town.client.get(path)

    assert assert_refused(answer, 404)["code"] == "not_found"
    assert "location" not in answer.headers


async def test_an_id_is_known_in_every_spelling_of_uuids(town: Town) -> None:
    video = await town.video(await town.person())

    for spelling in (video.upper(), video.replace("-", "")):
        answer = await town.ask("GET", f"/videos/{spelling}")
        assert (answer.status_code, answer.json()["videoId"]) == (200, video)


@pytest.mark.parametrize("tag", ["AC/DC", "../..", "50%", "a?b#c", "a&b=c", "été", "/"])
async def test_a_tag_may_hold_what_addresses_are_made_of(town: Town, tag: str) -> None:
    creator = await town.person()
    video = await town.video(creator, tags=[tag])

    listed = await town.ask("GET", f"/videos/by-tag/{quote(tag, safe='')}")

    assert [one["videoId"] for one in listed.json()["data"]] == [video]


async def test_a_wrong_method_is_told_every_right_one_and_changes_nothing(town: Town) -> None:
    creator = await town.person()
    video = await town.video(creator)
    before = await contents(town)
    tricks = {"X-HTTP-Method-Override": "DELETE", "X-HTTP-Method": "DELETE", "X-Method-Override": "DELETE"}

    for method in ("POST", "PATCH", "OPTIONS", "TRACE", "CONNECT", "QUERY", "BREW"):
        answer = await town.ask(method, f"/videos/{video}?_method=DELETE", creator, headers=tricks)
        assert_refused(answer, 405)
        assert answer.headers["allow"] == "GET, PUT, DELETE"
    read = await town.ask("GET", f"/videos/{video}", creator, headers=tricks)

    assert read.status_code == 200
    assert await contents(town) == before


async def test_nowhere_is_told_below_the_prefix_too(town: Town) -> None:
    assert_refused(await town.client.post(f"{API}/nowhere", json={}), 404)
