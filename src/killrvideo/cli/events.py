"""Commands for events that could not be handled, and for what events look like."""

from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from killrvideo.api.description import as_yaml
from killrvideo.bootstrap import House, event_description
from killrvideo.cli.running import DataDir, in_house, printer, settings_with
from killrvideo.domain.errors import NotFound
from killrvideo.domain.ids import EventId
from killrvideo.service_interfaces.events import Buried

SHOWN = 100

app = typer.Typer(name="events", no_args_is_help=True, help="Look after events that could not be handled.")


@app.command()
def buried(data_dir: DataDir = None) -> None:
    """Show the oldest events that a group of consumers could not handle, and why."""

    async def find(house: House) -> list[Buried]:
        return list(await house.storage.outbox.buried(SHOWN))

    found = in_house(settings_with(data_dir=data_dir), find)
    if not found:
        printer().print("Every event was handled, or still waits.")
        return
    table = Table("group", "event", "type", "happened", "error")
    for each in found:
        at = each.recorded.occurred_at.isoformat(timespec="milliseconds")
        table.add_row(each.group, str(each.recorded.event_id), each.recorded.type, at, each.error)
    printer().print(table)


@app.command()
def retry(
    group: Annotated[str, typer.Argument(help="The group that could not handle it.")],
    event: Annotated[UUID, typer.Argument(help="The event's id.")],
    data_dir: DataDir = None,
) -> None:
    """Let a buried event be handled once more, before all that waits for its group."""

    async def change(house: House) -> None:
        if not await house.storage.outbox.retry(group, EventId(event)):
            raise NotFound(f"The group {group} has buried no event {event}.")

    in_house(settings_with(data_dir=data_dir), change)
    printer().print(f"{group} tries {event} again.", soft_wrap=True)


def asyncapi() -> None:
    """Print the description of all events (AsyncAPI 3) as YAML."""
    typer.echo(as_yaml(event_description()), nl=False)
