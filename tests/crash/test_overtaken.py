"""Two processes of one store, one of which does something between two steps of the other."""

import shutil
from pathlib import Path

import pytest

from killrvideo.service_interfaces.failpoints import Stage
from tests.api.town import ORIGIN
from tests.crash.dying_house import watched
from tests.crash.meanwhile import Meanwhile, first
from tests.crash.place import AFTER_THE_LEASE, BEFORE, LATER, Place, visited
from tests.crash.requests import REQUESTS
from tests.crash.soundness import faults
from tests.crash.store_contents import Contents, outcome
from tests.crash.told import told
from tests.crash.work import LEASE, WORK, a_deleted_submission, a_submission_deleted_at_work
from tests.crash.write_paths import WritePath, settle


async def restore(place: Place) -> None:
    """Takes back the deletion of what the viewer submitted; the reaction to that comes at once."""
    [mine] = await place.town.house.storage.videos.all_of(place.scene.account_id("viewer"))
    answer = await place.ask(f"POST /videos/{mine.id}/restore", "viewer")
    assert answer.status_code == 200, answer.text
    await place.town.house.application.processing.resume(mine.id, ORIGIN)


@pytest.mark.parametrize("path", REQUESTS, ids=[path.name for path in REQUESTS])
async def test_the_same_request_to_another_process_meanwhile_does_no_harm(
    path: WritePath, folder: Path, tmp_path: Path
) -> None:
    async with visited(folder, BEFORE) as place:
        await path.arrange(place)
    undisturbed = shutil.copytree(folder, tmp_path / "undisturbed")
    await watched(undisturbed, path)
    [unit] = path.units

    meanwhile = Meanwhile(first(unit), folder, path.act)
    async with visited(folder, LATER, failpoints=meanwhile) as place:
        # Ids of this house are to be others than those of the other one.
        place.town.clock.advance(LEASE)
        answer = await path.act(place)

    assert answer is not None
    assert meanwhile.answer is not None
    assert meanwhile.answer.is_success
    assert answer.is_success or answer.status_code == path.again
    assert faults(folder) == []
    if path.keyed:
        assert told(answer) == told(meanwhile.answer)
        assert path.lasting(outcome(folder)) == path.lasting(outcome(undisturbed))


@pytest.mark.parametrize("path", WORK, ids=[path.name for path in WORK])
async def test_what_a_sleeping_worker_was_about_to_write_harms_nobody_who_has_taken_over(
    path: WritePath, folder: Path, tmp_path: Path
) -> None:
    async with visited(folder, BEFORE) as place:
        await path.arrange(place)
    undisturbed = shutil.copytree(folder, tmp_path / "undisturbed")
    passed = (await watched(undisturbed, path)).crashes
    await go_on(undisturbed)

    for point in (crash.failpoint for crash in passed if crash.name.endswith(Stage.COLLECTED)):
        there = shutil.copytree(folder, tmp_path / point)
        meanwhile = Meanwhile(point, there, settle, AFTER_THE_LEASE)
        async with visited(there, LATER, failpoints=meanwhile) as place:
            await path.act(place)
        await go_on(there)

        assert without_jobs(outcome(there)) == without_jobs(outcome(undisturbed)), point
        assert faults(there, at_rest=True) == [], point


def without_jobs(stored: Contents) -> Contents:
    """A reaction that comes twice may give a job that finds nothing left to do."""
    return {table: rows for table, rows in stored.items() if table != "jobs"}


async def go_on(folder: Path) -> None:
    async with visited(folder, AFTER_THE_LEASE) as place:
        await settle(place)


async def test_a_video_that_is_restored_while_its_job_is_called_off_gets_another(folder: Path) -> None:
    async with visited(folder, BEFORE) as place:
        await a_submission_deleted_at_work(place)

    meanwhile = Meanwhile(first("job.video.metadata"), folder, restore)
    async with visited(folder, LATER, failpoints=meanwhile) as place:
        job = await place.town.house.storage.jobs.claim(LATER, LEASE)
        assert job is not None
        await place.town.house.application.steps.run(job, lambda _: None)

    assert faults(folder, at_rest=True) == []


async def test_a_video_that_is_restored_while_its_queued_job_is_dropped_gets_another(
    folder: Path,
) -> None:
    async with visited(folder, BEFORE) as place:
        await a_deleted_submission(place)

    meanwhile = Meanwhile(first("videos.stop"), folder, restore)
    async with visited(folder, LATER, failpoints=meanwhile) as place:
        [mine] = await place.town.house.storage.videos.all_of(place.scene.account_id("viewer"))
        await place.town.house.application.processing.stop(mine.id, ORIGIN)

    assert faults(folder, at_rest=True) == []
