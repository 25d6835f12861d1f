"""Answers that are kept for others: each reader's is its own, and strangers cannot fill the memory."""

import httpx2
import pytest

from killrvideo.api import shared_answers
from killrvideo.api.app import create_app
from tests.api.town import API, NOBODY, Town

LATEST = f"{API}/videos/latest"


async def test_a_kept_answer_carries_nothing_of_whoever_asked_before(town: Town) -> None:
    origins = ["https://one.example", "https://two.example"]
    app = create_app(town.house.application, town.house.cursors, allowed_origins=origins)
    readers = [{"Origin": origins[0]}, {"Origin": origins[1]}, {"Origin": "https://other.example"}, {}]

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://town") as client:
        answers = [await client.get(LATEST, headers=headers) for headers in readers]

    allowed = [answer.headers.get("access-control-allow-origin") for answer in answers]
    assert allowed == [*origins, None, None]
    assert all(len(answer.headers.get_list("vary")) <= 1 for answer in answers)


async def test_whatever_strangers_ask_for_answers_stay_right_and_few(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_answers, "MOST_BYTES", 1000)
    video = await town.video(await town.person())

    for number in range(20):
        answer = await town.ask("GET", f"/videos/{video}?stranger={number}", NOBODY)
        assert answer.json()["videoId"] == video
