"""What KillrVideo is compared with: FastAPI routes that return the very same bodies from memory.

`/bytes/N` hands out the N-th file as it is, the least that a FastAPI route can cost. `/object/N` returns the
parsed body, as most FastAPI routes do, and lets FastAPI encode it.
"""

import json
import sys
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Response


def bare_app(folder: Path) -> FastAPI:
    bodies = {path.stem: path.read_bytes() for path in folder.glob("*.json")}
    objects: dict[str, Any] = {name: json.loads(body) for name, body in bodies.items()}
    app = FastAPI()

    @app.get("/bytes/{name}")
    async def as_bytes(name: str) -> Response:
        return Response(bodies[name], media_type="application/json")

    @app.get("/object/{name}")
    async def as_object(name: str) -> Any:
        return objects[name]

    return app


if __name__ == "__main__":
    uvicorn.run(
        bare_app(Path(sys.argv[1])),
        port=int(sys.argv[2]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
