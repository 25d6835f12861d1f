"""Random histories of adding, editing, hiding and showing, against a model of dictionaries.

After every step each list, count, suggestion and search holds exactly what the model says.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain, count
from operator import attrgetter

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.accounts import Account
from killrvideo.domain.comments import Comment, PersonName
from killrvideo.domain.ids import AccountId, CommentId, VideoId
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.removals import Cause, ContentType, Removal
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.videos import Video, VideoStatus, tag_key
from killrvideo.service_interfaces.hiding import hide_comment, hide_video, show_comment, show_video
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.units import UnitOfWork
from tests.backends import CASSANDRA, EmptiedSession
from tests.builders.accounts import an_account
from tests.builders.comments import a_comment
from tests.builders.hiding import hide_all_of, show_all_of
from tests.builders.keeping import ORIGIN, change, keep
from tests.builders.videos import a_removal, a_video
from tests.holding_still import START, CountingIds, ManualClock

ALL = PageRequest(size=100)
WORDS = ("rain", "tango", "zebra")
TAGS = ("Jazz", "jazz", "Straße", "STRASSE", "late night")

Causes = dict[Cause, datetime]


@dataclass
class Model:
    """What should be stored, and since when which causes hide it."""

    videos: dict[VideoId, Video] = field(default_factory=dict)
    comments: dict[CommentId, Comment] = field(default_factory=dict)
    causes: dict[VideoId | CommentId, Causes] = field(default_factory=dict)

    def know(self, thing: Video | Comment) -> None:
        """Takes in a new thing, or the next version of one."""
        since = self.causes.setdefault(thing.id, {})
        causes, deleted_at = Cause(sum(since)), min(since.values(), default=None)
        if isinstance(thing, Video):
            self.videos[thing.id] = replace(thing, causes=causes, deleted_at=deleted_at)
        else:
            self.comments[thing.id] = replace(
                thing, causes=causes, deleted_at=deleted_at, author_name=PersonName("Ada", "Lovelace")
            )

    def made_by(self, whose: AccountId) -> list[Video | Comment]:
        videos = [video for video in self.videos.values() if video.uploader_id == whose]
        return [*videos, *(one for one in self.comments.values() if one.author_id == whose)]

    def public(self) -> list[Video]:
        shown = (video for video in self.videos.values() if video.is_public)
        return sorted(shown, key=attrgetter("submitted_at"), reverse=True)

    def showing(self) -> list[Comment]:
        """Whatever becomes of their videos."""
        shown = (comment for comment in self.comments.values() if not comment.causes)
        return sorted(shown, key=attrgetter("created_at"), reverse=True)


@dataclass
class World:
    """The store under test, the model beside it, and time that moves with every step."""

    storage: Storage
    people: tuple[Account, Account]
    model: Model = field(default_factory=Model)
    steps: Iterator[int] = field(default_factory=count)

    def now(self) -> datetime:
        return START + timedelta(milliseconds=next(self.steps))

    async def commit(self, collect: Callable[[UnitOfWork], object]) -> None:
        work = self.storage.begin("tests.step", ORIGIN)
        collect(work)
        await work.commit()

    def video(self, number: int) -> Video | None:
        videos = list(self.model.videos.values())
        return videos[number % len(videos)] if videos else None

    def thing(self, number: int, kind: ContentType) -> Video | Comment | None:
        if kind is ContentType.VIDEO:
            return self.video(number)
        comments = list(self.model.comments.values())
        return comments[number % len(comments)] if comments else None


@dataclass
class Step:
    words: str
    take: Callable[[World], Awaitable[None]]


def add_video(owner: int, title: str, tags: tuple[str, ...], status: VideoStatus) -> Step:
    async def step(world: World) -> None:
        uploader = world.people[owner]
        video = a_video(uploader, title=title, tags=tags, status=status, submitted_at=world.now())
        await keep(world.storage, video)
        world.model.know(video)

    return Step(f"add a video of {owner}: {title!r} {tags} {status}", step)


def add_comment(author: int, number: int) -> Step:
    async def step(world: World) -> None:
        video = world.video(number)
        if video is not None:
            comment = a_comment(video, world.people[author], created_at=world.now())
            await keep(world.storage, comment)
            world.model.know(comment)

    return Step(f"comment on video {number} as {author}", step)


def edit_video(number: int, title: str, tags: tuple[str, ...], status: VideoStatus) -> Step:
    async def step(world: World) -> None:
        video = world.video(number)
        if video is not None:
            edited = video.changed(world.now(), title=title, tags=tags, status=status)
            await change(world.storage, edited)
            world.model.know(edited)

    return Step(f"edit video {number}: {title!r} {tags} {status}", step)


def hide(number: int, kind: ContentType, cause: Cause) -> Step:
    def hidden(world: World, work: UnitOfWork, thing: Video | Comment, removal: Removal) -> None:
        if isinstance(thing, Video):
            world.model.know(hide_video(world.storage, work, thing, removal))
        else:
            world.model.know(hide_comment(world.storage, work, thing, removal))

    async def step(world: World) -> None:
        thing, at = world.thing(number, kind), world.now()
        if thing is not None and cause not in world.model.causes[thing.id]:
            removal = a_removal(kind, thing.id, cause, at)
            world.model.causes[thing.id][cause] = at
            await world.commit(lambda work: hidden(world, work, thing, removal))

    return Step(f"hide {kind} {number} by {cause.word}", step)


def lift(number: int, kind: ContentType, cause: Cause) -> Step:
    def lifted(world: World, work: UnitOfWork, thing: Video | Comment, at: datetime) -> None:
        if isinstance(thing, Video):
            world.model.know(show_video(world.storage, work, thing, cause, at))
        else:
            world.model.know(show_comment(world.storage, work, thing, cause))

    async def step(world: World) -> None:
        thing, at = world.thing(number, kind), world.now()
        if thing is not None and cause in world.model.causes[thing.id]:
            del world.model.causes[thing.id][cause]
            await world.commit(lambda work: lifted(world, work, thing, at))

    return Step(f"lift {cause.word} from {kind} {number}", step)


def hide_everything(owner: int) -> Step:
    async def step(world: World) -> None:
        whose, at = world.people[owner], world.now()
        await hide_all_of(world.storage, whose, at=at)
        for thing in world.model.made_by(whose.id):
            if Cause.ACCOUNT not in world.model.causes[thing.id]:
                world.model.causes[thing.id][Cause.ACCOUNT] = at
                world.model.know(thing.hidden_by(Cause.ACCOUNT, at))

    return Step(f"hide all of {owner}", step)


def shown_again(thing: Video | Comment, at: datetime) -> Video | Comment:
    if isinstance(thing, Video):
        return thing.freed_from(Cause.ACCOUNT, at)
    return thing.freed_from(Cause.ACCOUNT)


def show_everything(owner: int) -> Step:
    async def step(world: World) -> None:
        whose, at = world.people[owner], world.now()
        await show_all_of(world.storage, whose, at)
        for thing in world.model.made_by(whose.id):
            if world.model.causes[thing.id].pop(Cause.ACCOUNT, None):
                world.model.know(shown_again(thing, at))

    return Step(f"show all of {owner}", step)


# What must hold after every step.


async def check_videos(world: World) -> None:
    videos, public = world.storage.videos, world.model.public()
    for video in world.model.videos.values():
        assert await videos.get(video.id) == video
    latest = await videos.latest(ALL)
    assert list(latest.items) == public
    assert latest.total == await videos.count() == len(public)
    for account in world.people:
        page = await videos.by_uploader(account.id, ALL, every_state=False)
        own = [video for video in public if video.uploader_id == account.id]
        assert (list(page.items), page.total) == (own, len(own))


async def check_comments(world: World) -> None:
    comments, showing = world.storage.comments, world.model.showing()
    for comment in world.model.comments.values():
        assert await comments.get(comment.id) == comment
    for video_id in world.model.videos:
        page = await comments.on_video(video_id, ALL)
        there = [comment for comment in showing if comment.video_id == video_id]
        assert (list(page.items), page.total) == (there, len(there))
    public = {video.id for video in world.model.public()}
    seen = [comment for comment in showing if comment.video_id in public]
    # A distributed store does not know how many comments each video hides.
    counted = showing if isinstance(world.storage, CassandraStorage) else seen
    assert await comments.count() == len(counted)
    for account in world.people:
        page = await comments.by_author(account.id, ALL)
        own = [comment for comment in seen if comment.author_id == account.id]
        assert (list(page.items), page.total) == (own, len(own))


async def check_index(world: World) -> None:
    search, public = world.storage.search, world.model.public()
    for word in WORDS:
        found = await search.search(word, SearchFilter(), ALL)
        expected = {video.id for video in public if word in video.title}
        assert {hit.video_id for hit in found.items} == expected
        assert found.total == len(found.items) == len(expected)
    used = Counter(tag_key(tag) for video in public for tag in video.tags)
    for tag in TAGS:
        suggested = await search.suggest_tags(tag, 100)
        assert [tag_key(found) for found in suggested] == [tag_key(tag)] * (tag_key(tag) in used)
        page = await world.storage.videos.by_tag(tag, ALL)
        tagged = [video for video in public if tag_key(tag) in map(tag_key, video.tags)]
        assert (list(page.items), page.total) == (tagged, len(tagged))


async def check_removals(world: World) -> None:
    page = await world.storage.removals.page(None, ALL)
    listed = {(removal.content_id, removal.cause, removal.at) for removal in page.items}
    hidden = world.model.causes.items()
    assert listed == {(thing, cause, at) for thing, causes in hidden for cause, at in causes.items()}
    assert page.total == len(page.items) == len(listed)


CHECKS = (check_videos, check_comments, check_index, check_removals)

people = st.integers(min_value=0, max_value=1)
numbers = st.integers(min_value=0, max_value=2)
titles = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join)
tag_lists = st.lists(st.sampled_from(TAGS), max_size=2, unique_by=tag_key).map(tuple)
statuses = st.sampled_from([VideoStatus.READY, VideoStatus.READY, VideoStatus.PENDING])
kinds = st.sampled_from(ContentType)
causes = st.sampled_from([Cause.AUTHOR, Cause.MODERATION])
videos = st.builds(add_video, people, titles, tag_lists, statuses)
comments = st.builds(add_comment, people, numbers)
hiding, lifting = st.builds(hide, numbers, kinds, causes), st.builds(lift, numbers, kinds, causes)
# Few things and much hiding, so that causes pile up on one of them.
steps = st.one_of(
    videos,
    comments,
    st.builds(edit_video, numbers, titles, tag_lists, statuses),
    hiding,
    hiding,
    lifting,
    lifting,
    st.builds(hide_everything, people),
    st.builds(show_everything, people),
)
histories = st.tuples(
    st.lists(videos, min_size=2, max_size=2),
    st.lists(comments, min_size=2, max_size=2),
    st.lists(steps, min_size=10, max_size=25),
).map(chain.from_iterable)


def examples(most: int) -> settings:
    return settings(
        max_examples=most,
        derandomize=True,
        deadline=None,
        # Shrinking takes minutes; the steps of a failure are noted as they are.
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


async def live_through(history: list[Step], storage: Storage) -> None:
    world = World(storage, (an_account(), an_account()))
    await keep(storage, *world.people)
    for step in history:
        note(step.words)
        await step.take(world)
        await asyncio.gather(*(check(world) for check in CHECKS))


@given(history=histories.map(list))
@examples(40)
async def test_every_list_shows_exactly_what_nothing_hides(
    tmp_path_factory: pytest.TempPathFactory, history: list[Step]
) -> None:
    clock = ManualClock()
    path = tmp_path_factory.mktemp("history") / "store.db"
    storage = SqliteStorage(path, clock, CountingIds(clock.now), synchronous="off")
    await storage.open()
    try:
        await live_through(history, storage)
    finally:
        await storage.close()


@pytest.mark.parametrize("backend", [CASSANDRA])
@given(history=histories.map(list))
@examples(3)
async def test_every_list_shows_exactly_what_nothing_hides_on_cassandra(
    cassandra: EmptiedSession, history: list[Step]
) -> None:
    clock = ManualClock()
    try:
        await live_through(history, CassandraStorage(cassandra, clock, CountingIds(clock.now)))
    finally:
        await cassandra.empty()
