"""What every index of videos keeps when it is searched by words and asked for tags."""

from datetime import timedelta
from typing import Any

import pytest

from killrvideo.domain.accounts import Account
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.ratings import Rating
from killrvideo.domain.search import Reading, SearchFilter, SearchHit
from killrvideo.domain.videos import VideoStatus
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.keeping import ORIGIN, change, hide, keep
from tests.builders.videos import a_video
from tests.holding_still import START

HOUR = timedelta(hours=1)
ALL = PageRequest(size=100)
ANYTHING = SearchFilter()


async def titles(storage: Storage, query: str, size: int = 100, **chosen: Any) -> list[str]:
    """Titles of what is found, in order."""
    page = await storage.search.search(query, SearchFilter(**chosen), PageRequest(size=size))
    videos = await storage.videos.get_many([hit.video_id for hit in page.items])
    return [video.title for video in videos]


# Which videos are found.


@pytest.mark.parametrize(
    "query",
    ["rain", "RAIN", "raining", "  rain ", "räin", "rain!", "école", "e\u0301cole", "ecole", "lisbon"],
)
async def test_words_are_found_whatever_their_spelling(storage: Storage, query: str) -> None:
    uploader = an_account()
    found = a_video(uploader, title="Rains in April", tags=("École",), description="Seen from Lisbon.")
    await keep(storage, uploader, found, a_video(uploader, title="Sun", tags=("beach",), description="Dry."))
    assert await titles(storage, query) == ["Rains in April"]


async def test_the_last_word_may_be_half_typed_the_others_not(storage: Storage) -> None:
    uploader = an_account()
    await keep(storage, uploader, a_video(uploader, title="Cassandra for beginners"))
    assert await titles(storage, "cassan") == ["Cassandra for beginners"]
    assert await titles(storage, "cassandra beg") == ["Cassandra for beginners"]
    assert await titles(storage, "cassan zzz") == []


async def test_a_finished_word_comes_before_a_longer_one(storage: Storage) -> None:
    uploader = an_account()
    await keep(
        storage,
        uploader,
        a_video(uploader, title="Java from the start", submitted_at=START - HOUR),
        a_video(uploader, title="JavaScript from the start"),
    )
    assert await titles(storage, "java") == ["Java from the start", "JavaScript from the start"]


async def test_words_that_every_text_has_do_not_count(storage: Storage) -> None:
    uploader = an_account()
    await keep(storage, uploader, a_video(uploader, title="Rain"), a_video(uploader, title="The Who, live"))
    assert await titles(storage, "what is the rain") == ["Rain"]
    assert await titles(storage, "the who") == ["The Who, live"]


async def test_what_has_all_the_words_comes_before_what_has_some(storage: Storage) -> None:
    uploader = an_account()
    both = a_video(
        uploader, title="An evening", description="Slow tango lessons, and a long talk after them."
    )
    tango, lesson = a_video(uploader, title="Tango tango"), a_video(uploader, title="Lessons lessons")
    await keep(
        storage, uploader, both, tango, lesson, *(a_video(uploader, title=f"Take {n}") for n in range(9))
    )
    found = await storage.search.search("tango lessons", ANYTHING, PageRequest(size=2))
    assert found.items[0].video_id == both.id
    assert found.items[0].score > found.items[1].score
    assert found.total == 3
    rest = await storage.search.search("tango lessons", ANYTHING, PageRequest(size=2, after=found.next))
    assert {hit.video_id for hit in (*found.items, *rest.items)} == {both.id, tango.id, lesson.id}


async def test_where_all_the_words_fill_a_page_some_are_not_enough(storage: Storage) -> None:
    uploader = an_account()
    both = [a_video(uploader, title="Tango lessons") for _ in range(2)]
    await keep(storage, uploader, *both, a_video(uploader, title="Tango"))
    assert (await storage.search.search("tango lessons", ANYTHING, PageRequest(size=2))).total == 2
    assert (await storage.search.search("tango lessons", ANYTHING, PageRequest(size=3))).total == 3


@pytest.mark.parametrize(
    "query", ["", " ", '"', "*", "-()", "\x00", "😀", "_", "'; --", "\ud7ff\ue000\ufffd"]
)
async def test_a_query_without_a_word_finds_nothing(storage: Storage, query: str) -> None:
    uploader = an_account()
    await keep(storage, uploader, a_video(uploader, title="Rain 😀 _"))
    assert await storage.search.search(query, ANYTHING, ALL) == Page((), 0)


