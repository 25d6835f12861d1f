"""``GET /``: a page that says what runs and where to go, or the same as JSON for programs."""

import html
from collections.abc import Sequence
from importlib.resources import files
from string import Template
from typing import Literal

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from killrvideo import __version__
from killrvideo.api.answers import Answer, answer
from killrvideo.api.dependencies import House
from killrvideo.api.problems import declared
from killrvideo.domain.errors import Unavailable
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.videos import Video
from killrvideo.features.overview import DemoAccount, Summary

router = APIRouter(tags=["health"])

PAGE = Template(files(__package__).joinpath("front.html").read_text("utf-8"))
NEWEST = 5
"""Videos that one can watch from here."""
STYLE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class Home(Answer):
    name: Literal["KillrVideo"] = "KillrVideo"
    status: Literal["ok"] = "ok"
    version: str = __version__
    videos: int
    comments: int
    accounts: int
    docs: str = "/docs"


@router.get(
    "/",
    name="home",
    operation_id="home",
    summary="What runs here",
    response_model=Home,
    responses=declared((Unavailable,), with_body=False) | {200: {"content": {"text/html": {}}}},
)
async def home(request: Request, house: House) -> Response:
    """What runs here: JSON for programs, a page for browsers (by the Accept header)."""
    summary = await house.overview.summary()
    vary = {"Vary": "Accept"}
    if "text/html" in request.headers.get("accept", ""):
        newest = await house.videos.latest(PageRequest(size=NEWEST))
        return HTMLResponse(page(summary, newest.items), headers=vary | {"Content-Security-Policy": STYLE})
    return answer(
        Home(videos=summary.videos, comments=summary.comments, accounts=summary.accounts), headers=vary
    )


def page(summary: Summary, newest: Sequence[Video]) -> str:
    return PAGE.substitute(
        version=html.escape(__version__),
        videos=f"{summary.videos:,}",
        comments=f"{summary.comments:,}",
        accounts=f"{summary.accounts:,}",
        newest=_newest(newest),
        demo=_demo_table(summary.demo_accounts),
    )


def _newest(videos: Sequence[Video]) -> str:
    items = "".join(
        f'<li><a href="/watch/{video.id}">{html.escape(video.title)}</a>'
        f"<span>{video.submitted_at.day} {video.submitted_at:%B %Y}</span></li>"
        for video in videos
    )
    return f"<h2>Watch</h2><ul>{items}</ul>" if items else ""


def _demo_table(accounts: tuple[DemoAccount, ...]) -> str:
    if not accounts:
        return ""
    rows = "".join(
        f"<tr><td>{html.escape(account.role)}</td><td><code>{html.escape(account.email)}</code></td>"
        f"<td><code>{html.escape(account.password)}</code></td></tr>"
        for account in accounts
    )
    return (
        "<h2>Demo accounts</h2><table><thead><tr><th>Role</th><th>E-mail</th><th>Password</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )
