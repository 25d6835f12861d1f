"""All that readers, owners, moderators and operators can see of a house, asked as features ask."""

from collections.abc import Sequence
from datetime import timedelta

from killrvideo.domain.accounts import Account
from killrvideo.domain.experiment_reports import report_of
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.moderation import AuditFilter, FlagStatus
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.storage import Storage
from tests.holding_still import START

ALL = PageRequest(size=100)
Sight = dict[str, object]


async def sights_of(
    storage: Storage, words: Sequence[str], tags: Sequence[str], *, closely: int = 100
) -> Sight:
    """What is seen, by what was asked. The same things are asked of every house that keeps the same;
    ``closely`` says of how many accounts and videos each.

    How many comments there are is not asked: back ends may count those on hidden videos or not.
    """
    accounts = await storage.accounts.find(None, 100)
    videos = sorted(await storage.videos.all(), key=lambda video: video.id)
    sight: Sight = {"accounts": accounts, "videos": videos}
    for part in (
        await _totals(storage),
        await _lists(storage, tags),
        await _found(storage, words),
        await _suggested(storage, tags),
        await _moderated(storage),
        await _tried_out(storage),
    ):
        sight |= part
    for account in accounts[:closely]:
        sight |= {f"{account.id} {key}": seen for key, seen in (await _of_account(storage, account)).items()}
    for video in videos[:closely]:
        sight |= {f"{video.id} {key}": seen for key, seen in (await _of_video(storage, video)).items()}
    return sight


async def _totals(storage: Storage) -> Sight:
    return {
        "count of accounts": await storage.accounts.count(),
        "count of videos": await storage.videos.count(),
        "count of open flags": await storage.flags.count_open(),
    }


async def _lists(storage: Storage, tags: Sequence[str]) -> Sight:
    trends = {
        f"trending {days}": [
            (trend.video, trend.views_in_interval)
            for trend in await storage.playback.trending(START - timedelta(days=days), 5)
        ]
        for days in (1, 7, 30)
    }
    tagged = {f"tagged {tag}": await storage.videos.by_tag(tag, ALL) for tag in tags}
    return {
        "latest": await storage.videos.latest(ALL),
        "comments": await storage.comments.all(),
        "ratings": await storage.ratings.all(),
        "purgeable videos": set(await storage.videos.purgeable(START, 100)),
        "purgeable comments": set(await storage.comments.purgeable(START, 100)),
        **tagged,
        **trends,
    }


async def _found(storage: Storage, words: Sequence[str]) -> Sight:
    filters = {
        "": SearchFilter(),
        " in Music": SearchFilter(category="Music"),
        " in ja": SearchFilter(language="ja"),
        " rated 3": SearchFilter(minimum_rating=3.0),
    }
    hits: Sight = {}
    for word in words:
        for name, chosen in filters.items():
            hits[f"search {word}{name}"] = await _all_hits(storage, word, chosen)
    return hits


async def _all_hits(storage: Storage, query: str, chosen: SearchFilter) -> tuple[set[VideoId], int]:
    """In which order they come, is each back end's to say."""
    page = await storage.search.search(query, chosen, ALL)
    found, total = {hit.video_id for hit in page.items}, page.total
    while page.next is not None:
        page = await storage.search.search(query, chosen, PageRequest(size=100, after=page.next))
        found |= {hit.video_id for hit in page.items}
    return found, total


async def _suggested(storage: Storage, tags: Sequence[str]) -> Sight:
    beginnings = {tag[0] for tag in tags}
    return {f"suggested {text}": set(await storage.search.suggest_tags(text, 100)) for text in beginnings}


async def _moderated(storage: Storage) -> Sight:
    flags = {f"flags {status}": await storage.flags.page(ALL, status=status) for status in FlagStatus}
    return {
        **flags,
        "flags": await storage.flags.page(ALL),
        "removals": await storage.removals.page(None, ALL),
        "audit": await storage.audit.page(AuditFilter(), ALL),
    }


async def _tried_out(storage: Storage) -> Sight:
    experiments = await storage.experiments.all()
    return {
        f"report on {one.key}": report_of(one, await storage.experiments.counts(one)) for one in experiments
    }


async def _of_account(storage: Storage, account: Account) -> Sight:
    account_id: AccountId = account.id
    since = START - timedelta(days=30)
    return {
        "password": await storage.accounts.password_hash(account_id),
        "by address": await storage.accounts.by_email(account.email),
        "public videos": await storage.videos.by_uploader(account_id, ALL, every_state=False),
        "own videos": await storage.videos.by_uploader(account_id, ALL, every_state=True),
        "all videos": await storage.videos.all_of(account_id),
        "comments": await storage.comments.by_author(account_id, ALL),
        "all comments": await storage.comments.all_of(account_id),
        "ratings": await storage.ratings.by_account(account_id, 100),
        "all ratings": await storage.ratings.all_of(account_id),
        "watched": await storage.playback.watched_by(account_id, 100),
        "views": await storage.playback.views_of(account_id),
        "watch time": await storage.playback.watch_time_of(account_id),
        "activity": await storage.activity.of_account(account_id, None, since, ALL),
        "flags": await storage.flags.all_of(account_id),
        "exposures": await storage.experiments.exposures_of(account_id),
    }


async def _of_video(storage: Storage, video: Video) -> Sight:
    video_id: VideoId = video.id
    tracks = await storage.captions.tracks(video_id)
    return {
        "captions": [await storage.captions.get(video_id, track.language) for track in tracks],
        "itself": await storage.videos.get(video_id),
        "comments": await storage.comments.on_video(video_id, ALL),
        "flags": await storage.flags.page(ALL, video_id=video_id),
        "vector": await storage.vectors.get(video_id, "tests"),
    }
