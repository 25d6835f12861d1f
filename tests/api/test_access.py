"""People, the moderator role and suspension over HTTP."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from killrvideo.domain.access import Role, Scope
from tests.api.town import NOBODY, Person, Town

MEMBERS = {
    "userId",
    "firstName",
    "lastName",
    "email",
    "createdDate",
    "accountStatus",
    "lastLoginDate",
    "roles",
}
SPAM = {"reason": "Spam."}


async def act(town: Town, by: Person, user: Person, verb: str, body: Any = None) -> Any:
    return await town.ask("POST", f"/moderation/users/{user.id}/{verb}", by, json=body)


def of(answer: Any) -> tuple[int, str]:
    """The status of a refusal, and its code."""
    return answer.status_code, answer.json()["code"]


async def test_moderators_find_people_by_name_or_address(town: Town) -> None:
    moderator, ann = await town.person(Role.MODERATOR), await town.person(Role.VIEWER)

    everybody = await town.ask("GET", "/moderation/users", moderator)
    found = await town.ask("GET", f"/moderation/users?q={ann.email.upper()}", moderator)
    nobody = await town.ask("GET", "/moderation/users?q=no-such-person", moderator)

    assert {user["userId"] for user in everybody.json()} == {str(moderator.id), str(ann.id)}
    [user] = found.json()
    assert set(user) == MEMBERS
    assert (user["email"], user["roles"], user["accountStatus"]) == (ann.email, ["viewer"], "active")
    assert nobody.json() == []


async def test_a_role_counts_from_the_next_request_on_with_the_old_token(town: Town) -> None:
    moderator, ann = await town.person(Role.MODERATOR), await town.person()
    assert (await town.ask("GET", "/moderation/flags", ann)).status_code == 403

    assigned = await act(town, moderator, ann, "assign-moderator")

    assert (assigned.status_code, assigned.json()["roles"]) == (200, ["viewer", "creator", "moderator"])
    assert (await town.ask("GET", "/moderation/flags", ann)).status_code == 200
    assert (await act(town, moderator, ann, "assign-moderator")).json() == assigned.json()

    revoked = await act(town, moderator, ann, "revoke-moderator")

    assert (revoked.status_code, revoked.json()["roles"]) == (200, ["viewer", "creator"])
    assert (await town.ask("GET", "/moderation/flags", ann)).status_code == 403
    assert (await act(town, moderator, ann, "revoke-moderator")).status_code == 200
    audit = await town.ask("GET", f"/moderation/audit?targetId={ann.id}", moderator)
    assert [entry["action"] for entry in audit.json()["data"]] == ["access_changed", "access_changed"]


async def test_the_last_moderator_and_admins_keep_their_role(town: Town) -> None:
    moderator = await town.person(Role.MODERATOR)
    assert of(await act(town, moderator, moderator, "revoke-moderator")) == (409, "last_moderator")
    admin = await town.person(Role.ADMIN)
    refused = await act(town, moderator, admin, "revoke-moderator")
    assert of(refused) == (409, "account_state_conflict")
    assert "command line" in refused.json()["detail"]
    assert (await act(town, moderator, moderator, "revoke-moderator")).status_code == 200


async def test_two_moderators_cannot_demote_each_other_at_once(town: Town) -> None:
    one, other = await town.person(Role.MODERATOR), await town.person(Role.MODERATOR)
    answers = await asyncio.gather(
        act(town, one, other, "revoke-moderator"), act(town, other, one, "revoke-moderator")
    )
    assert sorted(answer.status_code for answer in answers) in ([200, 403], [200, 409])


async def test_a_suspended_user_is_signed_out_at_once_and_can_be_reinstated(town: Town) -> None:
    moderator, ann = await town.person(Role.MODERATOR), await town.person()
    video = await town.video(ann)

    suspended = await act(town, moderator, ann, "suspend", SPAM)

    assert (suspended.status_code, suspended.json()["accountStatus"]) == (200, "suspended")
    assert (await town.ask("GET", "/users/me", ann)).status_code == 401
    assert (await town.ask("GET", f"/videos/{video}")).status_code == 200
    assert of(await act(town, moderator, ann, "suspend", SPAM)) == (409, "account_state_conflict")

    reinstated = await act(town, moderator, ann, "reinstate")

    assert (reinstated.status_code, reinstated.json()["accountStatus"]) == (200, "active")
    assert of(await act(town, moderator, ann, "reinstate")) == (409, "account_state_conflict")
    audit = await town.ask("GET", "/moderation/audit?action=account_suspended", moderator)
    assert [entry["detail"]["reason"] for entry in audit.json()["data"]] == ["Spam."]


async def test_content_is_hidden_with_its_owner_only_if_so_wished(town: Town) -> None:
    moderator, ann, bob = await town.person(Role.MODERATOR), await town.person(), await town.person()
    video, bobs = await town.video(ann), await town.video(bob)
    await town.comment(ann, bobs)

    await act(town, moderator, ann, "suspend", {**SPAM, "hideContent": True})
    await town.settle()

    assert (await town.ask("GET", f"/videos/{video}")).status_code == 404
    assert (await town.ask("GET", f"/videos/{bobs}/comments")).json()["data"] == []
    hidden = (await town.ask("GET", "/moderation/removed", moderator)).json()["data"]
    assert {(entry["contentType"], entry["cause"], entry["reason"]) for entry in hidden} == {
        ("video", "account", "Spam."),
        ("comment", "account", "Spam."),
    }

    await act(town, moderator, ann, "reinstate", {"reason": "It was a mistake."})
    await town.settle()

    assert (await town.ask("GET", f"/videos/{video}")).status_code == 200
    latest = (await town.ask("GET", "/videos/latest")).json()["data"]
    assert {shown["videoId"] for shown in latest} == {video, bobs}
    assert len((await town.ask("GET", f"/videos/{bobs}/comments")).json()["data"]) == 1


async def test_a_moderator_suspends_neither_an_admin_nor_oneself(town: Town) -> None:
    moderator, admin = await town.person(Role.MODERATOR), await town.person(Role.ADMIN)
    assert of(await act(town, moderator, admin, "suspend", SPAM)) == (403, "not_allowed")
    assert of(await act(town, moderator, admin, "reinstate")) == (403, "not_allowed")
    assert of(await act(town, moderator, moderator, "suspend", SPAM)) == (409, "account_state_conflict")
    assert (await act(town, admin, moderator, "suspend", SPAM)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"reason": ""},
        {"reason": "  "},
        {"reason": "x" * 501},
        {"reason": "Spam.", "hideContent": "yes"},
        {"reason": "Spam.", "hideContent": 1},
    ],
)
async def test_a_suspension_has_a_reason(town: Town, body: Any) -> None:
    moderator, ann = await town.person(Role.MODERATOR), await town.person()
    status, code = of(await act(town, moderator, ann, "suspend", body))
    assert (status, code) in {(422, "invalid_input"), (422, "invalid_text")}
    assert (await town.ask("GET", "/users/me", ann)).status_code == 200


async def test_who_manages_users_need_not_read_their_addresses(town: Town) -> None:
    manager, ann = await town.person(scopes=[Scope.USERS_MANAGE]), await town.person()
    await town.person(Role.MODERATOR)
    assert (await town.ask("GET", "/moderation/users", manager)).status_code == 403
    assert (await act(town, manager, ann, "suspend", SPAM)).json()["email"] is None


async def test_all_of_it_is_for_those_who_may(town: Town) -> None:
    unknown, reader, moderator = Person(uuid4()), await town.person(), await town.person(Role.MODERATOR)
    for verb in ("assign-moderator", "revoke-moderator", "suspend", "reinstate"):
        assert of(await act(town, NOBODY, unknown, verb, SPAM)) == (401, "not_signed_in")
        assert of(await act(town, reader, unknown, verb, SPAM)) == (403, "missing_scope")
        assert of(await act(town, moderator, unknown, verb, SPAM)) == (404, "account_not_found")
    assert of(await town.ask("GET", "/moderation/users", NOBODY)) == (401, "not_signed_in")
    assert of(await town.ask("GET", "/moderation/users", reader)) == (403, "missing_scope")
