"""What somebody may like, by the weights of tags."""

from datetime import timedelta

from killrvideo.domain.ids import VideoId
from killrvideo.domain.taste import Tagged, liked_first, likes_of
from tests.builders.ids import IDS
from tests.holding_still import START


def test_two_spellings_of_a_tag_are_one_and_shunned_tags_bring_nothing() -> None:
    likes = likes_of({"Jazz": 1.0, " JAZZ ": 0.5, "rock": -1.0, "live": 0.5})
    assert likes.most(5) == ["jazz", "live"]
    assert likes.most(1) == ["jazz"]
    assert likes.of(("jazz", "rock", "other")) == 0.5


def test_scores_say_how_much_of_all_that_is_liked_a_video_has() -> None:
    likes = likes_of({"jazz": 3.0, "live": 1.0, "rock": -2.0})
    assert [likes.score(weight) for weight in (4.0, 3.0, 0.0, -1.0)] == [1.0, 0.75, 0.0, 0.0]
    assert likes_of({}).score(0.0) == 0.0


def test_weight_comes_before_views_of_late_and_these_before_age() -> None:
    heavy, viewed, new, old, shunned = (VideoId(IDS.new()) for _ in range(5))
    later, jazz = START + timedelta(hours=1), frozenset({"jazz"})
    tagged = {
        old: Tagged(START, jazz),
        new: Tagged(later, jazz),
        shunned: Tagged(later, frozenset({"jazz", "rock"})),
        viewed: Tagged(START, jazz),
        heavy: Tagged(START, frozenset({"jazz", "live"})),
    }
    order = liked_first(tagged, likes_of({"jazz": 1.0, "live": 1.0, "rock": -1.0}), {viewed: 2})
    assert order == [(heavy, 1.0), (viewed, 0.5), (new, 0.5), (old, 0.5)]
