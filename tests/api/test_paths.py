"""Paths, methods and headers: what holds for every request, whatever it asks for."""

from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from structlog.testing import capture_logs

from killrvideo.api.app import operations_alone
from killrvideo.domain.access import Role
from tests.api.operations import spellings
from tests.api.town import Person, Town

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
IDS = {
    name: str(UUID(int=number))
    for number, name in enumerate(("videoId", "userId", "commentId", "flagId", "uploadId"))
}
NAMES = {"key": "nothing", "language": "en", "run": "r1", "name": "large.jpg"}
TUS = {"Tus-Resumable": "1.0.0"}
"""Without it nothing is told of uploads."""


def offered() -> dict[str, set[str]]:
    """The methods of every path that answer with a body, with ids that nothing has."""
    methods: dict[str, set[str]] = defaultdict(set)
    for every in spellings().values():
        for method, path in (one for one in every if one[0] in METHODS):
            methods[path.format(**IDS, **NAMES, tag="rain")].add(method)
    return methods


def for_users() -> list[tuple[str, str]]:
    """Method and path of what needs a user."""
    return [
        (method.upper(), path.format(**IDS, **NAMES))
        for path, methods in operations_alone().openapi()["paths"].items()
        for method, operation in methods.items()
        if operation.get("security") == [{"bearer": []}] and method.upper() in METHODS
    ]


