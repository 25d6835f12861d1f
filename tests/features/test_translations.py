"""Titles and descriptions in other languages: made once, and never of what one may not see."""

from dataclasses import replace

import pytest

from killrvideo.adapters.language.translation.chain import TranslatorChain
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.automatic_captions import heard_label, translated_label
from killrvideo.domain.captions import Captions
from killrvideo.domain.errors import TranslationUnavailable, VideoNotFound
from killrvideo.domain.removals import Cause
from killrvideo.domain.videos import Video
from killrvideo.features.translations import Translations
from tests.builders.accounts import an_account
from tests.builders.callers import NOBODY
from tests.builders.captions import keep_captions, some_captions
from tests.builders.keeping import ORIGIN, hide, keep
from tests.builders.videos import a_video
from tests.holding_still import START
from tests.stand_ins.speech import Repeating

UPLOADER = an_account()


@pytest.fixture
async def video(storage: SqliteStorage) -> Video:
    video = a_video(UPLOADER, title="Rain", description="It rains.\nAll day.", language="en")
    await keep(storage, UPLOADER, video)
    return video


@pytest.fixture
def translator() -> Repeating:
    return Repeating(("en", "de"), ("en", "fr"), ("de", "en"))


@pytest.fixture
def translations(storage: SqliteStorage, translator: Repeating) -> Translations:
    return Translations(storage, translator, kept=2)


async def test_title_and_description_are_translated_once(
    translations: Translations, translator: Repeating, video: Video
) -> None:
    found = await translations.get(NOBODY, video.id, "de")
    assert (found.title, found.description) == ("Rain [en>de]", "It rains.\nAll day. [en>de]")
    assert (found.language, found.made_by) == ("de", "stand-in")
    assert await translations.get(NOBODY, video.id, "DE") == found
    assert len(translator.texts) == 2


async def test_what_was_not_asked_for_longest_is_made_anew(
    translations: Translations, translator: Repeating, storage: SqliteStorage, video: Video
) -> None:
    other = a_video(UPLOADER, title="Snow", language="en")
    await keep(storage, other)
    for asked, language in ((video, "de"), (video, "fr"), (video, "de"), (other, "de")):
        await translations.get(NOBODY, asked.id, language)
    translator.texts.clear()
    await translations.get(NOBODY, video.id, "de")
    assert translator.texts == []
    await translations.get(NOBODY, video.id, "fr")
    assert translator.texts == ["Rain", "It rains.\nAll day."]


async def test_an_edited_title_is_translated_anew(
    translations: Translations, storage: SqliteStorage, video: Video
) -> None:
    await translations.get(NOBODY, video.id, "de")
    work = storage.begin("tests.edit", ORIGIN)
    storage.videos.replace(work, video.changed(START, title="Snow", description=None))
    await work.commit()
    found = await translations.get(NOBODY, video.id, "de")
    assert (found.title, found.description) == ("Snow [en>de]", None)


async def test_in_its_own_language_a_video_is_as_it_is(translations: Translations, video: Video) -> None:
    found = await translations.get(NOBODY, video.id, "en-GB")
    assert (found.language, found.title, found.made_by) == ("en", "Rain", None)


@pytest.mark.parametrize("language", ["es", "no language"])
async def test_what_nobody_knows_is_told(translations: Translations, video: Video, language: str) -> None:
    with pytest.raises(TranslationUnavailable):
        await translations.get(NOBODY, video.id, language)


async def test_by_default_nobody_translates(storage: SqliteStorage, video: Video) -> None:
    with pytest.raises(TranslationUnavailable, match="Nothing here translates from 'en' to 'de'"):
        await Translations(storage, TranslatorChain([]), kept=1).get(NOBODY, video.id, "de")


async def test_what_was_heard_tells_the_language_where_the_owner_does_not(
    translations: Translations, storage: SqliteStorage
) -> None:
    video = a_video(UPLOADER, title="Regen")
    await keep(storage, UPLOADER, video)
    with pytest.raises(TranslationUnavailable, match="not known which language"):
        await translations.get(NOBODY, video.id, "en")
    heard = automatic(some_captions(video, language="de", label=heard_label("de")))
    translated = automatic(some_captions(video, language="fr", label=translated_label("fr")))
    await keep_captions(storage, video, heard, translated, some_captions(video, language="es"))
    assert (await translations.get(NOBODY, video.id, "en")).title == "Regen [de>en]"


def automatic(captions: Captions) -> Captions:
    return replace(captions, track=replace(captions.track, automatic=True))


async def test_what_one_may_not_see_is_not_there(
    translations: Translations, storage: SqliteStorage, video: Video
) -> None:
    await translations.get(NOBODY, video.id, "de")
    await hide(storage, video, Cause.AUTHOR)
    with pytest.raises(VideoNotFound):
        await translations.get(NOBODY, video.id, "de")
