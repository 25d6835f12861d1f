"""Things stored with whatever they need, in one line, and what was left behind: the trail and the events."""

from collections.abc import Sequence
from typing import Any

from killrvideo.domain.access import Caller, Role
from killrvideo.domain.comments import Comment
from killrvideo.domain.events import Recorded
from killrvideo.domain.ids import CommentId
from killrvideo.domain.moderation import AuditEntry, AuditFilter
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.callers import caller_of
from tests.builders.comments import a_comment
from tests.builders.keeping import keep
from tests.builders.videos import a_video


async def somebody(storage: Storage, role: Role = Role.VIEWER) -> Caller:
    """A new account with the role, signed in."""
    account = an_account(roles=frozenset({role}))
    await keep(storage, account)
    return caller_of(account)


async def a_stored_video(storage: Storage, **changes: Any) -> Video:
    """A video of a new account."""
    uploader = an_account()
    video = a_video(uploader, **changes)
    await keep(storage, uploader, video)
    return video


async def a_stored_comment(storage: Storage, **changes: Any) -> Comment:
    """A comment of a new account on a video of another."""
    author = an_account()
    comment = a_comment(await a_stored_video(storage), author, **changes)
    await keep(storage, author, comment)
    return comment


async def present_comment(storage: Storage, comment_id: CommentId) -> Comment:
    """The comment as it is stored now."""
    comment = await storage.comments.get(comment_id)
    assert comment is not None
    return comment


async def trail(storage: Storage) -> Sequence[AuditEntry]:
    """The audit entries, newest first."""
    return (await storage.audit.page(AuditFilter(), PageRequest(size=100))).items


async def left_behind(storage: Storage) -> Sequence[Recorded]:
    """The events that were left, of all lanes, oldest first."""
    lanes = range(storage.outbox.lanes)
    found = [each for lane in lanes for each in await storage.outbox.waiting("nobody", lane, 1000)]
    # Tests count ids up, also within one instant.
    return sorted(found, key=lambda recorded: (recorded.occurred_at, recorded.event_id))


async def events(storage: Storage) -> list[str]:
    """The types of the events that were left, oldest first."""
    return [recorded.type for recorded in await left_behind(storage)]
