"""Learning what goes together: what is learned from, which model stays in use, and what is left behind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

import pytest

from killrvideo.adapters.learning.trainer import LocalTrainer
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.accounts import Account
from killrvideo.domain.errors import LeaseLost
from killrvideo.domain.ids import VideoId, ViewId
from killrvideo.domain.instants import to_millis
from killrvideo.domain.jobs import JobKind, JobState
from killrvideo.domain.learning import STRENGTH_OF_VIEW, DataSize, Interaction, ModelCard, Quality
from killrvideo.domain.neighbours import Neighbours
from killrvideo.domain.playback import View
from killrvideo.domain.ratings import Rating
from killrvideo.domain.videos import Video
from killrvideo.features.learning import MODEL, REST, Learning, Outcome
from killrvideo.service_interfaces.interactions import Deed
from killrvideo.service_interfaces.learning import (
    Learned,
    LearnedElsewhere,
    LearningRefused,
    Measured,
    NeighbourLists,
    Told,
)
from killrvideo.service_interfaces.moving import HoldingKind
from tests.builders.accounts import an_account
from tests.builders.keeping import ORIGIN, keep
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock

DAY = timedelta(days=1)
SIZE = DataSize(people=3, videos=4, interactions=5, held_out=2)


class Watcher:
    """Keeps LearningProgress."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.expected = 0

    def expect(self, steps: int) -> None:
        self.expected = len(self.steps) + steps

    def begin(self, step: str) -> None:
        self.steps.append(step)


@dataclass
class SetLesson:
    """Keeps Lesson: what it learns, and how good that is, was said before."""

    ndcg: float
    former_ndcg: float
    videos: Sequence[VideoId]
    size: DataSize = SIZE
    steps: int = 1
    judged: list[NeighbourLists] = field(default_factory=list)

    async def learn(self, told: Told) -> Learned:
        told("learning")
        video, other = self.videos[:2]
        served, judged = (Neighbours.of({other: weight}) for weight in (self.ndcg, 0.5))
        return Learned("as said", quality(self.ndcg), {video: served}, {video: judged})

    async def judge(self, lists: NeighbourLists) -> Quality:
        self.judged.append(lists)
        return quality(self.former_ndcg)


@dataclass
class SetTrainer:
    """Keeps Trainer."""

    lesson: SetLesson
    given: list[Interaction] = field(default_factory=list)

    async def prepare(self, interactions: Iterable[Interaction]) -> SetLesson:
        self.given = list(interactions)
        return self.lesson


def quality(ndcg: float) -> Quality:
    return Quality(ndcg, ndcg, ndcg, 3)


ANN, BEN, UPLOADER = (an_account() for _ in range(3))
VIDEOS = [a_video(UPLOADER) for _ in range(4)]


def rated(video: Video, who: Account, stars: int, hours: int = 0) -> Rating:
    at = START + timedelta(hours=hours)
    return Rating(video_id=video.id, account_id=who.id, stars=stars, created_at=at, updated_at=at)


@pytest.fixture
def trainer() -> SetTrainer:
    return SetTrainer(SetLesson(0.5, 0.5, [video.id for video in VIDEOS]))


@pytest.fixture
async def learning(
    storage: SqliteStorage, clock: ManualClock, ids: CountingIds, trainer: SetTrainer
) -> Learning:
    await keep(storage, ANN, BEN, UPLOADER, *VIDEOS, rated(VIDEOS[0], ANN, 5))
    return Learning(storage, clock, ids, trainer, every=DAY)


async def served_weight(storage: SqliteStorage) -> float:
    """By which the lists in use can be told apart."""
    card = await storage.learned.active()
    assert card is not None
    [neighbours] = (await storage.learned.neighbours(card.served, [VIDEOS[0].id])).values()
    return neighbours.weights_by_id()[VIDEOS[1].id]


