"""What a town should know, in plain Python: people, videos, comments, and every cause that hides one of them.

Nothing here asks the house. A thing shows while no cause hides it, and a comment only while its video shows.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

RETENTION = timedelta(days=30)
ACTIVITY_KEPT = timedelta(days=30)


class Cause(StrEnum):
    """In the order in which causes of the same instant are listed, last first."""

    AUTHOR = "author"
    MODERATION = "moderation"
    ACCOUNT = "account"


@dataclass(eq=False)
class Inhabitant:
    id: str
    email: str
    token: str | None
    """None for who cannot act: suspended, or erased."""
    moderates: bool = False
    suspended: bool = False
    erased: bool = False


@dataclass(frozen=True)
class Hiding:
    by: str
    at: datetime
    reason: str | None = None


@dataclass(eq=False)
class Content:
    id: str
    owner: Inhabitant
    made_at: datetime
    hidden: dict[Cause, Hiding] = field(default_factory=dict, init=False)

    @property
    def deleted_at(self) -> datetime | None:
        return min((hiding.at for hiding in self.hidden.values()), default=None)

    def is_due(self, now: datetime) -> bool:
        """Whether a purge removes it: a suspension alone never does, since it can end at any time."""
        final = set(Cause) if self.owner.erased else {Cause.AUTHOR, Cause.MODERATION}
        return any(self.hidden[cause].at < now - RETENTION for cause in final & self.hidden.keys())


@dataclass(eq=False)
class Video(Content):
    youtube_id: str
    title: str
    tags: list[str]
    description: str | None = None
    status: str = "PENDING"
    ratings: dict[str, int] = field(default_factory=dict)
    """Stars by account, those of erased ones included."""
    views: list[datetime] = field(default_factory=list)
    spoken: str | None = None
    """What its captions say."""

    @property
    def shows(self) -> bool:
        return self.status == "READY" and not self.hidden

    @property
    def average(self) -> float | None:
        return round(sum(self.ratings.values()) / len(self.ratings), 2) if self.ratings else None

    @property
    def takes_its_place(self) -> bool:
        """Its owner may not submit the same YouTube video again."""
        return Cause.AUTHOR not in self.hidden and (not self.hidden or Cause.MODERATION in self.hidden)

    def views_since(self, start: datetime) -> int:
        return sum(at >= start for at in self.views)

    @property
    def passages(self) -> set[str]:
        """What can be quoted of it."""
        return {text for text in (self.description, self.spoken) if text}

    def says(self, word: str) -> bool:
        texts = (self.title, self.description or "", *self.tags, self.spoken or "")
        return word in " ".join(texts).casefold().split()


@dataclass(eq=False)
class Comment(Content):
    video: Video
    text: str

    @property
    def shows(self) -> bool:
        return not self.hidden and self.video.shows


@dataclass(eq=False)
class Flag:
    id: str
    reporter: Inhabitant
    content: Content
    status: str = "open"

    @property
    def is_open(self) -> bool:
        return self.status in {"open", "under_review"}


@dataclass(frozen=True)
class Activity:
    person: Inhabitant
    kind: str
    content: Video | Comment
    at: datetime

    @property
    def video(self) -> Video:
        return self.content if isinstance(self.content, Video) else self.content.video


@dataclass
class Model:
    now: datetime
    moderator: Inhabitant
    people: list[Inhabitant] = field(default_factory=list)
    gone: list[Inhabitant] = field(default_factory=list)
    """Erased accounts."""
    videos: list[Video] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    activity: list[Activity] = field(default_factory=list)
    met: set[tuple[str, str]] = field(default_factory=set)
    """Who (by account) has viewed which video."""
    purged: list[str] = field(default_factory=list)
    """Ids of videos that are gone for good."""

    def sees(self, reader: Inhabitant | None, video: Video) -> bool:
        """Moderators see everything, owners what is not deleted, others what shows."""
        if reader is None or reader.token is None:
            return video.shows
        return reader.moderates or video.shows or (reader is video.owner and not video.hidden)

    def person(self, number: int) -> Inhabitant:
        return self.people[number % len(self.people)]

    def content_of(self, person: Inhabitant) -> list[Video | Comment]:
        return [thing for thing in self.content if thing.owner is person]

    @property
    def content(self) -> list[Video | Comment]:
        return [*self.videos, *self.comments]

    def hidden_by(self, cause: Cause) -> list[Video | Comment]:
        return [thing for thing in self.content if cause in thing.hidden]

    def showing(self) -> list[Video]:
        """Newest first, as every list in time."""
        return [video for video in reversed(self.videos) if video.shows]

    def comments_on(self, video: Video) -> list[Comment]:
        return [one for one in reversed(self.comments) if one.video is video and not one.hidden]

    def comments_by(self, person: Inhabitant) -> list[Comment]:
        return [one for one in reversed(self.comments) if one.owner is person and one.shows]

    def doings_of(self, person: Inhabitant) -> list[Activity]:
        """Newest first, without what is older than it is kept and what is about things that do not show."""
        kept = (one for one in reversed(self.activity) if one.at >= self.now - ACTIVITY_KEPT)
        return [one for one in kept if one.person is person and one.content.shows]

    def trending(self, days: int) -> list[tuple[Video, int]]:
        start = (self.now - timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
        ranked = [(video.views_since(start), len(video.views), number) for number, video in self._shown()]
        return [(self.videos[number], recent) for recent, _, number in sorted(ranked, reverse=True)]

    def _shown(self) -> Iterator[tuple[int, Video]]:
        return ((number, video) for number, video in enumerate(self.videos) if video.shows)

    def unseen_by(self, person: Inhabitant) -> list[Video]:
        return [
            video
            for video in self.showing()
            if video.owner is not person
            and (person.id, video.id) not in self.met
            and person.id not in video.ratings
        ]

    def tags(self) -> Counter[str]:
        """How many videos that show have each tag, ignoring case."""
        return Counter(tag.casefold() for video in self.showing() for tag in video.tags)

    def causes(self) -> list[tuple[Content, Cause, Hiding]]:
        """Everything that hides anything, newest first."""
        every = [(one, cause, hiding) for one in self.content for cause, hiding in one.hidden.items()]
        order = list(Cause)
        return sorted(every, key=lambda one: (one[2].at, one[0].id, order.index(one[1])), reverse=True)

    def occupied(self, owner: Inhabitant, youtube_id: str) -> bool:
        return any(
            video.owner is owner and video.youtube_id == youtube_id and video.takes_its_place
            for video in self.videos
        )

    def forget(self, thing: Video | Comment) -> None:
        """Purges it, with all that hangs on it."""
        if isinstance(thing, Comment):
            self.comments.remove(thing)
            return
        self.videos.remove(thing)
        self.purged.append(thing.id)
        self.comments = [comment for comment in self.comments if comment.video is not thing]
