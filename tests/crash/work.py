"""Everything else that writes: workers, the clock and the operator."""

from datetime import timedelta
from uuid import UUID

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.bootstrap.stores import STORE_FILE
from killrvideo.domain.access import Role
from killrvideo.domain.exposures import Exposure
from killrvideo.domain.ids import EventId
from killrvideo.domain.limits import RatePolicy, RouteClass
from tests.api.town import ORIGIN
from tests.crash.catalogue import SmallCatalogue
from tests.crash.place import Place
from tests.crash.scene import GONE
from tests.crash.write_paths import WritePath, command, nothing, work

LEASE = timedelta(seconds=30)
GUESSES = RatePolicy(RouteClass.LOGIN, 10, 900)
AN_EVENT_OF_THE_FUTURE = """
INSERT INTO outbox
  (event_id, type, schema_version, aggregate, aggregate_id, version, occurred_at, body, origin)
SELECT randomblob(16), 'VideoDreamtOf', 1, 'video', aggregate_id, 1, occurred_at, '{}', origin
FROM outbox LIMIT 1
"""


async def _submitted(place: Place, address: str = "https://youtu.be/rain-or-sun") -> str:
    answer = await place.ask("POST /videos", "viewer", {"youtubeUrl": address})
    return str(answer.json()["videoId"])


async def a_submission(place: Place) -> None:
    await _submitted(place)


async def a_submission_of_nothing(place: Place) -> None:
    await _submitted(place, f"https://youtu.be/{GONE}")


async def a_deleted_submission(place: Place) -> None:
    await place.ask(f"DELETE /videos/{await _submitted(place)}", "viewer")


async def a_restored_submission(place: Place) -> None:
    video_id = await _submitted(place)
    await place.ask(f"DELETE /videos/{video_id}", "viewer")
    await place.town.settle()
    await place.ask(f"POST /videos/{video_id}/restore", "viewer")


async def a_submission_deleted_at_work(place: Place) -> None:
    video_id = await _submitted(place)
    await place.town.house.storage.jobs.claim(place.town.clock.now(), LEASE)
    await place.ask(f"DELETE /videos/{video_id}", "viewer")


async def an_event_of_the_future(place: Place) -> None:
    storage = place.town.house.storage
    assert isinstance(storage, SqliteStorage)
    await storage.database.write(
        lambda connection: connection.execute(AN_EVENT_OF_THE_FUTURE), name="tests.event"
    )


async def things_that_are_over(place: Place) -> None:
    await an_event_of_the_future(place)
    await place.ask("POST /videos/{video}/view", "viewer", keyed=True)
    await place.town.house.storage.limits.take(GUESSES, "somebody")
    await place.ask("DELETE /users/me", "leaver")
    await place.town.settle()


async def an_exposure_and_a_view(place: Place) -> None:
    await meet_an_experiment(place)
    await place.ask("POST /videos/{video}/view", "viewer", keyed=True)


async def a_video_without_a_vector(place: Place) -> None:
    place.town.model.away = True
    body = {"youtubeUrl": "https://youtu.be/rain-or-sun", "description": "It rains all day."}
    await place.ask("POST /videos", "viewer", body)
    await place.town.settle()
    place.town.model.away = False


async def no_store_yet(place: Place) -> None:
    for file in place.folder.glob(f"{STORE_FILE}*"):
        file.unlink()


async def settle_without_youtube(place: Place) -> None:
    place.town.source.down = True
    await place.town.settle()


async def claim_and_show_life(place: Place) -> None:
    jobs, now = place.town.house.storage.jobs, place.town.clock.now()
    job = await jobs.claim(now, LEASE)
    assert job is not None
    await jobs.heartbeat(job, now + LEASE)


async def mark_files(place: Place) -> None:
    await place.town.house.application.housekeeping.mark()


async def purge(place: Place) -> None:
    place.town.clock.advance(timedelta(days=100))
    await place.town.house.application.purge.run(ORIGIN)


async def load(place: Place) -> None:
    await place.town.house.application.transfer.load(ORIGIN, SmallCatalogue(), at_once=3)


async def look_what_is_outdated(place: Place) -> None:
    await place.town.house.application.embedding.check(ORIGIN)


async def embed_what_is_outdated(place: Place) -> None:
    await look_what_is_outdated(place)
    await place.town.settle()


async def grant(place: Place) -> None:
    await place.town.house.application.operator.grant("viewer@example.com", Role.MODERATOR, ORIGIN)