async def test_ratings_say_more_than_views_and_nameless_views_nothing(
    storage: SqliteStorage, clock: ManualClock, ids: CountingIds, learning: Learning, trainer: SetTrainer
) -> None:
    one, other, third, _ = VIDEOS

    def viewed(video: Video, who: Account | None, hours: int) -> View:
        at = START + timedelta(hours=hours)
        return View(id=ViewId(ids.new()), video_id=video.id, viewer_id=who.id if who else None, at=at)

    views = [viewed(one, ANN, 5), viewed(other, BEN, 1), viewed(other, BEN, 2), viewed(third, None, 3)]
    await keep(storage, *views, rated(other, ANN, 2, 7))
    await learning.learn(ORIGIN, Watcher())
    hour = 3_600_000
    assert sorted(trainer.given) == sorted(
        [
            Interaction(ANN.id, one.id, 1.0, to_millis(START) + 5 * hour),
            Interaction(ANN.id, other.id, -0.3, to_millis(START) + 7 * hour),
            Interaction(BEN.id, other.id, STRENGTH_OF_VIEW, to_millis(START) + 2 * hour),
        ]
    )


async def test_the_first_model_comes_into_use(learning: Learning, storage: SqliteStorage) -> None:
    watcher = Watcher()
    report = await learning.learn(ORIGIN, watcher)
    assert (report.outcome, report.former) == (Outcome.IN_USE, None)
    assert report.new == await storage.learned.active()
    assert report.new is not None
    assert (report.new.number, report.new.algorithm, report.new.trained_at) == (1, "as said", START)
    assert (report.new.quality, report.new.size) == (quality(0.5), SIZE)
    assert await served_weight(storage) == 0.5
    assert len(watcher.steps) == watcher.expected


@pytest.mark.parametrize("ndcg", [0.5, 0.75])
async def test_a_model_that_is_not_worse_takes_the_place_of_the_former(
    learning: Learning, storage: SqliteStorage, trainer: SetTrainer, ndcg: float
) -> None:
    await learning.learn(ORIGIN, Watcher())
    trainer.lesson = replace(trainer.lesson, ndcg=ndcg, former_ndcg=0.5)
    watcher = Watcher()
    report = await learning.learn(ORIGIN, watcher)
    assert report.outcome is Outcome.IN_USE
    assert (await served_weight(storage), len(watcher.steps)) == (ndcg, watcher.expected)


async def test_a_worse_model_is_refused_by_the_likes_that_both_have_not_seen(
    learning: Learning, storage: SqliteStorage, trainer: SetTrainer
) -> None:
    first = (await learning.learn(ORIGIN, Watcher())).new
    # Better than the former was then, but not than the former is now.
    trainer.lesson = replace(trainer.lesson, ndcg=0.6, former_ndcg=0.7, judged=[])
    report = await learning.learn(ORIGIN, Watcher())
    assert report.outcome is Outcome.REFUSED
    assert (report.new and report.new.quality, report.former and report.former.quality) == (
        quality(0.6),
        quality(0.7),
    )
    assert await storage.learned.active() == first
    assert await served_weight(storage) == 0.5
    # Judged are the lists that never saw what is held out.
    assert first is not None
    assert trainer.lesson.judged == [await storage.learned.neighbours(first.judged, [VIDEOS[0].id])]


async def test_an_operator_can_insist_on_a_worse_model(
    learning: Learning, storage: SqliteStorage, trainer: SetTrainer
) -> None:
    await learning.learn(ORIGIN, Watcher())
    trainer.lesson = replace(trainer.lesson, ndcg=0.25, former_ndcg=0.5)
    report = await learning.learn(ORIGIN, Watcher(), force=True)
    assert report.outcome is Outcome.IN_USE
    assert await served_weight(storage) == 0.25
    assert [card.number for card in await storage.learned.recent(5)] == [2, 1]


# Learning elsewhere.


@dataclass
class Recorder:
    """Keeps InteractionsWriter."""

    deeds: list[tuple[HoldingKind, Deed]] = field(default_factory=list)
    former: dict[VideoId, Neighbours] = field(default_factory=dict)
    finished: list[UUID | None] = field(default_factory=list)

    async def add(self, kind: HoldingKind, deeds: Sequence[Deed]) -> None:
        self.deeds += [(kind, deed) for deed in deeds]

    async def add_former(self, lists: NeighbourLists) -> None:
        self.former |= lists

    async def finish(self, former: UUID | None) -> None:
        self.finished.append(former)


