"""The accounts that everybody may try KillrVideo with, as a table."""

from collections.abc import Sequence

from rich.table import Table

from killrvideo.features.overview import DemoAccount


def demo_table(accounts: Sequence[DemoAccount]) -> Table:
    table = Table("role", "e-mail", "password", title="Demo accounts", title_justify="left")
    for account in accounts:
        table.add_row(account.role, account.email, account.password)
    return table
