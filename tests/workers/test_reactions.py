"""What follows from events, by the one table."""

from dataclasses import replace

from killrvideo.domain.access import Role
from killrvideo.domain.errors import SourceNotFound
from killrvideo.domain.events import Origin, VideoRestored, catalogue
from killrvideo.domain.ids import VideoId
from killrvideo.domain.jobs import JobKind, JobState
from killrvideo.domain.recommendations import POPULAR
from killrvideo.features.videos import Edit, Submission
from killrvideo.workers.reactions import REACTIONS
from tests.builders.accounts import an_account
from tests.builders.callers import caller_of
from tests.builders.keeping import keep
from tests.builders.stored import left_behind
from tests.builders.videos import a_video
from tests.workers.site import Site


def test_every_type_of_event_stands_in_the_table() -> None:
    assert set(REACTIONS) == set(catalogue().values())


async def test_what_follows_from_an_event_names_it_as_the_cause(site: Site) -> None:
    video_id = await site.submit()
    await site.house.videos.delete(site.person, video_id)
    await site.workers.settle()
    request = replace(site.person.origin, correlation_id="restoring")
    await site.house.videos.restore(replace(site.person, origin=request), video_id)

    await site.workers.settle()

    [restored] = [
        recorded for recorded in await left_behind(site.storage) if isinstance(recorded.event, VideoRestored)
    ]
    assert {job.origin for job in await site.jobs(video_id)} == {
        Origin(
            correlation_id="restoring",
            actor_id=site.person.account_id,
            causation_id=str(restored.event_id),
        )
    }


async def publish(site: Site, title: str) -> VideoId:
    submission = Submission(address=f"https://youtu.be/{title[:11]:_<11}", title=title, tags=["rain", "roof"])
    video = await site.house.videos.submit(site.person, submission)
    await site.workers.settle()
    return video.id


async def like(site: Site, video_id: VideoId) -> list[str]:
    """The titles of what is recommended because it is like the video."""
    related = await site.house.recommendations.related(video_id, 5)
    return [other.video.title for other in related.what if other.reason != POPULAR]


async def test_a_new_video_is_recommended_at_once(site: Site) -> None:
    first = await publish(site, "Rain")
    assert await like(site, first) == []
    await publish(site, "More-rain")
    assert await like(site, first) == ["More-rain"]


async def test_an_edited_video_is_recommended_for_what_it_is_now(site: Site) -> None:
    first, second = await publish(site, "Rain"), await publish(site, "More-rain")
    assert await like(site, first) == ["More-rain"]
    await site.house.videos.edit(site.person, second, Edit(title="Snow", tags=["snow"]))
    await site.workers.settle()
    assert await like(site, first) == []


async def test_a_restored_video_is_recommended_again(site: Site) -> None:
    first, second = await publish(site, "Rain"), await publish(site, "More-rain")
    await site.house.videos.delete(site.person, second)
    await site.workers.settle()
    assert await like(site, first) == []
    await site.house.videos.restore(site.person, second)
    await site.workers.settle()
    assert await like(site, first) == ["More-rain"]


async def test_the_videos_of_a_reinstated_account_are_recommended_again(site: Site) -> None:
    first = await publish(site, "Rain")
    moderator, other = an_account(roles=frozenset({Role.MODERATOR})), an_account()
    await keep(site.storage, moderator, other, a_video(other, title="More rain", tags=("rain", "roof")))
    access, judge = site.house.access, caller_of(moderator)
    await access.suspend(judge, other.id, "Spam.", hide_content=True)
    await site.workers.settle()
    assert await like(site, first) == []

    await access.reinstate(judge, other.id, None)
    await site.workers.settle()

    assert await like(site, first) == ["More rain"]


async def test_what_a_suspension_stopped_is_done_once_the_account_is_reinstated(site: Site) -> None:
    """Of published videos, too, of which nobody would notice that they lack something."""
    site.youtube.no_thumbnail = SourceNotFound("No picture.")
    first, second = await publish(site, "Rain"), await publish(site, "Snow")
    site.youtube.no_thumbnail = None
    moderator = an_account(roles=frozenset({Role.MODERATOR}))
    await keep(site.storage, moderator)
    judge = caller_of(moderator)
    for video_id in (first, second):
        await site.house.processing.retry(site.person, video_id)
    await site.house.access.suspend(judge, site.account.id, "Spam.", hide_content=True)
    await site.workers.settle()
    await site.house.access.reinstate(judge, site.account.id, None)

    await site.workers.settle()

    for video_id in (first, second):
        thumbnails = [job for job in await site.jobs(video_id) if job.kind is JobKind.VIDEO_THUMBNAIL]
        assert [job.state for job in thumbnails] == [JobState.FAILED, JobState.FAILED, JobState.DONE]


async def test_every_process_forgets_what_it_remembers(site: Site, neighbour: Site) -> None:
    await neighbour.workers.listen()
    first = await publish(site, "Rain")
    assert await like(neighbour, first) == []
    await publish(site, "More-rain")
    await neighbour.workers.settle()
    assert await like(neighbour, first) == ["More-rain"]
