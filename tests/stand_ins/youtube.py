"""A stand-in for YouTube: answers oEmbed and the Data API's ``videos`` for any well-formed id, and has a
thumbnail of each, and captions of those that it is told.

How it behaves is chosen by the first five characters of the id (``GONE_``, ``SLOW_`` ..., see `BY_PREFIX`),
or for a single id over HTTP or with `StandIn.set`:

    PUT    /stand-in/videos/{id}  {"behaviour": "failing", "times": 2, "title": "...", "thumbnail": "gone"}
    PUT    /stand-in/data-api     {"quota_spent": true}
    GET    /stand-in/asked        what was asked since the start, oldest first
    DELETE /stand-in              forgets all of that

``python -m tests.stand_ins.youtube --port N`` runs it by itself.
"""

import argparse
import asyncio
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs, urlsplit

import uvicorn
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.stand_ins.serving import serving

WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{11}")


class Behaviour(StrEnum):
    FINE = "fine"
    GONE = "gone"
    PRIVATE = "private"
    UNEMBEDDABLE = "unembeddable"
    FAILING = "failing"
    BUSY = "busy"
    SLOW = "slow"
    """Answers after `SLOW_SECONDS`, if the client still listens."""
    GARBAGE = "garbage"
    HUGE = "huge"


BY_PREFIX = {
    "GONE_": Behaviour.GONE,
    "PRIV_": Behaviour.PRIVATE,
    "NOEM_": Behaviour.UNEMBEDDABLE,
    "FAIL_": Behaviour.FAILING,
    "BUSY_": Behaviour.BUSY,
    "SLOW_": Behaviour.SLOW,
    "JUNK_": Behaviour.GARBAGE,
    "HUGE_": Behaviour.HUGE,
}
FOREVER = 1_000_000_000
SLOW_SECONDS = 30.0
HUGE_BYTES = 4 * 1024 * 1024


@dataclass
class Known:
    """A video, and how often the next questions about it are answered in which way."""

    title: str
    description: str = "Told by a stand-in for YouTube."
    tags: tuple[str, ...] = ("stand-in",)
    duration: str = "PT3M25S"
    captions: dict[str, str] = field(default_factory=dict)
    """WebVTT by language: what somebody beside YouTube could have."""
    thumbnail: Behaviour = Behaviour.FINE
    behaviour: Behaviour = Behaviour.FINE
    times: int = FOREVER

    def next_behaviour(self) -> Behaviour:
        if self.times == 0:
            return Behaviour.FINE
        self.times -= 1
        return self.behaviour


@dataclass(frozen=True)
class Asked:
    by: str
    youtube_id: str
    answered: Behaviour


@dataclass
class StandIn:
    base_url: str = ""
    known: dict[str, Known] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    quota_spent: bool = False

    def set(self, youtube_id: str, behaviour: str = "fine", times: int = FOREVER, **told: Any) -> None:
        """From now on, and only ``times`` times. ``told``: what else `Known` has."""
        told = {"title": f"Stand-in video {youtube_id}", **told}
        told["thumbnail"] = Behaviour(told.get("thumbnail", "fine"))
        self.known[youtube_id] = Known(behaviour=Behaviour(behaviour), times=times, **told)

    def forget(self) -> None:
        self.known.clear()
        self.asked.clear()
        self.quota_spent = False

    def look_up(self, youtube_id: str, by: str) -> tuple[Known, Behaviour]:
        if youtube_id not in self.known:
            behaviour = BY_PREFIX.get(youtube_id[:5], Behaviour.FINE)
            self.set(youtube_id, behaviour, times=1 if behaviour is Behaviour.BUSY else FOREVER)
        behaviour = self.known[youtube_id].next_behaviour()
        self.asked.append(Asked(by, youtube_id, behaviour))
        return self.known[youtube_id], behaviour


REFUSALS = {
    Behaviour.GONE: (404, "Not Found"),
    Behaviour.PRIVATE: (403, "Forbidden"),
    Behaviour.UNEMBEDDABLE: (401, "Unauthorized"),
}


async def oembed(request: Request) -> Response:
    stand_in: StandIn = request.app.state.stand_in
    video = parse_qs(urlsplit(request.query_params.get("url", "")).query).get("v", [""])[0]
    if not WELL_FORMED.fullmatch(video) or request.query_params.get("format") != "json":
        return PlainTextResponse("Bad Request", 400)
    known, behaviour = stand_in.look_up(video, "oembed")
    if behaviour in REFUSALS:
        status, text = REFUSALS[behaviour]
        return PlainTextResponse(text, status)
    return await _trouble(request, behaviour) or JSONResponse(_oembed(video, known, request))


def _oembed(video: str, known: Known, request: Request) -> dict[str, Any]:
    return {
        "title": known.title,
        "author_name": "Stand-in",
        "author_url": "https://www.youtube.com/@stand-in",
        "type": "video",
        "height": 113,
        "width": 200,
        "version": "1.0",
        "provider_name": "YouTube",
        "provider_url": "https://www.youtube.com/",
        "thumbnail_height": 360,
        "thumbnail_width": 480,
        "thumbnail_url": str(request.url_for("thumbnail", youtube_id=video, name="hqdefault.jpg")),
        "html": f'<iframe width="200" height="113" src="https://www.youtube.com/embed/{video}"></iframe>',
    }


