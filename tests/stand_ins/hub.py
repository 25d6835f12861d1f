"""A stand-in for a hub of models: it serves a folder as the only revision of any repository."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from tests.stand_ins.serving import serving

REVISION = "0123456789abcdef0123456789abcdef01234567"


class Hub:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = ""
        self.asked: list[str] = []

    async def about(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        repository = f"{request.path_params['owner']}/{request.path_params['name']}"
        return JSONResponse({"id": repository, "sha": REVISION, "siblings": []})

    async def tree(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        return JSONResponse([self._entry(path) for path in self.folder.rglob("*") if path.is_file()])

    async def file(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        path = self.folder / request.path_params["path"]
        headers = {"X-Repo-Commit": REVISION, "ETag": f'"{_digest(path)}"'}
        return FileResponse(path, headers=headers)

    def _entry(self, path: Path) -> dict[str, Any]:
        size, name = path.stat().st_size, path.relative_to(self.folder).as_posix()
        return {"type": "file", "path": name, "size": size, "oid": _digest(path)}


def _digest(path: Path) -> str:
    return hashlib.sha1(path.read_bytes(), usedforsecurity=False).hexdigest()


@contextmanager
def hub_of(folder: Path) -> Iterator[Hub]:
    hub = Hub(folder)
    routes = [
        Route("/api/models/{owner}/{name}/revision/{revision}", hub.about),
        Route("/api/models/{owner}/{name}/tree/{revision}", hub.tree),
        Route("/{owner}/{name}/resolve/{revision}/{path:path}", hub.file, methods=["GET", "HEAD"]),
    ]
    with serving(Starlette(routes=routes)) as hub.address:
        yield hub
