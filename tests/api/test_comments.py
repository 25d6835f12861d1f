"""Comments over HTTP: what people say, how it sounds, and who may change it."""

import asyncio
from uuid import uuid4

from killrvideo.domain.access import Role
from tests.api.town import Town


async def test_a_comment_is_answered_with_how_it_sounds(town: Town) -> None:
    video, viewer = await town.video(await town.person()), await town.person()

    glad, cross, plain = [
        (await town.ask("POST", f"/videos/{video}/comments", viewer, json={"text": text})).json()
        for text in ("I love this, wonderful!", "Terrible sound, I hate it.", "It is ten minutes long.")
    ]

    assert (glad["sentiment"], cross["sentiment"], plain["sentiment"]) == ("positive", "negative", "neutral")
    assert (
        -1 <= cross["sentiment_score"] < -0.1 < plain["sentiment_score"] < 0.1 < glad["sentiment_score"] <= 1
    )
    assert (glad["videoid"], glad["userid"]) == (video, str(viewer.id))


async def test_comments_are_listed_newest_first_with_their_authors_and_pages(town: Town) -> None:
    video, viewer = await town.video(await town.person()), await town.person()
    written = [await town.comment(viewer, video, f"Comment {number}") for number in range(5)]

    first = (await town.ask("GET", f"/videos/{video}/comments?pageSize=2")).json()
    third = (await town.ask("GET", f"/videos/{video}/comments?page=3&pageSize=2")).json()

    assert [comment["commentid"] for comment in first["data"]] == written[:2:-1]
    assert [comment["commentid"] for comment in third["data"]] == written[:1]
    assert (first["pagination"]["totalItems"], first["pagination"]["totalPages"]) == (5, 3)
    assert first["data"][0]["firstName"]


async def test_following_the_cursor_reads_every_comment_once(town: Town) -> None:
    video, viewer = await town.video(await town.person()), await town.person()
    written = {await town.comment(viewer, video, f"Comment {number}") for number in range(5)}

    read: list[str] = []
    cursor = ""
    while cursor is not None:
        path = f"/videos/{video}/comments?pageSize=2" + (f"&cursor={cursor}" if cursor else "")
        page = (await town.ask("GET", path)).json()
        read += [comment["commentid"] for comment in page["data"]]
        cursor = page["pagination"]["nextCursor"]

    assert len(read) == 5
    assert set(read) == written


async def test_an_edited_comment_is_judged_anew_and_says_when(town: Town) -> None:
    video, viewer = await town.video(await town.person()), await town.person()
    comment = await town.comment(viewer, video, "Terrible, I hate it.")
    path = f"/videos/{video}/comments/{comment}"

    edited = (await town.ask("PUT", path, viewer, json={"text": "I was wrong: wonderful!"})).json()

    assert edited["sentiment"] == "positive"
    assert edited["editedAt"] is not None
    listed = (await town.ask("GET", f"/videos/{video}/comments")).json()["data"]
    assert [found["comment"] for found in listed] == ["I was wrong: wonderful!"]


async def test_an_old_version_of_a_comment_cannot_overwrite_a_newer_one(town: Town) -> None:
    video, viewer = await town.video(await town.person()), await town.person()
    posted = await town.ask("POST", f"/videos/{video}/comments", viewer, json={"text": "Lovely."})
    path, tag = f"/videos/{video}/comments/{posted.json()['commentid']}", {"If-Match": posted.headers["etag"]}

    first = await town.ask("PUT", path, viewer, json={"text": "Lovelier."}, headers=tag)
    second = await town.ask("PUT", path, viewer, json={"text": "Lovely?"}, headers=tag)

    assert (first.status_code, second.status_code) == (200, 412)
    listed = (await town.ask("GET", f"/videos/{video}/comments")).json()["data"]
    assert [found["comment"] for found in listed] == ["Lovelier."]


