"""The real server dies at a failpoint while a client waits; a new one comes, and the client asks again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from killrvideo.adapters.failpoints import EXIT_STATUS
from tests.crash.extent import EVERY_POINT
from tests.crash.polling import is_finished, until
from tests.crash.processes import serving
from tests.crash.soundness import faults
from tests.crash.viewer import Viewer
from tests.stand_ins.youtube import youtube_stand_in

NOT_WRITTEN = ("videos.submit:collected", "videos.submit:statement-1", "videos.submit:applied")
ALL = (
    *NOT_WRITTEN,
    "videos.submit:committed",
    "relay:handled",
    "job:claimed",
    "job.video.metadata:collected@2",
    "job.video.metadata:applied@2",
    "job.video.metadata:committed@2",
    "job.video.publish:applied",
    "job.video.publish:committed",
)
SOME = ("videos.submit:applied", "relay:handled", "job:claimed", "job.video.metadata:committed@2")
SUBMISSION = {"youtubeUrl": "https://youtu.be/rain-or-sun"}


@pytest.fixture(scope="module")
def settings() -> Iterator[dict[str, str]]:
    with youtube_stand_in() as youtube:
        yield {"youtube_base_url": youtube.base_url, "job_lease_seconds": "1"}


@pytest.mark.parametrize("failpoint", ALL if EVERY_POINT else SOME)
async def test_a_submission_becomes_ready_wherever_the_server_dies(
    failpoint: str, present_folder: Path, settings: dict[str, str]
) -> None:
    viewer = Viewer(present_folder)
    async with serving(present_folder, **settings, failpoint=failpoint) as (server, address):
        answer = await viewer.answered(address, "POST /videos", SUBMISSION)
        assert await server.ended() == EXIT_STATUS

    async with serving(present_folder, **settings) as (_, address):
        mine = await viewer.reads(address, "/users/{viewer}/videos")
        assert mine["pagination"]["totalItems"] == (failpoint not in NOT_WRITTEN)
        assert answer is None or answer.json()["videoId"] == mine["data"][0]["videoId"]

        repeated = await viewer.ask(address, "POST /videos", SUBMISSION)
        assert repeated.status_code == 202, repeated.text
        status = f"/videos/{repeated.json()['videoId']}/status"

        async def is_done() -> bool:
            return is_finished(await viewer.reads(address, status))

        await until(is_done)
        assert (await viewer.reads(address, status))["status"] == "READY"
        mine = await viewer.reads(address, "/users/{viewer}/videos")
        assert [one["videoId"] for one in mine["data"]] == [repeated.json()["videoId"]]
    assert faults(present_folder, at_rest=True) == []


@pytest.mark.parametrize("written", [False, True])
async def test_a_comment_is_posted_once_whenever_the_server_dies(
    written: bool, present_folder: Path, settings: dict[str, str]
) -> None:
    viewer, comment = Viewer(present_folder), {"text": "It never rains but it pours"}
    failpoint = f"comments.post:{'committed' if written else 'applied'}"
    async with serving(present_folder, **settings, failpoint=failpoint) as (server, address):
        before = await viewer.reads(address, "/videos/{video}/comments")
        assert await viewer.answered(address, "POST /videos/{video}/comments", comment) is None
        assert await server.ended() == EXIT_STATUS

    async with serving(present_folder, **settings) as (_, address):
        found_again = await viewer.reads(address, "/videos/{video}/comments")
        assert len(found_again["data"]) == len(before["data"]) + written

        repeated = await viewer.ask(address, "POST /videos/{video}/comments", comment)
        assert repeated.status_code == 201, repeated.text
        after = await viewer.reads(address, "/videos/{video}/comments")
        assert after["data"] == [repeated.json(), *before["data"]]
    assert faults(present_folder) == []
