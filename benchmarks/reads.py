"""Every read path of the contract, each as a way to make a request of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote

from benchmarks.scale.chance import skewed, word
from benchmarks.scale.population import TAGS, WORDS, Population, Upload
from killrvideo.domain.ids import AccountId

LOOKED_AT = 400
"""Videos that are drawn to find popular ones among them."""
POPULAR = 20
NOBODY, VIEWER, OWNER, MODERATOR = "nobody", "viewer", "owner", "moderator"


@dataclass(frozen=True, slots=True)
class Asked:
    path: str
    by: AccountId | None = None
    """Who is signed in."""


@dataclass(frozen=True, slots=True)
class ReadPath:
    operation: str
    of: str
    """What is asked for, where there are several cases worth telling apart."""
    make: Callable[[], Asked]

    @property
    def name(self) -> str:
        return f"{self.operation}, {self.of}" if self.of else self.operation


@dataclass
class Targets:
    """What is asked for: of each kind something popular and something usual."""

    population: Population
    flags: Sequence[str]
    """Ids of flags that were raised on the video `flagged`."""
    flagged: str
    rng: Random = field(default_factory=lambda: Random(7))

    def __post_init__(self) -> None:
        numbers = range(self.population.videos)
        drawn = [self.population.upload(self.rng.choice(numbers)) for _ in range(LOOKED_AT)]
        drawn.sort(key=lambda upload: len(upload.comments), reverse=True)
        self._popular, self._usual = drawn[:POPULAR], drawn[POPULAR:]

    def popular(self) -> Upload:
        return self.rng.choice(self._popular)

    def usual(self) -> Upload:
        return self.rng.choice(self._usual)

    def somebody(self) -> AccountId:
        return self.rng.choice(self.population.accounts).id

    def busiest(self) -> AccountId:
        """Who submitted most; the last account watches and writes most."""
        return self.population.accounts[0].id

    def eager(self) -> AccountId:
        return self.population.accounts[-1].id

    def common_word(self) -> str:
        return word(skewed(self.rng, 50, 3))

    def rare_word(self) -> str:
        return word(self.rng.randint(WORDS // 4, WORDS - 1))

    def words_of_a_title(self) -> str:
        return " ".join(self.usual().video.title.split()[:3])


def read_paths(targets: Targets) -> list[ReadPath]:
    t, moderator = targets, targets.population.accounts[0].id
    video: Callable[[], str] = lambda: f"/videos/{t.usual().video.id}"  # noqa: E731
    popular: Callable[[], str] = lambda: f"/videos/{t.popular().video.id}"  # noqa: E731

    def public(operation: str, of: str, path: Callable[[], str]) -> ReadPath:
        return ReadPath(operation, of, lambda: Asked(path()))

    def signed_in(operation: str, of: str, path: Callable[[], str], by: Callable[[], AccountId]) -> ReadPath:
        return ReadPath(operation, of, lambda: Asked(path(), by()))

    def moderated(operation: str, of: str, path: Callable[[], str]) -> ReadPath:
        return signed_in(operation, of, path, lambda: moderator)

    def tagged() -> str:
        return f"/videos/by-tag/{quote(t.population.tag(skewed(t.rng, TAGS, 10)))}"

    def search(what: Callable[[], str], more: str = "") -> Callable[[], str]:
        return lambda: f"/search/videos?query={quote(what())}{more}"

    def own_video() -> Asked:
        upload = t.usual()
        return Asked(f"/videos/{upload.video.id}/status", upload.video.uploader_id)

    def own_activity() -> Asked:
        return Asked(f"/users/{t.eager()}/activity", t.eager())

    return [
        public("videos_get", "", video),
        signed_in("videos_get", "signed in", video, t.somebody),
        public("videos_latest", "", lambda: "/videos/latest"),
        public("videos_latest", "page 100", lambda: "/videos/latest?page=100"),
        public("videos_by_tag", "a usual tag", tagged),
        public("videos_by_tag", "the most used", lambda: f"/videos/by-tag/{quote(t.population.tag(0))}"),
        public("videos_trending", "a day", lambda: "/videos/trending"),
        public("videos_trending", "30 days", lambda: "/videos/trending?intervalDays=30"),
        public("videos_related", "", lambda: f"{video()}/related"),
        ReadPath("videos_status", "", own_video),
        public("comments_list", "usual", lambda: f"{video()}/comments"),
        public("comments_list", "popular", lambda: f"{popular()}/comments"),
        public("ratings_get", "", lambda: f"{popular()}/ratings"),
        signed_in("ratings_get", "signed in", lambda: f"{popular()}/ratings", t.somebody),
        public("rating_get", "", lambda: f"{popular()}/rating"),
        signed_in("recommendations_for_you", "usual", lambda: "/recommendations/foryou", t.somebody),
        signed_in("recommendations_for_you", "eager", lambda: "/recommendations/foryou", t.eager),
        public("search_videos", "a common word", search(t.common_word)),
        public("search_videos", "a rare word", search(t.rare_word)),
        public("search_videos", "words of a title", search(t.words_of_a_title)),
        public("search_videos", "filtered", search(t.common_word, "&category=Music&minRating=4")),
        public(
            "tags_suggest", "", lambda: f"/tags/suggest?query={t.population.tag(t.rng.randrange(99))[:2]}"
        ),
        signed_in("users_me", "", lambda: "/users/me", t.somebody),
        public("users_get", "", lambda: f"/users/{t.somebody()}"),
        public("users_videos", "usual", lambda: f"/users/{t.somebody()}/videos"),
        public("users_videos", "the busiest", lambda: f"/users/{t.busiest()}/videos"),
        public("users_comments", "usual", lambda: f"/users/{t.somebody()}/comments"),
        public("users_comments", "eager", lambda: f"/users/{t.eager()}/comments"),
        ReadPath("users_activity", "", own_activity),
        moderated("flags_list", "", lambda: "/moderation/flags"),
        moderated("flags_get", "", lambda: f"/moderation/flags/{t.rng.choice(t.flags)}"),
        moderated("flags_on_video", "", lambda: f"/videos/{t.flagged}/flags"),
        moderated("moderation_users", "a name", lambda: f"/moderation/users?q={word(t.rng.randrange(2000))}"),
        moderated("moderation_users", "the newest", lambda: "/moderation/users"),
        moderated("moderation_removed", "", lambda: "/moderation/removed"),
        moderated("moderation_audit", "", lambda: "/moderation/audit"),
    ]


UNTIMED = {
    "users_export_me": "an archive of everything, made of as many reads as there are things",
    "search_answers": "not built yet",
}
"""Reads of the contract that are left out, and why."""
