"""Local files of videos that nothing works on any more: cleared when they have lain there for long.

Whoever ends the work on a video clears its files on the own machine. What that leaves: files of a process
that was killed, and of one whose lease another machine took over.
"""

from killrvideo.domain.housekeeping import UNTOUCHED
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.scratch import Scratch
from killrvideo.service_interfaces.storage import Storage


class ScratchUpkeep:
    def __init__(self, storage: Storage, clock: Clock, scratch: Scratch) -> None:
        self._storage = storage
        self._clock = clock
        self._scratch = scratch

    async def clear_unused(self) -> int:
        """Of how many videos. A step can read the same file for longer than any age, so jobs count, too."""
        cleared = 0
        for video_id in await self._scratch.unused(self._clock.now() - UNTOUCHED):
            jobs = await self._storage.jobs.for_subject(video_id)
            if not any(job.is_live for job in jobs):
                await self._scratch.clear(video_id)
                cleared += 1
        return cleared
