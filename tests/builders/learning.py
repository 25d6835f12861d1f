"""Models, as if they had been learned."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from killrvideo.domain.ids import VideoId
from killrvideo.domain.learning import DataSize, ModelCard, Quality
from killrvideo.domain.neighbours import Neighbours
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.storage import Storage
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN
from tests.holding_still import START


def a_card(number: int = 1, **differing: Any) -> ModelCard:
    usual: dict[str, Any] = {
        "algorithm": "by hand",
        "trained_at": START,
        "size": DataSize(people=30, videos=20, interactions=100, held_out=10),
        "quality": Quality(ndcg=0.125, recall=0.25, hit_rate=0.5, people=9),
        "served": IDS.new(),
        "judged": IDS.new(),
    }
    return ModelCard(number=number, **usual | differing)


def neighbours_of(weights: Mapping[Video, Mapping[Video, float]]) -> dict[VideoId, Neighbours]:
    return {
        video.id: Neighbours.of({other.id: weight for other, weight in others.items()})
        for video, others in weights.items()
    }


async def put_into_use(
    storage: Storage, lists: Mapping[VideoId, Neighbours], *, judged: UUID | None = None, number: int = 1
) -> ModelCard:
    """A model that serves these lists."""
    card = a_card(number) if judged is None else a_card(number, judged=judged)
    await storage.learned.keep(card.served, lists)
    work = storage.begin("tests.learned", ORIGIN)
    storage.learned.activate(work, card)
    await work.commit()
    return card
