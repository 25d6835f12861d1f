"""``/docs`` and ``/redoc`` with files from a package: they work on a machine without a network."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from starlette.responses import HTMLResponse, JSONResponse
from starlette.staticfiles import StaticFiles

ASSETS = "/docs/assets"
FOLDER = files("fastapi_standalone_docs").joinpath("static")
ICON = "data:,"


def add_documentation(app: FastAPI) -> None:
    app.mount(ASSETS, StaticFiles(directory=str(FOLDER)), name="documentation_assets")
    app.add_api_route("/docs", _swagger, include_in_schema=False)
    app.add_api_route("/redoc", _redoc, include_in_schema=False)


def add_event_description(app: FastAPI, document: Mapping[str, Any]) -> None:
    """``/asyncapi.json``: the events that the API's changes lead to."""

    async def described() -> JSONResponse:
        return JSONResponse(document)

    app.add_api_route("/asyncapi.json", described, include_in_schema=False)


async def _swagger() -> HTMLResponse:
    return get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="KillrVideo API",
        swagger_js_url=f"{ASSETS}/swagger/swagger-ui-bundle.js",
        swagger_css_url=f"{ASSETS}/swagger/swagger-ui.css",
        swagger_favicon_url=ICON,
    )


async def _redoc() -> HTMLResponse:
    return get_redoc_html(
        openapi_url="/openapi.json",
        title="KillrVideo API",
        redoc_js_url=f"{ASSETS}/redoc/redoc.standalone.js",
        redoc_favicon_url=ICON,
        with_google_fonts=False,
    )
