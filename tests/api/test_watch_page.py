"""The player page as it is sent: what it says, and what it lets a browser load."""

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import httpx2
import pytest

from killrvideo.api.app import create_app
from killrvideo.domain.access import Role
from killrvideo.domain.videos import VideoStatus
from tests.api.targets import account_of
from tests.api.town import API, Town
from tests.builders.captions import keep_captions, some_captions
from tests.builders.keeping import keep
from tests.builders.media import an_uploaded_video, keep_stream

HOSTILE = "</title></script><script>alert(1)</script>\"'><img src=x onerror=alert(2)> $stage {0} %s"


class Elements(HTMLParser):
    """Every element with its attributes, and all text, as a browser reads them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


async def test_an_upload_is_a_video_element_with_its_stream_and_captions(town: Town) -> None:
    video = an_uploaded_video(account_of(await town.person()), thumbnail_url="/api/v1/p.jpg", tags=("rain",))
    watched = await keep_stream(town.house.storage, town.house.foundations.blobs, video)
    await keep_captions(town.house.storage, video, some_captions(video))

    answer = await town.client.get(f"/watch/{video.id}")

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    page = Elements(answer.text)
    (player,) = page.named("video")
    assert player["src"] == f"{API}{watched.path}.m3u8"
    assert player["poster"] == "/api/v1/p.jpg"
    assert player["data-view"] == f"{API}/videos/{video.id}/view"
    assert player["data-storyboard"] == f"{API}{watched.path}/r1/storyboard.vtt"
    assert {"controls", "playsinline"} <= player.keys()
    captions = {"src": f"{API}/videos/{video.id}/captions/en", "srclang": "en", "label": "English"}
    assert page.named("track") == [{"kind": "subtitles", **captions}]
    for address in (player["src"], player["data-storyboard"], captions["src"]):
        assert (await town.client.get(str(address))).status_code == 200
    assert "0 views" in page.text
    assert "rain" in page.text
    assert "1 view " not in page.text


async def test_the_front_page_leads_to_what_came_last(town: Town) -> None:
    owner = await town.person()
    first, hidden, last = [
        await town.video(owner, title=f"{name} <b>") for name in ("First", "Hidden", "Last")
    ]
    await town.ask("DELETE", f"/videos/{hidden}", owner)

    page = Elements((await town.client.get("/", headers={"Accept": "text/html"})).text)

    links = [str(link["href"]) for link in page.named("a") if str(link["href"]).startswith("/watch/")]
    assert links == [f"/watch/{last}", f"/watch/{first}"]
    assert "Last <b>" in page.text


async def test_views_are_counted_in_words(town: Town) -> None:
    video = await town.video(await town.person())
    await town.ask("POST", f"/videos/{video}/view")

    assert "1 view ·" in Elements((await town.client.get(f"/watch/{video}")).text).text


async def test_nothing_is_run_but_files_of_ours(town: Town) -> None:
    uploader = account_of(await town.person())
    hostile = {"title": HOSTILE, "description": HOSTILE, "tags": (HOSTILE[:50],)}
    video = an_uploaded_video(uploader, thumbnail_url=f"https://pictures.example/{HOSTILE}", **hostile)
    await keep_stream(town.house.storage, town.house.foundations.blobs, video)
    captions = some_captions(video)
    labelled = replace(captions, track=replace(captions.track, label=HOSTILE[:60]))
    await keep_captions(town.house.storage, video, labelled)

    answer = await town.client.get(f"/watch/{video.id}")

    page = Elements(answer.text)
    assert [attributes.get("src") for attributes in page.named("script")][-1] == "/watch/assets/player.js"
    assert all(str(script["src"]).startswith("/watch/assets/") for script in page.named("script"))
    assert page.named("img") == page.named("style") == []
    assert not [
        attributes for _, attributes in page.found if "style" in attributes or "onerror" in attributes
    ]
    assert page.text.count(HOSTILE) == 3
    assert page.named("track")[0]["label"] == HOSTILE[:60]
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["img-src"] == "'self' data: https://pictures.example"
    assert policy["frame-src"] == "https://www.youtube-nocookie.com"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "picture", ["https://a.example;script-src *", "javascript:alert(1)", "http://[", "//x"]
)
async def test_a_picture_cannot_widen_what_may_be_loaded(town: Town, picture: str) -> None:
    video = an_uploaded_video(account_of(await town.person()), thumbnail_url=picture)
    await keep(town.house.storage, video)

    answer = await town.client.get(f"/watch/{video.id}")

    assert answer.status_code == 200
    assert answer.headers["content-security-policy"].count("script-src") == 1
    assert "img-src 'self' data:;" in answer.headers["content-security-policy"]


async def test_a_video_of_youtube_is_embedded(town: Town) -> None:
    video = await town.video(await town.person(), title="On YouTube")

    page = Elements((await town.client.get(f"/watch/{video}")).text)

    (frame,) = page.named("iframe")
    assert frame["src"] == "https://www.youtube-nocookie.com/embed/video000002"
    assert (frame["title"], frame["referrerpolicy"]) == ("On YouTube", "strict-origin-when-cross-origin")
    assert page.named("video") == []


async def test_what_is_not_public_has_a_page_that_says_so(town: Town) -> None:
    owner, admin = await town.person(), await town.person(Role.ADMIN)
    deleted = await town.video(owner)
    await town.ask("DELETE", f"/videos/{deleted}", owner)
    waiting = an_uploaded_video(account_of(owner), status=VideoStatus.PROCESSING)
    await keep(town.house.storage, waiting)

    for name in (deleted, str(waiting.id), "nothing", str(admin.id)):
        answer = await town.client.get(f"/watch/{name}", headers=admin.headers)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert "not public" in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_an_upload_without_a_stream_says_that(town: Town) -> None:
    video = an_uploaded_video(account_of(await town.person()))
    await keep(town.house.storage, video)

    assert "nothing to watch yet" in (await town.client.get(f"/watch/{video.id}")).text


@pytest.mark.parametrize("fetched", [True, False])
async def test_the_page_loads_hls_js_where_it_was_fetched(town: Town, tmp_path: Path, fetched: bool) -> None:
    video = await town.video(await town.person())
    if fetched:
        (tmp_path / "hls.min.js").write_text("self.Hls = null;")
    app = create_app(town.house.application, town.house.cursors, player_assets=tmp_path)

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://town") as client:
        page = Elements((await client.get(f"/watch/{video}")).text)
        scripts = [str(script["src"]) for script in page.named("script")]
        styles = [str(link["href"]) for link in page.named("link") if link["rel"] == "stylesheet"]
        answers = [await client.get(address) for address in (*scripts, *styles)]
        library = await client.get("/watch/assets/hls.min.js")

    assert scripts == ["/watch/assets/hls.min.js"] * fetched + ["/watch/assets/player.js"]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    kinds = {answer.headers["content-type"].partition(";")[0] for answer in answers}
    assert kinds == {"text/javascript", "text/css"}
    assert library.status_code == (200 if fetched else 404)