def problem_of(answer: httpx2.Response) -> dict[str, Any]:
    """The answer's problem, which names the request by the id that the header has."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem = dict(answer.json())
    assert problem["status"] == answer.status_code
    assert problem["correlationId"] == answer.headers["x-correlation-id"]
    return problem


async def test_words_after_videos_are_not_taken_for_ids(town: Town) -> None:
    owner = await town.person()
    video = await town.video(owner, tags=["latest"])

    preview = {"youtubeUrl": "https://youtu.be/abcdefghijk"}
    assert (await town.ask("POST", "/videos/preview", json=preview)).json()["title"] == "About abcdefghijk"
    for path in ("/videos/latest", "/videos/by-tag/latest", f"/videos/by-uploader/{owner.id}"):
        assert [one["videoId"] for one in (await town.ask("GET", path)).json()["data"]] == [video], path
    await town.ask("POST", f"/videos/id/{video}/view")
    assert [one["videoId"] for one in (await town.ask("GET", "/videos/trending")).json()] == [video]
    assert (await town.ask("GET", f"/videos/id/{video}")).json()["videoId"] == video


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("word", ["id", "by-tag", "by-uploader", "newest", "1", "me"])
async def test_words_that_name_no_list_are_not_found(town: Town, word: str, method: str) -> None:
    moderator = await town.person(Role.MODERATOR)

    answer = await town.ask(method, f"/videos/{word}", moderator)

    assert answer.status_code == 404
    assert problem_of(answer)["code"] == "not_found"


@pytest.mark.parametrize("path", ["/users/id/{0}", "/videos/id/{0}/comments", "/videos/id/id/{0}"])
async def test_only_what_deployed_clients_ask_for_has_an_older_spelling(town: Town, path: str) -> None:
    owner = await town.person()
    video = await town.video(owner)

    for known in (owner.id, video):
        assert (await town.ask("GET", path.format(known))).status_code == 404


async def test_a_slash_at_the_end_leads_nowhere_and_not_to_another_address(town: Town) -> None:
    # The root is its slash, and a tag may hold one.
    others = {path: methods for path, methods in offered().items() if path != "/" and "/by-tag/" not in path}
    for path, methods in others.items():
        for method in methods:
            answer = await town.client.request(method, path + "/", headers=TUS)
            assert (method, path, answer.status_code) == (method, path, 404)
            assert "location" not in answer.headers
            assert problem_of(answer)["code"] == "not_found"


async def test_a_path_refuses_every_other_method_and_names_its_own(town: Town) -> None:
    for path, methods in offered().items():
        for method in set(METHODS) - methods:
            answer = await town.client.request(method, path, headers=TUS)
            assert (method, path, answer.status_code) == (method, path, 405)
            assert problem_of(answer)["code"] == "method_not_allowed"
            assert set(answer.headers["allow"].split(", ")) - {"HEAD", "OPTIONS"} == methods


@pytest.mark.parametrize(
    "path", ["/nothing", "/api", "/api/v1", "/api/v1/", "/api/v2/videos/latest", "/videos/latest"]
)
async def test_what_no_path_leads_to_is_a_problem(town: Town, path: str) -> None:
    answer = await town.client.get(path)

    problem = problem_of(answer)
    assert (problem["status"], problem["code"], problem["instance"]) == (404, "not_found", path)
    assert path in problem["detail"]


async def test_whoever_has_to_sign_in_is_told_how(town: Town) -> None:
    bad = Person(token="rubbish")
    for method, path in for_users():
        for asker, challenge in ((Person(), "Bearer"), (bad, 'Bearer error="invalid_token"')):
            answer = await town.client.request(method, path, headers=TUS | asker.headers)
            assert (method, path, answer.status_code) == (method, path, 401)
            assert answer.headers["www-authenticate"] == challenge
            assert problem_of(answer)["code"] == "not_signed_in"


async def test_a_wrong_password_is_challenged_too(town: Town) -> None:
    answer = await town.ask(
        "POST", "/users/login", json={"email": "a@example.com", "password": "wrong horse"}
    )

    assert problem_of(answer)["code"] == "wrong_credentials"
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_token_that_is_no_good_counts_as_none_where_none_is_needed(town: Town) -> None:
    owner = await town.person()
    video = await town.video(owner)
    public = (f"/videos/{video}", f"/videos/{video}/comments", f"/users/{owner.id}/videos", "/videos/latest")
    town.clock.advance(timedelta(days=1))
    headers = [
        {"Authorization": value}
        for value in (f"Bearer {owner.token}", f"Bearer {owner.token}x", "Bearer", "Basic YTpi", "rubbish")
    ]

    for sent in headers:
        for path in public:
            assert (await town.ask("GET", path, headers=sent)).status_code == 200, (sent, path)
        assert (await town.ask("POST", f"/videos/{video}/view", headers=sent)).status_code == 204
        assert (await town.ask("GET", "/users/me", headers=sent)).status_code == 401
    assert (await town.ask("GET", f"/videos/{video}")).json()["views"] == len(headers)


async def test_a_role_comes_and_goes_with_the_token_that_one_has(town: Town) -> None:
    admin, ann = await town.person(Role.ADMIN), await town.person(Role.CREATOR)
    path = f"/moderation/users/{ann.id}"
    seen = []

    for verb in (None, "assign-moderator", "revoke-moderator"):
        if verb:
            assert (await town.ask("POST", f"{path}/{verb}", admin)).status_code == 200
        inbox = await town.ask("GET", "/moderation/flags", ann)
        roles = (await town.ask("GET", "/users/me", ann)).json()["roles"]
        seen.append((inbox.status_code, "moderator" in roles))

    assert seen == [(403, False), (200, True), (403, False)]


async def test_every_answer_names_its_request(town: Town) -> None:
    ann = await town.person()
    video = await town.video(ann)
    asked = {
        ("GET", "/"): 200,
        ("GET", "/docs"): 200,
        ("GET", "/openapi.json"): 200,
        ("GET", "/asyncapi.json"): 200,
        ("GET", "/health/ready"): 200,
        ("GET", f"/api/v1/videos/{video}"): 200,
        ("POST", f"/api/v1/videos/{video}/view"): 204,
        ("GET", "/api/v1/users/me"): 401,
        ("GET", "/api/v1/nothing"): 404,
        ("DELETE", "/api/v1/videos/latest"): 405,
        ("POST", "/api/v1/users/login"): 422,
    }

    for (method, path), status in asked.items():
        named = await town.client.request(method, path, headers={"X-Correlation-ID": "my-own.id_7"})
        unnamed = [await town.client.request(method, path) for _ in range(2)]
        assert [named.status_code, *(answer.status_code for answer in unnamed)] == [status] * 3, path
        assert named.headers["x-correlation-id"] == "my-own.id_7"
        assert len({answer.headers["x-correlation-id"] for answer in unnamed}) == 2


@pytest.mark.parametrize("offered_id", ["", "with blanks", "x" * 65, "a\tb", "<script>", "é"])
async def test_an_id_that_could_spoil_a_log_is_replaced(town: Town, offered_id: str) -> None:
    headers = {b"X-Correlation-ID": offered_id.encode("latin-1")}

    answer = await town.client.get("/api/v1/videos/latest", headers=headers)

    assert answer.status_code == 200
    assert answer.headers["x-correlation-id"] not in {"", offered_id}


async def test_a_failure_of_ours_is_a_problem_that_gives_nothing_away(town: Town) -> None:
    town.source.metadata["abcdefghijk"] = "not metadata"  # type: ignore[assignment]
    body = {"youtubeUrl": "https://youtu.be/abcdefghijk"}

    with capture_logs() as lines:
        answer = await town.ask("POST", "/videos/preview", json=body, headers={"X-Correlation-ID": "find-me"})

    assert [line["exc_info"] for line in lines if line["event"] == "request failed"]
    problem = problem_of(answer)
    assert (problem["status"], problem["code"], problem["correlationId"]) == (
        500,
        "internal_error",
        "find-me",
    )
    assert "attribute" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
