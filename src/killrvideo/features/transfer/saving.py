"""Writing out what the house keeps, so that loading it into an empty store gives the same again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from killrvideo.domain.accounts import Account
from killrvideo.domain.captions import Captions
from killrvideo.domain.ids import AccountId
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.catalogue import CatalogueSink, Entry, Kind, Progress
from killrvideo.service_interfaces.storage import Storage

E = TypeVar("E", bound=Entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveReport:
    written: Mapping[Kind, int]
    unfinished: int
    """Videos that are not READY, and so were left out."""


async def save(storage: Storage, sink: CatalogueSink, progress: Progress | None) -> SaveReport:
    # What refers to others is read before them: whatever is written meanwhile, no reference dangles.
    ratings, comments = await storage.ratings.all(), await storage.comments.all()
    kept = await storage.videos.all()
    videos = [video for video in kept if video.is_public]
    public = {video.id for video in videos}
    comments = [comment for comment in comments if comment.video_id in public]
    ratings = [rating for rating in ratings if rating.video_id in public]
    captions = [one for video in videos for one in await _captions_of(storage, video)]
    accounts = await _with_erased(storage, {rating.account_id for rating in ratings})

    def watched(kind: Kind, entries: Sequence[E]) -> Iterator[E]:
        return _watched(progress, kind, entries)

    sink.accounts(watched(Kind.ACCOUNTS, accounts))
    sink.videos(watched(Kind.VIDEOS, videos))
    sink.comments(watched(Kind.COMMENTS, comments))
    sink.ratings(watched(Kind.RATINGS, ratings))
    sink.captions(watched(Kind.CAPTIONS, captions))
    counts = (len(accounts), len(videos), len(comments), len(ratings), len(captions))
    return SaveReport(written=dict(zip(Kind, counts, strict=True)), unfinished=len(kept) - len(videos))


async def _captions_of(storage: Storage, video: Video) -> list[Captions]:
    tracks = await storage.captions.tracks(video.id)
    found = [await storage.captions.get(video.id, track.language) for track in tracks]
    return [captions for captions in found if captions is not None]


async def _with_erased(storage: Storage, raters: set[AccountId]) -> list[Account]:
    """Every account, and what is left of those whose ratings still count."""
    accounts = list(await storage.accounts.all())
    for account_id in sorted(raters - {account.id for account in accounts}):
        erased = await storage.accounts.get(account_id)
        if erased is not None:
            accounts.append(erased)
    return accounts


def _watched(progress: Progress | None, kind: Kind, entries: Sequence[E]) -> Iterator[E]:
    if progress is not None:
        progress.expect(kind, len(entries))
    for entry in entries:
        yield entry
        if progress is not None:
            progress.advance(kind, 1)
