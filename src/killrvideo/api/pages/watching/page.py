"""The page itself: everything that it says is in the HTML, its scripts only make it play.

Nothing on it is executed that does not come as a file of ours, whatever titles and descriptions hold.
"""

import html
import re
from collections.abc import Sequence
from importlib.resources import files
from string import Template
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from killrvideo.api.dependencies import House, address_key
from killrvideo.api.pages.watching.assets import LIBRARY, PATH
from killrvideo.api.streams import links
from killrvideo.domain.access import Caller
from killrvideo.domain.captions import CaptionTrack
from killrvideo.domain.errors import VideoNotFound
from killrvideo.domain.events import Origin
from killrvideo.domain.ids import VideoId
from killrvideo.domain.limits import RouteClass
from killrvideo.domain.media import Media
from killrvideo.domain.videos import Video
from killrvideo.observability.context import correlation_id

router = APIRouter(include_in_schema=False)

YOUTUBE = "https://www.youtube-nocookie.com"
ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?=/|$)", re.ASCII)
"""What a policy may name; whatever else an address has before its path is not let into one."""
PAGE = Template(files(__package__).joinpath("watch.html").read_text("utf-8"))
MISSING = files(__package__).joinpath("missing.html").read_text("utf-8")
UPLOAD = Template(
    '<div class="stage"><video controls playsinline preload="none" src="$stream" aria-label="$title"'
    ' data-view="$view"$poster$storyboard>$tracks</video></div>'
)
EMBED = Template(
    '<div class="stage" data-embed="$youtube/embed/$id" data-title="$title" data-view="$view">$poster'
    '<button type="button" hidden>Play, from YouTube</button></div>'
    '<noscript><div class="stage"><iframe src="$youtube/embed/$id" title="$title" allowfullscreen'
    ' referrerpolicy="strict-origin-when-cross-origin"></iframe></div></noscript>'
)
NO_STREAM = '<div class="stage"></div><p role="status">This video has nothing to watch yet.</p>'
MENU = '<p class="menu" id="captions" hidden><label>Captions <select></select></label></p>\n'


@router.get("/watch/{videoId}")
async def watch(request: Request, house: House, videoId: str) -> Response:
    """A page for what the public may see, and one that says so for everything else."""
    await house.limits.take(RouteClass.READ, address_key(request.scope))
    try:
        video = await house.videos.get(_nobody(), VideoId(UUID(videoId)))
    except (ValueError, VideoNotFound):
        return HTMLResponse(MISSING, status_code=404, headers=_policy(None))
    media = await house.streams.of(video)
    tracks = await house.captions.of(video)
    library = bool(request.app.state.player_library)
    page = written(video, media, tracks, library=library)
    return HTMLResponse(page, headers=_policy(video.thumbnail_url))


def written(video: Video, media: Media | None, tracks: Sequence[CaptionTrack], *, library: bool) -> str:
    """The page; with ``library`` it plays by hls.js, otherwise as the browser does by itself."""
    scripts = [f'<script src="{PATH}/{LIBRARY}" defer></script>'] if library else []
    scripts.append(f'<script src="{PATH}/player.js" type="module"></script>')
    return PAGE.substitute(
        title=html.escape(video.title),
        scripts="".join(f"{script}\n" for script in scripts),
        stage=_stage(video, media, tracks),
        menu=MENU if tracks else "",
        facts=_facts(video),
        tags=_tags(video),
        description=html.escape(video.description or ""),
        without_script="Without JavaScript this plays only where the browser plays HLS by itself."
        if media
        else "",
    )


def _stage(video: Video, media: Media | None, tracks: Sequence[CaptionTrack]) -> str:
    title, view = html.escape(video.title), f"/api/v1/videos/{video.id}/view"
    picture = html.escape(video.thumbnail_url) if video.thumbnail_url else None
    if video.youtube_id is not None:
        poster = f'<img src="{picture}" alt="">' if picture else ""
        return EMBED.substitute(youtube=YOUTUBE, id=video.youtube_id, title=title, view=view, poster=poster)
    if media is None:
        return NO_STREAM
    there = links(media)
    return UPLOAD.substitute(
        stream=there.hls,
        title=title,
        view=view,
        poster=f' poster="{picture}"' if picture else "",
        storyboard=f' data-storyboard="{there.storyboard}"' if there.storyboard else "",
        tracks="".join(map(_track, tracks)),
    )


def _facts(video: Video) -> str:
    views, day = video.totals.views, video.submitted_at
    return f"{views:,} view{'' if views == 1 else 's'} &middot; {day.day} {day:%B %Y}"


def _track(track: CaptionTrack) -> str:
    address = f"/api/v1/videos/{track.video_id}/captions/{track.language}"
    label = html.escape(track.label)
    return f'<track kind="subtitles" src="{address}" srclang="{track.language}" label="{label}">'


def _tags(video: Video) -> str:
    tags = "".join(f"<li>{html.escape(tag)}</li>" for tag in video.tags)
    return f'<ul class="tags" aria-label="Tags">{tags}</ul>\n' if tags else ""


def _nobody() -> Caller:
    """Whoever opens a page is not signed in."""
    return Caller(origin=Origin(correlation_id=correlation_id()))


def _policy(picture: str | None) -> dict[str, str]:
    """Scripts, styles and streams are ours; a picture may also come from where the poster does."""
    found = ORIGIN.match(picture or "")
    origin = f" {found[0]}" if found else ""
    return {
        "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"img-src 'self' data:{origin}; media-src 'self' blob: data:; connect-src 'self'; "
        f"frame-src {YOUTUBE}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    }
