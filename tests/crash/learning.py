"""How learning writes: by a job, by an operator, and when it fails."""

from datetime import timedelta

from killrvideo.workers.progress import LoggedSteps
from tests.api.town import ORIGIN
from tests.builders.accounts import an_account
from tests.builders.learning import neighbours_of
from tests.builders.videos import a_video
from tests.crash.place import Place
from tests.crash.write_paths import WritePath, work
from tests.holding_still import START, CountingIds

LEASE = timedelta(seconds=30)


async def likes(place: Place) -> None:
    """Two people like two videos each: enough to learn from."""
    for name in ("viewer", "creator"):
        for video in ("video", "leaver's video"):
            place.town.clock.advance(timedelta(seconds=1))
            await place.ask(f"POST /videos/{{{video}}}/rating", name, {"rating": 5})
    await place.town.settle()


async def a_job_that_is_due(place: Place) -> None:
    await likes(place)
    await place.town.house.application.learning.check(ORIGIN)


async def lists_of_long_ago(place: Place) -> None:
    await likes(place)
    one, other = (a_video(an_account()) for _ in range(2))
    long_ago = CountingIds(lambda: START - timedelta(days=3)).new()
    await place.town.house.storage.learned.keep(long_ago, neighbours_of({one: {other: 1.0}}))


async def learn_now(place: Place) -> None:
    await place.town.house.application.learning.learn(ORIGIN, LoggedSteps("learn"))


async def check(place: Place) -> None:
    await place.town.house.application.learning.check(ORIGIN)


async def fail(place: Place) -> None:
    job = await place.town.house.storage.jobs.claim(place.town.clock.now(), LEASE)
    assert job is not None
    await place.town.house.application.learning.give_up(job, "There was no memory left.")


LEARNING: tuple[WritePath, ...] = (
    WritePath(name="learning is due", units=frozenset({"learning.check"}), act=check, goes_on=check),
    work(
        "a job learns",
        {"outbox.lease", "job.claim", "learning.keep", "learning.finish"},
        arrange=a_job_that_is_due,
    ),
    WritePath(
        name="an operator learns",
        units=frozenset({"learning.keep", "learning.finish", "learning.drop"}),
        act=learn_now,
        arrange=lists_of_long_ago,
    ),
    WritePath(
        name="a job does not learn",
        units=frozenset({"job.claim", "job.recommendations.learn"}),
        act=fail,
        arrange=a_job_that_is_due,
    ),
)
