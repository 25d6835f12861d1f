"""The command that embeds the catalogue now, which workers otherwise do by themselves."""

from killrvideo.bootstrap import House
from killrvideo.cli.progress import Bars
from killrvideo.cli.running import DataDir, in_house, operator_origin, printer, settings_with

VIDEOS = "videos"


class VideoBar:
    """Keeps EmbeddingProgress."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars

    def advance(self, videos: int) -> None:
        self._bars.advance(VIDEOS, videos)


def embed(data_dir: DataDir = None) -> None:
    """Embed every video whose vector is missing or of an older text, then let the model be served.

    A server does so by itself within a minute. It can be broken off and run again.
    """

    async def work(house: House) -> tuple[int, str | None]:
        with Bars([VIDEOS]) as bars:
            bars.expect(VIDEOS, await house.storage.videos.count())
            done = await house.application.embedding.embed_all(operator_origin(house), VideoBar(bars))
        return done, await house.storage.vectors.served()

    done, served = in_house(settings_with(data_dir=data_dir), work)
    printer().print(
        f"Embedded {done} videos. Searches answer from {served or 'nothing yet'}.", soft_wrap=True
    )