@pytest.mark.parametrize(
    "query",
    [
        'rain" OR "',
        "title:rain",
        "NEAR(rain)",
        "rain*",
        "^rain AND",
        "{title} : rain",
        "rain\x00",
        "NOT rain",
        "(rain",
        "rain " * 100,
        " ".join(f"rain{number}" for number in range(80)) + " rain",
    ],
)
async def test_query_syntax_is_only_text(storage: Storage, query: str) -> None:
    uploader = an_account()
    await keep(storage, uploader, a_video(uploader, title="Rain, near title 0 or1 rain0"))
    assert await titles(storage, query) == ["Rain, near title 0 or1 rain0"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cassandra", "cassandra"),
        ("cass", "cass"),
        ("casandra", "cassandra"),
        ("Cassadnra rain", "cassandra rain"),
        ("rain, databasse", "rain, database"),
        ("Casandar", "cassandra"),
        ("modelling of databses", "modelling of databases"),
        ("zzzzzz", "zzzzzz"),
        ("zzzzzz rain", "zzzzzz rain"),
        ("rain zzzzzz", "rain "),
        ("rain casandra!", "rain cassandra!"),
        ("coummon rain", "common rain"),
        ("cat", "cat"),
        ('"; --', '"; --'),
        ("wong wrang werng wrogn wronh", "wong wrang werng wrogn wronh"),
    ],
)
async def test_a_misspelled_word_becomes_one_that_is_there(storage: Storage, typed: str, meant: str) -> None:
    uploader = an_account()
    text = "A common database for rain; databases are wrong, wrong, wrong. Components."
    await keep(storage, uploader, a_video(uploader, title="Cassandra data modelling", description=text))
    reading = await storage.search.read(typed)
    assert reading.words == (meant if storage.search.corrects_spelling else typed)


@pytest.mark.parametrize(
    "text",
    [
        "\U0001e900\U0001e923\U0001e924\U0001e922",
        "\ufdfa \ufb01ne",
        "\u0130stanbul",
        "ß",
        "naïveté",
        "日本語で",
    ],
)
async def test_every_script_can_be_read(storage: Storage, text: str) -> None:
    uploader = an_account()
    await keep(storage, uploader, a_video(uploader, title="Rain"))
    assert (await storage.search.read(text)).meant == text
    assert await storage.search.read(f"{text} rain") == Reading(f"{text} rain", f"{text} rain")


async def test_a_mistake_may_happen_to_be_another_word(storage: Storage) -> None:
    uploader = an_account()
    voices = [a_video(uploader, title="Voice chatbot") for _ in range(10)]
    await keep(storage, uploader, a_video(uploader, title="Voce mesmo"), *voices)
    corrects = storage.search.corrects_spelling
    assert (await storage.search.read("voce chatbot")).words == (
        "voice chatbot" if corrects else "voce chatbot"
    )
    for typed in ("voce", "voce mesmo", "mesmo voice"):
        assert (await storage.search.read(typed)).words == typed


async def test_a_word_that_is_gone_is_nobodys_correction(storage: Storage) -> None:
    uploader = an_account()
    video = a_video(uploader, title="Cassandra")
    await keep(storage, uploader, video)
    await hide(storage, video)
    assert await storage.search.read("casandra") == Reading("casandra", "casandra")


@pytest.mark.parametrize(
    ("typed", "written_out"),
    [
        ("rain cass", "rain cassandra"),
        ("rain cass!", "rain cassandra!"),
        ("rain casandra", "rain cassandra"),
        ("cass rain", "cass rain"),
    ],
)
async def test_a_last_word_that_is_half_typed_is_written_out(
    storage: Storage, typed: str, written_out: str
) -> None:
    uploader = an_account()
    await keep(
        storage, uploader, a_video(uploader, title="Cassandra, casual", description="Rain, Cassandra.")
    )
    await keep(storage, a_video(uploader, title="Cassandra again"))
    reading = await storage.search.read(typed)
    assert reading.meant == (written_out if storage.search.corrects_spelling else typed)


# In which order, and how they are shown.


async def test_the_title_counts_most_then_tags_then_the_description(storage: Storage) -> None:
    uploader = an_account()
    filler = [a_video(uploader, title=f"Something else {number}") for number in range(9)]
    # All as long as each other, and the best the oldest.
    places = (("Zebra", "calm", "quiet"), ("Second", "zebra", "quiet"), ("Third", "calm", "zebra"))
    videos = [
        a_video(uploader, title=title, tags=(tag,), description=text, submitted_at=START + hours * HOUR)
        for hours, (title, tag, text) in enumerate(places)
    ]
    await keep(storage, uploader, *filler, *videos)
    assert await titles(storage, "zebra") == ["Zebra", "Second", "Third"]


async def test_scores_fall_and_ties_are_newest_first(storage: Storage) -> None:
    uploader = an_account()
    videos = [a_video(uploader, title="Rain", submitted_at=START + n % 3 * HOUR) for n in range(3)]
    await keep(storage, uploader, *videos, a_video(uploader, title="Rain on a tin roof", submitted_at=START))
    hits = (await storage.search.search("rain", ANYTHING, ALL)).items
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert [hit.video_id for hit in hits[:3]] == [video.id for video in reversed(videos)]


