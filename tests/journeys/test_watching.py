"""The player page in a browser: what was uploaded really plays, with captions, and can be searched."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.api.town import Town, town_in
from tests.clips import Clips
from tests.holding_still import CountingIds, ManualClock
from tests.journeys.react.serving import served
from tests.journeys.watching.browser import Window, chromium, needs_library, window
from tests.journeys.watching.film import Film, made

GROUP = 30
"""Seconds of a group of segments: what is behind them was encoded by itself."""
SAID = (
    "[...video.textTracks].filter(track => track.mode === 'showing').map(track => track.activeCues[0]?.text)"
)


@pytest.fixture(scope="session")
async def film(tmp_path_factory: pytest.TempPathFactory, clips: Clips) -> Film:
    return await made(clips.long(), tmp_path_factory.mktemp("film"))


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def town(tmp_path: Path, clock: ManualClock, ids: CountingIds) -> AsyncIterator[Town]:
    async with town_in(tmp_path, clock, ids) as town:
        yield town


@pytest.fixture
async def opened(town: Town, browser: Browser) -> AsyncIterator[Window]:
    async with served(town.house.web_app()) as address, window(browser, address) as opened:
        yield opened


async def views(town: Town, video_id: object) -> int:
    return int((await town.ask("GET", f"/videos/{video_id}")).json()["views"])


@pytest.mark.parametrize("player", ["hls.js", "native"])
async def test_an_upload_plays_with_captions_from_any_moment(
    town: Town, opened: Window, film: Film, player: str
) -> None:
    if player == "hls.js":
        needs_library()
    video = await film.shown(town, await town.person(), title="Shades of grey")

    await opened.open(f"/watch/{video.id}" + ("?player=native" if player == "native" else ""))
    await opened.page.focus("video")
    await opened.page.keyboard.press("Space")
    await opened.until("video.currentTime > 0.5 && !video.paused")
    source = str(await opened.told("video.currentSrc"))
    assert source.startswith("blob:") if player == "hls.js" else source.endswith("/stream.m3u8")
    assert await opened.told("[video.videoWidth, video.videoHeight]") in ([480, 360], [320, 240])
    assert await opened.told("Math.round(video.duration)") == 35

    menu = opened.page.get_by_label("Captions")
    assert await menu.locator("option").all_text_contents() == ["Off", "Deutsch", "English"]
    await menu.select_option(label="English")
    await opened.until(f"/^This is sentence \\d\\.$/.test({SAID}[0])")
    await opened.told(f"video.currentTime = {GROUP + 1}")
    await opened.until(f"!video.seeking && video.currentTime > {GROUP + 1.5}")
    await opened.until(f"{SAID}[0] === 'This is sentence 6.'")
    await menu.select_option(label="Deutsch")
    await opened.until(f"{SAID}[0] === 'Das ist Satz 6.'")
    await menu.select_option(label="Off")
    await opened.until(f"{SAID}.length === 0")

    await opened.until("video.ended")
    assert await opened.told("video.error") is None
    assert await views(town, video.id) == 1
    assert (opened.faults, opened.elsewhere) == ([], [])


async def test_all_of_an_upright_film_is_seen(
    town: Town, opened: Window, clips: Clips, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Its captions and the player's knobs are at its lower end."""
    film = await made(clips.upright(), tmp_path_factory.mktemp("upright"))
    video = await film.shown(town, await town.person())

    await opened.open(f"/watch/{video.id}")
    await opened.told("video.play()")
    await opened.until("video.videoHeight > video.videoWidth")

    lower_ends = "[video, video.parentElement].map(box => Math.round(box.getBoundingClientRect().bottom))"
    told = await opened.told(lower_ends)
    assert isinstance(told, list)
    assert told[0] == told[1]


async def test_moments_are_buttons_that_go_there(town: Town, opened: Window, film: Film) -> None:
    video = await film.shown(town, await town.person())

    await opened.open(f"/watch/{video.id}")
    buttons = opened.page.get_by_role("button", name="Go to ")
    await buttons.nth(7).wait_for()
    await opened.until("video.duration > 0")
    await buttons.nth(7).press("Enter")
    await opened.until("video.currentTime >= 30 && !video.seeking")
    assert await buttons.count() == 8
    assert opened.faults == []


async def test_an_address_can_name_the_moment_to_begin_at(town: Town, opened: Window, film: Film) -> None:
    video = await film.shown(town, await town.person())

    await opened.open(f"/watch/{video.id}#t=31")
    await opened.told("video.play()")
    await opened.until("video.currentTime > 31.2")


async def test_whoever_watches_what_is_deleted_is_told_so(town: Town, opened: Window, film: Film) -> None:
    owner = await town.person()
    video = await film.shown(town, owner)

    await opened.open(f"/watch/{video.id}")
    assert (await town.ask("DELETE", f"/videos/{video.id}", owner)).status_code == 204
    await opened.page.reload()
    assert await opened.page.get_by_role("heading").inner_text() == "There is nothing to watch here"


@pytest.mark.parametrize("player", ["hls.js", "native"])
async def test_a_stream_that_is_gone_is_said_to_be(
    town: Town, opened: Window, film: Film, player: str
) -> None:
    if player == "hls.js":
        needs_library()
    owner = await town.person()
    video = await film.shown(town, owner)
    await opened.page.route("**/stream.m3u8", lambda route: route.fulfill(status=404))

    await opened.open(f"/watch/{video.id}" + ("?player=native" if player == "native" else ""))

    await opened.page.get_by_role("alert").get_by_text("not public any more").wait_for()


async def test_a_browser_that_cannot_play_is_told_why(town: Town, opened: Window, film: Film) -> None:
    video = await film.shown(town, await town.person())
    await opened.page.add_init_script("HTMLMediaElement.prototype.canPlayType = () => ''")

    await opened.open(f"/watch/{video.id}?player=native")

    await opened.page.get_by_role("alert").get_by_text("plays no HLS streams by itself").wait_for()


async def test_nothing_that_a_title_says_is_run(town: Town, opened: Window, film: Film) -> None:
    hostile = "</title></script><script>document.title='taken'</script>\"'<img src=x onerror=alert(1)>"
    video = await film.shown(town, await town.person(), title=hostile, description=hostile)

    await opened.open(f"/watch/{video.id}")

    assert await opened.page.title() == f"{hostile} - KillrVideo"
    assert await opened.page.get_by_role("heading", level=1).inner_text() == hostile
    assert await opened.page.locator(".description").inner_text() == hostile
    assert await opened.page.locator("main img").count() == 0
    assert opened.faults == []


async def test_youtube_is_asked_when_the_button_is_pressed(town: Town, opened: Window) -> None:
    video = await town.video(await town.person(), title="On YouTube")
    await opened.page.route("**youtube**", lambda route: route.fulfill(body="<p>A player</p>"))
    await opened.page.route("**ytimg**", lambda route: route.fulfill(body=b"", content_type="image/jpeg"))

    await opened.open(f"/watch/{video}#t=90")
    before = [address for address in opened.elsewhere if "youtube" in address]
    await opened.page.get_by_role("button", name="Play").press("Enter")
    frame = opened.page.frame_locator("iframe[title='On YouTube']")
    await frame.get_by_text("A player").wait_for()

    assert before == []
    asked = [request for request in opened.asked if "youtube" in request.url]
    assert [request.url for request in asked] == [
        "https://www.youtube-nocookie.com/embed/video000002?autoplay=1&rel=0&start=90"
    ]
    assert (await asked[0].all_headers())["referer"] == f"{opened.address}/"
    assert await views(town, video) == 1
