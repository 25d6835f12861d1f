"""Commands for what people may do, and for passwords: an operator makes the first admin here."""

import sys
from typing import Annotated

import typer

from killrvideo.bootstrap import House
from killrvideo.cli.running import DataDir, in_house, operator_origin, printer, settings_with
from killrvideo.domain.access import Role, role_or_scope
from killrvideo.domain.accounts import Account

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The account's e-mail address, in any case.")]
Power = Annotated[
    str,
    typer.Argument(
        metavar="ROLE|SCOPE",
        help=f"A role ({', '.join(Role)}), which includes those before it, or a scope such as operate.",
    ),
]
FromStdin = Annotated[
    bool, typer.Option("--stdin", help="Read the password from standard input instead of asking for it.")
]


def grant(email: Email, power: Power, data_dir: DataDir = None) -> None:
    """Give an account a role or a single scope, from its next request on."""
    granted = role_or_scope(power)

    async def change(house: House) -> Account:
        return await house.application.operator.grant(email, granted, operator_origin(house))

    _show(in_house(settings_with(data_dir=data_dir), change))


def revoke(email: Email, power: Power, data_dir: DataDir = None) -> None:
    """Take a role or a single scope from an account, from its next request on."""
    revoked = role_or_scope(power)

    async def change(house: House) -> Account:
        return await house.application.operator.revoke(email, revoked, operator_origin(house))

    _show(in_house(settings_with(data_dir=data_dir), change))


def set_password(email: Email, from_stdin: FromStdin = False, data_dir: DataDir = None) -> None:
    """Give an account a new password and end its sessions. Imported accounts have none until then."""
    settings = settings_with(data_dir=data_dir)
    password = sys.stdin.readline().rstrip("\r\n") if from_stdin else _asked_for()

    async def change(house: House) -> Account:
        return await house.application.operator.set_password(email, password, operator_origin(house))

    account = in_house(settings, change)
    printer().print(f"{account.email} has a new password; its sessions have ended.", soft_wrap=True)


def _asked_for() -> str:
    return str(typer.prompt("New password", hide_input=True, confirmation_prompt="The same again"))


def _show(account: Account) -> None:
    roles = ", ".join(account.all_roles) or "no role"
    scopes = ", ".join(sorted(account.all_scopes)) or "none"
    printer().print(f"{account.email} is {roles}. Scopes: {scopes}.", soft_wrap=True)
