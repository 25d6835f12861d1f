"""Finding videos by words and by meaning, what answers where a model is away, and suggested tags."""

import asyncio
from collections.abc import Sequence

import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.errors import InvalidText, Unavailable
from killrvideo.domain.feedback import TAKEN_FOR_RIGHT
from killrvideo.domain.ids import AccountId
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.search import QUERY_LONGEST, SearchFilter, SearchHit, SearchMode
from killrvideo.domain.vectors import digest_of, text_of
from killrvideo.domain.videos import Video
from killrvideo.features.search import Findings, Search
from killrvideo.service_interfaces.language import EmbeddingModels, Purpose
from killrvideo.service_interfaces.meaning import Meaning
from tests.builders.accounts import an_account
from tests.builders.callers import NOBODY, caller_of
from tests.builders.captions import keep_captions, some_captions
from tests.builders.keeping import ORIGIN, change, hide, keep
from tests.builders.town import a_rating
from tests.builders.videos import a_video
from tests.holding_still import START
from tests.stand_ins.embeddings import StandInModels, WordHashEmbeddings, vector_of

UPLOADER = an_account()
RAIN = a_video(UPLOADER, title="An hour of rain", tags=("sleep", "Weather"))
ROWS = a_video(UPLOADER, title="Wide rows", description="When rain falls. On a data model.", tags=("data",))
TANGO = a_video(
    UPLOADER, title="Tango lessons", description="Slow <steps> for two. And more.", tags=("dance",)
)
NO_FILTER = SearchFilter()
FIRST_PAGE = PageRequest()
HYBRID, SEMANTIC, KEYWORD = SearchMode.HYBRID, SearchMode.SEMANTIC, SearchMode.KEYWORD
PATIENT = 60.0


class Dealing:
    """Keeps Experiments: everybody who is signed in gets this arm."""

    def __init__(self, arm: str | None = None) -> None:
        self.arm = arm
        self.asked: list[str] = []

    def variant(self, key: str, unit: AccountId | None, default: str) -> str:
        self.asked.append(key)
        return default if unit is None or self.arm is None else self.arm

    async def refresh(self) -> None:
        pass


class Endless(WordHashEmbeddings):
    """Never comes to an end."""

    async def embed(self, texts: Sequence[str], purpose: Purpose) -> Sequence[Sequence[float]]:
        await asyncio.Event().wait()
        return await super().embed(texts, purpose)


async def embed(storage: SqliteStorage, *videos: Video, model: str = "word-hash-1") -> None:
    """What the model makes of their texts, by which they are found from now on."""
    work = storage.begin("tests.embed", ORIGIN)
    for video in videos:
        text = text_of(video)
        vector = vector_of(text)
        storage.vectors.put(work, video.id, model, vector, START, text_digest=digest_of(text))
    storage.vectors.serve(work, model)
    await work.commit()


def search_with(
    storage: SqliteStorage,
    models: EmbeddingModels,
    *,
    seconds: float = PATIENT,
    experiments: Dealing | None = None,
) -> Search:
    return Search(storage, Meaning(storage, models, seconds=seconds), experiments or Dealing())


@pytest.fixture
def model() -> WordHashEmbeddings:
    return WordHashEmbeddings()


@pytest.fixture
async def search(storage: SqliteStorage, model: WordHashEmbeddings) -> Search:
    await keep(storage, UPLOADER, RAIN, ROWS, TANGO)
    await embed(storage, RAIN, ROWS, TANGO)
    return search_with(storage, StandInModels(model))


async def found_by(
    search: Search, query: str, mode: SearchMode | None = None, wanted: PageRequest = FIRST_PAGE
) -> Findings:
    return await search.videos(NOBODY, query, mode, NO_FILTER, wanted)


def titles(findings: Findings) -> list[str]:
    return [found.video.title for found in findings.page.items]


# What is found, and how it is shown.


@pytest.mark.parametrize("mode", SearchMode)
async def test_every_mode_finds_what_is_nearest_first_and_says_what_was_served(
    search: Search, mode: SearchMode
) -> None:
    findings = await found_by(search, "  hour rain ", mode)
    assert (findings.mode, findings.is_makeshift) == (mode, False)
    assert titles(findings)[0] == "An hour of rain"
    assert "Tango lessons" not in titles(findings)
    assert findings.page.total == len(findings.page.items)
    scores = [found.hit.score for found in findings.page.items]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


