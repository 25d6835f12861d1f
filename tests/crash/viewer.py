"""The scene's viewer, who asks a real server over HTTP."""

from pathlib import Path
from typing import Any

import httpx2

from tests.api.town import API
from tests.crash.place import ONCE
from tests.crash.scene import Scene


class Viewer:
    """Sends every request with the same idempotency key."""

    def __init__(self, folder: Path) -> None:
        self._scene = Scene.load(folder)
        self._headers = {**self._scene.people["viewer"].headers, **ONCE}

    async def ask(self, address: str, words: str, body: Any = None) -> httpx2.Response:
        method, path = words.format_map(self._scene.things).split(" ")
        async with httpx2.AsyncClient(headers=self._headers, timeout=60) as client:
            return await client.request(method, address + API + path, json=body)

    async def reads(self, address: str, path: str) -> Any:
        answer = await self.ask(address, f"GET {path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def answered(self, address: str, words: str, body: Any) -> httpx2.Response | None:
        """The answer, unless the server dies before it gives one."""
        try:
            return await self.ask(address, words, body)
        except httpx2.TransportError:
            return None
