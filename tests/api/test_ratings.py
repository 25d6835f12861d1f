"""Ratings over HTTP: both spellings are the one rating, and counts are exact under concurrency."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import anyio
import pytest

from tests.api.town import NOBODY, Person, Town


async def rate(town: Town, by: Person, video: str, stars: int) -> dict[str, Any]:
    answer = await town.ask("POST", f"/videos/{video}/ratings", by, json={"rating": stars})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def ratings_of(town: Town, video: str, by: Person = NOBODY) -> dict[str, Any]:
    answer = await town.ask("GET", f"/videos/{video}/ratings", by)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_rating_is_answered_and_counted(town: Town) -> None:
    viewer = await town.person()
    video = await town.video(await town.person())
    assert await ratings_of(town, video) == {
        "videoId": video,
        "averageRating": None,
        "totalRatingsCount": 0,
        "currentUserRating": None,
    }

    assert await rate(town, viewer, video, 4) == {
        "rating": 4,
        "videoid": video,
        "userid": str(viewer.id),
        "created_at": "2026-03-01T12:00:00Z",
        "updated_at": "2026-03-01T12:00:00Z",
    }

    assert await ratings_of(town, video, viewer) == {
        "videoId": video,
        "averageRating": 4.0,
        "totalRatingsCount": 1,
        "currentUserRating": 4,
    }
    assert (await ratings_of(town, video))["currentUserRating"] is None
    detail = (await town.ask("GET", f"/videos/{video}")).json()
    assert (detail["averageRating"], detail["totalRatingsCount"]) == (4.0, 1)


async def test_a_repeat_replaces_the_rating_in_either_spelling(town: Town) -> None:
    viewer = await town.person()
    video = await town.video(await town.person())
    await rate(town, viewer, video, 1)
    town.clock.advance(timedelta(minutes=1))

    for path, stars in ((f"/videos/{video}/rating", 2), (f"/videos/id/{video}/rating", 5)):
        answer = await town.ask("POST", path, viewer, json={"rating": stars})
        assert (answer.status_code, answer.content) == (204, b"")
        assert (await ratings_of(town, video, viewer))["currentUserRating"] == stars

    again = await rate(town, viewer, video, 5)
    assert (again["created_at"], again["updated_at"]) == ("2026-03-01T12:00:00Z", "2026-03-01T12:01:00Z")
    assert (await ratings_of(town, video))["totalRatingsCount"] == 1


@pytest.mark.parametrize("prefix", ["/videos", "/videos/id"])
async def test_the_short_summary_is_zero_while_nobody_has_rated(town: Town, prefix: str) -> None:
    video = await town.video(await town.person())
    path = f"{prefix}/{video}/rating"
    unrated = await town.ask("GET", path)
    assert unrated.text == f'{{"videoId":"{video}","averageRating":0.0,"ratingCount":0}}'
    for stars in (5, 4, 4):
        await rate(town, await town.person(), video, stars)
    rated = await town.ask("GET", path)
    assert rated.json() == {"videoId": video, "averageRating": 4.33, "ratingCount": 3}


async def test_a_withdrawn_rating_is_gone(town: Town) -> None:
    viewer = await town.person()
    video = await town.video(await town.person())
    await rate(town, viewer, video, 4)
    for _ in range(2):
        assert (await town.ask("DELETE", f"/videos/{video}/ratings", viewer)).status_code == 204
        assert (await ratings_of(town, video, viewer))["currentUserRating"] is None
    assert (await ratings_of(town, video))["averageRating"] is None


@pytest.mark.parametrize("body", [{"rating": wrong} for wrong in (0, 6, 4.5, "5", True, None)] + [{}])
@pytest.mark.parametrize("spelling", ["rating", "ratings"])
async def test_only_whole_numbers_from_one_to_five_are_ratings(
    town: Town, body: dict[str, object], spelling: str
) -> None:
    viewer = await town.person()
    video = await town.video(await town.person())
    answer = await town.ask("POST", f"/videos/{video}/{spelling}", viewer, json=body)
    assert answer.status_code == 422
    problem = answer.json()
    assert isinstance(problem["detail"], str)
    assert [error["pointer"] for error in problem["errors"]] == ["/rating"]
    assert (await ratings_of(town, video))["totalRatingsCount"] == 0


async def test_who_may_not_rate_is_told_why(town: Town) -> None:
    owner, stranger = await town.person(), await town.person()
    pending = (await town.submit(owner))["videoId"]
    five = {"rating": 5}
    for spelling in ("rating", "ratings"):
        path = f"/videos/{pending}/{spelling}"
        answers = {
            401: await town.ask("POST", path, json=five),
            404: await town.ask("POST", path, stranger, json=five),
            409: await town.ask("POST", path, owner, json=five),
        }
        assert [answer.status_code for answer in answers.values()] == list(answers)
        assert answers[409].json()["code"] == "video_not_ready"
        absent = await town.ask("POST", f"/videos/{uuid4()}/{spelling}", stranger, json=five)
        assert (absent.status_code, absent.json()["code"]) == (404, "video_not_found")
        assert (await town.ask("GET", path)).status_code == 404
    assert (await town.ask("GET", f"/videos/{pending}/ratings", owner)).status_code == 200
    assert (await town.ask("GET", f"/videos/{pending}/rating", owner)).status_code == 409
    assert (await town.ask("DELETE", f"/videos/{pending}/ratings", stranger)).status_code == 404
    assert (await town.ask("DELETE", f"/videos/{pending}/ratings")).status_code == 401


async def test_a_repeated_request_does_not_undo_a_later_rating(town: Town) -> None:
    viewer = await town.person()
    video = await town.video(await town.person())
    path, key = f"/videos/{video}/ratings", {"Idempotency-Key": "first-try"}
    await town.ask("POST", path, viewer, json={"rating": 5}, headers=key)
    await rate(town, viewer, video, 3)

    again = await town.ask("POST", path, viewer, json={"rating": 5}, headers=key)

    assert (again.status_code, again.json()["rating"]) == (200, 3)
    assert (await ratings_of(town, video, viewer))["currentUserRating"] == 3
    other = await town.ask("POST", path, viewer, json={"rating": 1}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_two_hundred_raters_at_once_are_two_hundred_ratings_and_the_true_mean(town: Town) -> None:
    video = await town.video(await town.person())
    raters = [await town.person() for _ in range(200)]

    async def all_rate(shift: int) -> float:
        stars = [1 + (number + shift) * 7 % 11 % 5 for number in range(200)]
        async with anyio.create_task_group() as together:
            for rater, number in zip(raters, stars, strict=True):
                together.start_soon(rate, town, rater, video, number)
        return round(sum(stars) / 200, 2)

    first = await all_rate(0)
    found = await ratings_of(town, video)
    assert (found["totalRatingsCount"], found["averageRating"]) == (200, first)

    second = await all_rate(1)
    found = await ratings_of(town, video)
    assert (found["totalRatingsCount"], found["averageRating"]) == (200, second)
    assert first != second


async def test_one_rater_many_times_at_once_is_one_rating(town: Town) -> None:
    viewer = await town.person()
    video = await town.video(await town.person())
    async with anyio.create_task_group() as together:
        for number in range(50):
            together.start_soon(rate, town, viewer, video, 1 + number % 5)
    found = await ratings_of(town, video, viewer)
    assert found["totalRatingsCount"] == 1
    assert found["averageRating"] == found["currentUserRating"]
