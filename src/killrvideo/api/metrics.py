"""``/metrics``: how far behind the consumers of events are, for Prometheus and whatever reads its format."""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import FastAPI
from starlette.responses import Response

from killrvideo.observability.metrics import CONTENT_TYPE, Gauge, exposition
from killrvideo.service_interfaces.events import Backlog

Backlogs = Callable[[], Awaitable[Mapping[str, Backlog]]]


def add_metrics(app: FastAPI, backlogs: Backlogs) -> None:
    async def metrics() -> Response:
        return Response(exposition(_gauges(await backlogs())), media_type=CONTENT_TYPE)

    app.add_api_route("/metrics", metrics, include_in_schema=False)


def _gauges(backlogs: Mapping[str, Backlog]) -> tuple[Gauge, ...]:
    return (
        Gauge(
            "killrvideo_events_waiting",
            "Events that a group has still to handle.",
            "group",
            {group: behind.waiting for group, behind in backlogs.items()},
        ),
        Gauge(
            "killrvideo_events_oldest_timestamp_seconds",
            "When the oldest of them happened, in seconds since 1970, where the store keeps them.",
            "group",
            {
                group: behind.oldest.timestamp()
                for group, behind in backlogs.items()
                if behind.oldest is not None
            },
        ),
        Gauge(
            "killrvideo_events_buried",
            "Events that a group could not handle; `killrvideo events buried` shows them.",
            "group",
            {group: behind.buried for group, behind in backlogs.items()},
        ),
    )
