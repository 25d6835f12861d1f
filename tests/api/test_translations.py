"""Titles in other languages over HTTP."""

from tests.api.town import Town


async def test_by_default_no_other_language_is_to_be_had_and_the_answer_says_so(town: Town) -> None:
    video = await town.video(await town.person())
    answer = await town.ask("GET", f"/videos/{video}/translations/de")
    assert (answer.status_code, answer.json()["code"]) == (404, "translation_unavailable")
