"""Finding videos by words, and tags by their beginnings."""

import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.errors import InvalidText, NotBuiltYet
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.search import QUERY_LONGEST, SearchFilter, SearchMode
from killrvideo.domain.videos import Totals
from killrvideo.features.search import Search
from tests.builders.accounts import an_account
from tests.builders.keeping import hide, keep
from tests.builders.videos import a_video

UPLOADER = an_account()
RAIN = a_video(UPLOADER, title="An hour of rain", tags=("sleep", "Weather"))
ROWS = a_video(UPLOADER, title="Wide rows", description="When rain falls on a data model", tags=("data",))
NO_FILTER = SearchFilter()
FIRST_PAGE = PageRequest()


@pytest.fixture
async def search(storage: SqliteStorage) -> Search:
    await keep(storage, UPLOADER, RAIN, ROWS)
    return Search(storage)


@pytest.mark.parametrize("mode", SearchMode)
async def test_every_mode_is_answered_by_words_and_says_so(search: Search, mode: SearchMode) -> None:
    findings = await search.videos("  rain ", mode, NO_FILTER, FIRST_PAGE)
    assert findings.mode is SearchMode.KEYWORD
    assert [found.video.title for found in findings.page.items] == ["An hour of rain", "Wide rows"]
    assert findings.page.total == 2


async def test_a_find_says_how_well_it_fits_and_where(search: Search) -> None:
    findings = await search.videos("wide", SearchMode.HYBRID, NO_FILTER, FIRST_PAGE)
    [found] = findings.page.items
    assert found.video.totals == Totals()
    assert 0 < found.hit.score <= 1
    assert found.hit.highlights == ("<mark>Wide</mark> rows",)


async def test_a_filter_narrows_what_is_found(search: Search) -> None:
    findings = await search.videos("rain", SearchMode.HYBRID, SearchFilter(tags=("DATA",)), FIRST_PAGE)
    assert [found.video.id for found in findings.page.items] == [ROWS.id]


async def test_what_is_hidden_is_not_found(search: Search, storage: SqliteStorage) -> None:
    await hide(storage, RAIN)
    findings = await search.videos("rain", SearchMode.HYBRID, NO_FILTER, FIRST_PAGE)
    assert [found.video.id for found in findings.page.items] == [ROWS.id]
    assert findings.page.total == 1


@pytest.mark.parametrize("query", ["", " \t\n", "x" * (QUERY_LONGEST + 1)])
async def test_nothing_and_too_much_cannot_be_asked_for(search: Search, query: str) -> None:
    with pytest.raises(InvalidText, match="not only blanks"):
        await search.videos(query, SearchMode.HYBRID, NO_FILTER, FIRST_PAGE)
    with pytest.raises(InvalidText):
        await search.suggest_tags(query, 10)
    with pytest.raises(InvalidText):
        await search.answer(query)


async def test_a_question_in_order_is_told_that_answers_are_not_built(search: Search) -> None:
    with pytest.raises(NotBuiltYet, match="/search/videos"):
        await search.answer("Why does it rain?")


async def test_suggested_tags_begin_with_the_text_before_they_contain_it(search: Search) -> None:
    assert await search.suggest_tags(" WEA ", 10) == ["Weather"]
    assert await search.suggest_tags("e", 10) == ["sleep", "Weather"]
    assert await search.suggest_tags("e", 1) == ["sleep"]
