"""Embedding vectors that clients bring: who may store them, and which can be used."""

import math

import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.access import Role, Scope
from killrvideo.domain.accounts import Account
from killrvideo.domain.errors import InvalidVector, MissingScope, NotSignedIn, VideoNotFound
from killrvideo.domain.events import VectorStored
from killrvideo.domain.ids import VideoId
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.features.recommendations import Recommendations
from tests.builders.accounts import an_account
from tests.builders.callers import NOBODY, caller_of
from tests.builders.keeping import hide, keep
from tests.builders.stored import left_behind
from tests.builders.videos import a_video
from tests.holding_still import CountingIds, ManualClock
from tests.stand_ins.embeddings import StandInModels, WordHashEmbeddings
from tests.stand_ins.experiments import Dealing

UPLOADER, ANN = an_account(), an_account()
MODERATOR = an_account(roles=frozenset({Role.MODERATOR}))
MODEL = WordHashEmbeddings()
MODEL.dimension = 3
SERVICE = an_account(roles=frozenset({Role.VIEWER}), scopes=frozenset({Scope.VECTORS_WRITE}))


@pytest.fixture
def recommendations(storage: SqliteStorage, clock: ManualClock) -> Recommendations:
    return Recommendations(storage, clock, StandInModels(MODEL), Dealing())


@pytest.fixture
async def video(storage: SqliteStorage) -> Video:
    video = a_video(UPLOADER)
    await keep(storage, UPLOADER, ANN, MODERATOR, SERVICE, video)
    return video


@pytest.mark.parametrize("account", [UPLOADER, MODERATOR, SERVICE], ids=["owner", "moderator", "service"])
async def test_a_vector_is_stored_and_told_of(
    recommendations: Recommendations, video: Video, storage: SqliteStorage, account: Account
) -> None:
    await recommendations.ingest(caller_of(account), video.id, [0.5, -1, 0])
    assert await storage.vectors.get(video.id, MODEL.name) == (0.5, -1.0, 0.0)
    [recorded] = await left_behind(storage)
    assert recorded.event == VectorStored(video_id=video.id, model=MODEL.name, version=video.version)


async def test_the_last_vector_replaces_the_one_before(
    recommendations: Recommendations, video: Video, storage: SqliteStorage
) -> None:
    await recommendations.ingest(caller_of(UPLOADER), video.id, [1, 2, 3])
    await recommendations.ingest(caller_of(UPLOADER), video.id, [4, 5, 6])
    assert await storage.vectors.get(video.id, MODEL.name) == (4.0, 5.0, 6.0)


async def test_strangers_store_no_vectors(recommendations: Recommendations, video: Video) -> None:
    with pytest.raises(NotSignedIn):
        await recommendations.ingest(NOBODY, video.id, [1, 2, 3])
    with pytest.raises(MissingScope):
        await recommendations.ingest(caller_of(ANN), video.id, [1, 2, 3])
    with pytest.raises(MissingScope):
        await recommendations.ingest(caller_of(UPLOADER, frozenset()), video.id, [1, 2, 3])


async def test_a_service_also_reaches_videos_that_are_not_ready_yet(
    recommendations: Recommendations, video: Video, storage: SqliteStorage
) -> None:
    pending = a_video(UPLOADER, status=VideoStatus.PENDING)
    await keep(storage, pending)
    await recommendations.ingest(caller_of(SERVICE), pending.id, [1, 2, 3])
    assert await storage.vectors.get(pending.id, MODEL.name) == (1.0, 2.0, 3.0)
    with pytest.raises(VideoNotFound):
        await recommendations.ingest(caller_of(ANN), pending.id, [1, 2, 3])


async def test_what_is_removed_or_absent_has_no_vector(
    recommendations: Recommendations, video: Video, storage: SqliteStorage, ids: CountingIds
) -> None:
    await hide(storage, video)
    for video_id in (video.id, VideoId(ids.new())):
        for account in (UPLOADER, SERVICE):
            with pytest.raises(VideoNotFound):
                await recommendations.ingest(caller_of(account), video_id, [1, 2, 3])


@pytest.mark.parametrize(
    "vector",
    [
        [],
        [1.0, 2.0],
        [1.0, 2.0, 3.0, 4.0],
        [0.0, 0.0, 0.0],
        [1.0, math.nan, 3.0],
        [1.0, math.inf, 3.0],
        [1.0, -math.inf, 3.0],
        [1.0, 1e39, 3.0],
        [1e-60, 0.0, 0.0],
    ],
    ids=str,
)
async def test_a_vector_no_cosine_can_be_taken_of_is_refused(
    recommendations: Recommendations, video: Video, storage: SqliteStorage, vector: list[float]
) -> None:
    with pytest.raises(InvalidVector) as refused:
        await recommendations.ingest(caller_of(UPLOADER), video.id, vector)
    assert refused.value.pointer == "/vector"
    assert await storage.vectors.get(video.id, MODEL.name) is None
