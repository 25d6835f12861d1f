"""Search over HTTP: videos by words and meaning, and tags by their beginnings."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from killrvideo.api.answers import NEVER_KEPT, Answer, Count, answer, answer_many
from killrvideo.api.dependencies import CurrentCaller, House
from killrvideo.api.instants import Instant
from killrvideo.api.operations import Auth, Shared, operation
from killrvideo.api.paging import PageOf, Pages
from killrvideo.api.text import NOT_BLANK, Text
from killrvideo.api.videos.bodies import VideoSummary, summary_fields
from killrvideo.domain import errors
from killrvideo.domain.ids import AccountId
from killrvideo.domain.ratings import STARS
from killrvideo.domain.search import QUERY_LONGEST, SearchFilter, SearchMode
from killrvideo.domain.videos import TAG_LONGEST, TAGS_MOST
from killrvideo.features import search

SUGGESTED_MOST = 25
SERVED = "X-Search-Mode-Served"

router = APIRouter(tags=["search"])


class Moment(Answer):
    """Where in the video words of the query are said: `/videos/{videoId}` at `startSeconds`."""

    startSeconds: Count
    endSeconds: Count
    language: str
    """Of the captions."""
    text: str
    """What is said there, HTML-escaped, with the found words between `<mark>` and `</mark>`."""


class FoundVideo(VideoSummary):
    score: Annotated[float, Field(ge=0, le=1)]
    """How well it fits, best first."""
    highlights: list[str]
    """Passages with the found words between `<mark>` and `</mark>`, HTML-escaped. What was found by its
    meaning alone shows how its description begins, with nothing marked.
    """
    moments: list[Moment]
    """Up to three, best first, where all words of the query are said; not looked for in mode `semantic`."""


class TagSuggestion(Answer):
    tag: str


SUGGESTIONS = TypeAdapter(list[TagSuggestion])

Tag = Annotated[Text, Field(min_length=1, max_length=TAG_LONGEST)]


async def search_filter(
    tag: Annotated[
        list[Tag] | None,
        Query(max_length=TAGS_MOST, description="Repeatable: a video has all of them, whatever their case."),
    ] = None,
    category: Annotated[
        Text | None, Query(max_length=100, description="As the video says it, letter by letter.")
    ] = None,
    language: Annotated[Text | None, Query(max_length=35, description="As the video says it: `en`.")] = None,
    uploader: Annotated[UUID | None, Query(description="The id of who submitted the video.")] = None,
    minimum_rating: Annotated[
        float | None,
        Query(alias="minRating", ge=STARS.start, le=STARS.stop - 1, description="Least average rating."),
    ] = None,
    submitted_from: Annotated[
        Instant | None, Query(alias="from", description="Submitted at this instant or later.")
    ] = None,
    submitted_to: Annotated[
        Instant | None, Query(alias="to", description="Submitted before this instant.")
    ] = None,
) -> SearchFilter:
    """Every condition that is given must hold."""
    return SearchFilter(
        tags=tuple(tag or ()),
        category=category,
        language=language,
        uploader_id=None if uploader is None else AccountId(uploader),
        minimum_rating=minimum_rating,
        submitted_from=submitted_from,
        submitted_to=submitted_to,
    )


Chosen = Annotated[SearchFilter, Depends(search_filter)]
Words = Annotated[
    Text,
    Query(
        min_length=1,
        max_length=QUERY_LONGEST,
        description="In words, as one would say it.",
        examples=["cassandra data modelling"],
        json_schema_extra=NOT_BLANK,
    ),
]
Beginning = Annotated[
    Text,
    Query(
        min_length=1,
        max_length=TAG_LONGEST,
        description="What tags begin with, or contain.",
        json_schema_extra=NOT_BLANK,
    ),
]
Mode = Annotated[
    SearchMode | None,
    Query(
        description="By words, by meaning, or both (`hybrid`, the default unless an experiment runs). Where "
        "the model is away or too slow, words alone answer.",
    ),
]


def spelled(found: search.Found) -> FoundVideo:
    return FoundVideo(
        **summary_fields(found.video),
        score=found.hit.score,
        highlights=list(found.hit.highlights),
        moments=[_moment(each) for each in found.moments],
    )


def _moment(heard: search.Moment) -> Moment:
    passage = heard.passage
    return Moment(
        startSeconds=passage.start_second,
        endSeconds=passage.end_second,
        language=passage.language or "",
        text=heard.marked,
    )


@operation(
    router,
    "GET",
    "/search/videos",
    "search_videos",
    answer=PageOf[FoundVideo],
    auth=Auth.OPTIONAL,
    refuses=(errors.InvalidText,),
    headers={SERVED: "The mode that was served: the one that was asked for, or `keyword` in its place."},
    shared=Shared.SIGNED_OUT,
)
async def videos(
    house: House, caller: CurrentCaller, pages: Pages, chosen: Chosen, query: Words, mode: Mode = None
) -> Response:
    """Public videos by words of their titles, tags, descriptions and captions, and by meaning, best first.

    The last word may be half typed, and words may be misspelled. Ranked by meaning are the 300 nearest
    videos; what has nothing to do with the query is left out.
    """
    findings = await house.search.videos(caller, query, mode, chosen, pages.wanted)
    headers = {SERVED: findings.mode.value} | (NEVER_KEPT if findings.is_makeshift else {})
    return answer(pages.spell(findings.page, spelled), headers=headers)


@operation(
    router,
    "GET",
    "/tags/suggest",
    "tags_suggest",
    answer=list[TagSuggestion],
    refuses=(errors.InvalidText,),
    alias="/search/tags/suggest",
    shared=Shared.EVERYBODY,
)
async def suggest(
    house: House,
    query: Beginning,
    limit: Annotated[int, Query(ge=1, le=SUGGESTED_MOST, description="How many at most.")] = 10,
) -> Response:
    """Tags of public videos: those that begin with the text first, then those that contain it, by use."""
    tags = await house.search.suggest_tags(query, limit)
    return answer_many(SUGGESTIONS, [TagSuggestion(tag=tag) for tag in tags])
