"""Accounts over HTTP: registering, one's own profile and password, and leaving."""

import asyncio
from collections import Counter
from typing import Any

import httpx2
import pytest

from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.domain.access import Role, Scope
from tests.api.town import ORIGIN, Person, Town

ANN = {"firstName": "Ann", "lastName": "Lee", "email": "ann@example.com", "password": "correct horse"}
NEW_PASSWORD = "battery staple"


async def register(town: Town, **changes: Any) -> httpx2.Response:
    return await town.ask("POST", "/users/register", json=ANN | changes)


async def registered(town: Town, **changes: Any) -> Person:
    answer = await register(town, **changes)
    assert answer.status_code == 201, answer.text
    body = answer.json()
    return Person(body["userId"], body["email"], body["token"])


async def sign_in(town: Town, password: str = ANN["password"]) -> httpx2.Response:
    return await town.ask("POST", "/users/login", json={"email": ANN["email"], "password": password})


# Registering.


async def test_registering_signs_in_at_once(town: Town) -> None:
    answer = await register(town)
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"firstName", "lastName", "email", "userId", "token", "refreshToken"}
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["location"] == f"/api/v1/users/{body['userId']}"
    me = await town.ask("GET", "/users/me", Person(token=body["token"]))
    assert me.json() == {
        "userId": body["userId"],
        "firstName": "Ann",
        "lastName": "Lee",
        "email": "ann@example.com",
        "createdDate": "2026-03-01T12:00:00Z",
        "accountStatus": "active",
        "lastLoginDate": "2026-03-01T12:00:00Z",
        "roles": ["viewer", "creator"],
    }


async def test_the_names_of_deployed_clients_are_understood(town: Town) -> None:
    old = {"firstname": "Ann", "lastname": "Lee", "email": "ann@example.com", "password": "correct horse"}
    answer = await town.ask("POST", "/users/register", json=old)
    assert answer.status_code == 201
    assert (answer.json()["firstName"], answer.json()["lastName"]) == ("Ann", "Lee")


async def test_of_two_hundred_who_register_one_address_at_once_exactly_one_succeeds(town: Town) -> None:
    spellings = ["ann@example.com", "Ann@Example.com", "ANN@EXAMPLE.COM", "ann@EXAMPLE.com"] * 50
    answers = await asyncio.gather(*(register(town, email=spelling) for spelling in spellings))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 199}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"email_taken"}
    moderator = await town.person(Role.MODERATOR)
    found = (await town.ask("GET", "/moderation/users?q=ann@example.com", moderator)).json()
    assert len(found) == 1


@pytest.mark.parametrize(
    "email",
    ["a@b.test", "ann@mail.example", "ann+tag@example.com", "+@example.com", "Ann.O'Neil@example.com"],
)
async def test_unusual_addresses_are_accepted_as_they_are_spelled(town: Town, email: str) -> None:
    answer = await register(town, email=email)
    assert answer.status_code == 201
    assert answer.json()["email"] == email


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"email": "ann@localhost"}, "/email"),
        ({"email": "ann"}, "/email"),
        ({"email": "ann@example.com\x00"}, "/email"),
        ({"email": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 8}.com"}, "/email"),
        ({"email": None}, "/email"),
        ({"firstName": "  "}, "/firstName"),
        ({"lastName": "x" * 51}, "/lastName"),
        ({"password": "seven c"}, "/password"),
        ({"password": "x" * 129}, "/password"),
    ],
)
async def test_what_cannot_be_accepted_is_pointed_at(
    town: Town, changes: dict[str, Any], pointer: str
) -> None:
    answer = await register(town, **changes)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert isinstance(answer.json()["detail"], str)


async def test_a_refused_address_is_explained_without_repeating_the_password(town: Town) -> None:
    answer = await register(town, email="ann@localhost")
    assert "It should have a period" in answer.json()["detail"]
    assert ANN["password"] not in answer.text


async def test_a_repeat_with_the_same_key_is_answered_with_the_same_account(town: Town) -> None:
    key = {"Idempotency-Key": "registering-ann"}
    both = [town.ask("POST", "/users/register", json=ANN, headers=key) for _ in range(2)]
    first, second = await asyncio.gather(*both)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["userId"] == second.json()["userId"]
    assert (await town.ask("GET", "/users/me", Person(token=second.json()["token"]))).status_code == 200


