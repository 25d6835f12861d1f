"""Media as JSON, as every back end keeps them: one value that is read and replaced as a whole."""

from pydantic import TypeAdapter

from killrvideo.domain.media import Media

MEDIA = TypeAdapter(Media)


def media_text(media: Media) -> str:
    return MEDIA.dump_json(media).decode()


def read_media(text: str) -> Media:
    return MEDIA.validate_json(text)
