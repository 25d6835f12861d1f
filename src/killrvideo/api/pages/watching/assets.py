"""What the page loads: our script and style, and hls.js from npm where `make` has fetched it."""

from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import FileResponse, Response

OURS = ("player.js", "captions.js", "moments.js", "embedding.js", "player.css")
LIBRARY = "hls.min.js"
PATH = "/watch/assets"


def add_assets(app: FastAPI, folder: Path | None) -> None:
    """``folder`` is where hls.js is, if it is anywhere; the page asks `app.state.player_library`."""
    library = folder / LIBRARY if folder else None
    app.state.player_library = library is not None and library.is_file()
    for name in OURS:
        _serve(app, Path(str(files(__package__).joinpath(name))))
    if library is not None and app.state.player_library:
        _serve(app, library)


def _serve(app: FastAPI, file: Path) -> None:
    kind = "text/css" if file.suffix == ".css" else "text/javascript"

    async def asset() -> Response:
        return FileResponse(file, media_type=kind)

    app.add_api_route(f"{PATH}/{file.name}", asset, include_in_schema=False)
