"""What one step of a video's processing does, whichever it is."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from killrvideo.domain.jobs import Job
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.progress import Told
from killrvideo.service_interfaces.units import UnitOfWork

Keep = Callable[[UnitOfWork, Video], Awaitable[None]]
"""Adds what a step made, and how it changes the video, to the unit of work that also ends its job.

Called again, with the video read anew, where somebody else changed it meanwhile.
"""


class StepWork(Protocol):
    async def __call__(self, job: Job, video: Video, told: Told) -> Keep:
        """Does the work; nothing of it shows before `Keep` is committed.

        It is done again after a crash, maybe beside a worker that was only asleep, and must bear that: files
        go to names of their own. Raises SourceNotFound, UnusableFile for what no other try would mend, and
        SourceFailed, ToolFailed, ModelUnavailable where one may.
        """
        ...


async def nothing_more(work: UnitOfWork, video: Video) -> None:
    """Keeps that the step is done."""
