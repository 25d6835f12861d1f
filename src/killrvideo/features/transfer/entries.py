"""Single entries of a catalogue: whether they are there, whether they fit, and how they come in."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from killrvideo.domain.accounts import Account, AccountStatus
from killrvideo.domain.activity import KEPT_FOR, Activity, ActivityKind
from killrvideo.domain.captions import Captions
from killrvideo.domain.comments import Comment
from killrvideo.domain.events import (
    AccountErased,
    AccountRegistered,
    CaptionsChanged,
    CommentPosted,
    VideoPublished,
    VideoRated,
    VideoSubmitted,
)
from killrvideo.domain.ids import AccountId, ActivityId, CommentId, VideoId
from killrvideo.domain.ratings import Rating
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.catalogue import Entry, Kind
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.credentials import PasswordHasher
from killrvideo.service_interfaces.language import SentimentModel
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.units import UnitOfWork

Key = tuple[Kind, UUID] | tuple[Kind, UUID, UUID] | tuple[Kind, UUID, str]
"""What makes an entry the same as another."""


def kind_of(entry: Entry) -> Kind:
    return key_of(entry)[0]


def key_of(entry: Entry) -> Key:
    match entry:
        case Account():
            return Kind.ACCOUNTS, entry.id
        case Video():
            return Kind.VIDEOS, entry.id
        case Comment():
            return Kind.COMMENTS, entry.id
        case Rating():
            return Kind.RATINGS, entry.video_id, entry.account_id
        case Captions():
            return Kind.CAPTIONS, entry.track.video_id, entry.track.language


class Entries:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        ids: IdSource,
        hasher: PasswordHasher,
        sentiment: SentimentModel | None,
        passwords: Mapping[AccountId, str],
    ) -> None:
        self._storage = storage
        self._ids = ids
        self._hasher = hasher
        self._sentiment = sentiment
        self._passwords = passwords
        self._activity_since = clock.now() - KEPT_FOR

    async def is_there(self, entry: Entry) -> bool:
        """Whether it needs no loading, hidden or not."""
        match entry:
            case Account():
                return await self._storage.accounts.get(entry.id) is not None
            case Video():
                return await self._storage.videos.get(entry.id) is not None
            case Comment():
                return await self._storage.comments.get(entry.id) is not None
            case Rating():
                return await self._storage.ratings.get(entry.video_id, entry.account_id) is not None
            case Captions():
                track = entry.track
                return await self._storage.captions.get(track.video_id, track.language) is not None

    async def fault_of(self, entry: Entry, coming: Collection[Key]) -> str | None:
        """Why it cannot be loaded, if so. ``coming`` is loaded with it or before."""
        match entry:
            case Account():
                return await self._email_fault(entry)
            case Video():
                return await self._owner_fault(entry.uploader_id, coming)
            case Comment():
                return await self._owner_fault(entry.author_id, coming) or await self._video_fault(
                    entry.video_id, coming
                )
            case Rating():
                return await self._owner_fault(
                    entry.account_id, coming, nameless=True
                ) or await self._video_fault(entry.video_id, coming)
            case Captions():
                return await self._video_fault(entry.track.video_id, coming)

    async def _email_fault(self, account: Account) -> str | None:
        other = None if account.is_erased else await self._storage.accounts.by_email(account.email)
        return None if other is None else f"The e-mail address is that of another account, {other.id}."

    async def _owner_fault(
        self, account_id: AccountId, coming: Collection[Key], *, nameless: bool = False
    ) -> str | None:
        """``nameless`` things may be those of an erased account."""
        account = await self._storage.accounts.get(account_id)
        if account is None:
            return None if (Kind.ACCOUNTS, account_id) in coming else f"There is no user {account_id}."
        return None if nameless or not account.is_erased else f"The user {account_id} was erased."

    async def _video_fault(self, video_id: VideoId, coming: Collection[Key]) -> str | None:
        known = (Kind.VIDEOS, video_id) in coming or await self._storage.videos.get(video_id) is not None
        return None if known else f"There is no video {video_id}."

    async def add(self, work: UnitOfWork, entry: Entry) -> None:
        match entry:
            case Account():
                await self._add_account(work, entry)
            case Video():
                self._add_video(work, entry)
            case Comment():
                await self._add_comment(work, entry)
            case Rating():
                self._add_rating(work, entry)
            case Captions():
                self._storage.captions.put(work, entry)
                track = entry.track
                work.publish(CaptionsChanged(video_id=track.video_id, language=track.language))

    async def _add_account(self, work: UnitOfWork, account: Account) -> None:
        if account.is_erased:
            self._add_erased(work, account)
            return
        password = self._passwords.get(account.id)
        hashed = None if password is None else await self._hasher.hash(password)
        self._storage.accounts.add(work, account, hashed)
        work.publish(AccountRegistered(account_id=account.id))

    def _add_erased(self, work: UnitOfWork, account: Account) -> None:
        """Only the store itself knows how it keeps what has no name any more."""
        named = replace(account, email=f"{account.id}@erased.invalid", status=AccountStatus.INACTIVE)
        erased = named.changed(status=AccountStatus.ERASED)
        self._storage.accounts.add(work, named, None)
        self._storage.accounts.erase(work, erased)
        work.publish(AccountErased(account_id=account.id, version=erased.version))

    def _add_video(self, work: UnitOfWork, video: Video) -> None:
        self._storage.videos.add(work, video)
        self._storage.videos.set_opening_views(work, video.id, video.totals.views)
        self._storage.search.put(work, video)
        work.publish(VideoSubmitted(video_id=video.id, uploader_id=video.uploader_id))
        work.publish(VideoPublished(video_id=video.id))

    async def _add_comment(self, work: UnitOfWork, comment: Comment) -> None:
        if self._sentiment is not None:
            comment = replace(comment, sentiment=await self._sentiment.score(comment.text))
        self._storage.comments.add(work, comment)
        self._remember(
            work, ActivityKind.COMMENT, comment.author_id, comment.video_id, comment.created_at, comment.id
        )
        work.publish(
            CommentPosted(comment_id=comment.id, video_id=comment.video_id, author_id=comment.author_id)
        )

    def _add_rating(self, work: UnitOfWork, rating: Rating) -> None:
        self._storage.ratings.put(work, rating)
        self._remember(work, ActivityKind.RATE, rating.account_id, rating.video_id, rating.updated_at)
        work.publish(VideoRated(video_id=rating.video_id, account_id=rating.account_id, stars=rating.stars))

    def _remember(
        self,
        work: UnitOfWork,
        kind: ActivityKind,
        account_id: AccountId,
        video_id: VideoId,
        at: datetime,
        comment_id: CommentId | None = None,
    ) -> None:
        """What was done lately is activity, as if it had been done here."""
        if at < self._activity_since:
            return
        activity = Activity(
            id=ActivityId(self._ids.new()),
            account_id=account_id,
            kind=kind,
            video_id=video_id,
            comment_id=comment_id,
            at=at,
        )
        self._storage.activity.add(work, activity)
