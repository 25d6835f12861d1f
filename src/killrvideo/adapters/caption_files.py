"""A folder of captions: files that are called VIDEO-ID.LANGUAGE.vtt, or .srt."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import UUID

from killrvideo.domain.accounts import Account
from killrvideo.domain.captions import Captions, CaptionTrack, clean_language, digest_of
from killrvideo.domain.comments import Comment
from killrvideo.domain.errors import InvalidInput
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.ratings import Rating
from killrvideo.domain.videos import Video
from killrvideo.domain.webvtt import read, written
from killrvideo.service_interfaces.catalogue import BadRow, CatalogueRefused, Kind, Place, Row
from killrvideo.service_interfaces.clock import Clock

KINDS = {".vtt", ".srt"}


class CaptionFiles:
    """Keeps CatalogueSource: there are captions in it, and nothing else."""

    passwords: Mapping[AccountId, str] = {}

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Raises CatalogueRefused where there is no such folder, or no file of captions in it."""
        if not folder.is_dir():
            raise CatalogueRefused(f"{folder} is not a folder.")
        self._files = sorted(file for file in folder.iterdir() if file.suffix.lower() in KINDS)
        self._clock = clock
        if not self._files:
            raise CatalogueRefused(f"{folder} has no file that ends in .vtt or .srt.")

    def size(self, kind: Kind) -> int:
        return len(self._files) if kind is Kind.CAPTIONS else 0

    def accounts(self) -> Iterator[Row[Account]]:
        return iter(())

    def videos(self) -> Iterator[Row[Video]]:
        return iter(())

    def comments(self) -> Iterator[Row[Comment]]:
        return iter(())

    def ratings(self) -> Iterator[Row[Rating]]:
        return iter(())

    def captions(self) -> Iterator[Row[Captions] | BadRow]:
        for file in self._files:
            place = Place(file.name, 1)
            try:
                yield Row(place, self._captions(file))
            except InvalidInput as error:
                yield BadRow(place, error.detail)

    def _captions(self, file: Path) -> Captions:
        name, _, language = file.stem.rpartition(".")
        try:
            video_id = VideoId(UUID(name))
            data = file.read_bytes()
        except ValueError:
            raise InvalidInput("The file is not called after a video: VIDEO-ID.LANGUAGE.vtt.") from None
        except OSError:
            raise InvalidInput("The file cannot be read.") from None
        language, text = clean_language(language), written(read(data))
        track = CaptionTrack(
            video_id=video_id,
            language=language,
            label=language,
            digest=digest_of(text),
            created_at=self._clock.now(),
        )
        return Captions(track=track, text=text)