async def videos(request: Request) -> Response:
    stand_in: StandIn = request.app.state.stand_in
    if stand_in.quota_spent or not request.query_params.get("key"):
        message = "The request cannot be completed because you have exceeded your quota."
        error = {"code": 403, "message": message, "errors": [{"reason": "quotaExceeded"}]}
        return JSONResponse({"error": error}, 403)
    video = request.query_params.get("id", "")
    known, behaviour = stand_in.look_up(video, "data api")
    hidden = behaviour in {Behaviour.GONE, Behaviour.PRIVATE} or not WELL_FORMED.fullmatch(video)
    embeddable = behaviour is not Behaviour.UNEMBEDDABLE
    items = [] if hidden else [_item(video, known, embeddable, request)]
    answer = {"kind": "youtube#videoListResponse", "etag": "stand-in", "items": items}
    return await _trouble(request, behaviour) or JSONResponse(answer)


def _item(video: str, known: Known, embeddable: bool, request: Request) -> dict[str, Any]:
    sizes = {"default": (120, 90), "high": (480, 360), "maxres": (1280, 720), "medium": (320, 180)}
    names = {"default": "default", "high": "hqdefault", "maxres": "maxresdefault", "medium": "mqdefault"}
    thumbnails = {
        size: {
            "url": str(request.url_for("thumbnail", youtube_id=video, name=f"{names[size]}.jpg")),
            "width": width,
            "height": height,
        }
        for size, (width, height) in sizes.items()
    }
    return {
        "kind": "youtube#video",
        "id": video,
        "snippet": {
            "publishedAt": "2026-01-05T10:00:00Z",
            "title": known.title,
            "description": known.description,
            "channelTitle": "Stand-in",
            "tags": list(known.tags),
            "thumbnails": thumbnails,
        },
        "contentDetails": {"duration": known.duration, "dimension": "2d", "definition": "hd"},
        "status": {"privacyStatus": "public", "embeddable": embeddable},
    }


async def thumbnail(request: Request) -> Response:
    video = request.path_params["youtube_id"]
    known = request.app.state.stand_in.known.get(video) or Known(title="")
    if known.thumbnail in REFUSALS:
        return PlainTextResponse("Not Found", 404)
    return await _trouble(request, known.thumbnail) or Response(picture_of(video), media_type="image/jpeg")


def picture_of(youtube_id: str) -> bytes:
    """A JPEG file of 480 to 360 pixels, of one colour, another one for another id."""
    colour = tuple(sum(youtube_id.encode()) * step % 256 for step in (3, 5, 7))
    file = io.BytesIO()
    Image.new("RGB", (480, 360), colour).save(file, "JPEG")
    return file.getvalue()


async def captions(request: Request) -> Response:
    video, language = request.path_params["youtube_id"], request.path_params["language"]
    known = request.app.state.stand_in.known.get(video)
    if known is None or language not in known.captions:
        return PlainTextResponse("Not Found", 404)
    return Response(known.captions[language], media_type="text/vtt")


async def _trouble(request: Request, behaviour: Behaviour) -> Response | None:
    match behaviour:
        case Behaviour.FAILING:
            return PlainTextResponse("Internal Server Error", 500)
        case Behaviour.BUSY:
            return PlainTextResponse("Too Many Requests", 429, headers={"Retry-After": "1"})
        case Behaviour.GARBAGE:
            return Response("<!DOCTYPE html><title>Before you continue</title>", media_type="text/html")
        case Behaviour.HUGE:
            return Response(b'{"title": "' + b"a" * HUGE_BYTES + b'"}', media_type="application/json")
        case Behaviour.SLOW:
            await _until_the_client_leaves(request, SLOW_SECONDS)
    return None


async def _until_the_client_leaves(request: Request, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            while (await request.receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        pass


async def set_video(request: Request) -> Response:
    request.app.state.stand_in.set(request.path_params["youtube_id"], **await request.json())
    return Response(status_code=204)


async def set_data_api(request: Request) -> Response:
    request.app.state.stand_in.quota_spent = bool((await request.json())["quota_spent"])
    return Response(status_code=204)


async def list_asked(request: Request) -> Response:
    return JSONResponse([asdict(asked) for asked in request.app.state.stand_in.asked])


async def forget(request: Request) -> Response:
    request.app.state.stand_in.forget()
    return Response(status_code=204)


def build_app(stand_in: StandIn) -> Starlette:
    app = Starlette(
        routes=[
            Route("/oembed", oembed),
            Route("/youtube/v3/videos", videos),
            Route("/vi/{youtube_id}/{name}", thumbnail, name="thumbnail"),
            Route("/captions/{youtube_id}/{language}.vtt", captions),
            Route("/stand-in/videos/{youtube_id}", set_video, methods=["PUT"]),
            Route("/stand-in/data-api", set_data_api, methods=["PUT"]),
            Route("/stand-in/asked", list_asked),
            Route("/stand-in", forget, methods=["DELETE"]),
        ]
    )
    app.state.stand_in = stand_in
    return app


@contextmanager
def youtube_stand_in() -> Iterator[StandIn]:
    """A stand-in that listens on a free port for as long as the context lasts."""
    stand_in = StandIn()
    with serving(build_app(stand_in)) as stand_in.base_url:
        yield stand_in


def main() -> None:
    parser = argparse.ArgumentParser(description="A stand-in for YouTube's oEmbed and Data API.")
    parser.add_argument("--port", type=int, default=8090)
    port = parser.parse_args().port
    uvicorn.run(build_app(StandIn()), host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main()
