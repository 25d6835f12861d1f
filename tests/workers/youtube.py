"""YouTube in memory, which answers when and what the test wants."""

import asyncio
from dataclasses import dataclass, field

from killrvideo.observability.context import bound_correlation_id
from killrvideo.service_interfaces.video_sources import VideoMetadata
from tests.builders.pictures import a_file, quarters

PICTURE = a_file(quarters(32, 18))


@dataclass
class Question:
    """What was asked; somebody waits for the answer while YouTube is slow."""

    youtube_id: str
    correlation_id: str | None
    """The one that was bound when the question came."""
    reply: asyncio.Future[VideoMetadata] = field(default_factory=asyncio.Future)

    def answer(self, title: str) -> None:
        self.reply.set_result(VideoMetadata(title=title))

    @property
    def was_given_up(self) -> bool:
        return self.reply.cancelled()


class YouTubeInMemory:
    """Keeps VideoSource."""

    def __init__(self) -> None:
        self.failures: dict[str, Exception] = {}
        """What is raised for an id."""
        self.no_thumbnail: Exception | None = None
        """What is raised for the picture of every film."""
        self.is_slow = False
        """Whether the test answers each question itself."""
        self.asked: list[Question] = []
        self._one_more = asyncio.Condition()

    async def describe(self, youtube_id: str) -> VideoMetadata:
        question = Question(youtube_id, bound_correlation_id())
        async with self._one_more:
            self.asked.append(question)
            self._one_more.notify_all()
        if self.is_slow:
            return await question.reply
        if youtube_id in self.failures:
            raise self.failures[youtube_id]
        return VideoMetadata(title=f"The film {youtube_id}", tags=("film",))

    async def thumbnail(self, address: str) -> bytes:
        if self.no_thumbnail is not None:
            raise self.no_thumbnail
        return PICTURE

    async def captions(self, youtube_id: str, language: str) -> bytes | None:
        return None

    async def question(self, number: int) -> Question:
        """The question with that number, from 1; waits for it."""
        async with self._one_more:
            await self._one_more.wait_for(lambda: len(self.asked) >= number)
        return self.asked[number - 1]
