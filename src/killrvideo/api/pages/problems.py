"""``/problems``: what each problem means, straight from the taxonomy. A problem's ``type`` points here."""

import html
from collections.abc import Iterator
from http import HTTPStatus
from importlib.resources import files
from string import Template

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from killrvideo.api.problems import CODE_OF_STATUS, INTERNAL, status_of
from killrvideo.domain.errors import Refusal

router = APIRouter(include_in_schema=False)

PAGE = Template(files(__package__).joinpath("problems.html").read_text("utf-8"))


def catalogue() -> dict[str, tuple[int, str]]:
    """Every code that an answer can carry, with its status and title."""
    ours = {kind.code: (status_of(kind), kind.title) for kind in _refusals(Refusal)}
    framework = {code: (status, HTTPStatus(status).phrase) for status, code in CODE_OF_STATUS.items()}
    failure = {INTERNAL: (500, "Something went wrong on our side")}
    return dict(sorted((framework | failure | ours).items(), key=lambda item: (item[1][0], item[0])))


def _refusals(above: type[Refusal]) -> Iterator[type[Refusal]]:
    for kind in above.__subclasses__():
        yield kind
        yield from _refusals(kind)


@router.get("/problems")
async def problems() -> HTMLResponse:
    rows = "".join(
        f'<tr id="{code}"><td>{status}</td><td><code>{code}</code></td><td>{html.escape(title)}.</td></tr>'
        for code, (status, title) in catalogue().items()
    )
    return HTMLResponse(PAGE.substitute(rows=rows))
