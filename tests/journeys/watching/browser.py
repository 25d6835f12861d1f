"""A headless Chromium of the machine, and a page of it that remembers what went wrong on it."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Browser, Page, Request, async_playwright

from killrvideo.bootstrap.house import PLAYER_ASSETS

NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = ("--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--mute-audio")
PATIENCE = 60_000
"""Milliseconds that a browser on a busy machine may take for anything."""
WAITING = """() => new Promise((resolve, reject) => {
  const video = document.querySelector("video"), until = Date.now() + %(patience)d;
  const look = () => {
    if (%(condition)s) resolve();
    else if (Date.now() < until) setTimeout(look, 30);
    else reject(new Error(`at ${video.currentTime}, ${video.readyState}, ${video.error?.message}`));
  };
  look();
})"""
"""Playwright's own way of waiting needs `eval`, which the page forbids."""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Skips the test where there is none."""
    program = os.environ.get("KILLRVIDEO_TEST_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("no Chromium is installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=OPTIONS)
        try:
            yield browser
        finally:
            await browser.close()


def needs_library() -> None:
    """Skips the test where hls.js was not fetched."""
    if not (PLAYER_ASSETS / "hls.min.js").is_file():
        pytest.skip("hls.js is not there: `make player` fetches it")


@dataclass
class Window:
    """A page that is open; ``/watch/ID`` and so on are below ``address``."""

    page: Page
    address: str
    faults: list[str] = field(default_factory=list)
    """What the browser complained of, such as scripts that broke or were not let in."""
    asked: list[Request] = field(default_factory=list)

    async def open(self, path: str) -> None:
        await self.page.goto(self.address + path)

    async def until(self, condition: str) -> None:
        """Waits until the expression holds, in which ``video`` is the film."""
        await self.page.evaluate(WAITING % {"condition": condition, "patience": PATIENCE})

    async def told(self, expression: str) -> object:
        return await self.page.evaluate(
            f"(() => {{ const video = document.querySelector('video'); return {expression}; }})()"
        )

    @property
    def elsewhere(self) -> list[str]:
        """Addresses of others that were asked."""
        ours = (self.address, "data:", "blob:")
        return [request.url for request in self.asked if not request.url.startswith(ours)]


@asynccontextmanager
async def window(browser: Browser, address: str) -> AsyncIterator[Window]:
    context = await browser.new_context(viewport={"width": 1100, "height": 1000}, locale="en-GB")
    try:
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        opened = Window(page, address)
        page.on("pageerror", lambda error: opened.faults.append(str(error)))
        page.on("console", lambda line: opened.faults.append(line.text) if line.type == "error" else None)
        page.on("request", lambda request: opened.asked.append(request))  # noqa: PLW0108 - Playwright marks it
        yield opened
    finally:
        await context.close()