async def revoke(place: Place) -> None:
    await place.town.house.application.operator.revoke("moderator@example.com", Role.MODERATOR, ORIGIN)


async def set_password(place: Place) -> None:
    await place.town.house.application.operator.set_password("viewer@example.com", "a new one", ORIGIN)


async def count_a_guess(place: Place) -> None:
    await place.town.house.storage.limits.take(GUESSES, "somebody")


async def try_buried_events_again(place: Place) -> None:
    await place.town.settle()
    outbox = place.town.house.storage.outbox
    for buried in await outbox.buried(10):
        await outbox.retry(buried.group, buried.recorded.event_id)
    await place.town.settle()


async def meet_an_experiment(place: Place) -> None:
    exposure = Exposure(
        experiment="colour",
        round=1,
        account_id=place.scene.account_id("viewer"),
        arm="new",
        at=place.town.clock.now(),
    )
    notes = place.town.house.foundations.experiments.exposures
    notes.note(exposure)
    await notes.write()


async def remember_an_event(place: Place) -> None:
    await place.town.house.storage.outbox.remember("mail", [EventId(UUID(int=1))], place.town.clock.now())


async def forget_guesses(place: Place) -> None:
    await place.town.house.storage.limits.forget(GUESSES, "somebody")


RELAY = {"outbox.lease", "outbox.handled"}
FETCH = {"job.claim", "job.video.metadata"}
PUBLISHED = {
    *FETCH,
    *("job.video.thumbnail", "job.video.youtube_captions", "job.video.embedding"),
    *("job.video.publish", "job.video.notify", "passages.put"),
}
PURGES = {
    "activity.purge",
    "inbox.purge",
    "job.purge",
    "limits.purge",
    "outbox.exhume",
    "outbox.purge",
    "playback.purge",
    "purge.comment",
    "purge.video",
    "request_keys.purge",
    "sessions.purge",
}

EMBEDDING = {
    "outbox.lease",
    "embedding.check",
    "job.claim",
    "embedding.put",
    "embedding.passages",
    "job.catalogue.embed",
}

WORK: tuple[WritePath, ...] = (
    work("a video becomes READY", RELAY | PUBLISHED, arrange=a_submission),
    work("a video ends in ERROR", RELAY | FETCH, arrange=a_submission_of_nothing),
    work("a try fails", RELAY | FETCH, settle_without_youtube, a_submission),
    work("a job has become needless", RELAY | FETCH | {"videos.stop"}, arrange=a_submission_deleted_at_work),
    work("a job is called off", RELAY | {"videos.stop"}, arrange=a_deleted_submission),
    work("a job is given anew", RELAY | PUBLISHED | {"videos.resume"}, arrange=a_restored_submission),
    work(
        "somebody does what is measured",
        RELAY | {"experiments.outcome"},
        arrange=an_exposure_and_a_view,
    ),
    work("an event is put aside", RELAY | {"outbox.bury"}, arrange=an_event_of_the_future),
    work(
        "an event is tried again",
        RELAY | {"outbox.bury", "outbox.retry"},
        try_buried_events_again,
        an_event_of_the_future,
    ),
)
COMMANDS: tuple[WritePath, ...] = (
    command("operator.grant", grant),
    command("operator.revoke", revoke),
    command("operator.set_password", set_password),
    command("experiments.expose", meet_an_experiment),
    command("holdings.mark", mark_files),
    command("inbox.remember", remember_an_event),
    command("limits.take", count_a_guess),
    command("limits.forget", forget_guesses),
)
OTHERS: tuple[WritePath, ...] = (
    work("a worker shows life", {"job.claim", "job.heartbeat"}, claim_and_show_life, a_submission),
    WritePath(
        name="the purge",
        units=frozenset(PURGES),
        act=purge,
        arrange=things_that_are_over,
        goes_on=purge,
        purges=True,
    ),
    WritePath(
        name="the first start",
        units=frozenset({"schema.migrate"}),
        act=nothing,
        arrange=no_store_yet,
        goes_on=nothing,
    ),
    WritePath(
        name="a video is embedded later",
        units=frozenset(EMBEDDING),
        act=embed_what_is_outdated,
        arrange=a_video_without_a_vector,
        goes_on=embed_what_is_outdated,
    ),
    WritePath(
        name="the model is served",
        units=frozenset({"embedding.serve"}),
        act=look_what_is_outdated,
        goes_on=look_what_is_outdated,
    ),
    WritePath(name="the import", units=frozenset({"transfer.load"}), act=load, goes_on=load),
)
