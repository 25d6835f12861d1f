"""Answers over HTTP: cited sentences, or a reason why there are none; and what is hidden stays so."""

from typing import Any

import pytest

from tests.api.town import Person, Town

PORT = "Drivers connect to port 9042 unless you configure another one."
QUESTION = "Which port do drivers connect to?"


async def said(town: Town, owner: Person, *lines: str, **fields: Any) -> str:
    """A video with captions that say a line a minute, and have been followed."""
    video = await town.video(owner, **fields)
    cues = [f"{number:02}:00.000 --> {number:02}:09.000\n{line}" for number, line in enumerate(lines)]
    answer = await town.client.put(
        f"/api/v1/videos/{video}/captions/en",
        content="\n\n".join(["WEBVTT", *cues]),
        headers={"Content-Type": "text/vtt", **owner.headers},
    )
    assert answer.status_code == 200, answer.text
    await town.settle()
    return video


async def ask(town: Town, question: str = QUESTION, **filters: str) -> dict[str, Any]:
    answer = await town.client.get("/api/v1/search/answers", params={"question": question, **filters})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    for sentence in body["sentences"]:
        for citation in sentence["citations"]:
            assert sentence["text"] in body["passages"][citation]["text"]
    return body


async def test_an_answer_is_cited_with_video_and_second(town: Town) -> None:
    owner = await town.person()
    video = await said(town, owner, "Word " * 44 + "end.", PORT, title="Cassandra drivers")
    body = await ask(town)
    assert (body["answered"], body["reason"], body["written"]) == (True, None, "extracted")
    assert body["sentences"][0] == {"text": PORT, "citations": [0]}
    assert body["answer"].startswith(PORT)
    cited = body["passages"][0]
    assert (cited["videoId"], cited["title"], cited["startSeconds"]) == (video, "Cassandra drivers", 60)
    assert (cited["endSeconds"], cited["language"], cited["text"]) == (69, "en", PORT)


async def test_a_description_answers_and_an_edit_counts_at_once(town: Town) -> None:
    owner = await town.person()
    video = await town.video(owner, title="Cassandra drivers", description=PORT)
    await town.settle()
    assert (await ask(town))["passages"][0]["language"] is None
    await town.ask("PUT", f"/videos/{video}", owner, json={"description": "Not any more."})
    assert (await ask(town))["answered"] is False
    await town.settle()
    assert (await ask(town))["answered"] is False


async def test_what_nobody_says_is_not_answered(town: Town) -> None:
    empty = await ask(town)
    assert (empty["answered"], empty["answer"], empty["sentences"], empty["passages"]) == (
        False,
        None,
        [],
        [],
    )
    assert empty["reason"]
    await said(town, await town.person(), PORT)
    body = await ask(town, "Who was elected mayor of Lisbon?")
    assert (body["answered"], body["written"]) == (False, None)
    assert body["reason"]


async def test_filters_are_those_of_the_search(town: Town) -> None:
    owner = await town.person()
    await said(town, owner, PORT, tags=["drivers"])
    other = await said(town, await town.person(), PORT, tags=["Ports"])
    assert {one["videoId"] for one in (await ask(town, tag="ports"))["passages"]} == {other}
    assert (await ask(town, tag="nothing"))["answered"] is False
    for wrong in ({"question": ""}, {"question": " "}, {}, {"question": "x" * 513}):
        answer = await town.client.get("/api/v1/search/answers", params=wrong)
        assert answer.status_code == 422


async def test_without_a_model_it_is_200_all_the_same(town: Town) -> None:
    await said(town, await town.person(), PORT)
    town.model.away = True
    assert (await ask(town))["sentences"][0]["text"] == PORT
    answer = await town.client.get("/api/v1/search/answers", params={"question": QUESTION})
    assert answer.headers["cache-control"] == "no-store"
    assert (await ask(town, "Who was elected mayor of Lisbon?"))["answered"] is False


@pytest.mark.parametrize("question", ['"', "a AND", "NEAR(x)", "🌧", "'; --", "?" * 512])
async def test_no_text_is_a_question_that_fails(town: Town, question: str) -> None:
    await said(town, await town.person(), PORT)
    await ask(town, question)


async def test_a_deleted_video_answers_nothing_until_it_is_restored(town: Town) -> None:
    owner = await town.person()
    video = await said(town, owner, PORT, description=PORT)
    await town.ask("DELETE", f"/videos/{video}", owner)
    for _ in range(2):
        assert (await ask(town))["passages"] == []
        assert (await town.ask("GET", f"/videos/{video}/captions/en")).status_code == 404
        await town.settle()
    await town.ask("POST", f"/videos/{video}/restore", owner)
    await town.settle()
    assert (await ask(town))["answered"] is True
