"""Posting, reading, editing and deleting comments."""

from killrvideo.domain.access import Caller, Scope
from killrvideo.domain.activity import Activity, ActivityKind
from killrvideo.domain.comments import Comment, PersonName, clean_comment
from killrvideo.domain.errors import CommentNotFound, StaleVersion
from killrvideo.domain.events import CommentEdited, CommentPosted
from killrvideo.domain.ids import AccountId, ActivityId, CommentId, VideoId
from killrvideo.domain.moderation import AuditAction, AuditEntry
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.removals import Cause, ContentType, Removal
from killrvideo.service_interfaces.accounts import present_account
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.hiding import hide_comment
from killrvideo.service_interfaces.language import SentimentModel
from killrvideo.service_interfaces.storage import Storage, checked, until_fresh
from killrvideo.service_interfaces.units import UnitOfWork
from killrvideo.service_interfaces.videos import open_video, ready_video


class Comments:
    def __init__(self, storage: Storage, clock: Clock, ids: IdSource, sentiment: SentimentModel) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._sentiment = sentiment

    async def post(self, caller: Caller, video_id: VideoId, text: str) -> Comment:
        """The new comment with its sentiment. Raises VideoNotFound, VideoNotReady, InvalidText."""
        author = caller.require(Scope.COMMENTS_WRITE)
        await open_video(self._storage.videos, caller, video_id, "Comments")
        comment = await self._new(author, video_id, clean_comment(text))
        work = self._storage.begin("comments.post", caller.origin)
        work.made(comment.id)
        self._storage.accounts.still_open(work, author)
        self._storage.comments.add(work, comment)
        self._storage.activity.add(work, self._activity(comment))
        work.publish(CommentPosted(comment_id=comment.id, video_id=video_id, author_id=author))
        await work.commit()
        return comment

    async def get(self, comment_id: CommentId) -> Comment:
        """Raises CommentNotFound, also for one that is removed."""
        comment = await self._storage.comments.get(comment_id)
        if comment is None or comment.causes:
            raise CommentNotFound(f"There is no comment {comment_id}.")
        return comment

    async def on_video(self, caller: Caller, video_id: VideoId, wanted: PageRequest) -> Page[Comment]:
        """Newest first. Raises VideoNotFound, VideoNotReady."""
        return await checked(
            ready_video(self._storage.videos, caller, video_id, "Comments"),
            self._storage.comments.on_video(video_id, wanted),
        )

    async def by_author(self, author_id: AccountId, wanted: PageRequest) -> Page[Comment]:
        """Newest first. Raises AccountNotFound."""
        return await checked(
            present_account(self._storage.accounts, author_id),
            self._storage.comments.by_author(author_id, wanted),
        )

    async def edit(
        self,
        caller: Caller,
        video_id: VideoId,
        comment_id: CommentId,
        text: str,
        *,
        expected_version: int | None = None,
    ) -> Comment:
        """The edited comment, judged anew. Raises CommentNotFound, InvalidText, StaleVersion."""
        caller.signed_in()

        async def attempt() -> Comment:
            comment = await self._own(caller, video_id, comment_id)
            if expected_version not in {None, comment.version}:
                raise StaleVersion(f"The comment is at version {comment.version} now; read it again.")
            cleaned = clean_comment(text)
            edited = comment.changed(
                text=cleaned, sentiment=await self._sentiment.score(cleaned), edited_at=self._clock.now()
            )
            work = self._storage.begin("comments.edit", caller.origin)
            self._storage.comments.replace(work, edited)
            self._note(work, caller, AuditAction.CONTENT_EDITED, comment)
            work.publish(CommentEdited(comment_id=comment_id, video_id=video_id, version=edited.version))
            await work.commit()
            return edited

        return await (attempt() if expected_version is not None else until_fresh(comment_id, attempt))

    async def delete(self, caller: Caller, video_id: VideoId, comment_id: CommentId) -> None:
        """Hides the comment: its author's own deletion, or a moderator's removal, which is audited."""
        caller.signed_in()

        async def attempt() -> None:
            comment = await self._own(caller, video_id, comment_id)
            removal = Removal(
                content_type=ContentType.COMMENT,
                content_id=comment_id,
                cause=Cause.AUTHOR if caller.owns(comment.author_id) else Cause.MODERATION,
                by=caller.account_id,
                at=self._clock.now(),
            )
            work = self._storage.begin("comments.delete", caller.origin)
            hide_comment(self._storage, work, comment, removal)
            self._note(work, caller, AuditAction.CONTENT_REMOVED, comment)
            await work.commit()

        await until_fresh(comment_id, attempt)

    async def _own(self, caller: Caller, video_id: VideoId, comment_id: CommentId) -> Comment:
        """The comment, if it shows and this caller may change it."""
        comment = await self.get(comment_id)
        video = await self._storage.videos.get(video_id)
        if comment.video_id != video_id or video is None or not video.visible_to(caller):
            raise CommentNotFound(f"There is no comment {comment_id} on video {video_id}.")
        caller.require_own_or(comment.author_id, Scope.COMMENTS_WRITE, Scope.MODERATION_ACT)
        return comment

    async def _new(self, author: AccountId, video_id: VideoId, text: str) -> Comment:
        account = await self._storage.accounts.get(author)
        return Comment(
            id=CommentId(self._ids.new()),
            video_id=video_id,
            author_id=author,
            text=text,
            sentiment=await self._sentiment.score(text),
            created_at=self._clock.now(),
            author_name=PersonName(account.first_name, account.last_name) if account else None,
        )

    def _activity(self, comment: Comment) -> Activity:
        return Activity(
            id=ActivityId(self._ids.new()),
            account_id=comment.author_id,
            kind=ActivityKind.COMMENT,
            video_id=comment.video_id,
            comment_id=comment.id,
            at=comment.created_at,
        )

    def _note(self, work: UnitOfWork, caller: Caller, action: AuditAction, comment: Comment) -> None:
        """What a moderator does to another's comment leaves an audit entry."""
        if not caller.owns(comment.author_id):
            at, entry = self._clock.now(), self._ids.new()
            self._storage.audit.add(
                work, AuditEntry.by(caller, entry, at, action, ContentType.COMMENT, comment.id)
            )
