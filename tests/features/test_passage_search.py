"""Where passages are found while meaning is away."""

from collections.abc import Sequence
from typing import Any

import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.errors import Unavailable
from killrvideo.domain.passages import PassageHits
from killrvideo.domain.search import SearchFilter, SearchMode
from killrvideo.features.passage_search import PassageSearch
from killrvideo.service_interfaces.passage_finding import PassageFinder
from killrvideo.service_interfaces.passages import PassageIndex
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.captions import keep_captions, some_captions
from tests.builders.keeping import keep
from tests.builders.videos import a_video
from tests.stand_ins.embeddings import StandInModels, WordHashEmbeddings
from tests.stand_ins.parts_of_a_store import AWAY, store_with

UPLOADER = an_account()
NO_FILTER = SearchFilter()


class WordsAlone:
    """An index whose vectors are away."""

    def __init__(self, index: PassageIndex) -> None:
        self._index = index

    async def search(
        self, query: str, chosen: SearchFilter, limit: int, *, vector: Sequence[float] = (), **rest: Any
    ) -> PassageHits:
        if vector:
            raise Unavailable
        return await self._index.search(query, chosen, limit, **rest)


def searching(storage: Storage) -> PassageSearch:
    return PassageSearch(PassageFinder(storage, StandInModels(WordHashEmbeddings())), storage.search)


@pytest.fixture
async def storage_with_rain(storage: SqliteStorage) -> SqliteStorage:
    video = a_video(UPLOADER)
    await keep(storage, UPLOADER, video)
    await keep_captions(storage, video, some_captions(video, "It rains."))
    return storage


async def test_without_its_vectors_an_index_answers_by_words(storage_with_rain: SqliteStorage) -> None:
    storage = store_with(storage_with_rain, passages=WordsAlone(storage_with_rain.passages))
    [found], mode = await searching(storage).passages("rains", NO_FILTER, 10)
    assert (found.marked, mode) == ("It <mark>rains</mark>.", SearchMode.KEYWORD)
    _, mode = await searching(storage_with_rain).passages("rains", NO_FILTER, 10)
    assert mode is SearchMode.HYBRID


async def test_without_any_index_nothing_answers(storage_with_rain: SqliteStorage) -> None:
    search = searching(store_with(storage_with_rain, passages=AWAY))
    with pytest.raises(Unavailable):
        await search.passages("rains", NO_FILTER, 10)