@pytest.mark.parametrize("mode", SearchMode)
async def test_what_has_nothing_to_do_with_the_query_is_left_out(search: Search, mode: SearchMode) -> None:
    assert (await found_by(search, "quantum zymurgy", mode)).page.total == 0


async def test_a_vector_finds_what_no_word_does(search: Search, storage: SqliteStorage) -> None:
    near = vector_of("milonga")
    work = storage.begin("tests.ingest", ORIGIN)
    storage.vectors.put(work, TANGO.id, "word-hash-1", near, START, text_digest=None)
    await work.commit()
    assert titles(await found_by(search, "milonga", KEYWORD)) == []
    for mode in (SEMANTIC, HYBRID, None):
        [found] = (await found_by(search, "milonga", mode)).page.items
        assert found.video.id == TANGO.id
        assert found.hit.highlights == ("Slow &lt;steps&gt; for two.",)


async def test_found_words_are_marked_however_they_were_found(search: Search) -> None:
    for mode in SearchMode:
        findings = await found_by(search, "tango", mode)
        [found] = findings.page.items
        assert found.hit.highlights == ("<mark>Tango</mark> lessons",)


async def test_a_misspelled_word_finds_what_was_meant_and_marks_it(search: Search) -> None:
    for typed in ("tagno", "lesons", "Tnago"):
        [found] = (await found_by(search, typed, KEYWORD)).page.items
        assert found.video.id == TANGO.id
        assert "<mark>" in found.hit.highlights[0]


@pytest.mark.parametrize("mode", SearchMode)
async def test_a_filter_narrows_what_is_found(search: Search, mode: SearchMode) -> None:
    chosen = SearchFilter(tags=("DATA",))
    findings = await search.videos(NOBODY, "rain", mode, chosen, FIRST_PAGE)
    assert titles(findings) == ["Wide rows"]


@pytest.mark.parametrize("mode", SearchMode)
async def test_what_is_hidden_is_not_found(search: Search, storage: SqliteStorage, mode: SearchMode) -> None:
    await hide(storage, RAIN)
    findings = await found_by(search, "hour rain", mode)
    assert RAIN.title not in titles(findings)
    assert findings.page.total == len(findings.page.items)


async def test_an_edit_shows_at_once(search: Search, storage: SqliteStorage) -> None:
    edited = TANGO.changed(START, title="Milonga evening")
    await change(storage, edited)
    await embed(storage, edited)
    for mode in SearchMode:
        assert titles(await found_by(search, "milonga evening", mode)) == ["Milonga evening"]
        assert titles(await found_by(search, "tango", mode)) == []


@pytest.mark.parametrize("mode", SearchMode)
async def test_a_narrow_filter_fills_the_page_and_pages_fit_together(
    storage: SqliteStorage, model: WordHashEmbeddings, mode: SearchMode
) -> None:
    common = [a_video(UPLOADER, title=f"Rain number {number}") for number in range(40)]
    rare = [a_video(UPLOADER, title=f"Rain and wind {number}", tags=("rare",)) for number in range(7)]
    await keep(storage, UPLOADER, *common, *rare)
    await embed(storage, *common, *rare)
    search, chosen = search_with(storage, StandInModels(model)), SearchFilter(tags=("rare",))
    whole = await search.videos(NOBODY, "rain number", mode, chosen, FIRST_PAGE)
    assert {found.video.id for found in whole.page.items} == {video.id for video in rare}
    followed: list[str] = []
    after = None
    for number in (1, 2, 3):
        by_number = await search.videos(NOBODY, "rain number", mode, chosen, PageRequest(number, 3))
        page = await search.videos(NOBODY, "rain number", mode, chosen, PageRequest(1, 3, after))
        assert titles(page) == titles(by_number)
        assert (page.page.total, page.page.total_is_capped) == (7, False)
        followed += titles(page)
        after = page.page.next
    assert after is None
    assert followed == titles(whole)


# What is only said.


async def talk(storage: SqliteStorage, *lines: str, title: str = "A talk") -> Video:
    video = a_video(UPLOADER, title=title)
    await keep(storage, video)
    await keep_captions(storage, video, some_captions(video, *lines))
    return video


