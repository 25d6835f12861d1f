"""Where videos that only say the words stand among those that have them in their texts."""

from killrvideo.domain.ids import VideoId
from killrvideo.domain.passages import Passage, PassageHit
from killrvideo.domain.ranking import is_whole, score_of
from killrvideo.domain.search import SearchHit
from killrvideo.domain.spoken import MOMENTS_MOST, NOTHING_SAID, Spoken
from tests.builders.ids import IDS

A, B, C = (VideoId(IDS.new()) for _ in range(3))


def said(video_id: VideoId, worth: float, number: int = 0) -> PassageHit:
    return PassageHit(Passage(video_id, number, "en", 1000 * number, 1000 * number + 900, "Rain."), worth)


def test_what_only_says_all_the_words_stands_between_all_and_some_of_them() -> None:
    hits = [SearchHit(A, score_of(20, whole=True)), SearchHit(B, score_of(20, whole=False))]
    found = Spoken.of([said(C, 4)]).among(hits)
    assert [hit.video_id for hit in found] == [A, C, B]
    assert is_whole(found[1].score)
    assert found[::2] == hits


def test_the_better_of_both_counts_once() -> None:
    hits = [SearchHit(A, score_of(1, whole=False)), SearchHit(B, score_of(9, whole=True))]
    found = Spoken.of([said(A, 4), said(B, 4)]).among(hits)
    assert [hit.video_id for hit in found] == [B, A]
    assert found[0] == hits[1]
    assert is_whole(found[1].score)


def test_a_title_counts_more_than_what_is_said() -> None:
    [first, _] = Spoken.of([said(B, 5)]).among([SearchHit(A, score_of(5, whole=True))])
    assert first.video_id == A


def test_equal_ones_keep_their_order() -> None:
    hits = [SearchHit(A, 0.7), SearchHit(B, 0.7)]
    assert NOTHING_SAID.among(hits) == hits


def test_moments_of_a_video_are_its_best_passages() -> None:
    hits = [said(A, 9 - number, number) for number in range(MOMENTS_MOST + 2)]
    spoken = Spoken.of([said(B, 10), *hits])
    assert [passage.number for passage in spoken.moments(A)] == list(range(MOMENTS_MOST))
    assert len(spoken.moments(B)) == 1
    assert spoken.moments(C) == ()
