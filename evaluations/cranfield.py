"""The Cranfield collection: 1,400 abstracts on aerodynamics, and 225 questions of those who worked in it."""

import re
from collections.abc import Mapping
from html import unescape
from uuid import UUID

from evaluations.datasets import beside
from evaluations.labelled import Labelled, Question, a_ready_video, held_out_half
from evaluations.measures import Grades
from killrvideo.domain.ids import VideoId
from killrvideo.domain.videos import DESCRIPTION_LONGEST, TITLE_LENGTHS, Video

FOLDER = ("eval", "cranfield")
DOCUMENT = re.compile(
    r"<docno>(?P<number>\d+)</docno>\s*<title>(?P<title>.*?)</title>.*?<text>(?P<text>.*?)</text>", re.DOTALL
)
QUESTION = re.compile(r"<title>(.*?)</title>", re.DOTALL)
UNTITLED = "untitled"


def cranfield() -> Labelled:
    """Raises Absent."""
    videos = dict(_videos())
    questions = QUESTION.findall(beside(*FOLDER, "cran.qry.xml").read_text())
    grades = _grades({number: video.id for number, video in videos.items()})
    held_out = held_out_half(list(grades))
    asked = [
        Question(_plain(text), grades[str(number)], "questions", held_out[str(number)])
        for number, text in enumerate(questions, start=1)
    ]
    notes = [
        "1,400 abstracts, each a video: its title, and the abstract as its description; no tags. 225 "
        "questions, half of which by chance are held out. Judgements above 0 count, by their grade."
    ]
    return Labelled("Cranfield", list(videos.values()), asked, notes)


def _videos() -> list[tuple[str, Video]]:
    found = DOCUMENT.finditer(beside(*FOLDER, "cran.all.1400.xml").read_text())
    return [
        (one["number"], _video(one["number"], _plain(one["title"]), _plain(one["text"]))) for one in found
    ]


def _video(number: str, title: str, text: str) -> Video:
    """An abstract begins with its title; a description does so only where the title is too long for one."""
    longest = TITLE_LENGTHS.stop - 1
    abstract = text.removeprefix(title).strip() if len(title) <= longest else text
    return a_ready_video(
        f"cranfield {number}",
        title=title[:longest] or UNTITLED,
        description=abstract[:DESCRIPTION_LONGEST] or None,
    )


def _grades(videos: Mapping[str, VideoId]) -> Mapping[str, Grades]:
    """By the number of the question."""
    grades: dict[str, dict[UUID, float]] = {}
    for line in beside(*FOLDER, "cranqrel.trec.txt").read_text().splitlines():
        question, _, document, grade = line.split()
        if int(grade) > 0 and document in videos:
            grades.setdefault(question, {})[videos[document]] = float(grade)
    return grades


def _plain(text: str) -> str:
    return " ".join(unescape(text).split())