@pytest.mark.parametrize("changes", [{"password": NEW_PASSWORD}, {"email": "other@example.com"}])
async def test_a_key_does_not_open_an_account_to_another_request(town: Town, changes: dict[str, Any]) -> None:
    key = {"Idempotency-Key": "registering-ann"}
    await town.ask("POST", "/users/register", json=ANN, headers=key)
    answer = await town.ask("POST", "/users/register", json=ANN | changes, headers=key)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


async def test_of_a_password_nothing_is_kept_that_could_be_tried_fast(town: Town) -> None:
    await town.ask("POST", "/users/register", json=ANN, headers={"Idempotency-Key": "a"})
    await town.ask(
        "POST", "/users/register", json=ANN | {"email": "x@example.com"}, headers={"Idempotency-Key": "b"}
    )
    storage = town.house.storage
    if isinstance(storage, CassandraStorage):
        rows = await storage.session.all_rows("SELECT fingerprint FROM request_keys")
        prints = [row["fingerprint"] for row in rows]
    else:
        prints = [row[0] for row in await storage.database.scan("SELECT fingerprint FROM request_keys")]
    assert len(prints) == 2
    assert len(set(prints)) == 1


# The profile.


async def test_one_reads_and_changes_ones_own_profile(town: Town) -> None:
    ann = await registered(town)
    changed = await town.ask("PUT", "/users/me", ann, json={"firstName": "Anna"})
    assert changed.status_code == 200
    assert (changed.json()["firstName"], changed.json()["lastName"]) == ("Anna", "Lee")
    assert (await town.ask("GET", "/users/me", ann)).json() == changed.json()


async def test_an_old_version_of_a_profile_cannot_overwrite_a_newer_one(town: Town) -> None:
    ann = await registered(town)
    read = {"If-Match": (await town.ask("GET", "/users/me", ann)).headers["etag"]}
    first = await town.ask("PUT", "/users/me", ann, json={"firstName": "Anna"}, headers=read)
    second = await town.ask("PUT", "/users/me", ann, json={"firstName": "Anne"}, headers=read)
    assert (first.status_code, second.status_code) == (200, 412)
    assert first.headers["etag"] != read["If-Match"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/users/me"),
        ("PUT", "/users/me"),
        ("DELETE", "/users/me"),
        ("GET", "/users/me/export"),
        ("PUT", "/users/me/password"),
        ("POST", "/users/logout"),
    ],
)
async def test_what_is_ones_own_needs_a_good_token(town: Town, method: str, path: str) -> None:
    body = {"currentPassword": ANN["password"], "newPassword": NEW_PASSWORD} if method == "PUT" else None
    answer = await town.ask(method, path, Person(token="made.up.token"), json=body)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_roles_show_at_the_next_request_whatever_the_token_was_issued_for(town: Town) -> None:
    ann = await registered(town)
    await town.house.application.operator.grant(ann.email, Role.ADMIN, ORIGIN)
    me = await town.ask("GET", "/users/me", ann)
    assert me.json()["roles"] == ["viewer", "creator", "moderator", "admin"]


async def test_strangers_read_neither_address_nor_last_sign_in(town: Town) -> None:
    ann = await registered(town)
    path = f"/users/{ann.id}"
    in_full = (await town.ask("GET", "/users/me", ann)).json()
    public = in_full | {"email": None, "lastLoginDate": None}
    assert (await town.ask("GET", path)).json() == public
    assert (await town.ask("GET", path, await town.person())).json() == public
    assert (await town.ask("GET", path, Person(token="made up"))).json() == public
    assert (await town.ask("GET", path, ann)).json() == in_full
    assert (await town.ask("GET", path, await town.person(Role.MODERATOR))).json() == in_full


async def test_there_is_nothing_at_the_id_of_nobody(town: Town) -> None:
    answer = await town.ask("GET", "/users/00000000-0000-7000-8000-000000000000")
    assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")


# The password.


async def test_a_new_password_ends_every_other_session(town: Town) -> None:
    here = await registered(town)
    elsewhere = Person(token=(await sign_in(town)).json()["token"])
    wanted = {"currentPassword": ANN["password"], "newPassword": NEW_PASSWORD}
    answer = await town.ask("PUT", "/users/me/password", here, json=wanted)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await town.ask("GET", "/users/me", here)).status_code == 200
    assert (await town.ask("GET", "/users/me", elsewhere)).status_code == 401
    assert (await sign_in(town)).status_code == 401
    assert (await sign_in(town, NEW_PASSWORD)).status_code == 200


