"""What to watch next, over HTTP."""

from uuid import uuid4

import pytest

from killrvideo.workers.progress import LoggedSteps
from tests.api.town import NOBODY, ORIGIN, Person, Town

POPULAR = "Popular right now"


async def watch(town: Town, video: str, by: Person = NOBODY) -> None:
    assert (await town.ask("POST", f"/videos/{video}/view", by)).status_code == 204


@pytest.mark.parametrize("prefix", ["/videos", "/videos/id"])
async def test_related_videos_are_a_bare_array_filled_up_with_popular_ones(town: Town, prefix: str) -> None:
    creator = await town.person()
    subject = await town.video(creator, title="Time series", tags=["Cassandra", "python"])
    close = await town.video(creator, title="Buckets", tags=["cassandra", "Python", "cql"])
    other = await town.video(creator, title="Bread", tags=["cooking"])
    await watch(town, other)

    found = (await town.ask("GET", f"{prefix}/{subject}/related")).json()

    assert [(one["videoId"], one["reason"]) for one in found] == [
        (close, "Shares the tags Cassandra and python"),
        (other, POPULAR),
    ]
    assert found[0]["score"] > found[1]["score"] == 0
    assert found[1] == {
        "videoId": other,
        "title": "Bread",
        "thumbnailUrl": found[1]["thumbnailUrl"],
        "score": 0.0,
        "views": 1,
        "viewCount": 1,
        "averageRating": None,
        "userId": str(creator.id),
        "submittedAt": "2026-03-01T12:00:00Z",
        "uploadDate": "2026-03-01T12:00:00Z",
        "reason": POPULAR,
    }
    assert len((await town.ask("GET", f"{prefix}/{subject}/related?limit=1")).json()) == 1


async def test_an_edit_and_a_removal_show_in_what_is_related(town: Town) -> None:
    creator = await town.person()
    subject = await town.video(creator, title="Time series", tags=["cassandra"])
    close = await town.video(creator, title="Buckets", tags=["cassandra"])
    late = await town.video(creator, title="Bread", tags=["cooking"])

    async def reasons() -> dict[str, str]:
        found = (await town.ask("GET", f"/videos/{subject}/related")).json()
        return {one["videoId"]: one["reason"] for one in found}

    assert await reasons() == {close: "Shares the tag cassandra", late: POPULAR}
    await town.ask("PUT", f"/videos/{late}", creator, json={"tags": ["Cassandra"]})
    await town.settle()
    assert await reasons() == {close: "Shares the tag cassandra", late: "Shares the tag cassandra"}
    await town.ask("DELETE", f"/videos/{close}", creator)
    assert await reasons() == {late: "Shares the tag cassandra"}


async def test_nothing_is_related_to_what_is_not_there(town: Town) -> None:
    pending = (await town.submit(await town.person()))["videoId"]
    for video in (pending, uuid4()):
        answer = await town.ask("GET", f"/videos/{video}/related")
        assert (answer.status_code, answer.json()["code"]) == (404, "video_not_found")


@pytest.mark.parametrize("limit", [0, 21, "many"])
async def test_a_limit_is_from_one_to_twenty(town: Town, limit: object) -> None:
    video = await town.video(await town.person())
    assert (await town.ask("GET", f"/videos/{video}/related?limit={limit}")).status_code == 422


async def test_for_you_is_a_page_with_score_and_reason(town: Town) -> None:
    creator, viewer = await town.person(), await town.person()
    seen = await town.video(creator, title="Time series", tags=["cassandra"])
    close = await town.video(creator, title="Buckets", tags=["cassandra"])
    other = await town.video(creator, title="Bread", tags=["cooking"])

    async def told() -> list[tuple[str, str]]:
        answer = (await town.ask("GET", "/recommendations/foryou", viewer)).json()
        assert answer["pagination"]["totalItems"] == len(answer["data"])
        assert all(0 <= one["score"] <= 1 and one["key"] == one["videoId"] for one in answer["data"])
        return [(one["videoId"], one["reason"]) for one in answer["data"]]

    await watch(town, other)
    newcomer = await told()
    assert newcomer[0] == (other, POPULAR)
    assert {video for video, _ in newcomer} == {seen, close, other}

    await watch(town, seen, viewer)
    assert await told() == [(close, "Because you watched Time series"), (other, POPULAR)]

    await town.ask("POST", f"/videos/{seen}/rating", viewer, json={"rating": 5})
    assert await told() == [(close, "Because you liked Time series"), (other, POPULAR)]


async def test_a_header_says_which_step_has_served_the_list(town: Town) -> None:
    creator, viewer = await town.person(), await town.person()
    seen = await town.video(creator, title="Time series", tags=["cassandra"])
    alone = await town.video(creator, title="Bread", tags=["cooking"])

    async def served_by(path: str) -> str:
        return (await town.ask("GET", path, viewer)).headers["x-recommendations-served-by"]

    assert await served_by("/recommendations/foryou") == "trending"
    assert await served_by(f"/videos/{alone}/related") == "trending"
    await town.video(creator, title="Buckets", tags=["cassandra"])
    assert await served_by(f"/videos/{seen}/related") == "content"
    await watch(town, seen, viewer)
    assert await served_by("/recommendations/foryou") == "content"
    for video in (seen, alone):
        await town.ask("POST", f"/videos/{video}/rating", viewer, json={"rating": 5})
        await town.ask("POST", f"/videos/{video}/rating", creator, json={"rating": 5})
    await town.house.application.learning.learn(ORIGIN, LoggedSteps("learn"))
    newcomer = await town.person()
    await town.ask("POST", f"/videos/{seen}/rating", newcomer, json={"rating": 5})
    answer = await town.ask("GET", "/recommendations/foryou", newcomer)
    assert answer.headers["x-recommendations-served-by"] == "personal"
    assert {one["videoId"]: one["reason"] for one in answer.json()["data"]}[alone] == (
        "Because you liked Time series"
    )


async def test_for_you_needs_somebody(town: Town) -> None:
    answer = await town.ask("GET", "/recommendations/foryou")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
