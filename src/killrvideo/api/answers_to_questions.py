"""Answers to questions over HTTP: each sentence with the passages that say it."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from killrvideo.api.answers import NEVER_KEPT, Answer, answer
from killrvideo.api.dependencies import House
from killrvideo.api.operations import Shared, operation
from killrvideo.api.passages import PassageBody, passage_fields
from killrvideo.api.search import Chosen, Words
from killrvideo.domain import answers, errors
from killrvideo.domain.answers import Written

router = APIRouter(tags=["search"])


class CitedPassage(PassageBody):
    text: str
    """Word by word; plain text."""


class CitedSentence(Answer):
    text: str
    """Plain text."""
    citations: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1)]
    """The places of those of the `passages` that say it, from 0. An extracted sentence is part of each."""


class AnswerToQuestion(Answer):
    answered: bool
    answer: str | None
    """All sentences together; null where no video answers the question."""
    reason: str | None
    """Why there is no answer, in a sentence for people; null where there is one."""
    written: Written | None
    """`extracted` if all sentences are quoted word by word; `generated` if a model wrote them, and what was
    not in their passages was dropped. Null where there is no answer."""
    sentences: list[CitedSentence]
    """Empty where no video answers the question."""
    passages: list[CitedPassage]
    """Those that are cited, then others that were looked at, best first."""


def spelled(found: answers.Answer) -> AnswerToQuestion:
    cited = [source for sentence in found.sentences for source in sentence.sources]
    sources = list(dict.fromkeys((*cited, *found.found)))
    places = {source: place for place, source in enumerate(sources)}
    return AnswerToQuestion(
        answered=bool(found.sentences),
        answer=" ".join(sentence.text for sentence in found.sentences) or None,
        reason=found.reason,
        written=found.written if found.sentences else None,
        sentences=[
            CitedSentence(text=one.text, citations=[places[source] for source in one.sources])
            for one in found.sentences
        ],
        passages=[CitedPassage(**passage_fields(source), text=source.passage.text) for source in sources],
    )


@operation(
    router,
    "GET",
    "/search/answers",
    "search_answers",
    answer=AnswerToQuestion,
    refuses=(errors.InvalidText,),
    shared=Shared.EVERYBODY,
)
async def answers_to(house: House, question: Words, chosen: Chosen) -> Response:
    """Answers a question from captions and descriptions of public videos, or says that none answers it.

    Passages are found by words and by meaning, with the filters of the search; without a model, by words
    alone. Every sentence of the answer is cited.
    """
    found = await house.answers.ask(question, chosen)
    return answer(spelled(found), headers=NEVER_KEPT if found.is_makeshift else None)
