"""Activity over HTTP: its two spellings, its kinds, and who may read it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from killrvideo.domain.access import Role
from tests.api.town import Person, Town


async def busy(town: Town) -> tuple[Person, str]:
    """Somebody who watched a video, then commented on it, then rated it, an hour between."""
    person = await town.person()
    video = await town.video(await town.person())
    await town.ask("POST", f"/videos/{video}/view", person)
    town.clock.advance(timedelta(hours=1))
    await town.comment(person, video)
    town.clock.advance(timedelta(hours=1))
    await town.ask("POST", f"/videos/{video}/rating", person, json={"rating": 5})
    return person, video


async def test_each_entry_has_both_spellings(town: Town) -> None:
    person, video = await busy(town)
    answer = (await town.ask("GET", f"/users/{person.id}/activity", person)).json()
    assert answer["pagination"]["totalItems"] == 3
    newest = answer["data"][0]
    activity_id = newest["activityId"]
    assert newest == {
        "userId": str(person.id),
        "activityType": "rate",
        "activityId": activity_id,
        "activityTimestamp": "2026-03-01T14:00:00Z",
        "userid": str(person.id),
        "activity_type": "rate",
        "activity_id": activity_id,
        "activity_timestamp": "2026-03-01T14:00:00Z",
        "videoid": video,
    }
    assert [entry["activity_type"] for entry in answer["data"]] == ["rate", "comment", "view"]
    assert len({entry["activity_id"] for entry in answer["data"]}) == 3


@pytest.mark.parametrize("kind", ["view", "comment", "rate"])
async def test_one_kind_can_be_asked_for(town: Town, kind: str) -> None:
    person, _ = await busy(town)
    path = f"/users/{person.id}/activity?activity_type={kind}&pageSize=1"
    answer = (await town.ask("GET", path, person)).json()
    assert [entry["activityType"] for entry in answer["data"]] == [kind]
    assert answer["pagination"]["totalItems"] == 1


async def test_what_is_older_than_thirty_days_is_gone(town: Town) -> None:
    person, _ = await busy(town)
    town.clock.advance(timedelta(days=30, minutes=-90))
    # The token of then has expired; a moderator reads the same with a new one.
    moderator = await town.person(Role.MODERATOR)
    answer = await town.ask("GET", f"/users/{person.id}/activity", moderator)
    assert [entry["activity_type"] for entry in answer.json()["data"]] == ["rate", "comment"]


async def test_a_cursor_reads_on(town: Town) -> None:
    person, _ = await busy(town)
    path = f"/users/{person.id}/activity?pageSize=2"
    first = (await town.ask("GET", path, person)).json()
    cursor = first["pagination"]["nextCursor"]
    rest = (await town.ask("GET", f"{path}&cursor={cursor}", person)).json()
    kinds = [entry["activity_type"] for entry in first["data"] + rest["data"]]
    assert kinds == ["rate", "comment", "view"]
    assert rest["pagination"]["nextCursor"] is None


async def test_only_oneself_and_moderators_read_it(town: Town) -> None:
    person, _ = await busy(town)
    path = f"/users/{person.id}/activity"
    moderator = await town.person(Role.MODERATOR)
    assert (await town.ask("GET", path, moderator)).json()["pagination"]["totalItems"] == 3
    assert (await town.ask("GET", path)).status_code == 401
    assert (await town.ask("GET", path, await town.person())).status_code == 403
    assert (await town.ask("GET", f"{path}?activity_type=sleep", person)).status_code == 422
    for by in (person, moderator):
        absent = await town.ask("GET", f"/users/{uuid4()}/activity", by)
        assert (absent.status_code, absent.json()["code"]) == (404, "account_not_found")
