"""Embedding the catalogue: a job makes what is outdated, and the old model is served until then."""

from datetime import timedelta

import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.errors import LeaseLost
from killrvideo.domain.ids import VideoId
from killrvideo.domain.jobs import Job, JobState
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.videos import Video
from killrvideo.features.embedding import BATCH, CATALOGUE, Embedding
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.captions import keep_captions, some_captions
from tests.builders.keeping import ORIGIN, change, hide, keep
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock
from tests.stand_ins.embeddings import StandInModels, WordHashEmbeddings, vector_of

UPLOADER = an_account()
LEASE = timedelta(seconds=30)


class Counted:
    """Keeps EmbeddingProgress."""

    def __init__(self) -> None:
        self.videos = 0

    def advance(self, videos: int) -> None:
        self.videos += videos


@pytest.fixture
def model() -> WordHashEmbeddings:
    return WordHashEmbeddings()


@pytest.fixture
def embedding(
    storage: SqliteStorage, clock: ManualClock, ids: CountingIds, model: WordHashEmbeddings
) -> Embedding:
    return Embedding(storage, clock, ids, StandInModels(model))


@pytest.fixture
async def rain(storage: SqliteStorage) -> Video:
    rain = a_video(UPLOADER, title="An hour of rain")
    await keep(storage, UPLOADER, rain)
    return rain


async def claimed(storage: Storage, clock: ManualClock) -> Job:
    job = await storage.jobs.claim(clock.now(), LEASE)
    assert job is not None
    return job


async def found(storage: Storage, text: str, model: str = "word-hash-1") -> list[VideoId]:
    near = await storage.vectors.nearest(model, vector_of(text), SearchFilter(), 10)
    return [one.video_id for one in near]


async def test_all_that_lacks_a_vector_gets_one_and_the_model_is_served(
    storage: SqliteStorage, embedding: Embedding, clock: ManualClock, rain: Video
) -> None:
    others = [a_video(UPLOADER, title=f"Snow {number}") for number in range(2 * BATCH)]
    hidden = a_video(UPLOADER)
    await keep(storage, *others, hidden)
    await hide(storage, hidden)
    assert await embedding.check(ORIGIN)
    watched = Counted()
    assert await embedding.carry_out(await claimed(storage, clock), watched) is JobState.DONE
    assert watched.videos == len(others) + 1
    assert await storage.vectors.served() == "word-hash-1"
    assert (await found(storage, "rain"))[0] == rain.id
    assert await storage.vectors.get(hidden.id, "word-hash-1") is None
    assert not await embedding.check(ORIGIN)


async def test_an_empty_house_serves_the_model_at_once(storage: SqliteStorage, embedding: Embedding) -> None:
    assert not await embedding.check(ORIGIN)
    assert await storage.vectors.served() == "word-hash-1"


async def test_only_what_was_edited_is_embedded_again(
    storage: SqliteStorage, embedding: Embedding, model: WordHashEmbeddings, rain: Video
) -> None:
    other = a_video(UPLOADER, title="Snow")
    await keep(storage, other)
    assert await embedding.embed_all(ORIGIN, Counted()) == 2
    await change(storage, rain.changed(START, title="A night of thunder"))
    model.asked.clear()
    assert await embedding.embed_all(ORIGIN, Counted()) == 1
    assert model.asked[1:] == [("A night of thunder",)]
    assert (await found(storage, "thunder"))[0] == rain.id


async def test_there_is_one_job_however_often_it_is_looked(
    storage: SqliteStorage, embedding: Embedding, rain: Video
) -> None:
    for _ in range(3):
        await embedding.check(ORIGIN)
    assert len(await storage.jobs.for_subject(CATALOGUE)) == 1


async def test_no_job_waits_for_a_model_that_is_away(
    storage: SqliteStorage, embedding: Embedding, model: WordHashEmbeddings, rain: Video
) -> None:
    model.away = True
    assert not await embedding.check(ORIGIN)
    assert await storage.jobs.for_subject(CATALOGUE) == []


async def test_a_job_whose_model_goes_away_comes_again(
    storage: SqliteStorage,
    embedding: Embedding,
    clock: ManualClock,
    model: WordHashEmbeddings,
    rain: Video,
) -> None:
    await embedding.check(ORIGIN)
    model.away = True
    assert await embedding.carry_out(await claimed(storage, clock), Counted()) is JobState.QUEUED
    assert await storage.vectors.served() is None
    model.away = False
    clock.advance(timedelta(hours=1))
    assert await embedding.carry_out(await claimed(storage, clock), Counted()) is JobState.DONE
    assert await found(storage, "rain") == [rain.id]


