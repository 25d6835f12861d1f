"""Lists of comments on Cassandra: two round trips each, whatever hides and however many there are."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import uuid1, uuid4

import pytest

from killrvideo.adapters.cassandra.cluster.trips import counted
from killrvideo.adapters.cassandra.lists.paging import uuid_order
from killrvideo.adapters.cassandra.lists.parted import SPARE
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.domain.comments import Comment
from killrvideo.domain.ids import CommentId
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.removals import Cause
from killrvideo.service_interfaces.hiding import show_comment
from tests.builders.accounts import an_account
from tests.builders.comments import a_comment
from tests.builders.keeping import ORIGIN, hide, keep
from tests.builders.videos import a_video
from tests.holding_still import START

MINUTE = timedelta(minutes=1)
AUTHOR = an_account()
VIDEO = a_video(AUTHOR)

Read = Callable[[CassandraStorage, PageRequest], Awaitable[Page[Comment]]]


def on_video(storage: CassandraStorage, wanted: PageRequest) -> Awaitable[Page[Comment]]:
    return storage.comments.on_video(VIDEO.id, wanted)


def by_author(storage: CassandraStorage, wanted: PageRequest) -> Awaitable[Page[Comment]]:
    return storage.comments.by_author(AUTHOR.id, wanted)


LISTS: Sequence[Read] = (on_video, by_author)


async def some_comments(storage: CassandraStorage, count: int) -> list[Comment]:
    """Newest first."""
    comments = [a_comment(VIDEO, AUTHOR, created_at=START - number * MINUTE) for number in range(count)]
    await keep(storage, AUTHOR, VIDEO, *comments)
    return comments


async def followed(storage: CassandraStorage, read: Read, size: int) -> list[CommentId]:
    """All of the list, page by page."""
    page = await read(storage, PageRequest(size=size))
    found = list(page.items)
    while page.next is not None:
        page = await read(storage, PageRequest(size=size, after=page.next))
        found += page.items
    return [comment.id for comment in found]


@pytest.mark.parametrize("read", LISTS)
async def test_a_page_takes_two_round_trips(storage: CassandraStorage, read: Read) -> None:
    comments = await some_comments(storage, 25)
    first = await read(storage, PageRequest(size=10))
    for wanted in (PageRequest(size=10), PageRequest(size=10, after=first.next), PageRequest(number=2)):
        with counted() as trips:
            page = await read(storage, wanted)
        assert (trips.sequential, len(page.items), page.total) == (2, 10, len(comments))


async def test_a_comment_takes_two_round_trips(storage: CassandraStorage) -> None:
    [comment] = await some_comments(storage, 1)
    with counted() as trips:
        assert await storage.comments.get(comment.id) is not None
    assert trips.sequential == 2


@pytest.mark.parametrize("read", LISTS)
async def test_ids_of_all_kinds_at_one_instant_are_neither_lost_nor_repeated(
    storage: CassandraStorage, read: Read
) -> None:
    ids = [CommentId(make()) for make in (uuid1, uuid4) * 6]
    await keep(storage, AUTHOR, VIDEO, *(a_comment(VIDEO, AUTHOR, id=comment_id) for comment_id in ids))
    assert await followed(storage, read, 5) == sorted(ids, key=uuid_order, reverse=True)


async def test_an_authors_pages_reach_across_everything_that_is_hidden(storage: CassandraStorage) -> None:
    hidden = a_video(AUTHOR)
    comments = [
        a_comment(hidden if 2 <= number < 2 * SPARE else VIDEO, AUTHOR, created_at=START - number * MINUTE)
        for number in range(2 * SPARE + 5)
    ]
    await keep(storage, AUTHOR, VIDEO, hidden, *comments)
    await hide(storage, hidden)
    shown = [comment.id for comment in comments if comment.video_id == VIDEO.id]
    assert await followed(storage, by_author, 3) == shown
    numbered = [await by_author(storage, PageRequest(number=number, size=3)) for number in (1, 2, 3)]
    assert [comment.id for page in numbered for comment in page.items] == shown
    assert numbered[2].total == len(shown)


@pytest.mark.parametrize("read", LISTS)
async def test_what_is_hidden_and_shown_again_is_where_it_was(storage: CassandraStorage, read: Read) -> None:
    comments = await some_comments(storage, 3)
    await hide(storage, comments[1], Cause.MODERATION)
    assert await followed(storage, read, 2) == [comments[0].id, comments[2].id]
    hidden = await storage.comments.get(comments[1].id)
    assert hidden is not None
    await keep_shown(storage, hidden)
    assert await followed(storage, read, 2) == [comment.id for comment in comments]
    assert (await read(storage, PageRequest())).total == await storage.comments.count() == 3


async def keep_shown(storage: CassandraStorage, hidden: Comment) -> None:
    work = storage.begin("tests.show", ORIGIN)
    show_comment(storage, work, hidden, Cause.MODERATION)
    await work.commit()
