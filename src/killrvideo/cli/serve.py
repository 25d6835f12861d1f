"""Commands that keep running: the server and the worker."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import structlog
import typer
import uvicorn

from killrvideo import __version__
from killrvideo.bootstrap import House, Settings, build
from killrvideo.cli.complaints import CannotServe
from killrvideo.cli.connections import BoundedHttp
from killrvideo.cli.demo_accounts import demo_table
from killrvideo.cli.listening import listen_at, web_address
from killrvideo.cli.running import DataDir, printer, settings_with

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
PATIENCE = 10
"""Seconds that requests have to end when the server is stopped."""
NOBODY_LEFT = (
    "KILLRVIDEO_HEAVY_JOBS is 0, which leaves pictures and streams to a worker: give this one 1 or more."
)
KEEP_ALIVE = 30
"""Seconds that an idle connection is kept."""

Host = Annotated[
    str | None, typer.Option("--host", help="Address to listen on, in place of KILLRVIDEO_HOST.")
]
Port = Annotated[
    int | None,
    typer.Option("--port", min=0, max=65535, help="Port, in place of KILLRVIDEO_PORT; 0 takes a free one."),
]
NoWorker = Annotated[
    bool,
    typer.Option("--no-worker", help="Only answer requests; jobs and events are for `killrvideo worker`."),
]
TlsCert = Annotated[
    Path | None, typer.Option("--tls-cert", help="Certificate chain (PEM) to serve HTTPS with.")
]
TlsKey = Annotated[Path | None, typer.Option("--tls-key", help="Private key (PEM) of the certificate.")]


def serve(
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
    no_worker: NoWorker = False,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
) -> None:
    """Serve the API, with workers inside, until it is stopped."""
    settings = settings_with(
        host=host,
        port=port,
        data_dir=data_dir,
        workers=False if no_worker else None,
        tls_cert=tls_cert,
        tls_key=tls_key,
    )
    with contextlib.closing(listen_at(settings.host, settings.port)) as bound:
        house = build(settings)
        config = _config(settings, house)
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(_serve(house, Server(config, house), bound))


async def _serve(house: House, server: "Server", bound: socket.socket) -> None:
    # The house is opened here and not by the lifespan, so that what hinders it can be said in one line.
    async with house.opened(workers=house.settings.workers):
        await server.serve(sockets=[bound])


class Server(uvicorn.Server):
    """Says where it serves, and comes to an orderly end when it is told to stop."""

    def __init__(self, config: uvicorn.Config, house: House) -> None:
        super().__init__(config)
        self._house = house

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn's own would raise the signal again at the end, before the house is closed.
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for bound in sockets or ():
            await _announce(self._house, web_address(bound, tls=self.config.is_ssl))


def _config(settings: Settings, house: House) -> uvicorn.Config:
    config = uvicorn.Config(
        house.web_app(),
        lifespan="off",
        http=BoundedHttp,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=PATIENCE,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
    )
    try:
        config.load()
    except OSError as error:  # ssl.SSLError is one.
        raise CannotServe(f"The TLS certificate and its key cannot be used: {error}.") from error
    return config


async def _announce(house: House, address: str) -> None:
    """For people; a log that is read by programs gets a line of its own kind."""
    out, settings = printer(), house.settings
    if settings.environment == "production" and not out.is_terminal:
        structlog.get_logger("killrvideo.cli").info("serving", address=address)
        return
    summary = await house.application.overview.summary()
    out.print(
        f"\nKillrVideo {__version__} serves {settings.data_dir} ({settings.environment})",
        f"  address   {address}",
        f"  API docs  {address}/docs",
        sep="\n",
        soft_wrap=True,
    )
    if summary.demo_accounts:
        out.print("", demo_table(summary.demo_accounts), sep="\n")
    out.print("Stop with Ctrl+C.\n" if out.is_terminal else "")


def worker(data_dir: DataDir = None) -> None:
    """Do the jobs and react to the events of a store that other processes serve, until stopped."""
    settings = settings_with(data_dir=data_dir)
    if not settings.heavy_jobs:
        raise CannotServe(NOBODY_LEFT)
    asyncio.run(_work(build(settings)))


async def _work(house: House) -> None:
    stopped = asyncio.Event()
    for number in STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with house.opened(workers=True):
        printer().print(f"Working on {house.settings.data_dir}. Stop with Ctrl+C.", soft_wrap=True)
        await stopped.wait()
