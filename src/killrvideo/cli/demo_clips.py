"""The demo's clips: made on the spot, uploaded by the demo's creator as anybody uploads, and waited for.

The demo works without them, so that what hinders one is said in a line and nothing more.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from killrvideo.adapters.demo_clips import CREATOR, ClipFailed, Films, Script, installed_voice
from killrvideo.bootstrap import House, Settings
from killrvideo.cli.progress import StageBars
from killrvideo.cli.running import in_house, operator_origin, printer
from killrvideo.domain.access import Caller
from killrvideo.domain.errors import Refusal
from killrvideo.domain.ids import VideoId
from killrvideo.domain.processing import Step, StepReport, StepState, percent, reports
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.features.processing import Progress
from killrvideo.features.uploads import Announced, Chunk
from killrvideo.observability.logging import set_up_logging

ENDED = frozenset({StepState.DONE, StepState.FAILED})
UNDER_WAY = frozenset({VideoStatus.PENDING, VideoStatus.PROCESSING})
PATIENCE = 300.0
"""Seconds that a clip may take; afterwards it is left to whoever works on the store."""
LOOK_EVERY = 0.2

Outcome = Progress | BaseException


async def lacks_clips(house: House, wanted: Sequence[Script]) -> bool:
    """Whether one of them is not there, not READY, or came without captions that a model failed to hear.

    One that was deleted is not missed.
    """
    return bool(await _lacking(house, wanted, await _present(house)))


def bring_clips(settings: Settings, wanted: Sequence[Script]) -> None:
    """Makes and uploads those that are not there, and waits until all are finished."""
    voice = installed_voice()
    if voice is None:
        _say("No voice is installed: the clips have a tone, and no captions. `make voice` installs one.")
    _say(f"Making {len(wanted)} clips and uploading them (once, about half a minute)")
    # The workers' reports of each job would run across the bars.
    set_up_logging("warning" if settings.log_level == "info" else settings.log_level, settings.log_format)

    async def bring(house: House) -> list[Outcome]:
        with StageBars(script.title for script in wanted) as bars:
            return await _Clips(house, await _creator(house), films, bars).bring(wanted)

    try:
        films = Films(settings.ffmpeg, voice)
        outcomes = in_house(settings, bring, workers=True)
    except (ClipFailed, Refusal) as fault:
        outcomes = [fault]
    # What hinders one clip mostly hinders the others, too.
    for line in dict.fromkeys(_line(outcome) for outcome in outcomes):
        _say(line)


class _Clips:
    def __init__(self, house: House, creator: Caller, films: Films, bars: StageBars) -> None:
        self._uploads = house.application.uploads
        self._processing = house.application.processing
        self._house = house
        self._creator = creator
        self._films = films
        self._bars = bars
        self._making = asyncio.Lock()

    async def bring(self, wanted: Sequence[Script]) -> list[Outcome]:
        present = await _present(self._house)
        lacking = await _lacking(self._house, wanted, present)
        clips = (self._bring(script, present.get(script.title)) for script in lacking)
        return await asyncio.gather(*clips, return_exceptions=True)

    async def _bring(self, script: Script, present: Video | None) -> Progress:
        if present is not None:
            if present.status not in UNDER_WAY:
                await self._processing.retry(self._creator, present.id)
            return await self._followed(script, present.id)
        async with self._making:
            self._bars.show(script.title, "making", 0)
            with TemporaryDirectory() as folder:
                file = await self._films.make(script, Path(folder))
                video_id = await self._upload(script, await asyncio.to_thread(file.read_bytes))
        return await self._followed(script, video_id)

    async def _upload(self, script: Script, data: bytes) -> VideoId:
        announced = Announced(length=len(data), metadata=script.metadata)
        upload = await self._uploads.begin(self._creator, announced)
        chunk = Chunk(offset=0, body=_in_one(data), size=len(data))
        await self._uploads.append(self._creator, upload.id, chunk)
        return VideoId(upload.id)

    async def _followed(self, script: Script, video_id: VideoId) -> Progress:
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    progress = await self._processing.progress(self._creator, video_id)
                    self._bars.show(script.title, _stage(progress), percent(progress.steps))
                    if _is_over(progress):
                        return progress
                    await asyncio.sleep(LOOK_EVERY)
        except TimeoutError:
            raise ClipFailed(f"'{script.title}' takes long; a server goes on with it.") from None


async def _present(house: House) -> Mapping[str, Video]:
    """By their titles, deleted ones too."""
    creator = await house.storage.accounts.by_email(CREATOR)
    videos = [] if creator is None else await house.storage.videos.all_of(creator.id)
    return {video.title: video for video in videos}


async def _lacking(house: House, wanted: Sequence[Script], present: Mapping[str, Video]) -> list[Script]:
    return [script for script in wanted if await _is_lacking(house, present.get(script.title))]


async def _is_lacking(house: House, video: Video | None) -> bool:
    if video is None or video.causes:
        return video is None
    if video.status is not VideoStatus.READY:
        return True
    jobs = await house.storage.jobs.for_subject(video.id)
    captions = _captions(reports(video, jobs, video.submitted_at))
    return any(report.state is StepState.FAILED for report in captions)


def _is_over(progress: Progress) -> bool:
    """Whether it is in ERROR, or READY and not being listened to, but for tries that are put off."""
    if progress.video.status is not VideoStatus.READY:
        return progress.video.status not in UNDER_WAY
    return all(report.state in ENDED or report.error is not None for report in _captions(progress.steps))


def _captions(steps: Sequence[StepReport]) -> Sequence[StepReport]:
    return [report for report in steps if report.step is Step.CAPTIONS]


async def _creator(house: House) -> Caller:
    account = await house.storage.accounts.by_email(CREATOR)
    if account is None or not account.is_open:
        raise ClipFailed(f"The account {CREATOR}, whose clips they would be, is gone.")
    origin = replace(operator_origin(house), actor_id=account.id)
    return Caller(origin=origin, account_id=account.id, scopes=account.all_scopes)


async def _in_one(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _stage(progress: Progress) -> str:
    running = (report.step for report in progress.steps if report.state is StepState.RUNNING)
    return next(running, str(progress.video.status).lower())


def _line(outcome: Outcome) -> str:
    if isinstance(outcome, ClipFailed | Refusal | OSError):
        return f"The demo is without a clip: {outcome}"
    if isinstance(outcome, BaseException):
        raise outcome
    video = outcome.video
    if video.status is not VideoStatus.READY:
        return f"'{video.title}' could not be made ready: {video.error}"
    lacking = [step.step for step in outcome.steps if step.error and step.state is not StepState.DONE]
    without = f" (without {', '.join(lacking)}: its status says why)" if lacking else ""
    return f"Ready: /watch/{video.id} {video.title}{without}"


def _say(line: str) -> None:
    printer().print(line, soft_wrap=True)