def brought(ndcg: float, former: ModelCard | None, former_ndcg: float) -> LearnedElsewhere:
    lists = {VIDEOS[0].id: Neighbours.of({VIDEOS[1].id: ndcg})}
    measured = Measured(former.judged, quality(former_ndcg)) if former else None
    return LearnedElsewhere(Learned("elsewhere", quality(ndcg), lists, lists), SIZE, START - DAY, measured)


async def test_a_lesson_elsewhere_is_given_what_people_did_and_the_model_to_compare_with(
    learning: Learning, storage: SqliteStorage, ids: CountingIds
) -> None:
    at = START + timedelta(hours=1)
    views = [View(id=ViewId(ids.new()), video_id=VIDEOS[1].id, viewer_id=BEN.id, at=at) for _ in range(2)]
    nameless = View(id=ViewId(ids.new()), video_id=VIDEOS[1].id, viewer_id=None, at=at)
    await keep(storage, *views, nameless)
    recorder, watcher = Recorder(), Watcher()
    assert await learning.hand_out(recorder, watcher) == 3
    viewed = Deed(BEN.id, VIDEOS[1].id, STRENGTH_OF_VIEW, False, to_millis(at))
    rated_once = Deed(ANN.id, VIDEOS[0].id, 1.0, True, to_millis(START))
    assert recorder.deeds == [(HoldingKind.RATINGS, rated_once), *[(HoldingKind.VIEWS, viewed)] * 2]
    assert (recorder.former, recorder.finished, len(watcher.steps)) == ({}, [None], watcher.expected)

    card = (await learning.learn(ORIGIN, Watcher())).new
    assert card is not None
    recorder, watcher = Recorder(), Watcher()
    await learning.hand_out(recorder, watcher)
    assert (recorder.finished, len(watcher.steps)) == ([card.judged], watcher.expected)
    assert recorder.former == await storage.learned.neighbours(card.judged, [VIDEOS[0].id])


async def test_what_was_learned_elsewhere_comes_into_use_unless_it_is_worse(
    learning: Learning, storage: SqliteStorage
) -> None:
    first = (await learning.take(ORIGIN, brought(0.5, None, 0), Watcher())).new
    assert first == await storage.learned.active()
    assert first is not None
    assert (first.number, first.algorithm, first.trained_at) == (1, "elsewhere", START - DAY)
    worse = await learning.take(ORIGIN, brought(0.6, first, 0.7), Watcher())
    assert worse.outcome is Outcome.REFUSED
    assert worse.former is not None
    assert (worse.former.quality, await served_weight(storage)) == (quality(0.7), 0.5)
    watcher = Watcher()
    as_good = await learning.take(ORIGIN, brought(0.75, first, 0.75), watcher)
    assert (as_good.outcome, await served_weight(storage)) == (Outcome.IN_USE, 0.75)
    assert len(watcher.steps) == watcher.expected
    forced = await learning.take(ORIGIN, brought(0.25, as_good.new, 0.75), Watcher(), force=True)
    assert (forced.outcome, await served_weight(storage)) == (Outcome.IN_USE, 0.25)


async def test_what_was_not_compared_with_the_model_in_use_is_refused(
    learning: Learning, storage: SqliteStorage
) -> None:
    first = (await learning.learn(ORIGIN, Watcher())).new
    await learning.learn(ORIGIN, Watcher())
    for former in (None, first):
        with pytest.raises(LearningRefused, match="Another model came into use since"):
            await learning.take(ORIGIN, brought(0.9, former, 0.1), Watcher(), force=True)
    assert [card.number for card in await storage.learned.recent(5)] == [2, 1]


async def test_from_nothing_nothing_is_learned(
    storage: SqliteStorage, clock: ManualClock, ids: CountingIds
) -> None:
    learning = Learning(storage, clock, ids, LocalTrainer(), every=DAY)
    assert (await learning.learn(ORIGIN, Watcher())).outcome is Outcome.NOTHING_TO_LEARN
    await keep(storage, ANN, UPLOADER, VIDEOS[0], rated(VIDEOS[0], ANN, 5))
    report = await learning.learn(ORIGIN, Watcher())
    assert (report.outcome, report.size.interactions) == (Outcome.NOTHING_TO_LEARN, 1)
    assert await storage.learned.active() is None


