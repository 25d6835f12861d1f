"""Comments are judged by what they say, negation and irony among it, and not by who they are about."""

import asyncio
from collections.abc import Iterator, Sequence

import pytest

from killrvideo.adapters.language.sentiment.network import load
from killrvideo.adapters.language.sentiment.trained import TrainedSentiment, WordSentiment
from killrvideo.adapters.language.sentiment.vader import VaderSentiment
from killrvideo.bootstrap.language import embeddings_of, sentiment_of
from killrvideo.domain.comments import Mood, mood_of
from killrvideo.domain.errors import ModelUnavailable
from killrvideo.service_interfaces.language import Purpose, SentimentModel
from killrvideo.settings.language import ModelSetting
from killrvideo.settings.model import Settings
from tests.packaged_model import packaged_embeddings
from training.identities import listed

MOVED_MOST = 0.05

# None of these names, countries or sentences was there when the model was trained.
NAMES = listed("""
Aminata, Bartholomew, Caitlin, Darius, Esperanza, Farouk, Gianluca, Hye-jin, Ifeanyi, Jada, Keisha,
Leroy, Mbali, Nguyen, Oluwaseun, Padma, Quentin, Rosalind, Sanjay, Takeshi, Uchenna, Viktor, Wanjiru,
Xavier, Yevgenia, Zoltan, Abigail, Brenda, Connie, DeShawn, Emre, Francesca, Guillermo, Hamza, Ines,
Jakub, Krzysztof, Lakshmi, Muhammad, Nokuthula, Osama, Jihad, Adolf, Karen, Igor, Sven, Ahmad, Joy,
Faith, Grace, Rob, Dick, Grant, Honor, Liberty, Savage
""")
COUNTRIES = listed("""
Argentina, Austria, Bolivia, Canada, Cuba, Finland, Germany, Honduras, Indonesia, Ireland, Italy, Japan,
Kenya, Lebanon, Liberia, Malaysia, Morocco, Myanmar, Netherlands, Niger, Oman, Paraguay, Portugal,
Romania, Samoa, Scotland, Slovakia, Spain, Sweden, Switzerland, Thailand, Tonga, Turkey, Venezuela,
Wales, Zambia, Barbados, Brunei, Comoros, Dominica, Mauritius, Monaco, Mongolia, Nauru, Tajikistan,
Tuvalu, Uzbekistan, Burma, England, Tibet, New Zealand, South Africa, Sri Lanka, the Maldives
""")
PEOPLES = listed("""
Austrian, Bolivian, Burmese, Croatian, Czech, Estonian, Georgian, Icelandic, Kazakh, Maltese, Omani,
Qatari
""")
PRONOUNS = (
    ("he", "him", "his", "his", "himself"),
    ("she", "her", "her", "hers", "herself"),
    ("they", "them", "their", "theirs", "themself"),
    ("xe", "xem", "xyr", "xyrs", "xemself"),
    ("ze", "hir", "hir", "hirs", "hirself"),
    ("ey", "em", "eir", "eirs", "emself"),
    ("fae", "faer", "faer", "faers", "faerself"),
)
"""Subject, object, possessive before a noun, possessive alone, reflexive: all of the third person."""

WITH_NAME = (
    "{} made this course a pleasure.",
    "I hate how {} talks.",
    "{} starts with the schema.",
    "Big thanks to {} and everyone else!",
    "Why does {} always sound so bored?",
    "{} recorded this in one take.",
    "Not what I expected from {}, disappointing.",
    "{}'s demo is the best so far.",
    "Could {} do a video about tombstones?",
)
WITH_COUNTRY = (
    "Best wishes from {}!",
    "Nobody in {} can use this.",
    "The cluster runs in {}.",
    "My students in {} adore this series.",
    "The release party in {} was a disaster.",
)
WITH_PEOPLE = (
    "The {} speaker was hard to follow.",
    "What a charming {} accent!",
    "Our {} office uses this driver.",
)
WITH_PRONOUN = (
    "{0} saved my project, thank you.",
    "I watched {2} talk twice, so good.",
    "This was the worst of {2} talks.",
    "{0} closed the laptop.",
    "I disagree with {1}.",
    "The funniest demo was {3}.",
    "{0} fixed it all by {4}.",
)


