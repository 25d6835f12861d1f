"""A catalogue of a few rows, the same in every process."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from killrvideo.domain.accounts import Account
from killrvideo.domain.captions import Captions
from killrvideo.domain.comments import Comment
from killrvideo.domain.ids import AccountId, CommentId, VideoId
from killrvideo.domain.ratings import Rating
from killrvideo.domain.videos import Video, embed_address
from killrvideo.service_interfaces.catalogue import Kind, Place, Row
from tests.builders.accounts import an_account
from tests.builders.captions import some_captions
from tests.builders.comments import a_comment
from tests.builders.videos import a_video
from tests.holding_still import START

PLACE = Place("small", 1)
PEOPLE = [
    an_account(id=AccountId(UUID(int=number)), email=f"{number}@catalogue.example") for number in (1, 2)
]
VIDEOS = [
    a_video(
        owner,
        id=VideoId(UUID(int=number)),
        youtube_id=f"catalogue-{number}",
        location=embed_address(f"catalogue-{number}"),
        thumbnail_url=None,
        tags=("import",),
    )
    for number, owner in enumerate(PEOPLE)
]
COMMENTS = [
    a_comment(video, PEOPLE[0], id=CommentId(UUID(int=number))) for number, video in enumerate(VIDEOS)
]
CAPTIONS = [some_captions(video, "It rains.") for video in VIDEOS]
RATINGS = [
    Rating(video_id=video.id, account_id=PEOPLE[1].id, stars=3, created_at=START, updated_at=START)
    for video in VIDEOS
]


class SmallCatalogue:
    """Keeps CatalogueSource."""

    passwords: Mapping[AccountId, str] = {}

    def size(self, kind: Kind) -> int:
        return 2

    def accounts(self) -> Iterator[Row[Account]]:
        return (Row(PLACE, one) for one in PEOPLE)

    def videos(self) -> Iterator[Row[Video]]:
        return (Row(PLACE, one) for one in VIDEOS)

    def comments(self) -> Iterator[Row[Comment]]:
        return (Row(PLACE, one) for one in COMMENTS)

    def ratings(self) -> Iterator[Row[Rating]]:
        return (Row(PLACE, one) for one in RATINGS)

    def captions(self) -> Iterator[Row[Captions]]:
        return (Row(PLACE, one) for one in CAPTIONS)