async def marked(storage: Storage, query: str, **described: Any) -> tuple[str, ...]:
    uploader: Account = an_account()
    video = a_video(uploader, **described)
    await keep(storage, uploader, video)
    [hit] = (await storage.search.search(query, ANYTHING, ALL)).items
    return storage.search.marked(query, hit, video).highlights


async def test_found_words_are_marked_in_title_and_description(storage: Storage) -> None:
    description = "It began as a drizzle. " * 30 + "Then it rained all night. " + "The sun came out. " * 30
    title, passage = await marked(storage, "rain", title="Rain & thunder", description=description)
    assert title == "<mark>Rain</mark> &amp; thunder"
    assert "<mark>rained</mark> all night" in passage
    assert passage.startswith("…")
    assert passage.endswith("…")
    assert len(passage) < 300


async def test_passages_are_safe_to_put_into_a_page(storage: Storage) -> None:
    passages = await marked(
        storage,
        "rain",
        title="<mark>not ours</mark> <script>alert('rain')</script>",
        description='A "quote" & \ue000 rain \ue002',
    )
    assert passages == (
        "&lt;mark&gt;not ours&lt;/mark&gt; &lt;script&gt;alert(&#x27;<mark>rain</mark>&#x27;)&lt;/script&gt;",
        "A &quot;quote&quot; &amp; \ue000 <mark>rain</mark> \ue002",
    )


async def test_what_is_found_by_a_tag_alone_has_no_passage(storage: Storage) -> None:
    assert await marked(storage, "jazz", title="Late", tags=("Jazz",), description="Quiet.") == ()


# Pages and filters.


async def test_pages_by_number_and_by_position_show_the_same(storage: Storage) -> None:
    uploader = an_account()
    await keep(storage, uploader, *(a_video(uploader, title="Rain " * (n % 3 + 1)) for n in range(7)))
    whole = await storage.search.search("rain", ANYTHING, ALL)
    assert (whole.total, whole.total_is_capped, whole.next) == (7, False, None)
    by_number: list[SearchHit] = []
    followed: list[SearchHit] = []
    after = None
    for number in (1, 2, 3):
        by_number += (await storage.search.search("rain", ANYTHING, PageRequest(number=number, size=3))).items
        page = await storage.search.search("rain", ANYTHING, PageRequest(size=3, after=after))
        followed += page.items
        after = page.next
    assert by_number == followed == list(whole.items)
    assert after is None


async def test_totals_stop_at_a_bound_and_say_so(storage: Storage) -> None:
    uploader, most = an_account(), storage.search.counts_to
    await keep(storage, uploader)
    for _ in range(0, most, 50):
        await keep(storage, *(a_video(uploader, title="Rain") for _ in range(50)))
    exact = await storage.search.search("rain", ANYTHING, PageRequest())
    assert (exact.total, exact.total_is_capped) == (most, False)
    await keep(storage, a_video(uploader, title="Rain"))
    capped = await storage.search.search("rain", ANYTHING, PageRequest(number=most // 10, size=10))
    assert (capped.total, capped.total_is_capped, len(capped.items)) == (most, True, 10)
    # The list itself goes on.
    rest = await storage.search.search("rain", ANYTHING, PageRequest(after=capped.next))
    assert (len(rest.items), rest.next) == (1, None)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"category": "Music"}, {"Rain one"}),
        ({"category": "music"}, set()),
        ({"language": "en"}, {"Rain one", "Rain two"}),
        ({"language": "en", "category": "Music"}, {"Rain one"}),
        ({"tags": ("JAZZ",)}, {"Rain one", "Rain two"}),
        ({"tags": ("jazz", "late  night")}, {"Rain two"}),
        ({"tags": ("jazz", "nowhere")}, set()),
        ({"minimum_rating": 4}, {"Rain one"}),
        ({"minimum_rating": 4.67}, {"Rain one"}),
        ({"minimum_rating": 4.68}, set()),
        ({"minimum_rating": 1}, {"Rain one", "Rain two"}),
        ({"submitted_from": START + HOUR}, {"Rain two", "Rain three"}),
        ({"submitted_to": START + HOUR}, {"Rain one"}),
        ({"submitted_from": START + HOUR, "submitted_to": START + 2 * HOUR}, {"Rain two"}),
    ],
)
async def test_every_filter_that_is_given_must_hold(
    storage: Storage, chosen: dict[str, Any], expected: set[str]
) -> None:
    people = [an_account() for _ in range(3)]
    one, two, three = (
        a_video(people[0], title="Rain one", category="Music", language="en", tags=("Jazz",)),
        a_video(
            people[0],
            title="Rain two",
            language="en",
            tags=("jazz", "Late Night"),
            submitted_at=START + HOUR,
        ),
        a_video(people[0], title="Rain three", language="pt", submitted_at=START + 2 * HOUR),
    )
    await keep(storage, *people, one, two, three)
    for video, given in ((one, (5, 5, 4)), (two, (3, 3, 3))):
        for who, stars in zip(people, given, strict=True):
            await keep(
                storage,
                Rating(video_id=video.id, account_id=who.id, stars=stars, created_at=START, updated_at=START),
            )
    found = await titles(storage, "rain", **chosen)
    assert set(found) == expected
    assert (await storage.search.search("rain", SearchFilter(**chosen), ALL)).total == len(expected)


