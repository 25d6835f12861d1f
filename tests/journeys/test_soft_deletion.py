"""Random lives of a town against a plain model of it: what is deleted shows nowhere, and returns as it was.

After every step somebody reads everything there is to read, signed in or out, at one of two houses that
share a store; at the end everybody does at both, and once more when all is restored that can be. Houses keep
answers until the next commit, so what one of them kept is shown to be fresh after a change by the other.
"""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.journeys.deletion.model import Cause
from tests.journeys.deletion.on_captions import BringCaptions, TakeCaptionsAway
from tests.journeys.deletion.on_comments import DeleteComment, EditComment, PostComment
from tests.journeys.deletion.on_order import (
    Decide,
    Erase,
    LiftRemoval,
    PassTime,
    Purge,
    Reinstate,
    Report,
    Suspend,
)
from tests.journeys.deletion.on_videos import (
    DeleteVideo,
    EditVideo,
    Rate,
    RestoreVideo,
    Submit,
    View,
    WithdrawRating,
)
from tests.journeys.deletion.reading import TAGS, WORDS, Reading
from tests.journeys.deletion.steps import By
from tests.journeys.deletion.world import PEOPLE, UNKNOWN_TO_YOUTUBE, Step, World, a_world

FUZZING = os.environ.get("KILLRVIDEO_FUZZ_EXAMPLES")
LIVES = max(20, int(FUZZING or 0) // 5)
"""Each is thousands of requests."""
YOUTUBE_IDS = ("video_00001", "video_00002", "video_00003", UNKNOWN_TO_YOUTUBE)

people = st.integers(0, PEOPLE - 1)
numbers = st.integers(0, 7)
owners = st.sampled_from([By.OWNER, By.OWNER, By.OWNER, By.MODERATOR, By.ANOTHER])
others = st.sampled_from([By.ANOTHER, By.ANOTHER, By.OWNER, By.MODERATOR])
moderators = st.sampled_from([By.MODERATOR, By.MODERATOR, By.MODERATOR, By.OWNER])
titles = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join)
tags = st.lists(st.sampled_from(TAGS), max_size=2, unique_by=str.casefold).map(tuple)
verdicts = st.sampled_from(["approved", "approved", "rejected", "under_review"])

submissions = st.builds(Submit, people, st.sampled_from(YOUTUBE_IDS[:3]), titles, tags)
comments = st.builds(PostComment, numbers, others, titles)
captions = st.builds(BringCaptions, numbers, owners, titles)
ratings = st.builds(Rate, numbers, others, st.integers(1, 5))
reports = st.builds(Report, numbers, others)
steps: st.SearchStrategy[Step] = st.one_of(
    *[st.builds(DeleteVideo, numbers, owners)] * 2,
    *[st.builds(RestoreVideo, numbers, st.sampled_from([By.OWNER] * 4 + [*By]))] * 2,
    *[st.builds(DeleteComment, numbers, owners)] * 2,
    *[st.builds(Decide, numbers, verdicts)] * 2,
    *[st.builds(LiftRemoval, numbers, moderators)] * 3,
    *[st.builds(Suspend, people, st.booleans())] * 2,
    *[st.builds(Reinstate, people)] * 2,
    *[st.builds(PassTime, st.sampled_from([1, 16, 31]))] * 2,
    *[st.just(Purge())] * 2,
    st.builds(Erase, people),
    st.builds(Submit, people, st.sampled_from(YOUTUBE_IDS), titles, tags, st.booleans()),
    st.builds(EditVideo, numbers, owners, titles, st.sampled_from(["", *WORDS]), tags),
    st.builds(View, numbers, st.none() | people),
    ratings,
    st.builds(WithdrawRating, numbers, others),
    captions,
    st.builds(TakeCaptionsAway, numbers, owners),
    comments,
    st.builds(EditComment, numbers, owners, titles),
    reports,
)
beginnings: st.SearchStrategy[list[Step]] = st.tuples(
    *[submissions] * 3, *[captions] * 2, *[comments] * 3, *[ratings] * 2, *[reports] * 2
).map(list)


@given(beginnings, st.lists(steps, min_size=20, max_size=40))
@settings(
    max_examples=LIVES,
    derandomize=FUZZING is None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_everything_shows_exactly_what_nothing_hides(
    tmp_path_factory: pytest.TempPathFactory, beginning: list[Step], history: list[Step]
) -> None:
    async with a_world(tmp_path_factory.mktemp("town")) as world:
        for step in beginning:
            await world.live(step)
        for number, step in enumerate(history):
            await world.live(step)
            reader = world.readers[number // 2 % (PEOPLE + 1)] if number % 2 else None
            await Reading(world.apps[number // 2 % 2], world.model, reader).everything()
        await everybody_reads_everything(world)
        await take_everything_back(world)
        await everybody_reads_everything(world)


async def everybody_reads_everything(world: World) -> None:
    for app in world.apps:
        for reader in (None, *world.readers):
            reading = Reading(app, world.model, reader)
            await reading.everything()
            await reading.in_small_pages()


async def take_everything_back(world: World) -> None:
    """Whatever can be restored."""
    while any(person.suspended for person in world.model.people):
        await world.live(Reinstate(0))
    while world.model.hidden_by(Cause.MODERATION):
        await world.live(LiftRemoval(0, By.MODERATOR))
    deleted = [video for video in world.model.videos if Cause.AUTHOR in video.hidden]
    # The last one first, since whatever comes back is no more among them.
    for number in reversed(range(len(deleted))):
        await world.live(RestoreVideo(number, By.OWNER))
