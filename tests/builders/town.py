"""A small town to load and save: two people, a video, a comment and a rating, all of long ago."""

from dataclasses import replace
from datetime import timedelta

from killrvideo.adapters.credentials import Argon2Hasher
from killrvideo.adapters.language.sentiment.vader import VaderSentiment
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.accounts import Account
from killrvideo.domain.ratings import Rating
from killrvideo.domain.videos import Totals, Video
from killrvideo.features.transfer import Transfer
from killrvideo.service_interfaces.catalogue import Entry
from tests.builders.accounts import an_account
from tests.builders.comments import a_comment
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock

LONG_AGO = START - timedelta(days=400)
HASHER = Argon2Hasher(memory_kib=8, passes=1)
ANN, BEN = an_account(created_at=LONG_AGO), an_account(created_at=LONG_AGO)
RAIN = a_video(ANN, title="An hour of rain", tags=("rain",), totals=Totals(views=238), submitted_at=LONG_AGO)
LOVELY = a_comment(RAIN, BEN, text="Wonderful, I love it!", sentiment=-0.9, created_at=LONG_AGO)


def a_rating(video: Video, account: Account, stars: int = 4, **changes: object) -> Rating:
    rating = Rating(
        video_id=video.id, account_id=account.id, stars=stars, created_at=LONG_AGO, updated_at=LONG_AGO
    )
    return replace(rating, **changes)  # type: ignore[arg-type]


LIKED = a_rating(RAIN, BEN, 4)
TOWN: tuple[Entry, ...] = (ANN, BEN, RAIN, LOVELY, LIKED)


def a_transfer(storage: SqliteStorage, clock: ManualClock, ids: CountingIds) -> Transfer:
    return Transfer(storage, clock, ids, HASHER, VaderSentiment())


async def everything(storage: SqliteStorage) -> list[Entry]:
    return [
        *await storage.accounts.all(),
        *await storage.videos.all(),
        *await storage.comments.all(),
        *await storage.ratings.all(),
    ]
