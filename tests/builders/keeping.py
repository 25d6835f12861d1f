"""Storing what was built, as features do it: a video with its place in the index."""

from killrvideo.domain.accounts import Account
from killrvideo.domain.comments import Comment
from killrvideo.domain.events import Origin
from killrvideo.domain.ids import VideoId
from killrvideo.domain.playback import View
from killrvideo.domain.ratings import Rating
from killrvideo.domain.removals import Cause, ContentType
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.hiding import hide_comment, hide_video
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.units import UnitOfWork
from tests.builders.videos import a_removal
from tests.holding_still import START

ORIGIN = Origin(correlation_id="a-test")


async def keep(storage: Storage, *things: Account | Video | Comment | Rating | View) -> None:
    """Stores all of them, in this order, in one unit of work."""
    work = storage.begin("tests.keep", ORIGIN)
    for thing in things:
        _add(storage, work, thing)
    await work.commit()


def _add(storage: Storage, work: UnitOfWork, thing: Account | Video | Comment | Rating | View) -> None:
    match thing:
        case Account():
            storage.accounts.add(work, thing, None)
        case Video():
            storage.videos.add(work, thing)
            storage.search.put(work, thing)
        case Comment():
            storage.comments.add(work, thing)
        case Rating():
            storage.ratings.put(work, thing)
        case View():
            storage.playback.add_view(work, thing)


async def change(storage: Storage, changed: Video | Comment) -> None:
    """Stores the next version."""
    work = storage.begin("tests.change", ORIGIN)
    if isinstance(changed, Video):
        storage.videos.replace(work, changed)
        storage.search.put(work, changed)
    else:
        storage.comments.replace(work, changed)
    await work.commit()


async def hide(storage: Storage, thing: Video | Comment, cause: Cause = Cause.AUTHOR) -> None:
    """Hides what is stored, at the instant that the clock starts from."""
    work = storage.begin("tests.hide", ORIGIN)
    if isinstance(thing, Video):
        hide_video(storage, work, thing, a_removal(ContentType.VIDEO, thing.id, cause, START))
    else:
        hide_comment(storage, work, thing, a_removal(ContentType.COMMENT, thing.id, cause, START))
    await work.commit()


async def present(storage: Storage, video_id: VideoId) -> Video:
    """The video as it is stored now."""
    video = await storage.videos.get(video_id)
    assert video is not None
    return video
