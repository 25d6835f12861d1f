"""What follows from an event: one table that names every type of event, and the two subscriptions it makes.

Every reaction bears an event that comes twice.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from killrvideo.application import Application
from killrvideo.domain import events
from killrvideo.domain.events import Event, Origin, Recorded
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.service_interfaces.events import Delivery, Subscription

SHARED_GROUP = "reactions"
"""The store remembers under this name how far the reactions have come."""
EVERY_NODE_GROUP = "node-reactions"

Reaction = Callable[[Application, Recorded], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reactions:
    shared: tuple[Reaction, ...] = ()
    """Done once, by one process of all."""
    every_node: tuple[Reaction, ...] = ()
    """Done by every process: for what it holds in memory."""


async def stop_processing(house: Application, happened: Recorded) -> None:
    await house.processing.stop(_video_of(happened), origin_of(happened))


async def resume_processing(house: Application, happened: Recorded) -> None:
    await house.processing.resume(_video_of(happened), origin_of(happened))


async def resume_all_of_account(house: Application, happened: Recorded) -> None:
    account_id = AccountId(happened.event.aggregate_id)
    await house.processing.resume_all_of(account_id, origin_of(happened))


async def follow_texts(house: Application, happened: Recorded) -> None:
    await house.passages.follow(_video_of(happened), origin_of(happened))


async def follow_captions(house: Application, happened: Recorded) -> None:
    event = happened.event
    change = event if isinstance(event, events.CaptionsChanged) else None
    await house.retranslating.follow(_video_of(happened), origin_of(happened), change)


async def follow_publication(house: Application, happened: Recorded) -> None:
    await house.retranslating.catch_up(_video_of(happened), origin_of(happened))


async def forget_recommendations(house: Application, _happened: Recorded) -> None:
    house.recommendations.forget_all()


async def note_view(house: Application, happened: Recorded) -> None:
    event = happened.event
    if isinstance(event, events.VideoViewed) and event.viewer_id is not None:
        await house.outcomes.viewed(event.viewer_id, happened.occurred_at, origin_of(happened))


async def note_rating(house: Application, happened: Recorded) -> None:
    event = happened.event
    if isinstance(event, events.VideoRated):
        at, origin = happened.occurred_at, origin_of(happened)
        await house.outcomes.rated(event.account_id, event.stars, at, origin)


async def note_since_exposure(house: Application, happened: Recorded) -> None:
    event = happened.event
    if isinstance(event, events.ExperimentExposed):
        await house.outcomes.exposed(event.account_id, event.exposed_at, origin_of(happened))


async def refresh_experiments(house: Application, _happened: Recorded) -> None:
    await house.variants.refresh()


async def forget_uploads_of_account(house: Application, happened: Recorded) -> None:
    account_id = AccountId(happened.event.aggregate_id)
    await house.uploads.removing.forget_account(account_id, origin_of(happened))


NOTHING = Reactions()
REACTIONS: dict[type[Event], Reactions] = {
    events.VideoSubmitted: NOTHING,
    events.VideoPublished: Reactions(
        shared=(follow_texts, follow_publication), every_node=(forget_recommendations,)
    ),
    events.VideoFailed: NOTHING,
    events.VideoRetried: NOTHING,
    events.VideoEdited: Reactions(shared=(follow_texts,), every_node=(forget_recommendations,)),
    events.VideoHidden: Reactions(
        shared=(stop_processing, follow_texts), every_node=(forget_recommendations,)
    ),
    events.VideoRestored: Reactions(
        shared=(resume_processing, follow_texts, follow_captions), every_node=(forget_recommendations,)
    ),
    events.VideoPurged: Reactions(every_node=(forget_recommendations,)),
    events.VideoViewed: Reactions(shared=(note_view,)),
    events.VideoRated: Reactions(shared=(note_rating,)),
    events.RatingWithdrawn: NOTHING,
    events.WatchTimeReported: NOTHING,
    events.VectorStored: Reactions(every_node=(forget_recommendations,)),
    events.CaptionsChanged: Reactions(shared=(follow_texts, follow_captions)),
    events.CommentPosted: NOTHING,
    events.CommentEdited: NOTHING,
    events.CommentHidden: NOTHING,
    events.CommentRestored: NOTHING,
    events.CommentPurged: NOTHING,
    events.AccountRegistered: NOTHING,
    events.ProfileChanged: NOTHING,
    events.PasswordChanged: NOTHING,
    events.AccessChanged: NOTHING,
    events.SuspensionImposed: Reactions(every_node=(forget_recommendations,)),
    events.SuspensionLifted: Reactions(shared=(resume_all_of_account,), every_node=(forget_recommendations,)),
    events.AccountErased: Reactions(
        shared=(forget_uploads_of_account,), every_node=(forget_recommendations,)
    ),
    events.ContentFlagged: NOTHING,
    events.FlagMoved: NOTHING,
    events.FlagReasonRead: NOTHING,
    events.ExperimentChanged: Reactions(every_node=(refresh_experiments,)),
    events.ExperimentExposed: Reactions(shared=(note_since_exposure,)),
}


def subscriptions(house: Application) -> list[Subscription]:
    async def shared(happened: Recorded) -> None:
        for reaction in _to(happened).shared:
            await reaction(house, happened)

    async def every_node(happened: Recorded) -> None:
        for reaction in _to(happened).every_node:
            await reaction(house, happened)

    return [
        Subscription(SHARED_GROUP, Delivery.SHARED, shared),
        Subscription(EVERY_NODE_GROUP, Delivery.EVERY_NODE, every_node),
    ]


def origin_of(happened: Recorded) -> Origin:
    """The origin of what follows from the event: the same reader and request, with the event as its cause."""
    return replace(happened.origin, causation_id=str(happened.event_id))


def _to(happened: Recorded) -> Reactions:
    """None to an event that this version of the code cannot read."""
    return REACTIONS.get(type(happened.event), NOTHING)


def _video_of(happened: Recorded) -> VideoId:
    return VideoId(happened.event.aggregate_id)
