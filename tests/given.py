"""What a test takes as given: accounts, callers and videos, put straight into a storage."""

from dataclasses import replace
from typing import Any

from killrvideo.domain.access import Caller, Role, Scope
from killrvideo.domain.accounts import Account
from killrvideo.domain.events import Origin
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.removals import Cause, ContentType, Removal
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.hiding import hide_video, show_video
from killrvideo.service_interfaces.storage import Storage

ORIGIN = Origin(correlation_id="a-test")
NOBODY = Caller(origin=ORIGIN)
"""A reader who is not signed in."""


def caller_of(account: Account, scopes: frozenset[Scope] | None = None) -> Caller:
    """The account, signed in; with ``scopes``, its token has only those."""
    return Caller(
        origin=replace(ORIGIN, actor_id=account.id),
        account_id=account.id,
        scopes=account.all_scopes if scopes is None else scopes,
    )


class Given:
    def __init__(self, storage: Storage, clock: Clock, ids: IdSource) -> None:
        self.storage = storage
        self._clock = clock
        self._ids = ids

    async def account(self, *roles: Role, **members: Any) -> Account:
        """A new account, a viewer and creator unless told otherwise."""
        account_id = AccountId(self._ids.new())
        account = Account(
            id=account_id,
            email=f"{account_id.hex}@example.com",
            first_name="Ada",
            last_name="Byron",
            roles=frozenset(roles or {Role.CREATOR}),
            created_at=self._clock.now(),
        )
        account = replace(account, **members)
        work = self.storage.begin("given.account", ORIGIN)
        self.storage.accounts.add(work, account, None)
        await work.commit()
        return account

    async def caller(self, *roles: Role, **members: Any) -> Caller:
        """A new account, signed in."""
        return caller_of(await self.account(*roles, **members))

    async def video(self, uploader: AccountId | None = None, **members: Any) -> Video:
        """A new video, READY and found unless told otherwise, of a new account unless one is named."""
        video = Video(
            id=VideoId(self._ids.new()),
            uploader_id=uploader or (await self.account()).id,
            title="Wide rows, explained",
            location="https://www.youtube.com/embed/dQw4w9WgXcQ",
            status=VideoStatus.READY,
            submitted_at=self._clock.now(),
        )
        video = replace(video, **members)
        work = self.storage.begin("given.video", ORIGIN)
        self.storage.videos.add(work, video)
        self.storage.search.put(work, video)
        await work.commit()
        return video

    async def hidden(self, video: Video, cause: Cause = Cause.MODERATION) -> Video:
        """The video, hidden by one more cause."""
        at = self._clock.now()
        removal = Removal(content_type=ContentType.VIDEO, content_id=video.id, cause=cause, by=None, at=at)
        work = self.storage.begin("given.hidden", ORIGIN)
        hidden = hide_video(self.storage, work, video, removal)
        await work.commit()
        return hidden

    async def shown(self, video: Video, cause: Cause = Cause.MODERATION) -> Video:
        """The video, with one cause less."""
        work = self.storage.begin("given.shown", ORIGIN)
        shown = show_video(self.storage, work, video, cause, self._clock.now())
        await work.commit()
        return shown
