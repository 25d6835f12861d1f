"""Restoring, what is hidden, and the audit trail over HTTP."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from killrvideo.domain.access import Role
from tests.api.town import NOBODY, Person, Town


async def removed_video(town: Town, moderator: Person, **members: Any) -> str:
    """A video that the moderator has removed."""
    video = await town.video(await town.person(), **members)
    assert (await town.ask("DELETE", f"/videos/{video}", moderator)).status_code == 204
    return video


async def test_a_restored_video_comes_back_as_it_was(town: Town) -> None:
    moderator = await town.person(Role.MODERATOR)
    video = await removed_video(town, moderator)

    answer = await town.ask("POST", f"/moderation/videos/{video}/restore", moderator)

    assert answer.status_code == 200
    assert answer.json() == {
        "content_id": video,
        "content_type": "video",
        "status_message": "The removal by moderation is lifted.",
    }
    assert (await town.ask("GET", f"/videos/{video}")).status_code == 200
    again = await town.ask("POST", f"/moderation/videos/{video}/restore", moderator)
    assert (again.status_code, again.json()["code"]) == (409, "not_removed_by_moderation")


async def test_a_restored_comment_comes_back(town: Town) -> None:
    moderator, author = await town.person(Role.MODERATOR), await town.person()
    video = await town.video(await town.person())
    comment = await town.comment(author, video)
    await town.ask("DELETE", f"/videos/{video}/comments/{comment}", moderator)

    answer = await town.ask("POST", f"/moderation/comments/{comment}/restore", moderator)

    assert (answer.status_code, answer.json()["content_type"]) == (200, "comment")
    [shown] = (await town.ask("GET", f"/videos/{video}/comments")).json()["data"]
    assert shown["commentid"] == comment
    again = await town.ask("POST", f"/moderation/comments/{comment}/restore", moderator)
    assert (again.status_code, again.json()["code"]) == (409, "not_removed_by_moderation")


async def test_a_restoration_says_what_still_hides_the_video(town: Town) -> None:
    moderator, owner = await town.person(Role.MODERATOR), await town.person()
    video = await town.video(owner)
    await town.ask("DELETE", f"/videos/{video}", owner)
    await town.ask("DELETE", f"/videos/{video}", moderator)

    answer = await town.ask("POST", f"/moderation/videos/{video}/restore", moderator)

    assert answer.json()["status_message"].endswith("still hidden by its author.")
    assert (await town.ask("GET", f"/videos/{video}")).status_code == 404


async def test_what_is_hidden_is_listed_with_who_did_it_and_why(town: Town) -> None:
    moderator, owner = await town.person(Role.MODERATOR), await town.person()
    video = await town.video(owner, title="Rain on tin")
    comment = await town.comment(owner, video, "Buy my watches.")
    body = {"contentType": "comment", "contentId": comment, "reasonCode": "spam"}
    flag = (await town.ask("POST", "/flags", await town.person(), json=body)).json()["flagId"]
    approval = {"status": "approved", "moderatorNotes": "Watches."}
    await town.ask("POST", f"/moderation/flags/{flag}/action", moderator, json=approval)
    town.clock.advance(timedelta(minutes=1))
    await town.ask("DELETE", f"/videos/{video}", owner)

    page = (await town.ask("GET", "/moderation/removed", moderator)).json()

    assert page["pagination"]["totalItems"] == 2
    on_video, on_comment = page["data"]
    assert {**on_video, "hiddenAt": None} == {
        "contentType": "video",
        "contentId": video,
        "videoId": video,
        "userId": str(owner.id),
        "excerpt": "Rain on tin",
        "cause": "author",
        "hiddenBy": str(owner.id),
        "hiddenAt": None,
        "reason": None,
    }
    assert (on_comment["contentId"], on_comment["videoId"], on_comment["excerpt"]) == (
        comment,
        video,
        "Buy my watches.",
    )
    assert (on_comment["cause"], on_comment["hiddenBy"], on_comment["reason"]) == (
        "moderation",
        str(moderator.id),
        "spam: Watches.",
    )
    only = (await town.ask("GET", "/moderation/removed?type=comment", moderator)).json()["data"]
    assert only == [on_comment]


async def test_the_list_of_what_is_hidden_is_read_on_by_cursor(town: Town) -> None:
    moderator = await town.person(Role.MODERATOR)
    videos = {await removed_video(town, moderator) for _ in range(3)}

    first = (await town.ask("GET", "/moderation/removed?pageSize=2", moderator)).json()
    cursor = first["pagination"]["nextCursor"]
    rest = (await town.ask("GET", f"/moderation/removed?pageSize=2&cursor={cursor}", moderator)).json()

    assert {hidden["contentId"] for hidden in first["data"] + rest["data"]} == videos
    assert rest["pagination"]["nextCursor"] is None


async def test_the_trail_says_who_did_what_newest_first(town: Town) -> None:
    moderator = await town.person(Role.MODERATOR)
    video = await removed_video(town, moderator)
    town.clock.advance(timedelta(minutes=1))
    headers = {"X-Correlation-ID": "restoring-it"}
    await town.ask("POST", f"/moderation/videos/{video}/restore", moderator, headers=headers)

    entries = (await town.ask("GET", "/moderation/audit", moderator)).json()["data"]

    assert [entry["action"] for entry in entries] == ["content_restored", "content_removed"]
    restored = entries[0]
    assert (restored["actorId"], restored["targetType"], restored["targetId"]) == (
        str(moderator.id),
        "video",
        video,
    )
    assert (restored["correlationId"], restored["detail"]) == ("restoring-it", {})


async def test_the_trail_can_be_narrowed(town: Town) -> None:
    one, other = await town.person(Role.MODERATOR), await town.person(Role.MODERATOR)
    began = town.clock.now()
    first = await removed_video(town, one)
    town.clock.advance(timedelta(hours=1))
    middle = town.clock.now()
    second = await removed_video(town, other)
    await town.ask("POST", f"/moderation/videos/{second}/restore", other)

    async def targets(query: str) -> list[str]:
        answer = await town.ask("GET", f"/moderation/audit?{query}", one)
        return [entry["targetId"] for entry in answer.json()["data"]]

    def instant(at: Any) -> str:
        return str(at.isoformat().replace("+00:00", "Z"))

    assert await targets(f"targetId={first}") == [first]
    assert await targets(f"actorId={other.id}") == [second, second]
    assert await targets("action=content_restored") == [second]
    assert await targets(f"actorId={other.id}&action=content_removed") == [second]
    assert await targets(f"from={instant(middle)}") == [second, second]
    assert await targets(f"from={instant(began)}&to={instant(middle)}") == [first]
    assert await targets(f"targetId={first}&from={instant(middle)}") == []


@pytest.mark.parametrize(
    "query",
    [
        "audit?action=nothing",
        "audit?actorId=me",
        "audit?from=yesterday",
        "audit?from=2026-01-01T00:00:00",
        "audit?to=0001-01-01T00:00:00%2B14:00",
        "removed?type=account",
        "removed?page=0",
    ],
)
async def test_what_cannot_be_asked_is_refused(town: Town, query: str) -> None:
    answer = await town.ask("GET", f"/moderation/{query}", await town.person(Role.MODERATOR))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


async def test_all_of_it_is_for_moderators(town: Town) -> None:
    unknown, moderator = uuid4(), await town.person(Role.MODERATOR)
    restore = {"video": "video_not_found", "comment": "comment_not_found"}
    asked = [("POST", f"/moderation/{kind}s/{unknown}/restore") for kind in restore]
    for method, path in [*asked, ("GET", "/moderation/removed"), ("GET", "/moderation/audit")]:
        nobody, reader = (
            await town.ask(method, path, NOBODY),
            await town.ask(method, path, await town.person()),
        )
        assert (nobody.status_code, nobody.json()["code"]) == (401, "not_signed_in")
        assert (reader.status_code, reader.json()["code"]) == (403, "missing_scope")
    for (method, path), code in zip(asked, restore.values(), strict=True):
        answer = await town.ask(method, path, moderator)
        assert (answer.status_code, answer.json()["code"]) == (404, code)
