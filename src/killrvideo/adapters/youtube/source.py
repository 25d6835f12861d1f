"""Asking YouTube about a video, once: whoever needs the answer badly asks again later."""

import asyncio
from urllib.parse import quote

import httpx2
import structlog

from killrvideo.adapters.downloads import Downloader
from killrvideo.adapters.youtube.fetching import Fetcher
from killrvideo.adapters.youtube.reading import GONE, NOT_EMBEDDABLE, read_oembed, read_video_list
from killrvideo.domain.captions import LARGEST as LARGEST_CAPTIONS
from killrvideo.domain.errors import SourceFailed, SourceNotFound
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.video_sources import VideoMetadata

log = structlog.get_logger(__name__)

LARGEST_THUMBNAIL = 8 * 1024 * 1024
"""Bytes; YouTube's own have a tenth of a megabyte."""

NOT_FOUND = {
    400: GONE,
    401: NOT_EMBEDDABLE,
    403: "YouTube video {} is private.",
    404: GONE,
    410: GONE,
}
"""What oEmbed means by its refusals."""


class YouTubeSource:
    """Keeps VideoSource. With a key the Data API is asked first, and oEmbed only if that fails."""

    def __init__(
        self,
        clock: Clock,
        *,
        base_url: str = "https://www.youtube.com",
        api_base_url: str = "https://www.googleapis.com",
        api_key: str | None = None,
        captions_url: str | None = None,
        timeout: float = 5.0,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """``captions_url`` is where captions stand as ``/{youtube_id}/{language}.vtt``: YouTube gives those
        of a video to its owner alone. ``timeout`` is how many seconds one description or file may take.
        """
        self._fetcher = Fetcher(clock, timeout, transport)
        self._oembed = f"{base_url}/oembed"
        self._videos = f"{api_base_url}/youtube/v3/videos"
        self._api_key = api_key
        self._timeout = timeout
        self._captions_url = captions_url
        self._thumbnails = Downloader(clock, exempt=(base_url, api_base_url), seconds=timeout)
        self._captions = Downloader(clock, exempt=(captions_url or base_url,), seconds=timeout)

    async def describe(self, youtube_id: str) -> VideoMetadata:
        try:
            async with asyncio.timeout(self._timeout):
                known = await self._ask_data_api(youtube_id, self._api_key) if self._api_key else None
                return known or await self._ask_oembed(youtube_id)
        except TimeoutError:
            raise SourceFailed(
                f"YouTube did not answer within {self._timeout:g} seconds; try again later."
            ) from None

    async def thumbnail(self, address: str) -> bytes:
        return await self._thumbnails.get(address, LARGEST_THUMBNAIL)

    async def captions(self, youtube_id: str, language: str) -> bytes | None:
        if self._captions_url is None:
            return None
        address = f"{self._captions_url}/{quote(youtube_id)}/{quote(language)}.vtt"
        try:
            return await self._captions.get(address, LARGEST_CAPTIONS)
        except SourceNotFound:
            return None

    async def close(self) -> None:
        await self._fetcher.close()

    async def _ask_oembed(self, youtube_id: str) -> VideoMetadata:
        video = f"https://www.youtube.com/watch?v={youtube_id}"
        answer = await self._fetcher.get(self._oembed, {"url": video, "format": "json"})
        if answer.status in NOT_FOUND:
            raise SourceNotFound(NOT_FOUND[answer.status].format(youtube_id))
        if answer.status != 200:
            raise SourceFailed(f"YouTube refused to answer (HTTP {answer.status}); try again later.")
        try:
            return read_oembed(answer.body, youtube_id)
        except ValueError:
            raise SourceFailed("YouTube's answer cannot be read; try again later.") from None

    async def _ask_data_api(self, youtube_id: str, key: str) -> VideoMetadata | None:
        """None when it fails, as it does once the day's quota is spent: oEmbed still knows the title."""
        parameters = {"part": "snippet,contentDetails,status", "id": youtube_id, "key": key}
        try:
            # Half of the time at most, so that oEmbed has the other half.
            async with asyncio.timeout(self._timeout / 2):
                answer = await self._fetcher.get(self._videos, parameters)
            if answer.status == 200:
                return read_video_list(answer.body, youtube_id)
            reason = f"HTTP {answer.status}"
        except TimeoutError:
            reason = "no answer in time"
        except SourceFailed as failure:
            reason = failure.detail
        except ValueError:
            reason = "an answer that cannot be read"
        log.warning("youtube_data_api_failed", youtube_id=youtube_id, reason=reason)
        return None
