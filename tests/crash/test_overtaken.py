"""Two processes of one store, one of which does something between two steps of the other."""

import asyncio
import shutil
from pathlib import Path
from threading import Thread

from tests.crash.place import BEFORE, LATER, Place, visited
from tests.crash.soundness import faults
from tests.crash.work import LEASE, a_submission_deleted_at_work
from tests.crash.write_paths import Act


class Meanwhile:
    """Keeps Failpoints: at a point, another process does something, from beginning to end."""

    def __init__(self, point: str, folder: Path, act: Act) -> None:
        self._point = point
        self._folder = folder
        self._act = act

    def reach(self, name: str) -> None:
        if name == self._point:
            other = Thread(target=asyncio.run, args=(self._happen(),))
            other.start()
            other.join()

    async def _happen(self) -> None:
        async with visited(self._folder, LATER) as place:
            await self._act(place)


async def restore(place: Place) -> None:
    """What the viewer submitted; and all that follows from it by itself."""
    [mine] = await place.town.house.storage.videos.all_of(place.scene.account_id("viewer"))
    answer = await place.ask(f"POST /videos/{mine.id}/restore", "viewer")
    assert answer.status_code == 200, answer.text
    await place.town.settle()


async def test_a_video_that_is_restored_while_its_job_is_called_off_gets_another(
    scene: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(scene, tmp_path / "place")
    async with visited(folder, BEFORE) as place:
        await a_submission_deleted_at_work(place)

    meanwhile = Meanwhile("job.video.metadata:collected", folder, restore)
    async with visited(folder, LATER, failpoints=meanwhile) as place:
        job = await place.town.house.storage.jobs.claim(LATER, LEASE)
        assert job is not None
        await place.town.house.application.processing.fetch_metadata(job)

    assert faults(folder, at_rest=True) == []
