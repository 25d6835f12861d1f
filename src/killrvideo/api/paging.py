"""Pages as clients ask for them and read them."""

from collections.abc import Callable
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query, Request

from killrvideo.api.answers import Answer
from killrvideo.domain.paging import DEFAULT_SIZE, LARGEST_SIZE, Page, PageRequest
from killrvideo.service_interfaces.credentials import CursorSigner

T = TypeVar("T")
Item = TypeVar("Item", bound=Answer)

CURSOR_LONGEST = 512


class Pagination(Answer):
    currentPage: int
    pageSize: int
    totalItems: int
    """The size of the whole list, never of the page."""
    totalPages: int
    nextCursor: str | None = None
    """What to send as ``cursor`` to read on at the same cost at any depth; null when the list ends here."""
    totalIsCapped: bool = False
    """True when counting stopped at ``totalItems`` and there may be more."""


class PageOf(Answer, Generic[Item]):
    data: list[Item]
    pagination: Pagination


class Paging:
    """The page that a request wants, and how to spell the page that it gets."""

    __slots__ = ("_context", "_signer", "wanted")

    def __init__(self, wanted: PageRequest, signer: CursorSigner, context: str) -> None:
        self.wanted = wanted
        self._signer = signer
        self._context = context

    def spell(self, page: Page[T], item: Callable[[T], Item]) -> PageOf[Item]:
        size = self.wanted.size
        return PageOf(
            data=[item(thing) for thing in page.items],
            pagination=Pagination(
                currentPage=self.wanted.number,
                pageSize=size,
                totalItems=page.total,
                totalPages=-(-page.total // size),
                nextCursor=None if page.next is None else self._signer.encode(self._context, page.next),
                totalIsCapped=page.total_is_capped,
            ),
        )


async def paging(
    request: Request,
    page: Annotated[int, Query(ge=1, description="From 1; reaches the first 10,000 items.")] = 1,
    page_size: Annotated[int, Query(alias="pageSize", ge=1, le=LARGEST_SIZE)] = DEFAULT_SIZE,
    cursor: Annotated[
        str | None,
        Query(
            max_length=CURSOR_LONGEST,
            description="`pagination.nextCursor` of the last answer; reads on after it instead of a page.",
        ),
    ] = None,
) -> Paging:
    """Raises PageTooDeep, or InvalidCursor for one that was not given out by this very list."""
    signer: CursorSigner = request.app.state.cursor_signer
    context = request.url.path
    after = None if cursor is None else signer.decode(context, cursor)
    return Paging(PageRequest(page, page_size, after), signer, context)


Pages = Annotated[Paging, Depends(paging)]
