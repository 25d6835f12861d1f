"""What is heard, removed or brought stays as it is beside its translations, on both back ends."""

from datetime import timedelta
from pathlib import Path

import pytest

from killrvideo.domain.automatic_captions import translated_label
from killrvideo.domain.captions import CaptionTrack
from killrvideo.domain.jobs import JobState
from killrvideo.features.processing import Retranslating, StepQueue
from killrvideo.service_interfaces.storage import Storage
from tests.builders.captions import some_captions
from tests.builders.keeping import ORIGIN, keep
from tests.contracts.test_retranslating import MINUTE, UPLOADER, Workshop
from tests.holding_still import CountingIds, ManualClock

LANGUAGES = ("en", "de", "fr")
MONTH = timedelta(days=31)


@pytest.fixture
async def shop(storage: Storage, clock: ManualClock, ids: CountingIds, tmp_path: Path) -> Workshop:
    shop = Workshop(storage, clock, ids, tmp_path / "shop", LANGUAGES)
    await keep(storage, UPLOADER, shop.film)
    return shop


async def put_translated(shop: Workshop, text: str = "It rains.", *, automatic: bool = False) -> None:
    await shop.put(text, automatic=automatic)
    await shop.run_all()
    assert set(await shop.said()) == set(LANGUAGES)


async def forget_jobs(storage: Storage, clock: ManualClock) -> None:
    clock.advance(MONTH)
    await storage.jobs.purge(clock.now())


async def test_what_was_heard_stays_when_its_translation_is_mended(shop: Workshop) -> None:
    await put_translated(shop, "What was said.", automatic=True)
    await shop.put("Besser.", language="de")
    await shop.run_all()
    assert await shop.said() == {"en": "What was said.", "de": "Besser.", "fr": "What was said. [en>fr]"}


async def test_a_translation_that_was_mended_is_no_original_where_the_original_was_too(
    shop: Workshop, clock: ManualClock
) -> None:
    await put_translated(shop, "What was said.", automatic=True)
    await shop.put("Besser.", language="de")
    clock.advance(MINUTE)
    await shop.put("Better.")
    await shop.run_all()
    assert await shop.said() == {"en": "Better.", "de": "Besser.", "fr": "Better. [en>fr]"}


async def test_what_is_heard_while_it_is_translated_into_is_not_replaced(shop: Workshop) -> None:
    shop.translator.meanwhile.append(lambda: shop.put("Gehört.", language="de", automatic=True))
    await shop.put("It rains.")
    await shop.run_all()
    assert await shop.german() == "Gehört."


async def test_a_translation_that_was_removed_stays_away(
    storage: Storage, shop: Workshop, clock: ManualClock
) -> None:
    await put_translated(shop)
    await forget_jobs(storage, clock)
    await shop.remove("de")
    await shop.follow()  # As after a restoration.
    await shop.retranslating.catch_up(shop.film.id, ORIGIN)
    await shop.run_all()
    assert set(await shop.said()) == {"en", "fr"}

    await shop.put("It snows.")
    await shop.run_all()
    assert await shop.said() == {"en": "It snows.", "fr": "It snows. [en>fr]"}


async def test_translations_that_are_all_removed_stay_away(
    storage: Storage, shop: Workshop, clock: ManualClock
) -> None:
    """Also those that are removed when they are about to be made anew."""
    await put_translated(shop)
    clock.advance(MINUTE)
    await shop.put("It snows.")
    await shop.remove("de")
    await shop.remove("fr")
    await shop.run_all()
    assert set(await shop.said()) == {"en"}
    await forget_jobs(storage, clock)
    await shop.put("It hails.")
    await shop.run_all()
    assert set(await shop.said()) == {"en"}


async def test_a_translation_that_is_removed_while_it_is_made_anew_stays_away(
    shop: Workshop, clock: ManualClock
) -> None:
    await put_translated(shop)
    clock.advance(MINUTE)
    await shop.put("It snows.")
    shop.translator.meanwhile.append(lambda: shop.remove("fr"))
    await shop.run_all()
    assert await shop.said() == {"en": "It snows.", "de": "It snows. [en>de]"}


async def test_what_is_brought_from_elsewhere_has_nothing_translated(
    storage: Storage, shop: Workshop
) -> None:
    work = storage.begin("tests.captions", ORIGIN)
    storage.captions.put(work, some_captions(shop.film, "It rains."))
    await work.commit()
    await shop.retranslating.catch_up(shop.film.id, ORIGIN)
    await shop.follow(shop.changed("en"))
    assert await shop.states() == []


async def test_translations_that_were_brought_follow_what_changes_here(
    storage: Storage, shop: Workshop, clock: ManualClock
) -> None:
    """Nobody knows what they were made of."""
    brought = some_captions(shop.film, "Es regnet.", language="de", label=translated_label("de"))
    brought = brought.changed(clock.now(), brought.text, brought.track.label, automatic=True)
    work = storage.begin("tests.captions", ORIGIN)
    for one in (some_captions(shop.film, "It rains."), brought):
        storage.captions.put(work, one)
    await work.commit()
    clock.advance(MINUTE)
    await shop.put("It snows.")
    await shop.run_all()
    assert await shop.said() == {"en": "It snows.", "de": "It snows. [en>de]"}


async def test_what_was_translated_of_removed_captions_goes_with_them(shop: Workshop) -> None:
    await put_translated(shop, "A slander.")
    await shop.put("Von mir.", language="de")
    await shop.remove("en")
    assert await shop.said() == {"de": "Von mir."}


@pytest.mark.parametrize("wanted", [False, True])
async def test_what_cannot_be_translated_anew_goes(
    storage: Storage, shop: Workshop, clock: ManualClock, ids: CountingIds, wanted: bool
) -> None:
    await put_translated(shop, "A slander.")
    clock.advance(MINUTE)
    shop.translator.forget()
    queue = StepQueue(storage, clock, ids)
    shop.retranslating = Retranslating(storage, clock, queue, wanted=wanted)
    await shop.put("Nothing.")
    await shop.run_all()
    assert await shop.said() == {"en": "Nothing."}


async def test_captions_that_are_removed_while_they_are_translated_leave_nothing(shop: Workshop) -> None:
    shop.translator.meanwhile.append(lambda: shop.remove("en"))
    await shop.put("A slander.")
    await shop.run_all()
    assert await shop.said() == {}
    assert await shop.states() == [JobState.DONE]


async def test_what_a_translation_was_made_of_is_kept_when_it_is_mended(
    storage: Storage, shop: Workshop
) -> None:
    async def german() -> CaptionTrack:
        found = await storage.captions.get(shop.film.id, "de")
        assert found is not None
        return found.track

    await put_translated(shop)
    made_of = (await german()).made_of
    assert made_of is not None
    await shop.put("Es regnet.", language="de")
    mended = await german()
    assert (mended.automatic, mended.made_of) == (False, made_of)
