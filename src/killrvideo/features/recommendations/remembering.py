"""What was asked for last, in memory."""

from collections import OrderedDict
from typing import Generic, TypeVar

from killrvideo.domain.ids import VideoId

T = TypeVar("T")


class Remembered(Generic[T]):
    """One thing for each of the videos that were asked for last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[VideoId, T] = OrderedDict()
        self.state = 0
        """Grows whenever all is forgotten."""

    def of(self, video_id: VideoId) -> T | None:
        if video_id in self._things:
            self._things.move_to_end(video_id)
        return self._things.get(video_id)

    def remember(self, video_id: VideoId, thing: T, state: int) -> None:
        """Without effect if all was forgotten since the ``state`` in which it was asked for."""
        if state != self.state:
            return
        self._things[video_id] = thing
        self._things.move_to_end(video_id)
        if len(self._things) > self._most:
            self._things.popitem(last=False)

    def forget_all(self) -> None:
        self.state += 1
        self._things.clear()