async def test_a_wrong_current_password_signs_nobody_out(town: Town) -> None:
    ann = await registered(town)
    wanted = {"currentPassword": "wrong horse", "newPassword": NEW_PASSWORD}
    answer = await town.ask("PUT", "/users/me/password", ann, json=wanted)
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_password")
    assert (await town.ask("GET", "/users/me", ann)).status_code == 200


# Leaving.


async def test_an_erased_account_is_gone_at_once(town: Town) -> None:
    ann = await registered(town)
    answer = await town.ask("DELETE", "/users/me", ann)
    assert (answer.status_code, answer.json()["status"]) == (202, "accepted")
    assert (await town.ask("GET", "/users/me", ann)).status_code == 401
    assert (await town.ask("GET", f"/users/{ann.id}")).status_code == 404
    assert (await town.ask("GET", f"/users/{ann.id}/videos")).status_code == 404
    assert (await sign_in(town)).status_code == 401
    assert (await register(town)).status_code == 201


async def test_what_an_erased_account_made_is_hidden_and_what_it_rated_still_counts(town: Town) -> None:
    ann, bob = await registered(town), await town.person()
    anns, bobs = await town.video(ann), await town.video(bob)
    await town.comment(ann, bobs)
    await town.ask("POST", f"/videos/{bobs}/ratings", ann, json={"rating": 4})
    await town.ask("POST", f"/videos/{bobs}/view", ann)

    await town.ask("DELETE", "/users/me", ann)
    await town.settle()

    assert (await town.ask("GET", f"/videos/{anns}")).status_code == 404
    latest = (await town.ask("GET", "/videos/latest")).json()
    assert [video["videoId"] for video in latest["data"]] == [bobs]
    assert (await town.ask("GET", f"/videos/{bobs}/comments")).json()["data"] == []
    seen = (await town.ask("GET", f"/videos/{bobs}")).json()
    assert (seen["views"], seen["averageRating"], seen["totalRatingsCount"]) == (1, 4.0, 1)


async def test_the_archive_is_one_document_with_everything_but_secrets(town: Town) -> None:
    answer = await register(town)
    tokens = answer.json()
    ann, bob = Person(tokens["userId"], tokens["email"], tokens["token"]), await town.person()
    kept, deleted, bobs = await town.video(ann), await town.video(ann), await town.video(bob)
    comment = await town.comment(ann, bobs, "Rain, rain")
    await town.ask("DELETE", f"/videos/{deleted}", ann)
    await town.ask("POST", f"/videos/{bobs}/ratings", ann, json={"rating": 5})
    await town.ask("POST", f"/videos/{bobs}/view", ann)
    await town.ask("POST", f"/videos/{bobs}/watch-time", ann, json={"watch_duration_seconds": 30})
    flag = {"contentType": "video", "contentId": bobs, "reasonCode": "spam", "reasonText": "Again"}
    await town.ask("POST", "/flags", ann, json=flag)

    answer = await town.ask("GET", "/users/me/export", ann)

    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    archive = answer.json()
    assert archive["profile"] == (await town.ask("GET", "/users/me", ann)).json()
    assert {(video["videoId"], video["is_deleted"]) for video in archive["videos"]} == {
        (kept, False),
        (deleted, True),
    }
    [written] = archive["comments"]
    assert (written["commentid"], written["comment"], written["is_deleted"]) == (comment, "Rain, rain", False)
    assert [(rating["videoId"], rating["rating"]) for rating in archive["ratings"]] == [(bobs, 5)]
    assert [view["videoId"] for view in archive["views"]] == [bobs]
    assert [watched["watchDurationSeconds"] for watched in archive["watchTime"]] == [30]
    assert {deed["activityType"] for deed in archive["activity"]} == {"view", "comment", "rate"}
    assert [raised["reasonText"] for raised in archive["flags"]] == ["Again"]
    assert len(archive["sessions"]) == 1
    assert tokens["token"] not in answer.text
    assert tokens["refreshToken"] not in answer.text
    assert "argon2" not in answer.text


async def test_a_token_without_the_scope_is_told_so_and_not_signed_out(town: Town) -> None:
    ann = await registered(town)
    form = {
        "grant_type": "password",
        "username": ann.email,
        "password": ANN["password"],
        "scope": str(Scope.COMMENTS_WRITE),
    }
    narrow = (await town.client.post("/api/v1/users/token", data=form)).json()
    answer = await town.ask("GET", "/users/me", Person(token=narrow["access_token"]))
    assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")
