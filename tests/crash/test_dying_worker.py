"""A worker of its own is killed at work: another one takes its job over when the lease has run out."""

import re
from pathlib import Path

from tests.crash.polling import is_finished, until
from tests.crash.processes import running, serving
from tests.crash.soundness import faults
from tests.crash.viewer import Viewer
from tests.stand_ins.youtube import youtube_stand_in

FILM = "rain-or-sun"
WORKING = re.compile("^Working on")


async def test_the_job_of_a_killed_worker_is_done_by_another(present_folder: Path) -> None:
    viewer = Viewer(present_folder)
    with youtube_stand_in() as youtube:
        youtube.set(FILM, "slow", times=1)
        settings = {
            "youtube_base_url": youtube.base_url,
            "youtube_timeout_seconds": "60",
            "job_lease_seconds": "3",
        }

        async def is_asked() -> bool:
            return len(youtube.asked) == 1

        async def is_done() -> bool:
            return is_finished(await viewer.reads(address, status))

        async with serving(present_folder, "--no-worker", **settings) as (_, address):
            submitted = await viewer.ask(address, "POST /videos", {"youtubeUrl": f"https://youtu.be/{FILM}"})
            status = f"/videos/{submitted.json()['videoId']}/status"
            async with running(present_folder, "worker", **settings) as first:
                await until(is_asked)
                async with running(present_folder, "worker", **settings) as second:
                    assert await second.says(WORKING)
                    await first.kill()
                    await until(is_done)
            assert len(youtube.asked) > 1
            assert (await viewer.reads(address, status))["status"] == "READY"
    assert faults(present_folder, at_rest=True) == []