@pytest.fixture(scope="module")
def trained() -> Iterator[TrainedSentiment]:
    with packaged_embeddings() as model:
        yield TrainedSentiment(model, WordSentiment(VaderSentiment()), load, seconds=None)


@pytest.fixture(scope="module")
def words() -> WordSentiment:
    return WordSentiment(VaderSentiment())


@pytest.fixture(params=["trained", "words"])
def judge(request: pytest.FixtureRequest) -> SentimentModel:
    """Both: a model that is away makes nobody sound better or worse either."""
    judge: SentimentModel = request.getfixturevalue(request.param)
    return judge


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("I love this video, it is GREAT!", Mood.POSITIVE),
        ("Thanks, this was really helpful :)", Mood.POSITIVE),
        ("Best explanation of consistent hashing I have ever seen.", Mood.POSITIVE),
        ("Not bad at all!", Mood.POSITIVE),
        ("I have never seen it explained better.", Mood.POSITIVE),
        ("The audio is terrible, I gave up after a minute.", Mood.NEGATIVE),
        ("this is terrible", Mood.NEGATIVE),
        ("This is horrible!", Mood.NEGATIVE),
        ("that was boring", Mood.NEGATIVE),
        ("way too slow", Mood.NEGATIVE),
        ("Hard to follow.", Mood.NEGATIVE),
        ("love this", Mood.POSITIVE),
        ("Crystal clear.", Mood.POSITIVE),
        ("This is not good.", Mood.NEGATIVE),
        ("I don't like the new format.", Mood.NEGATIVE),
        ("I wouldn't recommend this to anybody.", Mood.NEGATIVE),
        ("Wow, thanks for nothing.", Mood.NEGATIVE),
        ("Just what I needed, more broken sample code.", Mood.NEGATIVE),
        ("The talk begins at 4:30.", Mood.NEUTRAL),
        ("Which version of the driver is this?", Mood.NEUTRAL),
    ],
)
async def test_comments_sound_as_they_are_meant(trained: TrainedSentiment, text: str, mood: Mood) -> None:
    assert mood_of(await trained.score(text)) is mood


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        *(
            (text, Mood.POSITIVE)
            for text in ("👍", "🔥🔥🔥", "👏👏👏", "🙏", "❤️", "😍", "⭐⭐⭐⭐⭐", "Great video 👍")
        ),
        *(
            (text, Mood.NEGATIVE)
            for text in ("👎", "👎🏿👎🏿", "🤮", "💩", "🥱", "🙄", "😭", "💔", "meh 👎", "The intro 🤮")
        ),
        *(
            (text, Mood.NEUTRAL)
            for text in ("🎬", "🏁🏁", "🇩🇪", "→", "★", "!!!", "...", "0", "4:30", "\u200b")
        ),
    ],
)
async def test_emoji_sound_as_viewers_mean_them(judge: SentimentModel, text: str, mood: Mood) -> None:
    assert mood_of(await judge.score(text)) is mood


async def test_an_angry_face_is_no_praise(trained: TrainedSentiment) -> None:
    for text in ("😡", "😡😡😡", "😠", "😤", "🤬"):
        assert mood_of(await trained.score(text)) is Mood.NEGATIVE


async def test_emoji_of_all_tones_and_of_women_and_men_sound_the_same(judge: SentimentModel) -> None:
    for alike in (
        ("👍", "👍🏻", "👍🏿"),
        ("Nice 🤷‍♀️", "Nice 🤷‍♂️", "Nice 🤷🏽"),
        ("Hi 👩‍💻", "Hi 👨‍💻"),
        ("Go 🇮🇱", "Go 🇵🇸"),
    ):
        assert len({await judge.score(text) for text in alike}) == 1


