"""What people did, made up: with likes and dislikes, several views of the same, and many equal instants."""

import random
from pathlib import Path
from uuid import UUID

from killrvideo.adapters.learning.parquet.lesson import LessonFolder
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.learning import STRENGTH_OF_STARS, STRENGTH_OF_VIEW
from killrvideo.service_interfaces.interactions import Deed
from killrvideo.service_interfaces.moving import HoldingKind

PEOPLE, VIDEOS, TASTES = 150, 240, 5
SEED = 20261123


def ratings_and_views() -> dict[HoldingKind, list[Deed]]:
    """Some only watch; the others rate some of what they watched, mostly within what is to their taste."""
    chance = random.Random(SEED)
    deeds: dict[HoldingKind, list[Deed]] = {HoldingKind.RATINGS: [], HoldingKind.VIEWS: []}
    for person in range(PEOPLE):
        taste, account_id = chance.randrange(TASTES), AccountId(UUID(int=10_000 + person))
        for video in chance.sample(range(VIDEOS), chance.randrange(1, 60)):
            fits = video % TASTES == taste
            if not fits and chance.random() < 0.6:
                continue
            pair = account_id, VideoId(UUID(int=1 + video))
            # Few different instants, so that many are equal.
            millis = chance.randrange(12)
            for again in range(chance.randrange(1, 4)):
                deeds[HoldingKind.VIEWS].append(Deed(*pair, STRENGTH_OF_VIEW, False, millis + again))
            if person % 4 and chance.random() < 0.7:
                stars = chance.choice((4, 5, 5) if fits else (1, 2, 3, 4))
                deeds[HoldingKind.RATINGS].append(
                    Deed(*pair, STRENGTH_OF_STARS[stars], True, millis + chance.randrange(3))
                )
    return deeds


async def written_to(folder: Path, deeds: dict[HoldingKind, list[Deed]]) -> None:
    with LessonFolder(folder) as writer:
        for kind, some in deeds.items():
            await writer.add(kind, some)
        await writer.finish(None)