async def test_one_uploaders_videos_can_be_asked_for(storage: Storage) -> None:
    somebody, other = an_account(), an_account()
    await keep(
        storage, somebody, other, a_video(somebody, title="Rain mine"), a_video(other, title="Rain yours")
    )
    assert await titles(storage, "rain", uploader_id=somebody.id) == ["Rain mine"]


# The index follows the videos.


async def test_an_edit_is_found_at_once_and_the_old_words_no_longer(storage: Storage) -> None:
    uploader = an_account()
    video = a_video(uploader, title="Rain", description="Wet.", tags=("Weather",))
    await keep(storage, uploader, video)
    edited = video.changed(START, title="Snow", description="Cold.", tags=("weather", "winter"))
    await change(storage, edited)
    found = {word: len(await titles(storage, word)) for word in ("rain", "wet", "snow", "cold", "weather")}
    assert found == {"rain": 0, "wet": 0, "snow": 1, "cold": 1, "weather": 1}
    assert await storage.search.suggest_tags("w", 10) == ["weather", "winter"]
    await change(storage, edited.changed(START, tags=()))
    assert await storage.search.suggest_tags("w", 10) == []


async def test_only_what_shows_is_in_the_index(storage: Storage) -> None:
    uploader = an_account()
    pending = a_video(uploader, title="Rain to come", tags=("soon",), status=VideoStatus.PENDING)
    hidden, shown = a_video(uploader, title="Rain gone", tags=("gone",)), a_video(uploader, title="Rain")
    await keep(storage, uploader, pending, hidden, shown)
    await hide(storage, hidden)
    assert await titles(storage, "rain") == ["Rain"]
    assert await storage.search.suggest_tags("o", 10) == []
    await change(storage, pending.changed(START, status=VideoStatus.READY))
    assert set(await titles(storage, "rain")) == {"Rain", "Rain to come"}
    work = storage.begin("tests.remove", ORIGIN)
    storage.search.remove(work, shown.id)
    storage.search.remove(work, shown.id)
    await work.commit()
    assert await titles(storage, "rain") == ["Rain to come"]


# Tags.


async def test_tags_that_begin_with_the_text_come_first_then_those_that_contain_it_by_use(
    storage: Storage,
) -> None:
    uploader = an_account()
    used = {"Jazz": 1, "jam session": 2, "acid jazz": 3, "Pyjama party": 1, "rock": 9}
    videos = [a_video(uploader, tags=(tag,)) for tag, times in used.items() for _ in range(times)]
    await keep(storage, uploader, *videos)
    assert await storage.search.suggest_tags("JA", 10) == ["jam session", "Jazz", "acid jazz", "Pyjama party"]
    assert await storage.search.suggest_tags("ja", 1) == ["jam session"]
    assert await storage.search.suggest_tags(" acid  j", 10) == ["acid jazz"]
    assert await storage.search.suggest_tags("zzz", 10) == []


@pytest.mark.parametrize("text", ["%", "_", "'", "*", "100%", "\U0010ffff"])
async def test_every_character_of_a_tag_is_only_a_character(storage: Storage, text: str) -> None:
    uploader = an_account()
    await keep(storage, uploader, a_video(uploader, tags=("plain", f"{text} sure")))
    assert await storage.search.suggest_tags(text, 10) == [f"{text} sure"]


async def test_the_spelling_that_most_videos_have_is_suggested(storage: Storage) -> None:
    uploader = an_account()
    spellings = ("nosql", "NoSQL", "NoSQL", "NOSQL")
    videos = [a_video(uploader, tags=(tag,)) for tag in spellings]
    await keep(storage, uploader, *videos)
    assert await storage.search.suggest_tags("nos", 10) == ["NoSQL"]
    await hide(storage, videos[1])
    await change(storage, videos[2].changed(START, tags=("NOSQL",)))
    assert await storage.search.suggest_tags("nos", 10) == ["NOSQL"]
