"""Flags over HTTP: how they are spelled, whom they are shown to and with what, and who moves them."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from killrvideo.domain.access import Role, Scope
from killrvideo.domain.moderation import MASK
from tests.api.town import NOBODY, Town

WORDS = "My address is in this video."
SPAM = {"reasonCode": "spam", "reasonText": WORDS}
MEMBERS = {
    "flagId",
    "userId",
    "contentType",
    "contentId",
    "reasonCode",
    "reasonText",
    "reasonMasked",
    "status",
    "createdAt",
    "updatedAt",
    "moderatorId",
    "moderatorNotes",
    "resolvedAt",
}


async def flagged(town: Town, video: str, **members: Any) -> dict[str, Any]:
    """A flag of a new reader on the video, as the reader reads it."""
    answer = await town.ask("POST", f"/videos/{video}/flags", await town.person(), json={**SPAM, **members})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def of(answer: Any) -> tuple[int, str]:
    """The status of a refusal, and its code."""
    return answer.status_code, answer.json()["code"]


async def test_a_reporter_reads_the_own_words_and_moderators_a_mask(town: Town) -> None:
    reader, moderator = await town.person(Role.VIEWER), await town.person(Role.MODERATOR)
    video = await town.video(await town.person())

    answer = await town.ask("POST", f"/videos/{video}/flags", reader, json=SPAM)

    assert answer.status_code == 201
    flag = answer.json()
    assert set(flag) == MEMBERS
    assert (flag["userId"], flag["contentType"], flag["contentId"]) == (str(reader.id), "video", video)
    assert (flag["reasonCode"], flag["reasonText"], flag["reasonMasked"]) == ("spam", WORDS, False)
    assert (flag["status"], flag["moderatorId"], flag["resolvedAt"]) == ("open", None, None)
    location = answer.headers["location"]
    assert location == f"/api/v1/moderation/flags/{flag['flagId']}"

    masked = {**flag, "reasonText": MASK, "reasonMasked": True}
    shown = await town.client.get(location, headers=moderator.headers)
    assert shown.json() == masked
    for path in (f"/videos/{video}/flags", "/moderation/flags", "/moderation/flags?status=open"):
        listed = (await town.ask("GET", path, moderator)).json()
        assert listed["data"] == [masked]
        assert listed["pagination"]["totalItems"] == 1
    resolved = await town.ask("GET", "/moderation/flags?status=approved", moderator)
    assert resolved.json()["data"] == []


async def test_no_reason_needs_no_mask(town: Town) -> None:
    moderator, video = await town.person(Role.MODERATOR), await town.video(await town.person())
    flag = await flagged(town, video, reasonText=None)

    shown = (await town.ask("GET", f"/moderation/flags/{flag['flagId']}", moderator)).json()

    assert (shown["reasonText"], shown["reasonMasked"]) == (None, False)


async def test_any_content_can_be_flagged_by_its_id(town: Town) -> None:
    reader, moderator = await town.person(), await town.person(Role.MODERATOR)
    video = await town.video(await town.person())
    comment = await town.comment(await town.person(), video)

    for kind, content in (("video", video), ("comment", comment)):
        body = {"contentType": kind, "contentId": content, "reasonCode": "harassment"}
        answer = await town.ask("POST", "/flags", reader, json=body)
        assert answer.status_code == 201
        flag = answer.json()
        assert (flag["contentType"], flag["contentId"], flag["reasonText"]) == (kind, content, None)

    on_video = (await town.ask("GET", f"/videos/{video}/flags", moderator)).json()["data"]
    assert [flag["contentType"] for flag in on_video] == ["video"]


async def test_the_path_says_which_video_is_flagged_whatever_the_body_says(town: Town) -> None:
    video = await town.video(await town.person())
    flag = await flagged(town, video, contentType="comment", contentId=str(uuid4()))
    assert (flag["contentType"], flag["contentId"]) == ("video", video)


async def test_what_does_not_show_cannot_be_flagged(town: Town) -> None:
    reader, owner = await town.person(), await town.person()
    video = await town.video(owner)
    pending = (await town.submit(owner))["videoId"]
    comment = await town.comment(owner, video)
    await town.ask("DELETE", f"/videos/{video}/comments/{comment}", owner)

    unknown = await town.ask("POST", f"/videos/{uuid4()}/flags", reader, json=SPAM)
    assert of(unknown) == (404, "video_not_found")
    hidden = await town.ask("POST", f"/videos/{pending}/flags", reader, json=SPAM)
    assert of(hidden) == (404, "video_not_found")
    body = {**SPAM, "contentType": "comment", "contentId": comment}
    assert of(await town.ask("POST", "/flags", reader, json=body)) == (404, "comment_not_found")


async def test_a_second_flag_waits_for_the_first_to_be_resolved(town: Town) -> None:
    reader, moderator = await town.person(), await town.person(Role.MODERATOR)
    path = f"/videos/{await town.video(await town.person())}/flags"
    first = (await town.ask("POST", path, reader, json=SPAM)).json()

    assert of(await town.ask("POST", path, reader, json=SPAM)) == (409, "already_flagged")
    await town.ask("PATCH", f"{path}/{first['flagId']}", moderator, json={"status": "rejected"})
    assert (await town.ask("POST", path, reader, json=SPAM)).status_code == 201


async def test_a_flag_that_is_sent_twice_with_one_key_is_raised_once(town: Town) -> None:
    reader, video = await town.person(), await town.video(await town.person())
    key = {"Idempotency-Key": "one"}
    answers = [
        await town.ask("POST", f"/videos/{video}/flags", reader, json=SPAM, headers=key) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


async def test_what_moderators_note_stays_with_them(town: Town) -> None:
    reader, moderator = await town.person(Role.VIEWER), await town.person(Role.MODERATOR)
    video, key = await town.video(await town.person()), {"Idempotency-Key": "one"}
    flag = (await town.ask("POST", f"/videos/{video}/flags", reader, json=SPAM, headers=key)).json()
    verdict = {"status": "rejected", "moderatorNotes": "The reporter flags everything."}
    await town.ask("POST", f"/moderation/flags/{flag['flagId']}/action", moderator, json=verdict)

    again = await town.ask("POST", f"/videos/{video}/flags", reader, json=SPAM, headers=key)
    [kept] = (await town.ask("GET", "/users/me/export", reader)).json()["flags"]

    assert again.json() == kept
    assert (kept["status"], kept["reasonText"]) == ("rejected", WORDS)
    assert (kept["moderatorId"], kept["moderatorNotes"]) == (None, None)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"reasonCode": "boring"}, "/reasonCode"),
        ({"reasonCode": None}, "/reasonCode"),
        ({"reasonText": "x" * 501}, "/reasonText"),
        ({"reasonText": "\x00"}, "/reasonText"),
        ({"contentType": "account"}, "/contentType"),
        ({"contentId": "nobody"}, "/contentId"),
    ],
)
async def test_a_malformed_flag_is_refused_with_the_place(
    town: Town, change: dict[str, Any], pointer: str
) -> None:
    body = {**SPAM, "contentType": "video", "contentId": str(uuid4()), **change}
    answer = await town.ask("POST", "/flags", await town.person(), json=body)
    assert answer.status_code == 422
    assert [problem["pointer"] for problem in answer.json()["errors"]] == [pointer]


async def test_a_reason_is_read_by_an_admin_and_the_reading_is_audited(town: Town) -> None:
    admin, moderator = await town.person(Role.ADMIN), await town.person(Role.MODERATOR)
    flag = await flagged(town, await town.video(await town.person()))
    path = f"/moderation/flags/{flag['flagId']}/reason"

    assert of(await town.ask("POST", path, moderator)) == (403, "missing_scope")
    answer = await town.ask("POST", path, admin)

    assert (answer.status_code, answer.json()) == (200, flag)
    read = (await town.ask("GET", "/moderation/audit?action=flag_reason_read", moderator)).json()["data"]
    assert [(entry["actorId"], entry["targetId"]) for entry in read] == [(str(admin.id), flag["flagId"])]
    assert WORDS not in str(read)


async def test_a_flag_goes_under_review_and_then_takes_the_video_down(town: Town) -> None:
    moderator, owner = await town.person(Role.MODERATOR), await town.person()
    video = await town.video(owner)
    path = f"/moderation/flags/{(await flagged(town, video))['flagId']}/action"

    reviewed = await town.ask("POST", path, moderator, json={"status": "under_review"})
    assert (reviewed.status_code, reviewed.json()["resolvedAt"]) == (200, None)
    assert (await town.ask("GET", f"/videos/{video}")).status_code == 200

    body = {"status": "approved", "moderatorNotes": "The address is legible."}
    approved = await town.ask("POST", path, moderator, json=body)

    assert approved.status_code == 200
    flag = approved.json()
    assert (flag["status"], flag["moderatorId"], flag["moderatorNotes"]) == (
        "approved",
        str(moderator.id),
        "The address is legible.",
    )
    assert (flag["reasonText"], flag["reasonMasked"]) == (MASK, True)
    assert flag["resolvedAt"] is not None
    for reader in (NOBODY, owner):
        assert (await town.ask("GET", f"/videos/{video}", reader)).status_code == 404
    assert of(await town.ask("POST", path, moderator, json={"status": "rejected"})) == (409, "flag_resolved")


async def test_a_flag_on_a_comment_is_moved_by_way_of_the_comments_video(town: Town) -> None:
    moderator = await town.person(Role.MODERATOR)
    video, other = [await town.video(await town.person()) for _ in range(2)]
    comment = await town.comment(await town.person(), video)
    body = {"contentType": "comment", "contentId": comment, "reasonCode": "spam"}
    flag = (await town.ask("POST", "/flags", await town.person(), json=body)).json()["flagId"]
    approved = {"status": "approved"}

    wrong = await town.ask("PATCH", f"/videos/{other}/flags/{flag}", moderator, json=approved)
    right = await town.ask("PATCH", f"/videos/{video}/flags/{flag}", moderator, json=approved)

    assert of(wrong) == (404, "flag_not_found")
    assert (right.status_code, right.json()["status"]) == (200, "approved")
    assert (await town.ask("GET", f"/videos/{video}/comments")).json()["data"] == []
    assert (await town.ask("GET", f"/videos/{video}")).status_code == 200


async def test_a_rejected_flag_leaves_the_video(town: Town) -> None:
    moderator, video = await town.person(Role.MODERATOR), await town.video(await town.person())
    flag = (await flagged(town, video))["flagId"]
    body = {"status": "rejected"}
    assert (await town.ask("PATCH", f"/videos/{video}/flags/{flag}", moderator, json=body)).status_code == 200
    assert (await town.ask("GET", f"/videos/{video}")).status_code == 200


async def test_a_flag_does_not_move_to_where_it_is(town: Town) -> None:
    moderator, video = await town.person(Role.MODERATOR), await town.video(await town.person())
    path = f"/moderation/flags/{(await flagged(town, video))['flagId']}/action"
    assert of(await town.ask("POST", path, moderator, json={"status": "open"})) == (409, "flag_transition")
    for body in ({"status": "gone"}, {}, {"status": "rejected", "moderatorNotes": "x" * 1001}):
        assert (await town.ask("POST", path, moderator, json=body)).status_code == 422


async def test_of_twenty_moderators_who_act_at_once_one_is_answered_200(town: Town) -> None:
    video = await town.video(await town.person())
    path = f"/moderation/flags/{(await flagged(town, video))['flagId']}/action"
    moderators = [await town.person(Role.MODERATOR) for _ in range(20)]

    answers = await asyncio.gather(
        *(
            town.ask("POST", path, moderator, json={"status": "approved" if number % 2 else "rejected"})
            for number, moderator in enumerate(moderators)
        )
    )

    [done] = [answer for answer in answers if answer.status_code == 200]
    assert [of(answer) for answer in answers if answer is not done] == [(409, "flag_resolved")] * 19
    gone = (await town.ask("GET", f"/videos/{video}")).status_code == 404
    assert gone == (done.json()["status"] == "approved")


@pytest.mark.parametrize(
    ("scope", "statuses"), [(Scope.MODERATION_READ, (200, 403)), (Scope.MODERATION_ACT, (403, 200))]
)
async def test_looking_and_acting_are_permissions_apart(
    town: Town, scope: Scope, statuses: tuple[int, int]
) -> None:
    helper = await town.person(scopes=[scope])
    path = f"/moderation/flags/{(await flagged(town, await town.video(await town.person())))['flagId']}"
    looked = await town.ask("GET", path, helper)
    acted = await town.ask("POST", f"{path}/action", helper, json={"status": "rejected"})
    assert (looked.status_code, acted.status_code) == statuses


async def test_strangers_are_told_to_sign_in_and_readers_that_they_may_not(town: Town) -> None:
    reader, unknown = await town.person(), uuid4()
    for_moderators: list[tuple[str, str, Any]] = [
        ("GET", f"/videos/{unknown}/flags", None),
        ("GET", "/moderation/flags", None),
        ("GET", f"/moderation/flags/{unknown}", None),
        ("POST", f"/moderation/flags/{unknown}/reason", None),
        ("POST", f"/moderation/flags/{unknown}/action", {"status": "approved"}),
        ("PATCH", f"/videos/{unknown}/flags/{unknown}", {"status": "approved"}),
    ]
    for method, path, body in for_moderators:
        assert of(await town.ask(method, path, NOBODY, json=body)) == (401, "not_signed_in")
        assert of(await town.ask(method, path, reader, json=body)) == (403, "missing_scope")
    for path in ("/flags", f"/videos/{unknown}/flags"):
        body = {**SPAM, "contentType": "video", "contentId": str(unknown)}
        assert of(await town.ask("POST", path, NOBODY, json=body)) == (401, "not_signed_in")


async def test_what_is_not_there_is_not_found(town: Town) -> None:
    admin, unknown = await town.person(Role.ADMIN), uuid4()
    approved = {"status": "approved"}
    assert of(await town.ask("GET", f"/videos/{unknown}/flags", admin)) == (404, "video_not_found")
    for method, path, body in (
        ("GET", f"/moderation/flags/{unknown}", None),
        ("POST", f"/moderation/flags/{unknown}/reason", None),
        ("POST", f"/moderation/flags/{unknown}/action", approved),
        ("PATCH", f"/videos/{unknown}/flags/{unknown}", approved),
    ):
        assert of(await town.ask(method, path, admin, json=body)) == (404, "flag_not_found")
