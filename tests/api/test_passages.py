"""Where something is said, over HTTP: passages, and moments of found videos."""

from typing import Any

from tests.api.test_answers import PORT, said
from tests.api.town import Town


async def passages(town: Town, query: str, **asked: Any) -> list[dict[str, Any]]:
    answer = await town.client.get("/api/v1/search/passages", params={"query": query, **asked})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_a_passage_tells_where_to_hear_it(town: Town) -> None:
    owner = await town.person()
    video = await said(town, owner, "Word " * 44 + "end.", PORT, title="Cassandra <drivers>")
    [first, *_] = await passages(town, "which port do drivers use")
    assert first == {
        "videoId": video,
        "title": "Cassandra <drivers>",
        "startSeconds": 60,
        "endSeconds": 69,
        "language": "en",
        "text": first["text"],
    }
    assert "<mark>Drivers</mark> connect to <mark>port</mark> 9042" in first["text"]


async def test_a_description_is_a_passage_without_a_language(town: Town) -> None:
    owner = await town.person()
    await town.video(owner, title="Ports", description="Use <port> 9042.")
    await town.settle()
    [found] = await passages(town, "port")
    assert (found["language"], found["startSeconds"], found["endSeconds"]) == (None, 0, 0)
    assert found["text"] == "Use &lt;<mark>port</mark>&gt; 9042."


async def test_filters_and_the_limit_hold(town: Town) -> None:
    owner, other = await town.person(), await town.person()
    mine = await said(town, owner, PORT)
    await said(town, other, PORT)
    assert len(await passages(town, "port")) == 2
    assert len(await passages(town, "port", limit=1)) == 1
    [found] = await passages(town, "port", uploader=owner.id)
    assert found["videoId"] == mine


async def test_what_is_hidden_is_not_heard(town: Town) -> None:
    owner = await town.person()
    video = await said(town, owner, PORT)
    await town.ask("DELETE", f"/videos/{video}", owner)
    assert await passages(town, "port") == []


async def test_words_alone_answer_before_there_is_a_model(town: Town) -> None:
    owner = await town.person()
    await said(town, owner, PORT)
    town.model.away = True
    answer = await town.client.get("/api/v1/search/passages", params={"query": "port"})
    assert (answer.headers["X-Search-Mode-Served"], len(answer.json())) == ("keyword", 1)
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_found_video_tells_the_moments_where_the_words_are_said(town: Town) -> None:
    owner = await town.person()
    video = await said(town, owner, "Word " * 44 + "end.", PORT, title="Cassandra")
    answer = await town.client.get("/api/v1/search/videos", params={"query": "drivers 9042"})
    [found] = [one for one in answer.json()["data"] if one["videoId"] == video]
    [moment] = found["moments"]
    assert (moment["startSeconds"], moment["endSeconds"], moment["language"]) == (60, 69, "en")
    assert moment["text"].startswith("<mark>Drivers</mark> connect to port <mark>9042</mark>")
