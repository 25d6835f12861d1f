"""Embedding a video while somebody waits: all models at once, and none for long."""

import asyncio
from collections.abc import Sequence

import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.embedding import embedded
from killrvideo.service_interfaces.language import Purpose
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.keeping import ORIGIN, keep
from tests.builders.videos import a_video
from tests.stand_ins.embeddings import StandInModels, WordHashEmbeddings


@pytest.fixture
async def rain(storage: SqliteStorage) -> Video:
    uploader = an_account()
    rain = a_video(uploader, title="An hour of rain")
    await keep(storage, uploader, rain)
    return rain


class Together(WordHashEmbeddings):
    """Answers when as many are asked as there are to be."""

    def __init__(self, name: str, asked: asyncio.Barrier) -> None:
        super().__init__(name)
        self._all_asked = asked

    async def embed(self, texts: Sequence[str], purpose: Purpose) -> Sequence[Sequence[float]]:
        await self._all_asked.wait()
        return await super().embed(texts, purpose)


async def serve(storage: Storage, model: str) -> None:
    work = storage.begin("test", ORIGIN)
    storage.vectors.serve(work, model)
    await work.commit()


async def test_while_models_change_both_are_asked_at_the_same_time(
    storage: SqliteStorage, rain: Video
) -> None:
    asked = asyncio.Barrier(2)
    models = StandInModels(Together("new-1", asked), Together("old-1", asked))
    await serve(storage, "old-1")

    made = await embedded(storage, models, rain, seconds=30)

    assert set(made.vectors) == {"new-1", "old-1"}


async def test_who_writes_does_not_wait_for_a_model_that_hangs(storage: SqliteStorage, rain: Video) -> None:
    models = StandInModels(Together("hangs-1", asyncio.Barrier(2)), WordHashEmbeddings("old-1"))
    await serve(storage, "old-1")

    made = await embedded(storage, models, rain, seconds=0.01)

    assert set(made.vectors) == {"old-1"}
