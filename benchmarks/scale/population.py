"""A site of any size that does not exist: people, their videos, and what others do with these.

It is drawn anew whenever it is wanted, day by day, and the same each time. Some words, tags, people and
videos are far more popular than others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random

from benchmarks.scale.chance import heavy, id_at, skewed, word
from killrvideo.domain.access import Role
from killrvideo.domain.accounts import Account
from killrvideo.domain.activity import KEPT_FOR, Activity, ActivityKind
from killrvideo.domain.comments import Comment
from killrvideo.domain.ids import AccountId, ActivityId, CommentId, VideoId, ViewId
from killrvideo.domain.playback import View
from killrvideo.domain.ratings import Rating
from killrvideo.domain.vectors import DIMENSION
from killrvideo.domain.videos import Video, VideoStatus, embed_address, thumbnail_address

DAYS = 365
WORDS, TAGS, CLUSTERS = 20_000, 2_000, 64
LIVELY = 0.2
"""The share of videos that people react to at all."""
CATEGORIES = ("Education", "Music", "Science", "Travel", None)
LANGUAGES = ("en", "de", "fr", None)


@dataclass(frozen=True, slots=True)
class Upload:
    """A video with everything that was ever done with it."""

    video: Video
    opening_views: int
    comments: tuple[Comment, ...]
    ratings: tuple[Rating, ...]
    views: tuple[View, ...]
    """Those of the last month; earlier ones are among the opening views."""
    doings: tuple[Activity, ...]
    vector: tuple[float, ...] | None


@dataclass(frozen=True)
class Population:
    videos: int
    until: datetime
    """The beginning of a day (UTC): everything happened in the year before."""
    vectors: int = 0
    """So many videos have one, the newest of all."""
    seed: int = 2026

    @cached_property
    def accounts(self) -> list[Account]:
        """The first moderates."""
        return [self._account(number) for number in range(max(50, self.videos // 10))]

    @property
    def since(self) -> datetime:
        return self.until - timedelta(days=DAYS)

    def numbers(self, day: int) -> range:
        """The videos that were submitted on that day of the year."""
        return range(self.videos * day // DAYS, self.videos * (day + 1) // DAYS)

    def uploads(self, day: int) -> Iterator[Upload]:
        return (self.upload(number) for number in self.numbers(day))

    def upload(self, number: int) -> Upload:
        rng = Random(f"{self.seed} video {number}")
        video = self._video(rng, number)
        fans = len(self.accounts) // 2
        popularity = heavy(rng, fans) if rng.random() < LIVELY else 0
        comments = tuple(self._comment(rng, video) for _ in range(popularity))
        raters = rng.sample(range(len(self.accounts)), min(fans, popularity + rng.randint(0, 1)))
        ratings = tuple(self._rating(rng, video, rater) for rater in raters)
        views = tuple(self._view(rng, video) for _ in range(popularity // 2 + rng.randint(0, 1)))
        return Upload(
            video=video,
            opening_views=popularity * rng.randint(10, 1000),
            comments=comments,
            ratings=ratings,
            views=views,
            doings=tuple(self._doings(rng, comments, ratings, views)),
            vector=self._vector(rng) if number >= self.videos - self.vectors else None,
        )

    def tag(self, number: int) -> str:
        return word(WORDS + number)

    def words(self, rng: Random, shortest: int, longest: int) -> str:
        return " ".join(word(skewed(rng, WORDS, 3)) for _ in range(rng.randint(shortest, longest)))

    def _account(self, number: int) -> Account:
        rng = Random(f"{self.seed} account {number}")
        joined = self.since + timedelta(days=DAYS) * rng.random() * 0.5
        first, last = (word(skewed(rng, 2000, 20)).title() for _ in range(2))
        return Account(
            id=AccountId(id_at(rng, joined)),
            email=f"{first}.{last}{number}@example.com".lower(),
            first_name=first,
            last_name=last,
            roles=frozenset({Role.VIEWER, Role.CREATOR} if number else {Role.ADMIN}),
            created_at=_whole(joined),
        )

    def _video(self, rng: Random, number: int) -> Video:
        at = _whole(self.since + timedelta(days=DAYS) * ((number + rng.random()) / self.videos))
        youtube_id = f"{number:011d}"
        return Video(
            id=VideoId(id_at(rng, at)),
            uploader_id=self.accounts[skewed(rng, len(self.accounts), 20)].id,
            title=self.words(rng, 3, 8).capitalize(),
            description=self.words(rng, 8, 40),
            tags=tuple(dict.fromkeys(self.tag(skewed(rng, TAGS, 10)) for _ in range(rng.randint(1, 5)))),
            location=embed_address(youtube_id),
            youtube_id=youtube_id,
            thumbnail_url=thumbnail_address(youtube_id),
            duration_seconds=rng.randint(20, 4000),
            category=rng.choice(CATEGORIES),
            language=rng.choice(LANGUAGES),
            status=VideoStatus.READY,
            submitted_at=at,
        )

    def _comment(self, rng: Random, video: Video) -> Comment:
        at = self._after(rng, video)
        return Comment(
            id=CommentId(id_at(rng, at)),
            video_id=video.id,
            author_id=self._somebody(rng),
            text=self.words(rng, 3, 25),
            sentiment=round(rng.uniform(-1, 1), 4),
            created_at=at,
        )

    def _rating(self, rng: Random, video: Video, rater: int) -> Rating:
        at = self._after(rng, video)
        stars = rng.choice((1, 2, 3, 4, 4, 5, 5, 5))
        who = self.accounts[rater].id
        return Rating(video_id=video.id, account_id=who, stars=stars, created_at=at, updated_at=at)

    def _view(self, rng: Random, video: Video) -> View:
        earliest = max(video.submitted_at, self.until - KEPT_FOR)
        at = _whole(earliest + (self.until - earliest) * rng.random())
        viewer = self._somebody(rng) if rng.random() < 0.5 else None
        return View(id=ViewId(id_at(rng, at)), video_id=video.id, viewer_id=viewer, at=at)

    def _doings(
        self, rng: Random, comments: tuple[Comment, ...], ratings: tuple[Rating, ...], views: tuple[View, ...]
    ) -> Iterator[Activity]:
        """Those of the last month."""
        done = [
            *((view.at, ActivityKind.VIEW, view.viewer_id, view.video_id, None) for view in views),
            *(
                (one.created_at, ActivityKind.COMMENT, one.author_id, one.video_id, one.id)
                for one in comments
            ),
            *((one.updated_at, ActivityKind.RATE, one.account_id, one.video_id, None) for one in ratings),
        ]
        for at, kind, who, video_id, comment_id in done:
            if who is not None and at > self.until - KEPT_FOR:
                yield Activity(
                    id=ActivityId(id_at(rng, at)),
                    account_id=who,
                    kind=kind,
                    video_id=video_id,
                    comment_id=comment_id,
                    at=at,
                )

    def _vector(self, rng: Random) -> tuple[float, ...]:
        """Near one of a few points, as what is about one subject is."""
        centre = Random(f"{self.seed} cluster {skewed(rng, CLUSTERS, 5)}")
        return tuple(centre.gauss(0, 1) + rng.gauss(0, 0.5) for _ in range(DIMENSION))

    def _somebody(self, rng: Random) -> AccountId:
        """Who watches most is not who submits most."""
        return self.accounts[-1 - skewed(rng, len(self.accounts), 20)].id

    def _after(self, rng: Random, video: Video) -> datetime:
        """Rather early than late."""
        return _whole(video.submitted_at + (self.until - video.submitted_at) * rng.random() ** 2)


def present_day() -> datetime:
    """Its beginning."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _whole(at: datetime) -> datetime:
    """In whole milliseconds."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
