"""Experiments over HTTP: who runs them, and what a report reads like."""

from typing import Any

from killrvideo.domain.access import Role, Scope
from tests.api.town import Person, Town

BODY = {
    "key": "colour",
    "description": " Is a green button pressed more often? ",
    "arms": [{"name": "old", "weight": 3}, {"name": "new"}],
    "sharePercent": 12.5,
    "goal": "like",
    "guardrails": [{"measure": "dislike", "tolerance": 0.01}],
}


async def made(town: Town, by: Person, **fields: Any) -> dict[str, Any]:
    answer = await town.ask("POST", "/experiments", by, json={**BODY, **fields})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def change(town: Town, by: Person, key: str = "colour", **fields: Any) -> dict[str, Any]:
    answer = await town.ask("PUT", f"/experiments/{key}", by, json=fields)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_an_experiment_is_made_as_a_draft_and_read_as_it_was_told(town: Town) -> None:
    admin = await town.person(Role.ADMIN)
    answer = await town.ask("POST", "/experiments", admin, json=BODY)

    assert answer.status_code == 201
    assert answer.json() == {
        "key": "colour",
        "description": "Is a green button pressed more often?",
        "arms": [{"name": "old", "weight": 3}, {"name": "new", "weight": 1}],
        "sharePercent": 12.5,
        "state": "draft",
        "round": 1,
        "goal": "like",
        "guardrails": [{"measure": "dislike", "tolerance": 0.01}],
        "startedAt": None,
        "stoppedAt": None,
        "changedAt": "2026-03-01T12:00:00Z",
    }
    read = await town.client.get(answer.headers["Location"], headers=admin.headers)
    assert (read.json(), read.headers["ETag"]) == (answer.json(), answer.headers["ETag"])


async def test_a_list_has_those_that_come_with_killrvideo_too(town: Town) -> None:
    admin = await town.person(Role.ADMIN)
    await made(town, admin)
    first = (await town.ask("GET", "/experiments?pageSize=2", admin)).json()
    assert [one["key"] for one in first["data"]] == ["colour", "recommender"]
    assert first["pagination"]["totalItems"] == 3
    cursor = first["pagination"]["nextCursor"]
    rest = (await town.ask("GET", f"/experiments?pageSize=2&cursor={cursor}", admin)).json()
    assert [one["key"] for one in rest["data"]] == ["search_fusion"]


async def test_a_repeat_with_its_key_makes_one(town: Town) -> None:
    admin = await town.person(Role.ADMIN)
    key = {"Idempotency-Key": "once"}
    answers = [await town.ask("POST", "/experiments", admin, json=BODY, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    again = await town.ask("POST", "/experiments", admin, json=BODY)
    assert (again.status_code, again.json()["code"]) == (409, "experiment_exists")


async def test_it_starts_ramps_and_stops(town: Town) -> None:
    admin = await town.person(Role.ADMIN)
    await made(town, admin)
    assert (await change(town, admin, state="running"))["startedAt"] == "2026-03-01T12:00:00Z"
    assert (await change(town, admin, sharePercent=100))["sharePercent"] == 100
    assert (await change(town, admin, state="stopped"))["stoppedAt"] == "2026-03-01T12:00:00Z"
    assert (await change(town, admin, state="draft", goal="view"))["round"] == 2


async def test_a_change_of_what_was_read_before_another_is_refused(town: Town) -> None:
    admin = await town.person(Role.ADMIN)
    await made(town, admin)
    old = (await town.ask("GET", "/experiments/colour", admin)).headers["ETag"]
    await change(town, admin, state="running")
    body = {"sharePercent": 50}
    answer = await town.ask("PUT", "/experiments/colour", admin, json=body, headers={"If-Match": old})
    assert (answer.status_code, answer.json()["code"]) == (412, "stale_version")


async def test_what_cannot_be_is_refused_in_a_sentence(town: Town) -> None:
    admin = await town.person(Role.ADMIN)
    twice = [{"name": "old"}, {"name": "old"}]
    answer = await town.ask("POST", "/experiments", admin, json={**BODY, "arms": twice})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_experiment")
    assert answer.json()["errors"][0]["pointer"] == "/arms"

    await made(town, admin)
    for body, code in (
        ({"state": "stopped"}, "experiment_transition"),
        ({"sharePercent": 101}, "invalid_input"),
    ):
        answer = await town.ask("PUT", "/experiments/colour", admin, json=body)
        assert answer.json()["code"] == code
    await change(town, admin, state="running")
    answer = await town.ask("PUT", "/experiments/colour", admin, json={"goal": "view"})
    assert (answer.status_code, answer.json()["code"]) == (409, "experiment_fixed")


async def test_single_scopes_are_enough(town: Town) -> None:
    analyst = await town.person(Role.VIEWER, scopes=[Scope.ANALYTICS_READ])
    operator = await town.person(Role.VIEWER, scopes=[Scope.OPERATE])
    await change(town, operator, "recommender", state="running", sharePercent=100)
    assert (await town.ask("GET", "/experiments/recommender", operator)).status_code == 403
    report = await town.ask("GET", "/analytics/experiments/recommender", analyst)
    assert (report.status_code, report.json()["state"]) == (200, "running")


async def test_a_report_says_what_people_did_and_what_may_be_believed(town: Town) -> None:
    admin, fan = await town.person(Role.ADMIN), await town.person()
    video_id = await town.video(fan)
    await made(town, admin, arms=[{"name": "old"}, {"name": "new"}])
    await change(town, admin, state="running", sharePercent=100)
    arm = town.house.application.variants.variant("colour", fan.id, "none")  # type: ignore[arg-type]
    await town.house.foundations.experiments.exposures.write()
    assert (await town.ask("POST", f"/videos/{video_id}/view", fan)).status_code == 204
    await town.settle()

    report = (await town.ask("GET", "/analytics/experiments/colour", admin)).json()

    people = {one["name"]: one["people"] for one in report["arms"]}
    other = {"old": "new", "new": "old"}[arm]
    assert people == {arm: 1, other: 0}
    rates = {one["name"]: one["rates"][0] for one in report["arms"]}
    assert (rates[arm]["measure"], rates[arm]["rate"]) == ("view", 1)
    assert (rates[other]["rate"], rates[other]["interval"]) == (None, None)
    assert report["comparisons"] == []
    assert report["sampleRatio"] == {"verdict": "too_few", "chiSquare": None, "pValue": None}
    assert [rail["verdict"] for rail in report["guardrails"]] == ["undecided"]

    archive = (await town.ask("GET", "/users/me/export", fan)).json()
    assert archive["experiments"] == [
        {
            "experiment": "colour",
            "round": 1,
            "arm": arm,
            "exposedAt": "2026-03-01T12:00:00Z",
            "viewedAt": "2026-03-01T12:00:00Z",
            "likedAt": None,
            "dislikedAt": None,
        }
    ]
