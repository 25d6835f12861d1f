"""Questions of somebody who knows which video is meant: made from the public data set, deterministically.

The videos are real; the questions are synthetic, and each class of them says what it is like.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from random import Random
from string import ascii_lowercase

from evaluations.datasets import beside
from evaluations.labelled import SEED, Labelled, Question, a_ready_video, held_out_half
from evaluations.measures import Grades
from killrvideo.domain.videos import Video, tag_key
from killrvideo.domain.words import STOP_WORDS, WORD

QUESTIONS = 300
"""Of each class, at most."""
SENTENCE_WORDS = 6
"""Words that a sentence of a description needs to be asked for."""
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
ADDRESS = re.compile(r"https?://\S+|\S+@\S+")

Make = Callable[[Video, Random], str | None]


def known_items() -> Labelled:
    """Raises Absent."""
    videos = [_video(row) for row in _rows()]
    sentences = Counter(sentence for video in videos for sentence in set(_sentences(video)))
    classes: Mapping[str, Make] = {
        "title words": _title_words,
        "title, a typing mistake": _mistyped,
        "title, last word half typed": _half_typed,
        "description, no title words": partial(_description_words, sentences),
        "tags": _tags,
    }
    questions = [one for name, make in classes.items() for one in _questions(videos, name, make)]
    notes = [
        "500 videos of the public KillrVideo data set. Synthetic questions, made by chance with seed "
        f"{SEED}, {QUESTIONS} of each class at most: three to five telling words of a title in their order; "
        "the same with one typing mistake in a word of five letters or more; the same with half of the last "
        "word; words of one sentence that one description alone has, without those of the title; two tags. "
        "Half of the videos are held out. Relevant are the video and others of the same title; for tags, all "
        "videos that have both.",
    ]
    return Labelled("Known items", videos, questions, notes)


def _questions(videos: Sequence[Video], kind: str, make: Make) -> list[Question]:
    random = Random(f"{SEED} {kind}")
    held_out = held_out_half([video.id.hex for video in videos])
    questions: list[Question] = []
    for video in random.sample(videos, len(videos)):
        text = make(video, random)
        if text and len(questions) < QUESTIONS:
            grades = _with_tags(videos, text) if make is _tags else _same_title(videos, video)
            questions.append(Question(text, grades, kind, held_out[video.id.hex]))
    return questions


def _title_words(video: Video, random: Random) -> str | None:
    words = _telling(video.title)
    count = random.randint(3, 5)
    if len(words) < count:
        return None
    first = random.randint(0, len(words) - count)
    return " ".join(words[first : first + count])


def _mistyped(video: Video, random: Random) -> str | None:
    words = (_title_words(video, random) or "").split()
    long = [place for place, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if not long:
        return None
    place = random.choice(long)
    words[place] = _with_mistake(words[place], random)
    return " ".join(words)


def _with_mistake(word: str, random: Random) -> str:
    """One letter left out, doubled, exchanged with its neighbour, or another one; not the first."""
    place = random.randint(1, len(word) - 2)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    made = random.choice(
        (
            before + after,
            before + letter + letter + after,
            before + after[0] + letter + after[1:],
            before + random.choice(ascii_lowercase) + after,
        )
    )
    return made if made != word else before + after


def _half_typed(video: Video, random: Random) -> str | None:
    words = (_title_words(video, random) or "").split()
    if not words or len(words[-1]) < 5:
        return None
    return " ".join([*words[:-1], words[-1][: max(3, len(words[-1]) // 2)]])


def _description_words(sentences: Counter[str], video: Video, random: Random) -> str | None:
    own = [sentence for sentence in _sentences(video) if sentences[sentence] == 1]
    if not own:
        return None
    title = set(WORD.findall(video.title.lower()))
    words = [word for word in WORD.findall(random.choice(own).lower()) if word not in title]
    return " ".join(words[:12]) if len(words) >= SENTENCE_WORDS else None


def _tags(video: Video, random: Random) -> str | None:
    if len(video.tags) < 2:
        return None
    return " ".join(sorted(random.sample(video.tags, 2)))


def _with_tags(videos: Sequence[Video], text: str) -> Grades:
    asked = set(text.split())
    return {video.id: 1.0 for video in videos if asked <= {tag_key(tag) for tag in video.tags}}


def _same_title(videos: Sequence[Video], meant: Video) -> Grades:
    title = " ".join(_telling(meant.title))
    return {video.id: 1.0 for video in videos if " ".join(_telling(video.title)) == title}


def _sentences(video: Video) -> list[str]:
    text = ADDRESS.sub(" ", video.description or "")
    sentences = (" ".join(sentence.split()) for sentence in SENTENCE.split(text))
    return [one for one in sentences if len(_telling(one)) >= SENTENCE_WORDS]


def _telling(text: str) -> list[str]:
    return [word for word in WORD.findall(text.lower()) if word not in STOP_WORDS]


def _video(row: Mapping[str, str]) -> Video:
    return a_ready_video(
        row["videoid"],
        title=row["name"],
        description=row["description"] or None,
        tags=tuple(json.loads(row["tags"])),
    )


def _rows() -> list[dict[str, str]]:
    with beside("killrvideo", "videos.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
