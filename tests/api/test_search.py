"""Search over HTTP: words, filters, the mode that was served, tags, and questions that wait."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from killrvideo.domain.access import Role
from tests.api.town import Person, Town
from tests.stand_ins.embeddings import vector_of


async def ask_search(town: Town, **asked: Any) -> httpx2.Response:
    return await town.client.get("/api/v1/search/videos", params=asked)


async def titles(town: Town, **asked: Any) -> list[str]:
    answer = await ask_search(town, **asked)
    assert answer.status_code == 200, answer.text
    return [one["title"] for one in answer.json()["data"]]


async def rain_and_rows(town: Town) -> Person:
    creator = await town.person()
    await town.video(creator, title="An hour of rain", tags=["sleep", "Weather"])
    town.clock.advance(timedelta(hours=2))
    await town.video(creator, title="Wide rows", description="As <wide> as rain is long", tags=["weather"])
    return creator


MODES = [{}, {"mode": "hybrid"}, {"mode": "semantic"}, {"mode": "keyword"}]


@pytest.mark.parametrize("asked", MODES)
async def test_every_mode_is_answered_and_told_by_what(town: Town, asked: dict[str, str]) -> None:
    await rain_and_rows(town)
    await town.know_by_meaning()
    answer = await ask_search(town, query="rain", **asked)
    assert answer.headers["X-Search-Mode-Served"] == asked.get("mode", "hybrid")
    assert answer.headers["Cache-Control"] == "no-cache"
    found = answer.json()
    assert [one["title"] for one in found["data"]] == ["An hour of rain", "Wide rows"]
    assert (found["pagination"]["totalItems"], found["pagination"]["totalIsCapped"]) == (2, False)


@pytest.mark.parametrize("asked", MODES)
async def test_without_a_model_words_answer_and_only_for_as_long(town: Town, asked: dict[str, str]) -> None:
    await rain_and_rows(town)
    await town.know_by_meaning()
    town.model.away = True
    answer = await ask_search(town, query="rain", **asked)
    assert answer.headers["X-Search-Mode-Served"] == "keyword"
    assert [one["title"] for one in answer.json()["data"]] == ["An hour of rain", "Wide rows"]
    assert answer.headers["Cache-Control"] == ("no-cache" if asked == {"mode": "keyword"} else "no-store")
    town.model.away = False
    answer = await ask_search(town, query="rain", **asked)
    assert answer.headers["X-Search-Mode-Served"] == asked.get("mode", "hybrid")


@pytest.mark.parametrize("mode", ["hybrid", "semantic"])
async def test_an_edit_is_found_at_once_by_its_meaning(town: Town, mode: str) -> None:
    creator = await town.person()
    video = await town.video(creator, title="Slow tango")
    await town.know_by_meaning()
    assert await titles(town, query="tango", mode=mode) == ["Slow tango"]
    edited = await town.ask("PUT", f"/videos/{video}", creator, json={"title": "Milonga evening"})
    assert edited.status_code == 200
    assert await titles(town, query="milonga evening", mode=mode) == ["Milonga evening"]
    assert await titles(town, query="tango", mode=mode) == []


@pytest.mark.parametrize("mode", ["hybrid", "semantic"])
async def test_a_vector_that_was_brought_finds_its_video_at_once(town: Town, mode: str) -> None:
    creator = await town.person()
    video = await town.video(creator, title="Slow tango")
    await town.know_by_meaning()
    brought = {"videoId": video, "vector": vector_of("weather")}
    assert (await town.ask("POST", "/reco/ingest", creator, json=brought)).status_code == 202
    assert await titles(town, query="weather", mode=mode) == ["Slow tango"]


@pytest.mark.parametrize("mode", ["hybrid", "semantic"])
async def test_what_is_gone_or_not_public_is_near_to_nothing(town: Town, mode: str) -> None:
    creator, moderator = await town.person(), await town.person(Role.MODERATOR)
    deleted = await town.video(creator, title="Rain deleted")
    removed = await town.video(creator, title="Rain removed")
    await town.video(creator, title="Rain shown")
    await town.know_by_meaning()
    await town.submit(creator, title="Rain pending")
    await town.ask("DELETE", f"/videos/{deleted}", creator)
    flag = {"contentType": "video", "contentId": removed, "reasonCode": "spam"}
    flagged = (await town.ask("POST", "/flags", moderator, json=flag)).json()["flagId"]
    verdict = {"status": "approved"}
    await town.ask("POST", f"/moderation/flags/{flagged}/action", moderator, json=verdict)
    assert await titles(town, query="rain", mode=mode) == ["Rain shown"]


@pytest.mark.parametrize("mode", ["hybrid", "semantic"])
async def test_a_narrow_filter_fills_the_page(town: Town, mode: str) -> None:
    creator = await town.person()
    for number in range(12):
        await town.video(creator, title=f"Rain {number}", tags=["rare"] if number < 3 else [])
    await town.know_by_meaning()
    found = await titles(town, query="rain", mode=mode, tag="rare", pageSize=3)
    assert sorted(found) == ["Rain 0", "Rain 1", "Rain 2"]


async def test_a_find_is_a_video_with_score_and_highlights(town: Town) -> None:
    await rain_and_rows(town)
    [found] = (await ask_search(town, query="wide")).json()["data"]
    latest = (await town.ask("GET", "/videos/latest?pageSize=1")).json()["data"][0]
    own = {"score": found["score"], "highlights": found["highlights"], "moments": []}
    assert found == latest | own
    assert 0 < found["score"] <= 1
    assert "<mark>Wide</mark> rows" in found["highlights"]
    assert not any("<wide>" in passage for passage in found["highlights"])


async def test_filters_narrow_what_is_found(town: Town) -> None:
    creator = await rain_and_rows(town)
    both, first, second = ["An hour of rain", "Wide rows"], ["An hour of rain"], ["Wide rows"]
    assert await titles(town, query="rain", tag="WEATHER") == both
    assert await titles(town, query="rain", tag=["weather", "sleep"]) == first
    assert await titles(town, query="rain", uploader=str(creator.id)) == both
    assert await titles(town, query="rain", uploader=str((await town.person()).id)) == []
    assert await titles(town, query="rain", **{"from": "2026-03-01T14:00:00Z"}) == second
    assert await titles(town, query="rain", to="2026-03-01T15:00:00+01:00") == first
    assert await titles(town, query="rain", category="Music") == []
    assert await titles(town, query="rain", language="en") == []


async def test_a_least_rating_leaves_out_what_is_worse_or_unrated(town: Town) -> None:
    creator = await rain_and_rows(town)
    video = (await ask_search(town, query="hour")).json()["data"][0]["videoId"]
    await town.ask("POST", f"/videos/{video}/rating", creator, json={"rating": 4})
    assert await titles(town, query="rain", minRating=4) == ["An hour of rain"]
    assert await titles(town, query="rain", minRating=4.5) == []


async def test_what_is_found_comes_in_pages_and_a_cursor_reads_on(town: Town) -> None:
    await rain_and_rows(town)
    first = (await ask_search(town, query="rain", pageSize=1)).json()
    cursor = first["pagination"]["nextCursor"]
    assert await titles(town, query="rain", pageSize=1, page=2) == ["Wide rows"]
    assert await titles(town, query="rain", pageSize=1, cursor=cursor) == ["Wide rows"]


WRONG = [
    {"query": ""},
    {"query": " \t "},
    {"query": "x" * 513},
    {"query": "nul\x00"},
    {"query": "rain", "mode": "magic"},
    {"query": "rain", "minRating": 0.9},
    {"query": "rain", "minRating": "nan"},
    {"query": "rain", "uploader": "me"},
    {"query": "rain", "from": "yesterday"},
    {"query": "rain", "from": "2026-03-01T12:00:00"},
    {"query": "rain", "to": "0001-01-01T00:00:00+23:59"},
    {"query": "rain", "tag": ""},
    {"query": "rain", "tag": ["t"] * 31},
    {},
]


@pytest.mark.parametrize("asked", WRONG, ids=lambda asked: str(asked)[:50])
async def test_what_cannot_be_asked_is_refused_in_a_sentence(town: Town, asked: dict[str, Any]) -> None:
    for path in ("/api/v1/search/videos", "/api/v1/search/answers"):
        told = dict(asked)
        if path.endswith("answers"):
            told.pop("mode", None)
            told = {"question" if name == "query" else name: value for name, value in told.items()}
            if told == {"question": "rain"}:
                continue
        answer = await town.client.get(path, params=told)
        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert isinstance(answer.json()["detail"], str)


async def test_a_blank_query_is_refused_in_words_for_people(town: Town) -> None:
    answer = await ask_search(town, query="  ")
    assert answer.json()["detail"] == "What is asked for has 1 to 512 characters, not only blanks."


@pytest.mark.parametrize("query", ['"', "a AND", "NOT", "rain*", "(", "title:rain", "🌧", "'; --"])
async def test_no_text_is_a_query_that_fails(town: Town, query: str) -> None:
    await rain_and_rows(town)
    assert (await ask_search(town, query=query)).status_code == 200


@pytest.mark.parametrize("path", ["/tags/suggest", "/search/tags/suggest"])
async def test_tags_are_suggested_as_a_bare_array(town: Town, path: str) -> None:
    await rain_and_rows(town)
    for query in ("we", "WE", " we"):
        found = await town.ask("GET", f"{path}?query={query}")
        assert [one["tag"].lower() for one in found.json()] == ["weather"]
    assert len((await town.ask("GET", f"{path}?query=e")).json()) == 2
    assert len((await town.ask("GET", f"{path}?query=e&limit=1")).json()) == 1
    assert (await town.ask("GET", f"{path}?query=zzz")).json() == []
    for wrong in ("", "query=", "query=%20", "query=a&limit=0", "query=a&limit=26", f"query={'x' * 51}"):
        assert (await town.ask("GET", f"{path}?{wrong}")).status_code == 422


async def test_what_is_hidden_is_neither_found_nor_suggested(town: Town) -> None:
    creator = await town.person()
    video = await town.video(creator, title="Secret garden", tags=["roses"])
    await town.ask("DELETE", f"/videos/{video}", creator)
    assert await titles(town, query="secret") == []
    assert (await town.ask("GET", "/tags/suggest?query=ros")).json() == []


async def test_the_description_tells_of_the_header(town: Town) -> None:
    paths = (await town.client.get("/openapi.json")).json()["paths"]
    found = paths["/api/v1/search/videos"]["get"]["responses"]["200"]
    assert "keyword" in found["headers"]["X-Search-Mode-Served"]["description"]
    assert "application/json" in found["content"]
    assert paths["/api/v1/search/tags/suggest"]["get"]["deprecated"] is True
