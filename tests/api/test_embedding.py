"""Vectors follow the texts of videos: when they are published, edited, and brought by clients."""

from uuid import UUID

import pytest

from killrvideo.domain.ids import VideoId
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.vectors import DIMENSION
from killrvideo.features.embedding import Embedding
from tests.api.town import ORIGIN, Person, Town
from tests.stand_ins.embeddings import StandInModels, WordHashEmbeddings, vector_of

OLD = WordHashEmbeddings().name


class Silent:
    """Keeps EmbeddingProgress."""

    def advance(self, videos: int) -> None:
        pass


def model_of(town: Town) -> WordHashEmbeddings:
    model = town.house.foundations.embeddings.current
    assert isinstance(model, WordHashEmbeddings)
    return model


async def found(town: Town, text: str, model: str = OLD) -> list[str]:
    near = await town.house.storage.vectors.nearest(model, vector_of(text), SearchFilter(), 10)
    return [str(one.video_id) for one in near]


async def vector(town: Town, video: str, model: str = OLD) -> list[float] | None:
    stored = await town.house.storage.vectors.get(VideoId(UUID(video)), model)
    return None if stored is None else list(stored)


async def edit(town: Town, video: str, by: Person, **changes: object) -> None:
    answer = await town.ask("PUT", f"/videos/{video}", by, json=changes)
    assert answer.status_code == 200, answer.text


async def test_a_video_is_found_as_soon_as_it_is_published(town: Town) -> None:
    owner = await town.person()
    rain, snow = await town.video(owner, title="Rain"), await town.video(owner, title="Snow")
    assert await found(town, "rain") == [rain, snow]
    assert await found(town, "snow") == [snow, rain]


async def test_an_edit_shows_at_once(town: Town) -> None:
    owner = await town.person()
    rain, snow = await town.video(owner, title="Rain"), await town.video(owner, title="Snow")
    await edit(town, rain, owner, title="Desert")
    assert await found(town, "desert") == [rain, snow]
    assert await vector(town, rain) == pytest.approx(vector_of("Desert"), abs=1e-6)


async def test_an_edit_that_leaves_the_text_as_it_is_embeds_nothing(town: Town) -> None:
    owner = await town.person()
    rain = await town.video(owner, title="Rain")
    model_of(town).asked.clear()
    await edit(town, rain, owner, title="Rain")
    assert model_of(town).asked == []


async def test_without_a_model_videos_are_published_and_edited_and_embedded_later(town: Town) -> None:
    owner = await town.person()
    model_of(town).away = True
    rain, snow = await town.video(owner, title="Rain"), await town.video(owner, title="Snow")
    await edit(town, rain, owner, title="Desert")
    assert await vector(town, rain) is None
    assert await vector(town, snow) is None
    model_of(town).away = False
    assert await town.house.application.embedding.check(ORIGIN)
    await town.settle()
    assert await found(town, "desert") == [rain, snow]
    assert await town.house.storage.vectors.served() == OLD

    model_of(town).away = True
    await edit(town, snow, owner, title="Thunder")
    model_of(town).away = False
    assert await town.house.application.embedding.check(ORIGIN)
    await town.settle()
    assert await found(town, "thunder") == [snow, rain]
    assert not await town.house.application.embedding.check(ORIGIN)


async def test_a_vector_that_a_client_brings_takes_part_until_the_text_is_edited(town: Town) -> None:
    owner = await town.person()
    rain, snow = await town.video(owner, title="Rain"), await town.video(owner, title="Snow")
    brought = {"videoId": rain, "vector": vector_of("ocean")}
    assert (await town.ask("POST", "/reco/ingest", owner, json=brought)).status_code == 202
    assert await found(town, "ocean") == [rain, snow]
    await edit(town, rain, owner, tags=["thunder"])
    assert await found(town, "thunder") == [rain, snow]


async def test_while_the_model_changes_edits_show_in_both(town: Town) -> None:
    owner = await town.person()
    rain, snow = await town.video(owner, title="Rain"), await town.video(owner, title="Snow")
    assert not await town.house.application.embedding.check(ORIGIN)
    assert await town.house.storage.vectors.served() == OLD

    models, new = town.house.foundations.embeddings, WordHashEmbeddings("word-hash-2")
    assert isinstance(models, StandInModels)
    models.former, models.current = [model_of(town)], new
    await edit(town, rain, owner, title="Desert")
    assert await town.house.storage.vectors.served() == OLD
    assert await found(town, "desert") == [rain, snow]
    assert await found(town, "desert", new.name) == [rain]

    foundations = town.house.foundations
    catching_up = Embedding(foundations.storage, town.clock, foundations.ids, models)
    assert await catching_up.embed_all(ORIGIN, Silent()) == 1
    assert await town.house.storage.vectors.served() == new.name
    assert await found(town, "snow", new.name) == [snow, rain]
    assert await vector(town, snow) is not None
    assert len(await vector(town, snow, new.name) or ()) == DIMENSION