async def test_whoever_lost_the_job_stores_nothing_more(
    storage: SqliteStorage, embedding: Embedding, clock: ManualClock, rain: Video
) -> None:
    await embedding.check(ORIGIN)
    asleep = await claimed(storage, clock)
    clock.advance(2 * LEASE)
    successor = await claimed(storage, clock)
    with pytest.raises(LeaseLost):
        await embedding.carry_out(asleep, Counted())
    assert await storage.vectors.get(rain.id, "word-hash-1") is None
    assert await embedding.carry_out(successor, Counted()) is JobState.DONE


async def test_a_job_goes_on_where_the_last_one_was_broken_off(
    storage: SqliteStorage,
    embedding: Embedding,
    clock: ManualClock,
    model: WordHashEmbeddings,
    rain: Video,
) -> None:
    await keep(storage, *(a_video(UPLOADER, title=f"Snow {number}") for number in range(BATCH)))
    await embedding.check(ORIGIN)

    class Broken(Counted):
        def advance(self, videos: int) -> None:
            raise RuntimeError("the process dies")

    with pytest.raises(RuntimeError, match="dies"):
        await embedding.carry_out(await claimed(storage, clock), Broken())
    clock.advance(2 * LEASE)
    rest = Counted()
    await embedding.carry_out(await claimed(storage, clock), rest)
    assert rest.videos == 1
    assert await storage.vectors.served() == model.name


async def test_the_old_model_is_served_until_the_new_one_is_complete(
    storage: SqliteStorage,
    embedding: Embedding,
    clock: ManualClock,
    ids: CountingIds,
    model: WordHashEmbeddings,
    rain: Video,
) -> None:
    others = [a_video(UPLOADER, title=f"Snow {number}") for number in range(BATCH)]
    await keep(storage, *others)
    await embedding.embed_all(ORIGIN, Counted())
    new = WordHashEmbeddings("word-hash-2")
    changed = Embedding(storage, clock, ids, StandInModels(new, model))

    seen: list[str | None] = []

    class Watched(Counted):
        def advance(self, videos: int) -> None:
            super().advance(videos)
            row = storage.database.row("SELECT model FROM served_model")
            seen.append(None if row is None else row[0])

    assert await changed.check(ORIGIN)
    await changed.carry_out(await claimed(storage, clock), Watched())
    assert seen == ["word-hash-1", "word-hash-1"]
    assert await storage.vectors.served() == "word-hash-2"
    assert (await found(storage, "rain", "word-hash-2"))[0] == rain.id
    assert not await changed.check(ORIGIN)


async def test_a_vector_that_a_client_brought_stands_until_the_text_is_edited(
    storage: SqliteStorage, embedding: Embedding, model: WordHashEmbeddings, rain: Video
) -> None:
    work = storage.begin("tests.ingest", ORIGIN)
    storage.vectors.put(work, rain.id, model.name, vector_of("desert"), START, text_digest=None)
    await work.commit()
    assert await embedding.embed_all(ORIGIN, Counted()) == 0
    assert (await found(storage, "desert"))[0] == rain.id
    await change(storage, rain.changed(START, title="Thunder"))
    assert await embedding.embed_all(ORIGIN, Counted()) == 1
    assert await storage.vectors.get(rain.id, model.name) == pytest.approx(vector_of("Thunder"), abs=1e-6)


async def test_passages_get_their_vectors_from_the_same_job(
    storage: SqliteStorage, embedding: Embedding, clock: ManualClock, rain: Video
) -> None:
    assert await embedding.embed_all(ORIGIN, Counted()) == 1
    await keep_captions(storage, rain, some_captions(rain, "Clouds bring rain."), model=None)
    assert await embedding.check(ORIGIN)
    assert await embedding.carry_out(await claimed(storage, clock), Counted()) is JobState.DONE
    hits = await storage.passages.search(
        "clouds", SearchFilter(), 5, model="word-hash-1", vector=vector_of("clouds")
    )
    assert [hit.passage.text for hit in hits.by_meaning] == ["Clouds bring rain."]
    assert not await embedding.check(ORIGIN)


async def test_captions_that_go_while_the_job_works_stay_gone(
    storage: SqliteStorage, embedding: Embedding, model: WordHashEmbeddings, rain: Video
) -> None:
    assert await embedding.embed_all(ORIGIN, Counted()) == 1
    captions = some_captions(rain, "Clouds bring rain.")
    await keep_captions(storage, rain, captions, model=None)

    async def take_away() -> None:
        work = storage.begin("tests.captions", ORIGIN)
        storage.captions.remove(work, captions.track)
        await work.commit()

    async def not_yet() -> None:
        model.meanwhile.append(take_away)

    model.meanwhile.append(not_yet)
    await embedding.embed_all(ORIGIN, Counted())
    assert (await storage.passages.outdated(None, 5)).videos == (rain.id,)
    await embedding.embed_all(ORIGIN, Counted())
    assert await storage.passages.of(rain.id) == []
    assert (await storage.passages.outdated(model.name, 5)).videos == ()