async def test_words_after_very_many_emoji_count(judge: SentimentModel) -> None:
    assert await judge.score("🔥" * 40 + "👎" * 900) > 0.1
    flags = "🏁" * 900
    assert await judge.score(f"{flags} I hate this") < -0.1 < 0.1 < await judge.score(f"{flags} I love it")


@pytest.mark.parametrize(
    "text", ["最悪", "素晴らしいビデオ", "Это ужасно", "مقطع رائع", "שלום", "आप कैसे हैं", "영상"]
)
async def test_of_letters_that_it_cannot_read_it_says_nothing(judge: SentimentModel, text: str) -> None:
    assert await judge.score(text) == 0.0
    assert await judge.score(f"{text} 👍") > 0.1


async def test_letters_with_accents_are_read(trained: TrainedSentiment, words: WordSentiment) -> None:
    for text in ("A naïve but lovely café scene", "Chị ấy nói hay, I love it"):
        assert await trained.score(text) != await words.score(text)


@pytest.mark.parametrize("template", WITH_NAME)
async def test_a_name_does_not_move_the_score(judge: SentimentModel, template: str) -> None:
    assert await moved(judge, [template.format(name) for name in NAMES]) <= MOVED_MOST


@pytest.mark.parametrize("template", WITH_COUNTRY)
async def test_a_country_does_not_move_the_score(judge: SentimentModel, template: str) -> None:
    assert await moved(judge, [template.format(country) for country in COUNTRIES]) <= MOVED_MOST


@pytest.mark.parametrize("template", WITH_PEOPLE)
async def test_a_people_does_not_move_the_score(judge: SentimentModel, template: str) -> None:
    assert await moved(judge, [template.format(people) for people in PEOPLES]) <= MOVED_MOST


@pytest.mark.parametrize("template", WITH_PRONOUN)
async def test_a_pronoun_does_not_move_the_score(judge: SentimentModel, template: str) -> None:
    texts = [template.format(*pronouns) for pronouns in PRONOUNS]
    assert await moved(judge, [text[0].upper() + text[1:] for text in texts]) <= MOVED_MOST


async def moved(judge: SentimentModel, texts: Sequence[str]) -> float:
    """The distance between the highest and the lowest score."""
    scores = [await judge.score(text) for text in texts]
    return max(scores) - min(scores)


@pytest.mark.parametrize(
    "text", ["", " ", "!" * 1000, "😀" * 1000, "\x00", "\ud800", "日本語のコメント", "Aa " * 333]
)
async def test_every_text_has_a_score(judge: SentimentModel, text: str) -> None:
    score = await judge.score(text)
    assert -1 <= score <= 1
    assert score == round(score, 4)


class Gone:
    """An embedding model that is away, or does not answer."""

    name = "gone"
    dimension = 384

    def __init__(self, *, hangs: bool) -> None:
        self._hangs = hangs

    async def embed(self, texts: Sequence[str], purpose: Purpose) -> Sequence[Sequence[float]]:
        if self._hangs:
            await asyncio.Event().wait()
        raise ModelUnavailable


@pytest.mark.parametrize("hangs", [False, True])
async def test_without_its_model_a_comment_is_judged_by_its_words(
    words: WordSentiment, *, hangs: bool
) -> None:
    judge = TrainedSentiment(Gone(hangs=hangs), words, load, seconds=0.01)
    for text in ("I love it when it works.", "Joy explained this badly."):
        assert await judge.score(text) == await words.score(text)
    assert await judge.score("I love it when it works.") > 0


async def test_with_embeddings_off_names_sound_like_nothing_either() -> None:
    models = embeddings_of(Settings(_env_file=None, embedding_model=ModelSetting("off")))
    judge = sentiment_of(models)
    text = "{} explained the partition key in this video."
    assert {await judge.score(text.format(name)) for name in ("Anna", "Joy", "Hope")} == {0.0}