@pytest.mark.parametrize("mode", [KEYWORD, HYBRID])
async def test_what_is_said_is_found_with_the_second_where_it_is(
    search: Search, storage: SqliteStorage, mode: SearchMode
) -> None:
    video = await talk(storage, "Word " * 44 + "end.", f"A <b>zouk</b>{' slowly' * 15}.", title="Dances")
    [found] = (await found_by(search, "zouk", mode)).page.items
    [moment] = found.moments
    assert found.video == video
    assert moment.passage.start_second == 5
    assert moment.marked.startswith("A &lt;b&gt;<mark>zouk</mark>&lt;/b&gt; slowly")


async def test_a_title_is_found_before_what_is_said_once(search: Search, storage: SqliteStorage) -> None:
    await talk(storage, "This is not about tango at all.")
    for mode in (KEYWORD, HYBRID):
        assert titles(await found_by(search, "tango", mode)) == ["Tango lessons", "A talk"]
    assert [found.moments for found in (await found_by(search, "tango", SEMANTIC)).page.items] == [()]


async def test_what_is_said_is_spelled_right(search: Search, storage: SqliteStorage) -> None:
    video = await talk(storage, "The tingo is no dance.")
    assert titles(await found_by(search, "tingo", KEYWORD)) == ["A talk"]
    await hide(storage, video)
    assert titles(await found_by(search, "tingo", KEYWORD)) == ["Tango lessons"]


async def test_what_only_says_the_words_has_to_be_rated_enough_too(
    search: Search, storage: SqliteStorage
) -> None:
    good, bad = await talk(storage, "Zouk.", title="Good"), await talk(storage, "Zouk.", title="Bad")
    await keep(storage, a_rating(good, UPLOADER, 5), a_rating(bad, UPLOADER, 1))
    await talk(storage, "Zouk.", title="Nobody's")
    chosen = SearchFilter(minimum_rating=4)
    for mode in (KEYWORD, HYBRID):
        findings = await search.videos(NOBODY, "zouk", mode, chosen, FIRST_PAGE)
        assert (titles(findings), findings.page.total) == (["Good"], 1)


async def test_deep_pages_fit_together_around_what_is_said(search: Search, storage: SqliteStorage) -> None:
    many = [a_video(UPLOADER, title=f"Hail {'hail ' * (number % 7)}{number}") for number in range(320)]
    await keep(storage, *many)
    await talk(storage, "Hail.", title="Said")
    seen: list[str] = []
    after = None
    for number in range(1, 100):
        by_number = await found_by(search, "hail", KEYWORD, PageRequest(number, 50))
        page = await found_by(search, "hail", KEYWORD, PageRequest(1, 50, after))
        assert titles(page) == titles(by_number)
        assert page.page.total == 321
        seen += titles(page)
        after = page.page.next
        if after is None:
            break
    assert len(seen) == len({*seen}) == 321
    assert "Said" in seen


