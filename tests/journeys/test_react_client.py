"""The public React front end against this back end, over a socket: one journey a test, page by page."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx2
import pytest

from killrvideo.bootstrap import House, build, load_settings
from killrvideo.domain.access import Role
from tests.api.town import ORIGIN
from tests.journeys.react.front_end import FrontEnd, Toast
from tests.journeys.react.serving import served
from tests.stand_ins.youtube import StandIn, youtube_stand_in

PASSWORD = "correct horse"
JAZZ = "https://www.youtube.com/watch?v=jazz_video1"


@dataclass
class Site:
    house: House
    youtube: StandIn
    http: httpx2.AsyncClient
    _numbers: Iterator[int] = field(default_factory=count)

    def browser(self, token: str | None = None) -> FrontEnd:
        return FrontEnd(self.http, token)

    async def newcomer(self, name: str) -> FrontEnd:
        """Somebody in a browser, just registered."""
        browser = self.browser()
        await browser.register(f"{name.lower()}@example.com", PASSWORD, name, "Lee")
        return browser

    async def grant(self, browser: FrontEnd, role: Role) -> None:
        await self.house.application.operator.grant(browser.user["email"], role, ORIGIN)

    async def revoke(self, browser: FrontEnd, role: Role) -> None:
        await self.house.application.operator.revoke(browser.user["email"], role, ORIGIN)

    async def know_by_meaning(self) -> None:
        """Lets searches answer from the vectors, too."""
        await self.house.application.embedding.check(ORIGIN)
        await self.house.workers.settle()

    async def video(self, creator: FrontEnd, title: str) -> str:
        """The id of a READY video of that title."""
        youtube_id = f"video_{next(self._numbers):05d}"
        self.youtube.set(youtube_id, title=title)
        newest = (await creator.submit(f"https://youtu.be/{youtube_id}", tags=("live",)))[0]
        await self.house.workers.settle()
        return str(newest["videoId"])


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    with youtube_stand_in() as youtube:
        given = {
            "data_dir": tmp_path,
            "durability": "off",
            "argon2_memory_kib": 8,
            "argon2_time": 1,
            "youtube_base_url": youtube.base_url,
            "search_meaning_seconds": 60,
        }
        house = build(load_settings(given, env_file=None))
        async with (
            house.opened(workers=False),
            served(house.web_app()) as address,
            httpx2.AsyncClient(base_url=address, timeout=60) as http,
        ):
            yield Site(house, youtube, http)


async def test_a_visitor_looks_around_signed_out(site: Site) -> None:
    creator, visitor = await site.newcomer("Cleo"), site.browser()
    assert await visitor.home() == []
    assert await visitor.trending(1) == []
    rain, wind = [await site.video(creator, title) for title in ("Rain on tin roofs", "Wind in the pines")]

    assert [card["videoId"] for card in await visitor.home()] == [wind, rain]
    assert [card["videoId"] for card in await visitor.explore()] == [wind, rain]
    assert [card["videoId"] for card in await visitor.search("rain roofs")] == [rain]
    assert await visitor.search("nothing-like-it") == []

    details = await visitor.watch(rain)
    assert (details["views"], details["averageRating"]) == (1, None)
    assert (details["title"], details["tags"]) == ("Rain on tin roofs", ["live"])
    for days in (1, 7, 30):
        assert [card["videoId"] for card in await visitor.trending(days)] == [rain, wind]
    with pytest.raises(Toast) as refused:
        await visitor.rate(rain, 5)
    assert refused.value.status == 401


async def test_a_newcomer_joins_in(site: Site) -> None:
    video = await site.video(await site.newcomer("Cleo"), "Rain on tin roofs")
    ann = site.browser()

    with pytest.raises(Toast, match="e-mail"):
        await ann.register("ann@localhost", PASSWORD, "Ann", "Lee")
    with pytest.raises(Toast) as taken:
        await ann.register("CLEO@example.com", PASSWORD, "Ann", "Lee")
    assert (taken.value.status, ann.token) == (409, None)
    await ann.register("ann@example.com", PASSWORD, "Ann", "Lee")
    assert (ann.user["firstName"], ann.user["accountStatus"]) == ("Ann", "active")

    # The watch page: each count is right in the very next answer.
    assert (await ann.watch(video))["views"] == 1
    assert (await ann.watch(video))["views"] == 2
    ratings = await ann.rate(video, 4)
    assert (ratings["averageRating"], ratings["currentUserRating"]) == (4, 4)
    for name, stars in (("Bea", 5), ("Dan", 5)):
        await (await site.newcomer(name)).rate(video, stars)
    assert (await ann.rate(video, 3))["averageRating"] == 4.33
    assert (await ann.ratings(video))["totalRatingsCount"] == 3

    await ann.comment(video, "Well.")
    newest = (await ann.comment(video, "I love this, it is wonderful!"))[0]
    assert newest["sentiment_score"] > 0.1
    assert (newest["firstName"], newest["userid"]) == ("Ann", ann.user["userId"])
    with pytest.raises(Toast) as blank:
        await ann.comment(video, "")
    assert blank.value.status == 422

    # The profile.
    assert [one["comment"] for one in await ann.my_comments()] == ["I love this, it is wonderful!", "Well."]
    kinds = [one["activity_type"] for one in await ann.my_activity()]
    assert kinds == ["comment", "comment", "rate", "rate", "view", "view"]
    assert len(await ann.my_activity("view")) == 2
    await ann.rename("Anna", "Lee")
    await ann.reload()
    assert ann.user["firstName"] == "Anna"
    assert (await ann.comments(video))[0]["firstName"] == "Anna"
    with pytest.raises(Toast):
        await ann.rename("", "Lee")

    # Another day.
    ann.token = None
    with pytest.raises(Toast) as wrong:
        await ann.sign_in("ann@example.com", "wrong password")
    assert wrong.value.status == 401
    await ann.sign_in("ANN@example.com", PASSWORD)
    assert (await ann.ratings(video))["currentUserRating"] == 3


async def test_pages_show_what_is_understood(site: Site) -> None:
    """Semantic search, the list of related videos, and the colours of comments: by the packaged model."""
    creator, ann = await site.newcomer("Cleo"), await site.newcomer("Ann")
    titles = (
        "Sourdough bread for beginners",
        "Kneading pizza dough",
        "Mending a flat bicycle tyre",
        "Rain on tin roofs",
    )
    bread, dough, tyre, _ = [await site.video(creator, title) for title in titles]

    await site.know_by_meaning()

    for words, video in (("bake a loaf of bread", bread), ("my bike has a puncture", tyre)):
        assert (await ann.search(words))[0]["videoId"] == video

    related = [item["videoId"] for item in await ann.related(bread)]
    assert related[0] == dough
    assert bread not in related
    assert len(related) == len(set(related)) <= 5

    for text in (
        "this is terrible",
        "👎",
        "Way too slow.",
        "Thank you, so clear!",
        "🔥🔥🔥",
        "Not bad at all!",
        "0",
        "最悪",
    ):
        await ann.comment(bread, text)
    assert await ann.badges(bread) == [
        ("grey", "最悪"),
        ("grey", "0"),
        ("green", "Not bad at all!"),
        ("green", "🔥🔥🔥"),
        ("green", "Thank you, so clear!"),
        ("red", "Way too slow."),
        ("red", "👎"),
        ("red", "this is terrible"),
    ]


async def test_a_creator_shows_a_video(site: Site) -> None:
    cleo, fan = await site.newcomer("Cleo"), await site.newcomer("Fay")
    assert await cleo.studio() == []
    site.youtube.set("jazz_video1", title="Jazz at midnight")

    [pending] = await cleo.submit(JAZZ, "An evening.", ("late night", "Jazz", "jazz"))
    assert (pending["status"], pending["viewCount"], pending["averageRating"]) == ("PENDING", 0, None)
    assert (pending["description"], pending["tags"]) == ("An evening.", ["late night", "Jazz"])
    video = pending["videoId"]
    assert await fan.home() == []
    for address, status in (("https://vimeo.com/1", 400), (JAZZ, 409)):
        with pytest.raises(Toast) as refused:
            await cleo.submit(address)
        assert refused.value.status == status

    await site.house.workers.settle()
    [ready] = await cleo.studio()
    assert (ready["status"], ready["title"]) == ("READY", "Jazz at midnight")
    watched = await fan.watch(video)
    assert (watched["youtubeVideoId"], watched["views"]) == ("jazz_video1", 1)
    await fan.rate(video, 5)
    [row] = await cleo.studio()
    assert (row["viewCount"], row["averageRating"]) == (1, 5)

    # Edit: the form is filled from the details, and sends all of it.
    before = await cleo.details(video)
    with pytest.raises(Toast) as too_short:
        await cleo.edit(video, "ab", before["description"], before["tags"])
    assert too_short.value.status == 422
    after = await cleo.edit(video, "Tango at dawn", "", ["tango"])
    assert (after["title"], after["description"] or "", after["tags"]) == ("Tango at dawn", "", ["tango"])
    assert [card["title"] for card in await fan.search("tango")] == ["Tango at dawn"]
    assert await fan.search("midnight") == []


async def test_a_viewer_types_into_the_studio_and_is_told_why_not(site: Site) -> None:
    vic = await site.newcomer("Vic")
    await site.revoke(vic, Role.CREATOR)
    await vic.reload()
    assert "creator" not in vic.user["roles"]

    with pytest.raises(Toast) as refused:
        await vic.submit(JAZZ)

    assert refused.value.status == 403
    assert vic.token is not None, "a 401 would have signed the user out"


async def test_a_moderator_keeps_order(site: Site) -> None:
    cleo, mo, fay = [await site.newcomer(name) for name in ("Cleo", "Mo", "Fay")]
    bad, good, dull = [await site.video(cleo, title) for title in ("Cheap watches", "Rain", "Grey paint")]
    await fay.report(good, "other", "It is too loud.")
    await fay.report(bad, "spam")
    await fay.report(dull, "inappropriate")
    with pytest.raises(Toast) as again:
        await fay.report(bad, "spam")
    assert again.value.status == 409
    with pytest.raises(Toast) as not_yet:
        await mo.inbox()
    assert (not_yet.value.status, mo.token is None) == (403, False)

    # Mo's token is older than the role.
    await site.grant(mo, Role.MODERATOR)
    await mo.reload()
    assert "moderator" in mo.user["roles"]

    inbox = await mo.inbox()
    assert [title for title, _ in inbox] == ["Grey paint", "Cheap watches", "Rain"]
    assert {flag["status"] for _, flag in inbox} == {"open"}
    dull_flag, bad_flag, good_flag = [flag["flagId"] for _, flag in inbox]
    await mo.decide(bad_flag, "approved", "Content removed for policy violation")
    await mo.decide(good_flag, "rejected", "No policy violation found")
    await mo.decide(dull_flag, "under_review")
    assert [title for title, _ in await mo.inbox("approved")] == ["Cheap watches"]
    assert [title for title, _ in await mo.inbox("rejected")] == ["Rain"]
    assert await mo.inbox("open") == []
    noted = await mo.flag(bad_flag)
    assert noted["moderatorNotes"] == "Content removed for policy violation"
    assert noted["moderatorId"] == mo.user["userId"]

    # What was promised: the removed video is gone for the public and its owner, not for moderators.
    for reader in (site.browser(), fay, cleo):
        assert [card["title"] for card in await reader.home()] == ["Grey paint", "Rain"]
        with pytest.raises(Toast) as gone:
            await reader.details(bad)
        assert gone.value.status == 404
    assert [row["title"] for row in await cleo.studio()] == ["Grey paint", "Rain"]

    # The flag page of one that is under review.
    await mo.decide(dull_flag, "approved", "Too dull.")
    with pytest.raises(Toast) as final:
        await mo.decide(dull_flag, "rejected")
    assert final.value.status == 409


async def test_a_moderator_makes_another_one(site: Site) -> None:
    mo, fay = await site.newcomer("Mo"), await site.newcomer("Fay")
    await site.grant(mo, Role.MODERATOR)
    assert {one["firstName"] for one in await mo.people()} == {"Mo", "Fay"}
    [found] = await mo.people("FAY")

    await mo.assign_moderator(found["userId"])

    assert "moderator" in (await mo.people("fay"))[0]["roles"]
    assert await fay.inbox() == []
    await mo.revoke_moderator(found["userId"])
    assert "moderator" not in (await mo.people("fay@example"))[0]["roles"]
    await fay.reload()
    assert "moderator" not in fay.user["roles"]
    with pytest.raises(Toast) as no_more:
        await fay.inbox()
    assert no_more.value.status == 403


async def test_a_token_that_is_good_for_nothing_signs_out_and_leaves_the_page_full(site: Site) -> None:
    video = await site.video(await site.newcomer("Cleo"), "Rain on tin roofs")
    stale = site.browser("neither fresh nor ours")

    assert [card["videoId"] for card in await stale.home()] == [video]
    assert (await stale.watch(video))["views"] == 1
    assert stale.token is not None
    with pytest.raises(Toast) as asked_to_sign_in:
        await stale.reload()
    assert asked_to_sign_in.value.status == 401
    assert stale.token is None
    await stale.home()
