"""Telling of a published video: who is told twice can know it."""

from collections.abc import Mapping

from killrvideo.domain.jobs import Job, JobKind
from killrvideo.domain.videos import VideoStatus
from killrvideo.features.processing.steps.notify import Notify
from tests.builders.accounts import an_account
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN
from tests.builders.videos import a_video
from tests.holding_still import START


class Mailbox:
    """Keeps Notifier."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    async def tell(self, message_id: str, kind: str, facts: Mapping[str, str]) -> None:
        self.ids.append(message_id)


async def test_another_job_tells_of_the_same_video_by_the_same_id() -> None:
    mailbox = Mailbox()
    videos = [a_video(an_account(), status=VideoStatus.READY) for _ in range(2)]
    for video in (*videos, *videos):
        job = Job.new(IDS.new(), JobKind.VIDEO_NOTIFY, video.id, START, ORIGIN)
        await Notify(mailbox)(job, video, lambda _: None)
    assert mailbox.ids[:2] == mailbox.ids[2:]
    assert len(set(mailbox.ids)) == 2