async def test_while_the_model_is_away_words_are_asked_once(
    search: Search, storage: SqliteStorage, model: WordHashEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    model.away = True
    asked: list[str] = []
    ask = storage.search.search

    async def counted(query: str, chosen: SearchFilter, wanted: PageRequest) -> Page[SearchHit]:
        asked.append(query)
        return await ask(query, chosen, wanted)

    monkeypatch.setattr(storage.search, "search", counted)
    assert (await found_by(search, "rain", HYBRID)).mode is KEYWORD
    assert asked == ["rain"]


# Questions that no video has all the words of are looked at twice.


async def test_a_second_look_brings_what_is_like_the_best_nearer(
    storage: SqliteStorage, model: WordHashEmbeddings
) -> None:
    best = [a_video(UPLOADER, title="Evening dance steps") for _ in range(TAKEN_FOR_RIGHT)]
    like, unlike = a_video(UPLOADER, title="Zouk"), a_video(UPLOADER, title="Hail")
    await keep(storage, UPLOADER, *best, like, unlike)
    texts = {video.id: "evening dance steps zouk" for video in best}
    texts |= {like.id: "evening zouk quiet", unlike.id: "evening hail"}
    work = storage.begin("tests.embed", ORIGIN)
    for video_id, text in texts.items():
        storage.vectors.put(work, video_id, model.name, vector_of(text), START, text_digest=None)
    storage.vectors.serve(work, model.name)
    await work.commit()
    search, question = search_with(storage, StandInModels(model)), "crowd evening dance steps"
    assert titles(await found_by(search, question, SEMANTIC))[-2:] == ["Hail", "Zouk"]
    assert titles(await found_by(search, question, HYBRID))[-2:] == ["Zouk", "Hail"]


# What answers where something is away.


@pytest.mark.parametrize("mode", [HYBRID, SEMANTIC, None])
async def test_without_the_model_words_answer_and_say_so(
    search: Search, model: WordHashEmbeddings, mode: SearchMode | None
) -> None:
    model.away = True
    findings = await found_by(search, "rain", mode)
    assert (findings.mode, findings.is_makeshift) == (KEYWORD, True)
    assert titles(findings) == ["An hour of rain", "Wide rows"]
    model.away = False
    assert (await found_by(search, "rain", HYBRID)).mode is HYBRID


async def test_a_model_that_takes_too_long_is_not_waited_for(search: Search, storage: SqliteStorage) -> None:
    slow = search_with(storage, StandInModels(Endless()), seconds=0.01)
    findings = await found_by(slow, "rain", HYBRID)
    assert (findings.mode, findings.is_makeshift) == (KEYWORD, True)


async def test_before_the_vectors_are_complete_words_answer(
    storage: SqliteStorage, model: WordHashEmbeddings
) -> None:
    await keep(storage, UPLOADER, RAIN)
    findings = await found_by(search_with(storage, StandInModels(model)), "rain", SEMANTIC)
    assert (findings.mode, titles(findings)) == (KEYWORD, ["An hour of rain"])


async def test_vectors_of_a_model_that_is_gone_do_not_answer(search: Search, storage: SqliteStorage) -> None:
    other = search_with(storage, StandInModels(WordHashEmbeddings("another-1")))
    assert (await found_by(other, "rain", HYBRID)).mode is KEYWORD
    former = StandInModels(WordHashEmbeddings("another-1"), WordHashEmbeddings())
    assert (await found_by(search_with(storage, former), "rain", HYBRID)).mode is HYBRID


async def test_where_the_store_is_away_nothing_answers(search: Search, storage: SqliteStorage) -> None:
    await storage.close()
    with pytest.raises(Unavailable):
        await found_by(search, "rain", HYBRID)


# An experiment.


@pytest.mark.parametrize(("arm", "served"), [("keyword", KEYWORD), ("hybrid", HYBRID), ("magic", HYBRID)])
async def test_an_experiment_decides_for_those_who_ask_for_no_mode(
    search: Search, storage: SqliteStorage, model: WordHashEmbeddings, arm: str, served: SearchMode
) -> None:
    dealing, somebody = Dealing(arm), caller_of(UPLOADER)
    dealt = search_with(storage, StandInModels(model), experiments=dealing)
    findings = await dealt.videos(somebody, "rain", None, NO_FILTER, FIRST_PAGE)
    assert (findings.mode, findings.is_makeshift) == (served, False)
    assert (await dealt.videos(NOBODY, "rain", None, NO_FILTER, FIRST_PAGE)).mode is HYBRID
    asked = len(dealing.asked)
    assert (await dealt.videos(somebody, "rain", SEMANTIC, NO_FILTER, FIRST_PAGE)).mode is SEMANTIC
    assert len(dealing.asked) == asked


# Questions that are none, and tags.


@pytest.mark.parametrize("query", ["", " \t\n", "x" * (QUERY_LONGEST + 1)])
async def test_nothing_and_too_much_cannot_be_asked_for(search: Search, query: str) -> None:
    with pytest.raises(InvalidText, match="not only blanks"):
        await found_by(search, query)
    with pytest.raises(InvalidText):
        await search.suggest_tags(query, 10)


async def test_suggested_tags_begin_with_the_text_before_they_contain_it(search: Search) -> None:
    assert await search.suggest_tags(" WEA ", 10) == ["Weather"]
    assert await search.suggest_tags("e", 10) == ["dance", "sleep", "Weather"]
    assert await search.suggest_tags("e", 1) == ["dance"]
