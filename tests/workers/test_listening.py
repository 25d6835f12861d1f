"""A process that only answers learns of changes too, as far as it holds any of them in memory."""

import asyncio

from killrvideo.bootstrap import House, build
from killrvideo.domain.ids import VideoId
from killrvideo.features.videos import Edit
from killrvideo.settings.model import Settings
from tests.builders.accounts import an_account
from tests.builders.callers import caller_of
from tests.builders.keeping import keep
from tests.builders.videos import a_video
from tests.holding_still import CountingIds, ManualClock


async def titles_like(house: House, video_id: VideoId) -> list[str]:
    related = await house.application.recommendations.related(video_id, 1)
    return [other.video.title for other in related.what]


async def test_what_is_related_follows_an_edit_without_a_worker(
    settings: Settings, clock: ManualClock, ids: CountingIds
) -> None:
    uploader = an_account()
    subject = a_video(uploader, title="Bread", tags=("baking",))
    close, far = (a_video(uploader, title=title, tags=("baking",)) for title in ("Rolls", "Cake"))
    house = build(settings, clock=clock, ids=ids)
    async with house.opened(workers=False):
        await keep(house.storage, uploader, subject, close, far)
        [before] = await titles_like(house, subject.id)
        edited = close if before == close.title else far
        edit = Edit(tags=("gardening",))
        await house.application.videos.edit(caller_of(uploader), edited.id, edit)
        while await titles_like(house, subject.id) == [before]:  # noqa: ASYNC110 - only an answer can tell
            await asyncio.sleep(0)
