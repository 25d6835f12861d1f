"""Pages as clients ask for them and read them."""

import re
import sys
from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Request

from killrvideo.api.answers import Answer, Count
from killrvideo.domain.errors import InvalidCursor, InvalidInput
from killrvideo.domain.paging import DEEPEST_ITEM, DEFAULT_SIZE, LARGEST_SIZE, Page, PageRequest, Position
from killrvideo.service_interfaces.credentials import CursorSigner

T = TypeVar("T")
Item = TypeVar("Item", bound=Answer)

CURSOR_LONGEST = 512
WHOLE_NUMBER = re.compile(r"[0-9]{1,18}")


class Pagination(Answer):
    currentPage: int
    """The page that was asked for, from 1; means nothing beside a cursor."""
    pageSize: int
    """How many items a page has at most."""
    totalItems: Count
    """The size of the whole list, never of the page."""
    totalPages: Count
    """0 for an empty list."""
    nextCursor: str | None = None
    """What to send as `cursor` to read on at the same cost at any depth; null when the list ends here."""
    totalIsCapped: bool = False
    """True when counting stopped at `totalItems` and there may be more."""


class PageOf(Answer, Generic[Item]):
    data: list[Item]
    pagination: Pagination

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """``FlagPage`` and the like, since the classes of generated clients are named by it."""
        return f"{params[0].__name__}Page"


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


async def paging(request: Request) -> Paging:
    """Raises InvalidInput, PageTooDeep, or InvalidCursor for one that was not given out by this very list.

    The parameters are read by hand, which costs a tenth of what three declared ones do; `PARAMETERS` tells
    the API's description of them.
    """
    asked = request.query_params
    number = _whole_number(asked.get("page"), "page", 1, None, default=1)
    size = _whole_number(asked.get("pageSize"), "pageSize", 1, LARGEST_SIZE, default=DEFAULT_SIZE)
    signer: CursorSigner = request.app.state.cursor_signer
    context = request.url.path
    return Paging(PageRequest(number, size, _position(signer, context, asked.get("cursor"))), signer, context)


def _position(signer: CursorSigner, context: str, cursor: str | None) -> Position | None:
    if cursor is None:
        return None
    if len(cursor) > CURSOR_LONGEST:
        raise InvalidCursor("This cursor is not one of ours.")
    return signer.decode(context, cursor)


def _whole_number(raw: str | None, name: str, least: int, most: int | None, *, default: int) -> int:
    if raw is None:
        return default
    if WHOLE_NUMBER.fullmatch(raw) and least <= int(raw) <= (most or sys.maxsize):
        return int(raw)
    bounds = f"at least {least}" if most is None else f"from {least} to {most}"
    raise InvalidInput(f"The parameter '{name}' is a whole number, {bounds}.", pointer=f"/query/{name}")


PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "page",
        "in": "query",
        "required": False,
        "description": f"From 1; pages reach the first {DEEPEST_ITEM:,} items.",
        "schema": {"type": "integer", "minimum": 1, "default": 1},
    },
    {
        "name": "pageSize",
        "in": "query",
        "required": False,
        "description": "How many items a page has at most.",
        "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": DEFAULT_SIZE},
    },
    {
        "name": "cursor",
        "in": "query",
        "required": False,
        "description": "`pagination.nextCursor` of the last answer: reads on after it, instead of a page.",
        "schema": {"type": "string", "maxLength": CURSOR_LONGEST},
    },
]

Pages = Annotated[Paging, Depends(paging)]
