"""Cues keep their rules whatever is said, and break where people do."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from killrvideo.domain.captions import Cue
from killrvideo.domain.cue_lines import LINE, LINES, width_of
from killrvideo.domain.cues import GAP, LATE, LEAST, LONGEST, SHORTEST, Word, cues_of, needed, retold

LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"]), min_size=1)
TEXTS = st.builds("{}{}{}".format, st.sampled_from(["", " "]), LETTERS, st.sampled_from(["", ".", ",", "。"]))
WORDS = st.lists(st.builds(Word, st.integers(0, 60_000), st.integers(0, 60_000), TEXTS), max_size=60)


@st.composite
def spoken(draw: st.DrawFn) -> list[Word]:
    """As people speak: words one after another, a letter in 30 to 90 milliseconds, now and then a pause."""
    now, words = 0, []
    for text in draw(st.lists(st.from_regex(r"[a-z]{1,12}[,.]?", fullmatch=True), min_size=1, max_size=80)):
        now += draw(st.sampled_from([0, 20, 40, 300, 900, 3000]))
        end = now + len(text) * draw(st.integers(30, 90))
        words.append(Word(now, end, f" {text}"))
        now = end
    return words


def said(text: str, *, letter: int = 60, pause: int = 0) -> list[Word]:
    """Words at the pace of a letter in so many milliseconds, with pauses at the ends of sentences."""
    now, words = 0, []
    for word in text.split():
        end = now + letter * len(word)
        words.append(Word(now, end, f" {word}"))
        now = end + letter + (pause if word.endswith(".") else 0)
    return words


def letters(text: str) -> str:
    return "".join(text.split())


def texts(cues: tuple[Cue, ...]) -> list[str]:
    return [" ".join(cue.text.split("\n")) for cue in cues]


@given(WORDS)
def test_lines_are_short_and_times_never_overlap(words: list[Word]) -> None:
    cues = cues_of(words)
    for cue in cues:
        lines = cue.text.split("\n")
        assert len(lines) <= LINES
        assert all(line and line == line.strip() and width_of(line) <= LINE for line in lines)
        assert LEAST <= cue.end - cue.start <= LONGEST
    assert all(after.start - before.end >= GAP for before, after in pairwise(cues))


@given(WORDS)
def test_nothing_is_left_out_and_nothing_said_twice(words: list[Word]) -> None:
    in_order = sorted(words, key=lambda word: (word.start, word.end))
    said = letters("".join(word.text for word in in_order))
    assert letters("".join(cue.text for cue in cues_of(words))) == said


@given(spoken())
def test_a_cue_is_there_with_its_words_and_as_long_as_it_takes_to_be_read(words: list[Word]) -> None:
    cues = cues_of(words)
    starts = {word.start for word in words}
    for cue, following in zip(cues, (*cues[1:], None), strict=True):
        assert cue.start in starts or any(0 < cue.start - start <= LATE for start in starts)
        is_read = cue.end - cue.start >= needed(cue.text)
        # Shorter is only what others follow without a pause.
        assert is_read or (following is not None and following.start - cue.end == GAP)


def test_a_line_is_counted_in_columns() -> None:
    [cue] = cues_of([Word(100 * place, 100 * place + 100, letter) for place, letter in enumerate("雨" * 42)])
    assert cue.text == "\n".join(["雨" * 21] * 2)


def test_sentences_and_pauses_are_where_cues_end_first() -> None:
    cues = cues_of(said("Rain falls on the hills. Nobody there, says Mr. Smith, is surprised.", pause=300))
    assert texts(cues) == ["Rain falls on the hills.", "Nobody there, says Mr. Smith, is surprised."]

    before = said("we walked on for an hour")
    after = [Word(word.start + 3000, word.end + 3000, word.text) for word in said("then it rained")]
    assert texts(cues_of([*before, *after])) == ["we walked on for an hour", "then it rained"]


def test_commas_are_where_long_sentences_break() -> None:
    text = "Had he married a more amiable woman of the county, he might have been made respectable by her."
    assert texts(cues_of(said(text))) == [text[: text.index(",") + 1], text[text.index(",") + 2 :]]


def test_short_sentences_are_seen_together() -> None:
    assert texts(cues_of(said("Yes. No. I know."))) == ["Yes. No. I know."]


def test_what_is_said_fast_stays_on_into_the_silence() -> None:
    words = said("the quickest of all speakers says this sentence", letter=20)
    [cue] = cues_of(words)
    assert cue.end - cue.start == needed(cue.text) > words[-1].end


def test_what_is_said_too_fast_for_too_long_is_all_there_and_too_short() -> None:
    text = "all of these words come at twice the speed that anybody can read. " * 20
    cues = cues_of(said(text, letter=20))
    assert " ".join(texts(cues)) == text.strip()
    assert any(cue.end - cue.start < needed(cue.text) for cue in cues)
    assert cues[-1].end - cues[-1].start == needed(cues[-1].text)


def test_one_word_alone_is_seen_for_a_while() -> None:
    assert cues_of([Word(4000, 4100, " Hm.")]) == (Cue(4000, 4000 + SHORTEST, "Hm."),)


def test_a_word_that_fills_lines_is_cut() -> None:
    [cue] = cues_of([Word(0, 3000, " " + "n" * 80)])
    assert cue.text == f"{'n' * 42}\n{'n' * 38}"


def test_silence_has_no_cues() -> None:
    assert cues_of([]) == ()
    assert cues_of([Word(0, 100, " "), Word(100, 200, "")]) == ()


def test_a_translation_stands_where_its_original_does() -> None:
    cues = (Cue(0, 2000, "Good evening."), Cue(5000, 7000, "It\nrains."))
    assert retold(cues, ["Guten Abend.", "Es regnet."]) == (
        Cue(0, 2000, "Guten Abend."),
        Cue(5000, 7000, "Es regnet."),
    )


def test_a_translation_that_is_too_long_goes_on_in_another_cue() -> None:
    long = "Meine sehr verehrten Damen und Herren, ich darf Sie heute sehr herzlich " * 2
    cues = retold((Cue(0, 2000, "Hello."), Cue(60_000, 61_000, "Bye.")), [long, "Tschüs."])
    assert " ".join(texts(cues)) == f"{long}Tschüs."
    assert len(cues) > 2
    assert (cues[0].start, cues[-1].start) == (0, 60_000)


@given(spoken(), st.data())
def test_translations_keep_the_rules(words: list[Word], data: st.DataObject) -> None:
    cues = cues_of(words)
    others = [data.draw(st.text("aé雨 .", max_size=200)) for _ in cues]
    told = retold(cues, others)
    assert letters("".join(cue.text for cue in told)) == letters("".join(others))
    assert all(width_of(line) <= LINE for cue in told for line in cue.text.split("\n"))
    assert all(LEAST <= cue.end - cue.start <= LONGEST for cue in told)
    assert all(after.start - before.end >= GAP for before, after in pairwise(told))
