"""Signing in and out over HTTP, for people and for programs."""

import asyncio
from typing import Any

import httpx2
import pytest

from killrvideo.domain.access import Role
from tests.api.town import Person, Town

EMAIL = "ann@example.com"
PASSWORD = "correct horse"
PASSWORD_GRANT = {"grant_type": "password", "username": EMAIL, "password": PASSWORD}


@pytest.fixture
async def ann(town: Town) -> dict[str, Any]:
    """What Ann was answered when she registered."""
    body = {"firstName": "Ann", "lastName": "Lee", "email": EMAIL, "password": PASSWORD}
    return dict((await town.ask("POST", "/users/register", json=body)).json())


async def log_in(town: Town, email: str = EMAIL, password: str = PASSWORD) -> httpx2.Response:
    return await town.ask("POST", "/users/login", json={"email": email, "password": password})


async def ask_token(town: Town, form: dict[str, str]) -> httpx2.Response:
    return await town.client.post("/api/v1/users/token", data=form)


async def refresh(town: Town, token: str, **form: str) -> httpx2.Response:
    return await ask_token(town, {"grant_type": "refresh_token", "refresh_token": token, **form})


async def suspend(town: Town, ann: dict[str, Any]) -> None:
    moderator = await town.person(Role.MODERATOR)
    path = f"/moderation/users/{ann['userId']}/suspend"
    answer = await town.ask("POST", path, moderator, json={"reason": "Spam"})
    assert answer.status_code == 200, answer.text


async def is_good(town: Town, access_token: str) -> bool:
    return (await town.ask("GET", "/users/me", Person(token=access_token))).status_code == 200


# People.


async def test_signing_in_answers_with_tokens_and_the_user(town: Town, ann: dict[str, Any]) -> None:
    answer = await log_in(town, "ANN@example.com")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert set(body) == {"token", "user", "refreshToken", "expiresIn"}
    assert body["expiresIn"] == 8 * 60 * 60
    assert body["user"] == (await town.ask("GET", "/users/me", Person(token=body["token"]))).json()


async def test_a_wrong_pair_is_answered_alike_whether_there_is_such_an_account_or_not(
    town: Town, ann: dict[str, Any]
) -> None:
    known, unknown = await log_in(town, password="wrong horse"), await log_in(town, "bob@example.com")
    assert known.status_code == unknown.status_code == 401
    assert "www-authenticate" in known.headers
    varying = {"correlationId": None}
    assert known.json() | varying == unknown.json() | varying


async def test_a_suspended_user_with_the_right_password_is_told(town: Town, ann: dict[str, Any]) -> None:
    await suspend(town, ann)
    assert not await is_good(town, ann["token"])
    right, wrong = await log_in(town), await log_in(town, password="wrong horse")
    assert (right.status_code, right.json()["code"]) == (403, "account_suspended")
    assert wrong.status_code == 401


async def test_signing_out_ends_the_session(town: Town, ann: dict[str, Any]) -> None:
    answer = await town.ask("POST", "/users/logout", Person(token=ann["token"]))
    assert (answer.status_code, answer.content) == (204, b"")
    assert not await is_good(town, ann["token"])
    assert (await refresh(town, ann["refreshToken"])).status_code == 400


async def test_a_bad_token_counts_as_none_where_none_is_needed(town: Town) -> None:
    assert (await town.ask("GET", "/videos/latest", Person(token="made.up.token"))).status_code == 200


# Programs.


async def test_a_program_gets_a_token_by_password(town: Town, ann: dict[str, Any]) -> None:
    answer = await ask_token(town, PASSWORD_GRANT)
    assert answer.status_code == 200
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    body = answer.json()
    assert set(body) == {"access_token", "token_type", "expires_in", "refresh_token", "scope"}
    assert (body["token_type"], body["expires_in"]) == ("bearer", 8 * 60 * 60)
    assert "videos:write" in body["scope"].split()
    assert await is_good(town, body["access_token"])


async def test_a_program_can_ask_for_less(town: Town, ann: dict[str, Any]) -> None:
    narrow = (await ask_token(town, PASSWORD_GRANT | {"scope": "profile comments:write"})).json()
    assert narrow["scope"] == "comments:write profile"
    narrower = (await refresh(town, narrow["refresh_token"], scope="profile")).json()
    assert narrower["scope"] == "profile"
    wider = await refresh(town, narrower["refresh_token"], scope="profile videos:write")
    assert (wider.status_code, wider.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password", "username": EMAIL}, "invalid_request"),
        ({"grant_type": "password", "username": "", "password": PASSWORD}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        (PASSWORD_GRANT | {"password": "wrong horse"}, "invalid_grant"),
        (PASSWORD_GRANT | {"username": "bob@example.com"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "made up"}, "invalid_grant"),
        (PASSWORD_GRANT | {"scope": "king"}, "invalid_scope"),
        (PASSWORD_GRANT | {"scope": "operate"}, "invalid_scope"),
    ],
)
async def test_a_refused_token_request_is_an_oauth2_error_and_a_problem_in_one(
    town: Town, ann: dict[str, Any], form: dict[str, str], error: str
) -> None:
    answer = await ask_token(town, form)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert body["error"] == error
    assert body["error_description"] == body["detail"]
    assert (body["status"], body["code"], body["instance"]) == (400, "invalid_grant", "/api/v1/users/token")


async def test_a_parameter_that_comes_twice_is_refused(town: Town) -> None:
    answer = await town.client.post("/api/v1/users/token", data={"grant_type": ["password", "refresh_token"]})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_a_token_request_is_a_form(town: Town) -> None:
    answer = await town.ask("POST", "/users/token", json=PASSWORD_GRANT)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_a_request_key_on_a_form_does_no_harm(town: Town, ann: dict[str, Any]) -> None:
    answer = await town.client.post(
        "/api/v1/users/token", data=PASSWORD_GRANT, headers={"Idempotency-Key": "some-key"}
    )
    assert answer.status_code == 200


async def test_a_suspended_user_gets_no_token(town: Town, ann: dict[str, Any]) -> None:
    await suspend(town, ann)
    for answer in (await ask_token(town, PASSWORD_GRANT), await refresh(town, ann["refreshToken"])):
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


# Refreshing.


async def test_a_lost_answer_locks_nobody_out_but_a_token_that_comes_back_later_ends_the_session(
    town: Town, ann: dict[str, Any]
) -> None:
    await refresh(town, ann["refreshToken"])
    second = (await refresh(town, ann["refreshToken"])).json()
    third = (await refresh(town, second["refresh_token"])).json()
    assert await is_good(town, third["access_token"])

    stolen = await refresh(town, ann["refreshToken"])

    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    assert not await is_good(town, third["access_token"])
    assert (await refresh(town, third["refresh_token"])).status_code == 400


async def test_two_refreshes_at_once_both_get_tokens(town: Town, ann: dict[str, Any]) -> None:
    both = await asyncio.gather(*(refresh(town, ann["refreshToken"]) for _ in range(2)))
    assert [answer.status_code for answer in both] == [200, 200]
    for answer in both:
        assert await is_good(town, answer.json()["access_token"])


async def test_a_refreshed_session_is_the_same_session(town: Town, ann: dict[str, Any]) -> None:
    fresh = (await refresh(town, ann["refreshToken"])).json()
    await town.ask("POST", "/users/logout", Person(token=fresh["access_token"]))
    assert not await is_good(town, ann["token"])
