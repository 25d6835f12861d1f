"""Keeping the passages that questions are answered from in step with what videos say."""

from killrvideo.domain.errors import TextsChanged
from killrvideo.domain.events import Origin
from killrvideo.domain.ids import VideoId
from killrvideo.domain.passages import PassageSet
from killrvideo.service_interfaces.language import EmbeddingModels
from killrvideo.service_interfaces.passage_making import PassageMaking
from killrvideo.service_interfaces.storage import Storage

AT_ONCE = 100
"""Videos that are looked at together."""


class PassageUpkeep:
    def __init__(self, storage: Storage, models: EmbeddingModels) -> None:
        self._storage = storage
        self._models = models
        self._making = PassageMaking(storage.captions, models)

    async def follow(self, video_id: VideoId, origin: Origin) -> None:
        """Makes the passages of a video that has changed anew, where they are not of its present texts."""
        video = await self._storage.videos.get(video_id)
        if video is None or not (video.is_public or await self._storage.passages.of(video_id)):
            return
        tracks = await self._storage.captions.tracks(video_id)
        if not await self._storage.passages.is_current(video, tracks):
            await self._put(await self._making.quickly(video), origin)

    async def catch_up(self, origin: Origin) -> int:
        """Makes passages of all videos that have none of their present texts, for instance after a move;
        their vectors are made elsewhere. How many videos it were.
        """
        made, after = 0, None
        while True:
            outdated = await self._storage.passages.outdated(None, AT_ONCE, after)
            for video in await self._storage.videos.get_many(outdated.videos):
                made += await self._put(await self._making.of_words(video), origin)
            after = outdated.next
            if after is None:
                return made

    async def _put(self, made: PassageSet, origin: Origin) -> bool:
        """Whether they are still of the present texts: whoever changes those has them followed, too."""
        work = self._storage.begin("passages.put", origin)
        self._storage.passages.replace(work, made)
        try:
            await work.commit()
        except TextsChanged:
            return False
        return True