async def test_a_comment_is_its_authors_to_change_and_a_moderators_to_remove(town: Town) -> None:
    video, author, other = await town.video(await town.person()), await town.person(), await town.person()
    moderator = await town.person(Role.MODERATOR)
    comment = await town.comment(author, video)
    path = f"/videos/{video}/comments/{comment}"

    assert (await town.ask("PUT", path, json={"text": "Mine now"})).status_code == 401
    assert (await town.ask("PUT", path, other, json={"text": "Mine now"})).status_code == 403
    assert (await town.ask("DELETE", path, other)).status_code == 403
    assert (await town.ask("DELETE", path, moderator)).status_code == 204

    assert (await town.ask("PUT", path, author, json={"text": "Back"})).status_code == 404
    assert (await town.ask("GET", f"/videos/{video}/comments")).json()["pagination"]["totalItems"] == 0
    audit = (await town.ask("GET", "/moderation/audit", moderator)).json()["data"]
    assert [(entry["action"], entry["targetId"]) for entry in audit] == [("content_removed", comment)]


async def test_a_comment_belongs_to_its_video(town: Town) -> None:
    owner = await town.person()
    video, other = await town.video(owner), await town.video(owner)
    comment = await town.comment(owner, video)

    refused = await town.ask("PUT", f"/videos/{other}/comments/{comment}", owner, json={"text": "Moved"})

    assert (refused.status_code, refused.json()["code"]) == (404, "comment_not_found")


async def test_comments_open_when_the_video_is_ready(town: Town) -> None:
    owner, stranger = await town.person(), await town.person()
    pending = (await town.submit(owner))["videoId"]
    path, body = f"/videos/{pending}/comments", {"text": "First!"}

    assert (await town.ask("POST", path, stranger, json=body)).status_code == 404
    told = await town.ask("POST", path, owner, json=body)
    assert (told.status_code, told.json()["code"]) == (409, "video_not_ready")
    assert (await town.ask("POST", f"/videos/{uuid4()}/comments", owner, json=body)).status_code == 404
    await town.settle()
    assert (await town.ask("POST", path, stranger, json=body)).status_code == 201


async def test_what_a_user_wrote_on_public_videos_is_listed(town: Town) -> None:
    owner, viewer = await town.person(), await town.person()
    video, deleted = await town.video(owner), await town.video(owner)
    shown = await town.comment(viewer, video)
    await town.comment(viewer, deleted)
    await town.ask("DELETE", f"/videos/{deleted}", owner)

    page = (await town.ask("GET", f"/users/{viewer.id}/comments")).json()

    assert [comment["commentid"] for comment in page["data"]] == [shown]
    assert page["pagination"]["totalItems"] == 1
    assert (await town.ask("GET", f"/users/{uuid4()}/comments")).status_code == 404


async def test_two_hundred_comments_at_once_are_two_hundred_comments(town: Town) -> None:
    video, viewer = await town.video(await town.person()), await town.person()

    answers = await asyncio.gather(
        *(
            town.ask("POST", f"/videos/{video}/comments", viewer, json={"text": f"Number {number}"})
            for number in range(200)
        )
    )

    assert {answer.status_code for answer in answers} == {201}
    page = (await town.ask("GET", f"/videos/{video}/comments?pageSize=100")).json()
    assert page["pagination"]["totalItems"] == 200
    activity = (await town.ask("GET", f"/users/{viewer.id}/activity?activity_type=comment", viewer)).json()
    assert activity["pagination"]["totalItems"] == 200


async def test_a_comment_that_is_sent_again_with_its_key_is_the_same_comment(town: Town) -> None:
    video, viewer = await town.video(await town.person()), await town.person()
    path, key = f"/videos/{video}/comments", {"Idempotency-Key": "once"}

    answers = await asyncio.gather(
        *(town.ask("POST", path, viewer, json={"text": "Only once"}, headers=key) for _ in range(10))
    )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["commentid"] for answer in answers}) == 1
    assert (await town.ask("GET", path)).json()["pagination"]["totalItems"] == 1
