"""Titles and descriptions in other languages, made when somebody asks for the first time.

They are kept in this process alone, the last ones that were asked for: another process makes them again.
"""

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256

from killrvideo.domain.access import Caller
from killrvideo.domain.automatic_captions import is_heard
from killrvideo.domain.captions import clean_language
from killrvideo.domain.errors import InvalidCaptions, ModelUnavailable, TranslationUnavailable
from killrvideo.domain.ids import VideoId
from killrvideo.domain.languages import is_same
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.translation import Translator
from killrvideo.service_interfaces.turns import Turns
from killrvideo.service_interfaces.videos import visible_video

UNKNOWN = "It is not known which language this video's title is in."
LONGEST = 20_000
"""Characters of a title or a description that a translation may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslatedTexts:
    video_id: VideoId
    language: str
    title: str
    description: str | None
    made_by: str | None
    """The translator; None where the texts are in this language anyway."""


class Translations:
    def __init__(self, storage: Storage, translator: Translator, *, kept: int) -> None:
        """``kept``: how many videos' texts stay in memory."""
        self._storage = storage
        self._translator = translator
        self._most = kept
        self._kept: OrderedDict[str, TranslatedTexts] = OrderedDict()
        self._turns = Turns()

    async def get(self, caller: Caller, video_id: VideoId, language: str) -> TranslatedTexts:
        """The present title and description in this language.

        Raises VideoNotFound, also for a video that this caller may not see; TranslationUnavailable where
        nobody here knows the languages; ModelUnavailable.
        """
        video = await visible_video(self._storage.videos, caller, video_id)
        target = _known(language)
        source = await self._source_of(video)
        if is_same(source, target):
            return TranslatedTexts(
                video_id=video_id,
                language=source,
                title=video.title,
                description=video.description,
                made_by=None,
            )
        key = _key(video, source, target)
        async with self._turns.of(key):
            if key not in self._kept:
                self._kept[key] = await self._made(video, source, target)
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            else:
                self._kept.move_to_end(key)
            return self._kept[key]

    async def _made(self, video: Video, source: str, target: str) -> TranslatedTexts:
        texts = [video.title, video.description or ""]
        title, description = await self._translator.translate(texts, source, target)
        if not title.strip() or max(len(title), len(description)) > LONGEST:
            raise ModelUnavailable("What was translated is no title or no description.")
        return TranslatedTexts(
            video_id=video.id,
            language=target,
            title=title.strip(),
            description=description.strip() or None,
            made_by=self._translator.name,
        )

    async def _source_of(self, video: Video) -> str:
        """The language that the owner says the video is in, or else that of what was heard in it."""
        try:
            return clean_language(video.language or "")
        except InvalidCaptions:
            tracks = await self._storage.captions.tracks(video.id)
        spoken = {track.language for track in tracks if is_heard(track)}
        if len(spoken) != 1:
            raise TranslationUnavailable(UNKNOWN)
        return spoken.pop()


def _known(language: str) -> str:
    try:
        return clean_language(language)
    except InvalidCaptions as error:
        raise TranslationUnavailable(error.detail) from None


def _key(video: Video, source: str, target: str) -> str:
    """Changes with the texts; those of two videos are the same only by chance."""
    texts = f"{video.id}\0{video.title}\0{video.description or ''}"
    return f"{source}>{target}:{sha256(texts.encode()).hexdigest()}"
