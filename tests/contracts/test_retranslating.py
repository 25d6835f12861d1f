"""Translations follow the captions that they are of, whenever those change, on both back ends."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest

from killrvideo.adapters.blobs import open_blobs
from killrvideo.adapters.scratch import FolderScratch
from killrvideo.domain.automatic_captions import heard_label
from killrvideo.domain.errors import LeaseLost
from killrvideo.domain.events import CaptionsChanged
from killrvideo.domain.jobs import Job, JobKind, JobState
from killrvideo.domain.processing import JOB_OF, RetryPlan, Step
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.domain.webvtt import read
from killrvideo.features.processing import Retranslating, StepQueue, StepRunner
from killrvideo.features.processing.steps.translations import TranslateCaptions
from killrvideo.features.processing.work import Keep, StepWork, nothing_more
from killrvideo.service_interfaces.progress import Told
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.blobs import PATIENCE
from tests.builders.captions import some_captions, webvtt
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, change, keep, present
from tests.builders.media import an_uploaded_video
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock
from tests.stand_ins.speech import Repeating

UPLOADER = an_account()
MINUTE, LEASE = timedelta(minutes=1), timedelta(seconds=30)


class Slow(Repeating):
    """Something can happen while it translates."""

    def __init__(self, *pairs: tuple[str, str]) -> None:
        super().__init__(*pairs)
        self.meanwhile: list[Callable[[], Awaitable[object]]] = []
        """Each happens once."""
        self.has_begun = asyncio.Event()

    async def translate(self, texts: Sequence[str], source: str, target: str) -> Sequence[str]:
        self.has_begun.set()
        if self.meanwhile:
            await self.meanwhile.pop()()
        return await super().translate(texts, source, target)


async def no_step(job: Job, video: Video, told: Told) -> Keep:
    return nothing_more


class Workshop:
    """One film, and who translates its captions."""

    def __init__(
        self,
        storage: Storage,
        clock: ManualClock,
        ids: CountingIds,
        folder: Path,
        languages: Sequence[str] = ("de",),
    ) -> None:
        self._storage = storage
        self._clock = clock
        self.film = an_uploaded_video(UPLOADER, status=VideoStatus.READY)
        self.translator = Slow(*permutations(("de", "en", "fr"), 2))
        queue = StepQueue(storage, clock, ids)
        self.retranslating = Retranslating(storage, clock, queue, wanted=True)
        scratch = FolderScratch(folder, open_blobs((folder / "media").as_uri(), PATIENCE))
        translate = TranslateCaptions(storage, clock, self.translator, languages)
        works: dict[Step, StepWork] = {**dict.fromkeys(Step, no_step), Step.TRANSLATIONS: translate}
        self._runner = StepRunner(storage, clock, queue, RetryPlan(), works, scratch)

    async def put(self, text: str, *, automatic: bool = False, language: str = "en") -> None:
        """Captions change, and whoever follows them hears of it."""
        label = heard_label(language) if automatic else "English"
        before = await self._storage.captions.get(self.film.id, language)
        first = some_captions(self.film, text, language=language, label=label, at=self._clock.now())
        first = replace(first, track=replace(first.track, automatic=automatic))
        work = self._storage.begin("tests.captions", ORIGIN)
        if before is None:
            self._storage.captions.put(work, first)
        else:
            changed = before.changed(self._clock.now(), webvtt(text), label, automatic=automatic)
            self._storage.captions.put(work, changed)
        await work.commit()
        await self.follow(self.changed(language, is_new=before is None))

    async def remove(self, language: str) -> None:
        """By the owner."""
        before = await self._storage.captions.get(self.film.id, language)
        assert before is not None
        work = self._storage.begin("tests.captions", ORIGIN)
        self._storage.captions.remove(work, before.track)
        await work.commit()
        await self.follow(self.changed(language))

    def changed(self, language: str, *, is_new: bool = False) -> CaptionsChanged:
        return CaptionsChanged(video_id=self.film.id, language=language, is_new=is_new)

    async def follow(self, change: CaptionsChanged | None = None) -> None:
        await self.retranslating.follow(self.film.id, ORIGIN, change)

    async def ask(self, step: Step = Step.TRANSLATIONS) -> None:
        work = self._storage.begin("tests.job", ORIGIN)
        now = self._clock.now()
        self._storage.jobs.enqueue(work, Job.new(IDS.new(), JOB_OF[step], self.film.id, now, ORIGIN))
        await work.commit()

    async def run(self) -> JobState:
        """What became of the job that is due."""
        job = await self._storage.jobs.claim(self._clock.now(), LEASE)
        assert job is not None
        return await self._runner.run(job, lambda _: None)

    async def run_all(self) -> None:
        """That are due in the next minute, one after the other."""
        self._clock.advance(MINUTE)
        while due := await self._storage.jobs.next_due():
            if due > self._clock.now():
                break
            await self.run()

    async def states(self) -> list[JobState]:
        jobs = await self._storage.jobs.for_subject(self.film.id)
        return [job.state for job in jobs if job.kind is JobKind.VIDEO_TRANSLATIONS]

    async def german(self) -> str | None:
        return (await self.said()).get("de")

    async def said(self) -> dict[str, str]:
        """By language."""
        tracks = await self._storage.captions.tracks(self.film.id)
        found = [await self._storage.captions.get(self.film.id, track.language) for track in tracks]
        return {
            one.track.language: " ".join(cue.text for cue in read(one.text.encode())) for one in found if one
        }


@pytest.fixture
async def shop(storage: Storage, clock: ManualClock, ids: CountingIds, tmp_path: Path) -> Workshop:
    shop = Workshop(storage, clock, ids, tmp_path / "shop")
    await keep(storage, UPLOADER, shop.film)
    return shop


@pytest.mark.parametrize("automatic", [False, True])
async def test_captions_that_change_while_they_are_translated_are_translated_anew(
    shop: Workshop, clock: ManualClock, automatic: bool
) -> None:
    """Those of a person, and those that are heard again beside it when both steps are retried."""
    await shop.ask()
    await shop.put("Before.", automatic=automatic)
    clock.advance(MINUTE)
    shop.translator.meanwhile.append(asyncio.Event().wait)
    running = asyncio.create_task(shop.run())
    await shop.translator.has_begun.wait()
    clock.advance(timedelta(seconds=3))
    await shop.put("After.", automatic=automatic)
    assert await shop.states() == [JobState.QUEUED]

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await shop.run_all()
    assert await shop.german() == "After. [en>de]"
    assert await shop.states() == [JobState.DONE]


async def test_who_was_at_work_on_the_captions_of_before_keeps_nothing_of_it(
    shop: Workshop, clock: ManualClock
) -> None:
    await shop.ask()
    await shop.put("Before.")

    clock.advance(MINUTE)
    shop.translator.meanwhile.append(lambda: shop.put("After."))
    with pytest.raises(LeaseLost):
        await shop.run()
    await shop.run_all()
    assert await shop.german() == "After. [en>de]"


async def test_captions_of_a_published_film_that_are_mended_are_translated_anew_once(
    shop: Workshop, clock: ManualClock
) -> None:
    await shop.put("First.")
    await shop.run_all()
    assert await shop.german() == "First. [en>de]"

    for text in ("Second.", "Third."):
        clock.advance(timedelta(seconds=4))
        await shop.put(text)
    await shop.run_all()
    assert await shop.german() == "Third. [en>de]"
    await shop.follow()
    assert await shop.states() == [JobState.DONE, JobState.DONE]


async def test_captions_mended_between_their_translation_and_the_publication_are_translated_then(
    storage: Storage, shop: Workshop, clock: ManualClock
) -> None:
    film = await present(storage, shop.film.id)
    await change(storage, film.changed(START, status=VideoStatus.PROCESSING))
    await shop.put("Before.")
    assert await shop.states() == []  # The step is still to come.
    await shop.ask()
    assert await shop.run() is JobState.DONE
    clock.advance(MINUTE)
    await shop.put("After.")
    assert await shop.states() == [JobState.DONE]

    film = await present(storage, shop.film.id)
    await change(storage, film.changed(START, status=VideoStatus.READY))
    await shop.retranslating.catch_up(shop.film.id, ORIGIN)
    await shop.run_all()
    assert await shop.german() == "After. [en>de]"


async def test_what_was_heard_is_translated_once_on_the_way_to_ready(
    storage: Storage, shop: Workshop
) -> None:
    film = await present(storage, shop.film.id)
    await change(storage, film.changed(START, status=VideoStatus.PROCESSING))
    await shop.put("Heard.", automatic=True)
    await shop.put("Heard.", automatic=True)
    await shop.ask()
    assert await shop.run() is JobState.DONE
    await change(storage, (await present(storage, film.id)).changed(START, status=VideoStatus.READY))
    await shop.retranslating.catch_up(shop.film.id, ORIGIN)
    assert await shop.states() == [JobState.DONE]


async def test_a_translation_that_a_person_mends_stays_and_has_nothing_translated(
    storage: Storage, shop: Workshop, clock: ManualClock
) -> None:
    film = await present(storage, shop.film.id)
    await change(storage, film.changed(START, language="en"))
    await shop.put("Original.")
    await shop.run_all()
    clock.advance(MINUTE)
    await shop.put("Besser.", language="de")
    await shop.run_all()
    assert await shop.german() == "Besser."
    assert await shop.states() == [JobState.DONE]


async def test_nothing_follows_where_nothing_is_translated(
    storage: Storage, clock: ManualClock, ids: CountingIds, shop: Workshop
) -> None:
    youtube = a_video(UPLOADER, status=VideoStatus.READY)
    await keep(storage, youtube)
    work = storage.begin("tests.captions", ORIGIN)
    storage.captions.put(work, some_captions(youtube, "From YouTube."))
    await work.commit()
    change = CaptionsChanged(video_id=youtube.id, language="en", is_new=True)
    await shop.retranslating.follow(youtube.id, ORIGIN, change)
    shop.retranslating = Retranslating(storage, clock, StepQueue(storage, clock, ids), wanted=False)
    await shop.put("Nobody translates it.")
    assert await storage.jobs.next_due() is None
