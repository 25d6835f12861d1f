"""What every store of vectors keeps."""

from datetime import timedelta

import pytest

from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.keeping import ORIGIN, keep
from tests.builders.videos import a_video
from tests.holding_still import START


async def test_each_model_has_one_vector_for_a_video(storage: Storage) -> None:
    uploader = an_account()
    video, other = a_video(uploader), a_video(uploader)
    await keep(storage, uploader, video, other)
    work = storage.begin("tests.embed", ORIGIN)
    storage.vectors.put(work, video.id, "small", [1.0, -2.5, 0.0], START, text_digest=None)
    storage.vectors.put(work, video.id, "large", [0.25] * 384, START, text_digest=None)
    storage.vectors.put(work, video.id, "small", [3.0, 4.0], START + timedelta(minutes=1), text_digest=None)
    await work.commit()
    assert await storage.vectors.get(video.id, "small") == (3.0, 4.0)
    assert await storage.vectors.get(video.id, "large") == (0.25,) * 384
    assert await storage.vectors.get(video.id, "other") is None
    assert await storage.vectors.get(other.id, "small") is None


async def test_numbers_keep_single_precision(storage: Storage) -> None:
    uploader = an_account()
    video = a_video(uploader)
    await keep(storage, uploader, video)
    work = storage.begin("tests.embed", ORIGIN)
    storage.vectors.put(work, video.id, "model", [0.1, 1e-30, 123456.789], START, text_digest=None)
    await work.commit()
    assert await storage.vectors.get(video.id, "model") == pytest.approx([0.1, 1e-30, 123456.789], rel=1e-6)