async def test_lists_out_of_use_are_dropped_a_day_later_but_not_the_last_two_models(
    learning: Learning, storage: SqliteStorage, clock: ManualClock, ids: CountingIds
) -> None:
    half_done = ids.new()
    await storage.learned.keep(half_done, {VIDEOS[0].id: Neighbours.of({VIDEOS[1].id: 1.0})})
    for _ in range(3):
        await learning.learn(ORIGIN, Watcher())
        clock.advance(timedelta(hours=1))
    assert len(set(await storage.learned.kept())) == 7
    clock.advance(DAY)
    await learning.learn(ORIGIN, Watcher())
    newest = await storage.learned.recent(2)
    assert set(await storage.learned.kept()) == {
        lists for card in newest for lists in (card.served, card.judged)
    }


# The job.


async def test_once_a_day_a_job_learns(
    learning: Learning, storage: SqliteStorage, clock: ManualClock
) -> None:
    assert await learning.check(ORIGIN)
    assert not await learning.check(ORIGIN)
    assert await storage.jobs.claim(clock.now(), timedelta(minutes=1)) is None
    clock.advance(REST)
    job = await storage.jobs.claim(clock.now(), timedelta(minutes=1))
    assert job is not None
    assert (job.kind, job.subject) == (JobKind.RECOMMENDATIONS_LEARN, MODEL)
    await learning.carry_out(job, Watcher())
    assert (await storage.jobs.for_subject(MODEL))[0].state is JobState.DONE
    assert await storage.learned.active() is not None
    clock.advance(DAY - REST - timedelta(minutes=1))
    assert not await learning.check(ORIGIN)
    clock.advance(timedelta(minutes=2))
    assert await learning.check(ORIGIN)


async def test_a_worker_that_lost_the_job_puts_nothing_into_use(
    learning: Learning, storage: SqliteStorage, clock: ManualClock
) -> None:
    await learning.check(ORIGIN)
    clock.advance(REST)
    asleep = await storage.jobs.claim(clock.now(), timedelta(minutes=1))
    clock.advance(timedelta(minutes=2))
    successor = await storage.jobs.claim(clock.now(), timedelta(minutes=1))
    assert asleep is not None
    assert successor is not None
    with pytest.raises(LeaseLost):
        await learning.carry_out(asleep, Watcher())
    assert await storage.learned.active() is None
    await learning.carry_out(successor, Watcher())
    assert await storage.learned.active() is not None


async def test_a_job_that_fails_says_why_and_the_next_is_due_at_its_time(
    learning: Learning, storage: SqliteStorage, clock: ManualClock
) -> None:
    await learning.check(ORIGIN)
    clock.advance(REST)
    job = await storage.jobs.claim(clock.now(), timedelta(minutes=1))
    assert job is not None
    assert await learning.give_up(job, "The disk is full.") is JobState.FAILED
    [failed] = await storage.jobs.for_subject(MODEL)
    assert (failed.state, failed.last_error) == (JobState.FAILED, "The disk is full.")
    assert not await learning.check(ORIGIN)
    clock.advance(DAY)
    assert await learning.check(ORIGIN)


async def test_the_real_trainer_learns_what_two_crowds_watch(
    storage: SqliteStorage, clock: ManualClock, ids: CountingIds
) -> None:
    people = [an_account() for _ in range(12)]
    videos = [a_video(UPLOADER) for _ in range(10)]
    await keep(storage, UPLOADER, *people, *videos)
    for number, person in enumerate(people):
        crowd = videos[:5] if number % 2 else videos[5:]
        liked = [crowd[(number + place) % 5] for place in range(4)]
        await keep(storage, *(rated(video, person, 5, hours) for hours, video in enumerate(liked)))
    report = await Learning(storage, clock, ids, LocalTrainer(), every=DAY).learn(ORIGIN, Watcher())
    assert report.outcome is Outcome.IN_USE
    assert report.new is not None
    assert report.new.quality.ndcg > 0.5
    lists = await storage.learned.neighbours(report.new.served, [videos[0].id])
    weights = lists[videos[0].id].weights_by_id()
    assert {found for found, weight in weights.items() if weight > 0} == {video.id for video in videos[1:5]}
