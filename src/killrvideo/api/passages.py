"""Where something is said, over HTTP: passages of captions and descriptions."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.responses import Response

from killrvideo.api.answers import NEVER_KEPT, Answer, Count, answer_many
from killrvideo.api.dependencies import House
from killrvideo.api.operations import Shared, operation
from killrvideo.api.search import SERVED, Chosen, Words
from killrvideo.domain import errors
from killrvideo.domain.answers import Source
from killrvideo.domain.search import SearchMode

PASSAGES_MOST = 50

router = APIRouter(tags=["search"])


class PassageBody(Answer):
    """What a video says, or is described with; `/videos/{videoId}` at `startSeconds` is where to hear it."""

    videoId: UUID
    title: str
    """The video's."""
    startSeconds: Count
    """Where in the video it begins; 0 for a description."""
    endSeconds: Count
    """Where it ends; 0 for a description."""
    language: str | None
    """Of the captions that it is from; null for the video's description."""


class FoundPassage(PassageBody):
    text: str
    """HTML-escaped, with the words of the query between `<mark>` and `</mark>`."""


FOUND = TypeAdapter(list[FoundPassage])


def passage_fields(source: Source) -> dict[str, Any]:
    """What `PassageBody` says of a passage."""
    passage, video = source.passage, source.video
    return {
        "videoId": video.id,
        "title": video.title,
        "startSeconds": passage.start_second,
        "endSeconds": passage.end_second,
        "language": passage.language,
    }


@operation(
    router,
    "GET",
    "/search/passages",
    "search_passages",
    answer=list[FoundPassage],
    refuses=(errors.InvalidText,),
    headers={SERVED: "`hybrid`, or `keyword` where no model answered."},
    shared=Shared.EVERYBODY,
)
async def passages(
    house: House,
    query: Words,
    chosen: Chosen,
    limit: Annotated[int, Query(ge=1, le=PASSAGES_MOST, description="How many at most.")] = 10,
) -> Response:
    """Where in public videos something is said, or what they are described with, best first.

    Passages are found by their words and their meaning, with the filters of the search of videos.
    """
    found, mode = await house.passage_search.passages(query, chosen, limit)
    bodies = [FoundPassage(**passage_fields(one.source), text=one.marked) for one in found]
    is_makeshift = mode is not SearchMode.HYBRID
    return answer_many(FOUND, bodies, headers={SERVED: mode.value} | (NEVER_KEPT if is_makeshift else {}))
